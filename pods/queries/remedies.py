"""Steps for one person at a time: what is proposed against what, what is under way, and how often which cause was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.queries import Wording, wording
from adoption.disclosure.rules import Audience, Block, Facts, arrange, publish
from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.programs.queries.packs import keepers
from adoption.programs.rules import Arm, Told, monday
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Role, instant, local_date
from champions.models import Expert
from champions.queries.kit import in_charge
from pods import rules
from pods.models import FollowUp, Pod, Question, Remedy, Seat
from pods.queries.words import CAUSE_WORDS, NEXT_WORDS, REMEDIES, STUCK_WORDS, Words
from pods.rules import Cause, Hindrance, LeaderWork, Owner, SolvedBy, Tried

HINDRANCE_WORDS: dict[Hindrance, Words] = {
    **{Hindrance(cause.value): words for cause, words in CAUSE_WORDS.items()},
    Hindrance.WRONG_METRIC: _("Measured by the wrong thing: hours, completions, satisfaction"),
    Hindrance.LEADER_ABSENT: _("A leader who does not use it"),
}
# The step against each, for one person alone.
STEP_WORDS: dict[Hindrance, Words] = {
    **{Hindrance(cause.value): words for cause, words in REMEDIES.items()},
    Hindrance.WRONG_METRIC: _("With whoever sets the measure: replace it by what is done differently each week."),
    Hindrance.LEADER_ABSENT: _(
        "Privately, the same one-to-one as everybody’s, on a piece of their own work. Nothing ends a programme faster than "
        "a leader who does not use it."
    ),
}
# What each step's own form asks.
DETAIL_WORDS: dict[Hindrance, Words] = {
    Hindrance.CONTEXT_PACK: _("Which real task will be run with the pack loaded?"),
    Hindrance.NO_SUITABLE_WORKFLOW: _("What is their work, and why does none of it suit?"),
    Hindrance.NO_OWN_WORKFLOW: _("Which piece of work do they do every week that they would pick?"),
    Hindrance.OBSTACLE: _("At which step of their last piece did it break?"),
    Hindrance.GENERIC_EXAMPLES: _("Which five of their own tasks will be shown? One a line"),
    Hindrance.NO_PEER_SEEN: _("Who shows them two minutes of real work?"),
    Hindrance.WRONG_METRIC: _("Which measure, who set it, and what should stand in its place?"),
    Hindrance.LEADER_ABSENT: _("Which piece of their own work do you begin with?"),
}
LEADER_WORDS: dict[LeaderWork, Words] = {
    LeaderWork.BRIEFING: _("A briefing"),
    LeaderWork.BOARD_REPORT: _("The board report"),
    LeaderWork.CLIENT_STATUS: _("A client’s status"),
}
# Not about a member: addressed privately, or to whoever sets the measure.
NOT_OF_MEMBERS = frozenset({Hindrance.WRONG_METRIC, Hindrance.LEADER_ABSENT})
MOST_DONE = 20


def told_of_stuck(*, detail: Mapping[str, str]) -> Told:
    """Why somebody is stuck, and what comes next: the step of their own cause, else what follows from how that step went."""
    hindrance = Hindrance(detail["cause"])
    tried = Tried(detail["tried"]) if "tried" in detail else None
    return Told(
        why=STUCK_WORDS[tried] % {"cause": HINDRANCE_WORDS[hindrance]},
        step=NEXT_WORDS[tried] if tried else STEP_WORDS[hindrance],
        cause=hindrance,
        begins_with="" if tried is Tried.NOT_YET else hindrance,
    )


@dataclass(frozen=True)
class RemedyLook:
    """A step as a page shows it."""

    row: Remedy
    words: Words
    step: Words
    detail: str
    days_late: int

    @property
    def person(self) -> Person:
        return self.row.person


def _look(row: Remedy, today: date) -> RemedyLook:
    hindrance = Hindrance(row.hindrance)
    detail = row.detail
    if hindrance is Hindrance.LEADER_ABSENT and detail in set(LeaderWork):
        detail = str(LEADER_WORDS[LeaderWork(detail)])
    late = (today - row.due_on).days if row.done_at is None else 0
    return RemedyLook(row, HINDRANCE_WORDS[hindrance], STEP_WORDS[hindrance], detail, max(late, 0))


@dataclass(frozen=True)
class Steps:
    """Steps that are under way, the soonest first, and what came of the last ones."""

    open: tuple[RemedyLook, ...]
    done: tuple[RemedyLook, ...]


def steps_of(person: Person, *, manages: bool, on: date) -> Steps:
    """A person's own steps; for leads all. Two queries."""
    rows = Remedy.objects.seen_by(person, manages=manages).listed(on).select_related("person", "owner", "program")
    return Steps(
        open=tuple(_look(row, on) for row in rows.open().soonest_first()),
        done=tuple(_look(row, on) for row in rows.done().order_by("-done_at", "-id")[:MOST_DONE]),
    )


