"""What a programme learned about programmes, so that the next one begins with it."""

from __future__ import annotations

from enum import StrEnum

from adoption.programs.rules.design import Page

LESSON_LENGTH = 200
# Of one programme: what is long is not read.
MOST_LESSONS = 12
# Beside one step of a draft.
MOST_SUGGESTED = 4


class LessonKind(StrEnum):
    """What is said of it."""

    AGAIN = "again"
    NOT_AGAIN = "not_again"
    CHANGE = "change"


class Setting(StrEnum):
    """What of a draft a lesson may propose a number for."""

    WEEKS = "weeks"
    PODS = "pods"
    POD_SIZE = "pod_size"
    TEAMS = "teams"


# The steps of a draft at which something learned can be of use.
LESSON_PAGES = (Page.WORK, Page.TEMPLATE, Page.DATES, Page.ARMS)
# What each step offers. A draft is begun with the first one, so that what is of use there is offered at the second, too.
OFFERED_AT = {page: (page,) for page in LESSON_PAGES} | {Page.TEMPLATE: (Page.WORK, Page.TEMPLATE)}
