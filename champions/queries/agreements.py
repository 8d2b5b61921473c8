"""Whether a champion has agreed time: for the readiness of a launch, for the lead, and for the two who agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Agreement, Champion, Sponsorship, Waiver
from champions.rules.agreements import RENEW_WITHIN, Side, lasts_until, owed, share

Words = str | Promise


def champions_have_time(*, program: Program, at: datetime) -> bool:
    """Readiness: whether each champion has an agreement for its first weeks, or it is written down why not."""
    day = max(local_date(at, program.organization.zone), program.starts_on)
    lasting = Agreement.objects.standing_on(day).filter(to_on__gte=lasts_until(day, program.ends_on))
    agreed = lasting.filter(champion=OuterRef("pk"))
    waived = Waiver.objects.filter(champion=OuterRef("pk"))
    waiting = Champion.objects.serving().filter(program=program).exclude(Exists(agreed)).exclude(Exists(waived))
    found: bool = waiting.exists()
    return not found


def sponsor_named(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody stands for the champions' time, and a line of the budget pays for it."""
    found: bool = Sponsorship.objects.filter(program=program, sponsor__isnull=False).exists()
    return found


@dataclass(frozen=True)
class Agreed:
    """Where a champion's agreement is on a day: what stands, what is proposed, or why it is done without."""

    champion: Champion
    stands: Agreement | None
    # The newest version, where only one side has agreed to it.
    proposed: Agreement | None
    waiver: Waiver | None
    today: date

    @property
    def is_ready(self) -> bool:
        return (self.stands is not None and not self.is_short) or self.waiver is not None

    @property
    def is_short(self) -> bool:
        """Whether what is agreed for a programme still to begin ends before its first weeks do."""
        program = self.champion.program
        if self.stands is None or self.today > program.starts_on:
            return False
        return self.stands.to_on < lasts_until(program.starts_on, program.ends_on)

    @property
    def is_ending(self) -> bool:
        """Whether it wants to be renewed: it ends soon, and before the programme does."""
        return (
            self.stands is not None
            and self.stands.to_on - self.today <= RENEW_WITHIN
            and self.stands.to_on < self.champion.program.ends_on
        )

    @property
    def waits_for(self) -> Person | None:
        """Who has to answer a proposal."""
        if self.proposed_to is None:
            return None
        return self.champion.person.manager if self.proposed_to is Side.MANAGER else self.champion.person

    @property
    def proposed_to(self) -> Side | None:
        """On which side that is."""
        return Side(self.proposed.proposed_by_side).other if self.proposed else None

    @property
    def share(self) -> int | None:
        """Whole percent of the contracted hours."""
        return share(self.stands.hours, self.stands.contracted) if self.stands else None


def agreed_of(champions: list[Champion], *, on: date) -> dict[int, Agreed]:
    """Where the agreements of some champions are, by the champion's id. Two queries, whatever the numbers."""
    versions: dict[int, list[Agreement]] = {}
    for row in Agreement.objects.filter(champion__in=champions).order_by("version"):
        versions.setdefault(row.champion_id, []).append(row)
    waivers = {row.champion_id: row for row in Waiver.objects.filter(champion__in=champions)}
    found = {}
    for one in champions:
        mine = versions.get(one.pk, [])
        # Before the start what is agreed for the start stands already; after the end it is what stood to the last.
        day = min(max(on, one.program.starts_on), one.program.ends_on)
        standing = [row for row in mine if row.is_agreed and row.from_on <= day <= row.to_on]
        newest = mine[-1] if mine else None
        found[one.pk] = Agreed(
            champion=one,
            stands=standing[-1] if standing else None,
            proposed=newest if newest and not newest.is_agreed else None,
            waiver=waivers.get(one.pk),
            today=on,
        )
    return found


def side_of(champion: Champion, person: Person) -> Side | None:
    """On which side of a champion's agreement somebody is: the champion's own, or the manager's of today."""
    if person.pk == champion.person_id:
        return Side.CHAMPION
    return Side.MANAGER if person.pk == champion.person.manager_id else None


def usual_hours(contracted: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """10 and 15 % of the contracted hours in quarters; None where the directory does not know those."""
    return owed(contracted) if contracted else None


def sponsorship_of(program: Program) -> Sponsorship | None:
    """Who stands for the champions' time."""
    found: Sponsorship | None = Sponsorship.objects.filter(program=program).select_related("sponsor").first()
    return found


def facts_of_agreement(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mails about an agreement say, to either side."""
    champion = Champion.objects.select_related("program", "person__manager").get(pk=message.row_id)
    to_champion = message.person_id == champion.person_id
    names = {"name": champion.person.name, "program": champion.program.name}
    manager = champion.person.manager.name if champion.person.manager else ""
    title, paragraph = {
        ("asked", True): (
            _("What comes off your plate?"),
            _(
                "You are a champion of %(program)s. Before it starts, you and your manager agree which work you hand over, "
                "and how many hours a week are kept free. Please begin: two minutes."
            ),
        ),
        ("renew", True): (
            _("Your agreed time ends soon"),
            _("What you agreed for %(program)s ends within two weeks. Please propose how it goes on, or that it ends."),
        ),
        ("proposed", True): (
            _("Your manager proposes what comes off your plate"),
            _("For your time as a champion of %(program)s. Please agree to it, or propose something else."),
        ),
        ("proposed", False): (
            _("%(name)s asks you to agree what comes off their plate"),
            _(
                "%(name)s is to be a champion of %(program)s: 10 to 15 %% of their hours, kept free by work that somebody "
                "else does or nobody. Champions without that time stop by the third week. Please agree, or propose "
                "something else. No account is needed."
            ),
        ),
        ("agreed", True): (
            _("It is agreed what comes off your plate"),
            _("Your time as a champion of %(program)s stands as agreed. The link shows it at any time."),
        ),
        ("agreed", False): (
            _("It is agreed what comes off the plate of %(name)s"),
            _("The time for %(program)s stands as agreed. The link shows it, and how much of it was kept."),
        ),
    }[str(message.context.get("what")), to_champion]
    return {
        "speaker": manager if to_champion else champion.person.name,
        "title": title % names,
        "paragraphs": [paragraph % names],
        "button": _("Open the agreement"),
        "fine": _(
            "Opening the link changes nothing. Your manager, the lead and the programme’s sponsor see what is agreed."
        ),
    }


def agreement_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still theirs to hear: the champion serves in what is not closed, and this is one of the two."""
    serving = Champion.objects.serving().filter(program__closed_at__isnull=True)
    champion = serving.select_related("person").filter(pk=message.row_id).first()
    return champion is not None and message.person is not None and side_of(champion, message.person) is not None
