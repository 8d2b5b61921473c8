"""The way from an empty organisation to its first launch, read from what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Invitation, Membership, Organization, Person
from adoption.tenancy.rules import FIRST_STEPS, FirstStep, Permission


class Stage(StrEnum):
    """Where a step of the guide stands for whoever reads it."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"
    # It is somebody else's turn.
    OTHERS = "others"


@dataclass(frozen=True)
class Guide:
    """The steps with their stage; none of them for somebody who has put the list away."""

    steps: list[tuple[FirstStep, Stage]]
    is_away: bool

    @property
    def done(self) -> int:
        return sum(stage is Stage.DONE for _step, stage in self.steps)


def guide_of(membership: Membership, permissions: frozenset[Permission], organization: Organization) -> Guide | None:
    """What has been done, what comes next and what waits; None once a programme was launched. A fixed number of queries."""
    steps: list[FirstStep] = []
    # The highest floor first: it is the one that knows when the beginnings are over.
    for entry in FIRST_STEPS:
        found = entry.load()(organization=organization)
        if found is None:
            return None
        if membership.guide_put_away_at is not None:
            return Guide([], is_away=True)
        steps = [*found, *steps]
    return Guide(list(zip(steps, _stages(steps, permissions), strict=True)), is_away=False)


def _stages(steps: list[FirstStep], permissions: frozenset[Permission]) -> list[Stage]:
    """Done is done; the first open step of theirs is next, open ones of others before it wait for those others."""
    stages, is_found = [], False
    for step in steps:
        if step.is_done:
            stages.append(Stage.DONE)
        elif step.permission not in permissions:
            stages.append(Stage.OTHERS)
        else:
            stages.append(Stage.LATER if is_found else Stage.NEXT)
            is_found = True
    return stages


def first_steps(*, organization: Organization) -> list[FirstStep]:
    """The ground floor's: what it is called, who is in it, who works with it. Three queries."""
    several = len(Person.objects.values_list("pk")[: organization.smallest_group]) == organization.smallest_group
    invited = Invitation.objects.exists() or Membership.objects.current()[1:2].exists()
    return [
        FirstStep(
            _("Name the organisation and what it promises"),
            _("Its time zone, its language, and how small a group may be whose figures are shown."),
            is_done=True,
            place="organization-settings",
            permission=Permission.MANAGE_ORGANIZATION,
        ),
        FirstStep(
            _("Bring your people in"),
            _("The file your HR system exports, as it comes. Every line is shown before anything is kept."),
            is_done=several,
            place="people-import",
            permission=Permission.IMPORT_PEOPLE,
        ),
        FirstStep(
            _("Invite who works with you"),
            _("The L&D lead who runs programmes, the executive who sponsors them, who looks after the AI tools."),
            is_done=invited,
            place="invite-several",
            permission=Permission.MANAGE_ROLES,
        ),
    ]
