"""Who somebody is in the kit, its words, and whom one may ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Workflow
from adoption.tenancy.models import Person, RoleGrant
from adoption.tenancy.rules import Permission, Role
from champions.models import Champion, Need
from champions.rules import AskAnswer, LeaderAct, ReviewVerdict, Shortcoming, TalkState, ToolVerdict, Worry

Words = str | Promise

SHORTCOMING_WORDS: dict[Shortcoming, Words] = {
    Shortcoming.GONE: _("in no context pack"),
    Shortcoming.INCOMPLETE: _("not complete"),
    Shortcoming.GENERIC: _("came out generic"),
    Shortcoming.OUT_OF_DATE: _("not looked through for half a year"),
}
REVIEW_WORDS: dict[ReviewVerdict, Words] = {
    ReviewVerdict.GOOD: _("Good as it is"),
    ReviewVerdict.CHANGE: _("Something should change"),
}
ANSWER_WORDS: dict[AskAnswer, Words] = {
    AskAnswer.DONE: _("It is done"),
    AskAnswer.DECLINED: _("It will not be, and here is why"),
}
DEED_WORDS: dict[LeaderAct, Words] = {
    LeaderAct.JOINED_AS_LEARNER: _("Took part as a learner"),
    LeaderAct.SHARED_A_FAILURE: _("Shared something that went wrong"),
    LeaderAct.CHANGED_OWN_WORKFLOW: _("Changed their own work: three uses in a week"),
    LeaderAct.ACTED_ON_FEEDBACK: _("Acted on what champions asked for"),
    LeaderAct.VIDEO: _("Recorded a video"),
    LeaderAct.MAIL: _("Wrote a mail to everybody"),
    LeaderAct.SPONSORED: _("Sponsored it"),
}
VERDICT_WORDS: dict[ToolVerdict, Words] = {
    ToolVerdict.GOOD: _("Good for this"),
    ToolVerdict.WITH_CARE: _("With care"),
    ToolVerdict.NO: _("Not for this"),
}
STATE_WORDS: dict[TalkState, Words] = {
    TalkState.OPEN: _("Open"),
    TalkState.HEARD: _("Heard"),
    TalkState.RESOLVED: _("Resolved"),
    TalkState.RESPECTED: _("Respected"),
}
WORRY_WORDS: dict[Worry, Words] = {
    Worry.MORE_WORK: _("It is more work on top of my job"),
    Worry.BLAME: _("AI will make mistakes, and I get the blame"),
    Worry.REPLACEMENT: _("It will replace me, so why help"),
    Worry.QUALITY: _("What comes out is not good enough"),
    Worry.PRIVACY: _("Our data does not belong in there"),
    Worry.PRINCIPLE: _("I do not want to work with AI, on principle"),
    Worry.OTHER: _("Something else"),
}


@dataclass(frozen=True)
class Standing:
    """What somebody is in the kit. Members read; champions write; whoever leads the organisation answers."""

    is_champion: bool
    manages: bool
    leads_people: bool
    owns_asks: bool

    @property
    def sees_asks(self) -> bool:
        return self.is_champion or self.manages or self.leads_people or self.owns_asks

    @property
    def sees_objections(self) -> bool:
        return self.is_champion or self.manages

    @property
    def writes_tools(self) -> bool:
        """Tools, experts and leaders' deeds are written down by champions and leads."""
        return self.is_champion or self.manages


def standing_in_kit(person: Person, permissions: Collection[Permission]) -> Standing:
    """Who somebody is in the kit. One query."""
    facts = (
        Person.objects.filter(pk=person.pk)
        .annotate(
            is_champion=Exists(Champion.objects.serving().filter(person=OuterRef("pk"))),
            owns_asks=Exists(Need.objects.standing().filter(owner=OuterRef("pk"))),
        )
        .values("is_champion", "owns_asks")
        .get()
    )
    manages = Permission.MANAGE_PROGRAMS in permissions
    return Standing(
        is_champion=facts["is_champion"],
        manages=manages,
        leads_people=Permission.SEE_EVIDENCE in permissions and not manages,
        owns_asks=facts["owns_asks"],
    )


def in_charge(*roles: Role) -> list[Person]:
    """Current members with one of the roles, by name: who may own an ask, whose deeds are written down."""
    grants = RoleGrant.objects.filter(
        membership__person=OuterRef("pk"), membership__ended_at__isnull=True, role__in=[role.value for role in roles]
    )
    return list(Person.objects.filter(Exists(grants)).in_name_order())


def workflows() -> list[Workflow]:
    """The organisation's pieces of work, by name."""
    return list(Workflow.objects.in_name_order())