def one_step(person: Person, remedy: UUID, *, manages: bool, on: date) -> RemedyLook | None:
    """A step that somebody owns, or leads of all."""
    rows = Remedy.objects.seen_by(person, manages=manages).select_related("person", "owner", "program__organization")
    row = rows.filter(public_id=remedy).first()
    return _look(row, on) if row else None


def step_under_way(reader: Person, program: Program, person: Person, hindrance: str, *, manages: bool) -> Remedy | None:
    """The open step against a hindrance, where the reader may see it."""
    rows = Remedy.objects.seen_by(reader, manages=manages).open()
    found: Remedy | None = rows.filter(program=program, person=person, hindrance=hindrance).first()
    return found


@dataclass(frozen=True)
class Proposal:
    """What a form proposes on a day for somebody, or for nobody in particular: the step, whose it is and by when."""

    program: Program
    person: Person | None
    on: date
    hindrance: Hindrance
    words: Words
    step: Words
    owner: Person
    due_on: date


def member_hindrances(usual: Hindrance | None) -> list[tuple[Hindrance, Words]]:
    """What can keep a member, in the order of the decision; what their last follow-up found comes first."""
    rows = [(one, words) for one, words in HINDRANCE_WORDS.items() if one not in NOT_OF_MEMBERS]
    return sorted(rows, key=lambda one: one[0] is not usual)


def proposal(program: Program, person: Person | None, hindrance: Hindrance, *, by: Person, on: date) -> Proposal:
    """The step against a hindrance. Where it is a champion's and there is one it is theirs, else of whoever opens it."""
    owner = by
    if person and rules.USUAL[hindrance].owner is Owner.CHAMPION:
        owner = champion_of(program, person) or by
    return Proposal(
        program,
        person,
        on,
        hindrance,
        HINDRANCE_WORDS[hindrance],
        STEP_WORDS[hindrance],
        owner,
        rules.proposed_day(hindrance, on),
    )


def owners_of(proposed: Proposal, by: Person) -> list[Person]:
    """Who can take a step: whose it usually is, whoever opens it, and those it can be passed on to, each once.

    Experts who agreed to be asked; for the context pack also whoever keeps a part of it, those of the person's own role
    first, leads, and whoever looks after the tools.
    """
    found = [proposed.owner, by]
    if proposed.hindrance is Hindrance.CONTEXT_PACK:
        found += keepers(proposed.program, role=proposed.person.job_role if proposed.person else "", on=proposed.on)
    found += [one.person for one in Expert.objects.to_ask(proposed.on).select_related("person").in_topic_order()]
    if proposed.hindrance is Hindrance.CONTEXT_PACK:
        found += in_charge(Role.LEAD, Role.SYSTEM_OWNER)
    if proposed.hindrance is Hindrance.LEADER_ABSENT:
        found = [by]
    return list({one.pk: one for one in found}.values())


