"""A champion's own stories, and talks about what colleagues object.

None of it is audited: administrators read the trail, and who worries about what is not theirs to read.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.tenancy.models import Person
from champions.actions.prompts import only_champions
from champions.models import Story, Talk
from champions.rules import TalkState, Worry


@transaction.atomic
def tell_story(
    *, worry: Worry, worried: str, tried: str, found: str, published: bool, by: Person, at: datetime
) -> Story:
    """Keep a champion's own answer to a worry; told again it replaces the first. Others read it once it is published."""
    only_champions(by)
    said = {"worried": worried, "tried": tried, "found": found, "written_at": at}
    story: Story
    story, _ = Story.objects.update_or_create(
        person=by, worry=worry, defaults={**said, "published_at": at if published else None}
    )
    return story


def take_story_back(*, worry: Worry, by: Person) -> None:
    """Delete one's own story. Twice is once."""
    Story.objects.filter(person=by, worry=worry).delete()


@transaction.atomic
def log_talk(*, worry: Worry, by: Person, at: datetime) -> Talk:
    """A talk took place: with nobody named, heard. The rest can be added, and need not be."""
    only_champions(by)
    talk: Talk = Talk.objects.create(champion=by, worry=worry, state=TalkState.HEARD, logged_at=at)
    return talk


@transaction.atomic
def describe_talk(
    *,
    talk: Talk,
    state: TalkState,
    their_words: str,
    own_answer: str,
    next_step: str,
    member: Person | None,
    agreed: bool,
    by: Person,
    at: datetime,
) -> Talk:
    """Add to a talk what helps to go on with it. Raises Refused for another's talk, and for a name without consent.

    Without a name it is anonymous (again).
    """
    row: Talk = Talk.objects.select_for_update().get(pk=talk.pk)
    if row.champion_id != by.pk:
        raise Refused("not_your_talk")
    if member and not agreed:
        raise Refused("not_agreed")
    if member and member.pk == by.pk:
        raise Refused("yourself")
    if row.member_id != (member.pk if member else None):
        row.agreed_at = at if member else None
    row.state, row.member = state, member
    row.their_words, row.own_answer, row.next_step = their_words, own_answer, next_step
    row.save()
    return row


def forget_talk(*, talk: Talk, by: Person) -> None:
    """Delete one's own talk: a slip, or no longer needed. Raises Refused for another's."""
    if talk.champion_id != by.pk:
        raise Refused("not_your_talk")
    talk.delete()