def champion_of(program: Program, person: Person) -> Person | None:
    """Who leads the pod that a person sits in; nobody at present, or for whoever sits in none."""
    seats = Seat.objects.current().filter(pod__program=program, person=person)
    seat = seats.filter(pod__champion__stepped_down_at__isnull=True).select_related("pod__champion__person").first()
    return seat.pod.champion.person if seat and seat.pod.champion else None


def peers_of(program: Program, person: Person, *, on: date) -> list[Person]:
    """Whom somebody could watch: the others of their pod who are there on a day, by name."""
    pods = Pod.objects.filter(program=program, seats__person=person, seats__left_at__isnull=True)
    seats = Seat.objects.filled(on).filter(pod__in=pods).exclude(person=person).select_related("person")
    return [seat.person for seat in seats.in_name_order()]


def last_cause(program: Program, person: Person) -> Hindrance | None:
    """What their last follow-up found."""
    rows = FollowUp.objects.answered().filter(session__pod__program=program, person=person)
    row = rows.order_by("-answered_at", "-id").first()
    return Hindrance(row.cause) if row and row.cause else None


# --- for the lead, through the gate ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CauseRow:
    """How many of those who were asked on day 7 met a cause, as far as it may be said."""

    cause: Cause
    words: Words
    step: Words
    said: Wording


@dataclass(frozen=True)
class Diagnosis:
    """Which causes were found, and how many found an answer themselves; counted until a Monday. Empty: nothing to say yet."""

    counted_until: date
    causes: tuple[CauseRow, ...]
    self_served: Wording | None


def diagnosis(program: Program, *, at: datetime) -> Diagnosis:
    """The causes of a programme by people, each one's last follow-up, whole weeks only. Two queries."""
    zone = program.organization.zone
    until = monday(local_date(at, zone))
    before = instant(until, rules.FOLLOW_UP_HOUR.replace(hour=0), zone)
    rows = FollowUp.objects.filter(session__pod__program=program, answered_at__lt=before)
    last = rows.order_by("person_id", "-answered_at", "-id").distinct("person_id").values_list("cause", flat=True)
    found = list(last)
    # By people: whoever asked often counts once, and is self-served where at least one answer was.
    asked = Question.objects.answered().filter(pod__program=program, answered_on__lt=until)
    solvers: dict[int, bool] = {}
    for person, solved_by in asked.values_list("person_id", "solved_by"):
        solvers[person] = solvers.get(person, False) or SolvedBy(solved_by) in rules.SELF_SERVED
    return Diagnosis(
        counted_until=until,
        causes=tuple(
            CauseRow(
                cause,
                CAUSE_WORDS[cause],
                REMEDIES[cause],
                _through_the_gate(program, f"cause {cause}", until, len(found), found.count(cause)),
            )
            for cause in Cause
        )
        if found
        else (),
        self_served=_through_the_gate(program, "self-served", until, len(solvers), sum(solvers.values()))
        if solvers
        else None,
    )


def _through_the_gate(program: Program, metric: str, until: date, people: int, positive: int) -> Wording:
    thresholds = program.thresholds
    blocks = (Block(Arm.PODS, "", "", people, people, positive),)
    release = publish(Facts(metric, str(until), blocks), arrangement=arrange(blocks, thresholds), thresholds=thresholds)
    return wording(release.table(Audience.LEAD).arm(Arm.PODS))


# --- messages --------------------------------------------------------------------------------------------------------


def facts_of_remedy(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the owner of a step reads: that there is one, and by when. Never what was said."""
    row = Remedy.objects.select_related("person", "organization").get(pk=message.row_id)
    return {
        "title": translate("A step with %(name)s, by %(day)s")
        % {"name": row.person.name, "day": date_format(row.due_on, "j F")},
        "paragraph": str(STEP_WORDS[Hindrance(row.hindrance)]),
        "button": translate("Open the step"),
        "address": f"{settings.BASE_URL}/o/{row.organization.slug}/steps/{row.public_id}/",
    }


def remedy_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the step is still theirs and open, and its person there to be talked to."""
    found: bool = Remedy.objects.wanted(at.date()).filter(owner=message.person, pk=message.row_id).exists()
    return found
