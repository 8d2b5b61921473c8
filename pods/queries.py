"""Reads of the practice floor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Attention, AttentionQuerySet, Program
from adoption.programs.queries import KIND_WORDS
from adoption.programs.rules import FROM_WEEKS, Kind, State, monday
from adoption.tenancy.models import Leave, Organization, Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import Holding, Permission, local_date
from adoption.tenancy.walls import current_organization_id
from champions.models import Champion
from champions.queries import not_here_yet
from champions.queries.time import answers_of
from champions.rules.time import CHECKED_WEEK, LATE, DropOff, Sign, drop_off, warning_signs, weeks_of
from pods import rules
from pods.models import Attendance, FollowUp, Pod, Seat, Session
from pods.rules import Cause, SessionKind, Size, Used

Words = str | Promise

MOST_TALKS = 3
MOST_SESSIONS = 5
MOST_FOUND = 8

SESSION_WORDS: dict[SessionKind, Words] = {
    SessionKind.REFLECTION: _("Reflection"),
    SessionKind.ONE_TO_ONE: _("One to one"),
    SessionKind.OFFICE_HOURS: _("Office hours"),
    SessionKind.WORKSHOP: _("Workshop"),
    SessionKind.KICKOFF: _("Kickoff"),
    SessionKind.SHOWCASE: _("Showcase"),
}
CAUSE_WORDS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("The context pack does not carry it"),
    Cause.NO_SUITABLE_WORKFLOW: _("No suitable piece of work"),
    Cause.NO_OWN_WORKFLOW: _("No piece of work of their own yet"),
    Cause.OBSTACLE: _("Hit an obstacle that was not solved"),
    Cause.GENERIC_EXAMPLES: _("The examples were not like their job"),
    Cause.NO_PEER_SEEN: _("Has not seen a colleague use it"),
}
# One person's next step for each cause. A group session is never one: it repeats what did not work.
REMEDIES: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _(
        "Fix the context pack first, with one real task: 60 to 90 minutes. More training will not help."
    ),
    Cause.NO_SUITABLE_WORKFLOW: _("Say so and leave it: not every job has a suitable piece of work."),
    Cause.NO_OWN_WORKFLOW: _("One to one: pick one piece of work they do every week, and finish it together."),
    Cause.OBSTACLE: _("One to one on their own last piece: find the step where it broke, and change that."),
    Cause.GENERIC_EXAMPLES: _("Collect five real examples of their own tasks, and show those."),
    Cause.NO_PEER_SEEN: _("Let a colleague who does the same job show them two minutes of real work."),
}
# What a champion can say, so that nobody has to find the words.
SAYINGS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("Did you use it on real work? Tell me what happened."),
    Kind.STUCK: _("Shall we do your next one together, with your own last one as the example?"),
    Kind.BELOW_THRESHOLD: _("Shall we do your next one together, with your own last one as the example?"),
    Kind.SILENT: _("How is it going? Nothing is a fine answer."),
}

# What a champion reads of somebody whose weeks are not theirs to see, once a lead has asked.
ASKED_WORDS = _("Your L&D lead asks you to talk to them.")

# Who of some people stands above whom of them, at any distance.
LINES = """
WITH RECURSIVE above (start, id) AS (
    SELECT id, manager_id FROM tenancy_person
     WHERE organization_id = %(organization)s AND id = ANY(%(people)s) AND manager_id IS NOT NULL
    UNION
    SELECT above.start, person.manager_id FROM above
      JOIN tenancy_person person ON person.id = above.id AND person.organization_id = %(organization)s
     WHERE person.manager_id IS NOT NULL
)
SELECT start, id FROM above WHERE id = ANY(%(people)s) AND start <> id
"""


def lines_among(people: Collection[int]) -> set[tuple[int, int]]:
    """Reporting lines inside a group, as (id of who reports, id of a manager of theirs at any distance). One query."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"people": list(people), "organization": current_organization_id()})
        return set(cursor.fetchall())


def reports_to(manager: Person, people: Collection[int]) -> set[int]:
    """Ids of those of some people who report to a person at any distance. One query."""
    return {start for start, above in lines_among({*people, manager.pk}) if above == manager.pk}


# --- readiness and messages ------------------------------------------------------------------------------------------


def every_champion_has_a_pod(*, program: Program, at: datetime) -> bool:
    """Readiness: whether each serving champion has a pod with somebody in it."""
    leading = set(
        Seat.objects.current().filter(pod__program=program).values_list("pod__champion_id", flat=True).distinct()
    )
    return leading >= set(Champion.objects.serving().filter(program=program).values_list("pk", flat=True))


def facts_of_follow_up(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the reminder to a champion says."""
    follow_up = FollowUp.objects.select_related("person", "session__pod__program").get(pk=message.row_id)
    return {
        "member": follow_up.person.name,
        "pod": follow_up.session.pod.name,
        "program": follow_up.session.pod.program.name,
        "held_on": follow_up.session.held_on,
        "address": f"{settings.BASE_URL}/o/{follow_up.organization.slug}/follow-ups/{follow_up.public_id}/",
    }


def follow_up_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the follow-up is still open, and this person still leads the pod."""
    found: bool = FollowUp.objects.open(at).for_champion(message.person).filter(pk=message.row_id).exists()
    return found


def guides(*, programs: Collection[Program]) -> dict[tuple[int, int], Person]:
    """Who helps whom along, by the ids of the programme and of who sits in a pod: its champion. One query."""
    seats = Seat.objects.current().filter(pod__program__in=programs, pod__champion__stepped_down_at__isnull=True)
    rows = seats.exclude(pod__champion=None).select_related("pod__champion__person")
    return {(seat.pod.program_id, seat.person_id): seat.pod.champion.person for seat in rows}


def left_alone(program: Program) -> set[int]:
    """Ids of those with whom nothing more is to be tried: their last follow-up said so, or was closed without a cause."""
    last = (
        FollowUp.objects.filter(session__pod__program=program, answered_at__isnull=False)
        .order_by("person_id", "-answered_at", "-id")
        .distinct("person_id")
    )
    return {
        row.person_id for row in last if row.used != Used.YES and (not row.cause or Cause(row.cause) in rules.SETTLED)
    }


def free_name(champion: Champion) -> str:
    """A name for a champion's pod that no other pod of the programme has: by first name, where two share it by the whole."""
    names = set(Pod.objects.filter(program=champion.program_id).values_list("name", flat=True))
    whole = champion.person.name
    proposed = (str(_("Pod %(name)s")) % {"name": name} for name in (whole.split()[0], whole))
    numbered = (str(_("Pod %(name)s %(number)d")) % {"name": whole, "number": number} for number in count(2))
    return next(name for name in chain(proposed, numbered) if name not in names)[: rules.NAME_LENGTH]


# --- forming pods ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A pod in a programme's list: its champion, how many sit in it, and what is to be looked at."""

    pod: Pod
    members: int
    due: int
    lines: tuple[str, ...]
    awaited: bool  # whether its champion has not come in yet

    @property
    def size(self) -> Size:
        return rules.size_of(self.members)


@dataclass(frozen=True)
class ProgramPods:
    """The pods of a programme, and the champions who have none yet."""

    pods: tuple[Listed, ...]
    without_pod: tuple[Champion, ...]


def pods_of(program: Program) -> list[Pod]:
    """A programme's pods by name, with their champions."""
    return list(Pod.objects.filter(program=program).select_related("champion__person").in_name_order())


def program_pods(program: Program, *, at: datetime) -> ProgramPods:
    """A programme's pods by name. Five queries, whatever the numbers."""
    pods = pods_of(program)
    seats = Seat.objects.current().filter(pod__program=program).select_related("person").in_name_order()
    sitting: dict[int, list[Person]] = {}
    for seat in seats:
        sitting.setdefault(seat.pod_id, []).append(seat.person)
    due = dict(
        FollowUp.objects.due(at)
        .filter(session__pod__program=program)
        .values_list("session__pod")
        .annotate(number=Count("pk"))
    )
    leads = {pod.champion_id for pod in pods}
    free = Champion.objects.serving().filter(program=program).exclude(pk__in=[one for one in leads if one])
    everybody = [person.pk for people in sitting.values() for person in people]
    everybody += [pod.champion.person_id for pod in pods if pod.champion]
    lines = lines_among(everybody)
    awaited = not_here_yet(pod.champion.person for pod in pods if pod.champion)
    return ProgramPods(
        pods=tuple(
            Listed(
                pod,
                len(sitting.get(pod.pk, ())),
                due.get(pod.pk, 0),
                tuple(_line_words(pod, sitting, lines)),
                awaited=pod.champion is not None and pod.champion.person_id in awaited,
            )
            for pod in pods
        ),
        without_pod=tuple(free.select_related("person").in_name_order()),
    )


def _line_words(pod: Pod, sitting: dict[int, list[Person]], lines: set[tuple[int, int]]) -> Iterable[str]:
    people = list(sitting.get(pod.pk, ()))
    if pod.champion:
        people.append(pod.champion.person)
    return lines_said(people, lines)


def lines_said(people: Sequence[Person], lines: set[tuple[int, int]]) -> list[str]:
    """The reporting lines among people, as sentences."""
    names = {person.pk: person.name for person in people}
    return [
        str(_("%(name)s reports to %(manager)s") % {"name": names[below], "manager": names[above]})
        for below, above in sorted(lines, key=lambda pair: (names.get(pair[0], ""), pair))
        if below in names and above in names
    ]


@dataclass(frozen=True)
class Candidate:
    """Somebody who could sit in a pod: whether they are proposed, where they sit now, and who else asks them."""

    person: Person
    is_chosen: bool
    where: str
    # Another running programme that asks them too.
    elsewhere: str


def candidates(
    program: Program,
    champion: Champion,
    *,
    chosen: Collection[UUID] | None,
    team: UUID | None,
    search: str,
    on: date,
) -> list[Candidate]:
    """Who could sit in a champion's pod, by name.

    Those chosen so far; with `chosen` None the champion's colleagues under the same manager; with `team` also everybody
    who reports to that person; with `search` also those whose name, address or department contains it, unticked.
    """
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk")).values("cluster")[:1]
    leads = Champion.objects.serving().filter(program=program, person=OuterRef("pk"))
    others = Program.objects.running().exclude(pk=program.pk).filter(pk=OuterRef("program"))
    asked = Assignment.objects.current().filter(Exists(others), person=OuterRef("pk")).order_by("program")
    elsewhere = Subquery(asked.values("program__name")[:1])
    people = Person.objects.here(on).exclude(Exists(leads)).annotate(where=Subquery(place), elsewhere=elsewhere)
    ticked = Q(public_id__in=chosen or ())
    if chosen is None and champion.person.manager_id:
        ticked |= Q(manager=champion.person.manager_id, where=None)
    if team:
        ticked |= Q(manager__public_id=team, where=None)
    found = {one.pk: Candidate(one, True, one.where or "", one.elsewhere or "") for one in people.filter(ticked)}
    if search:
        more = people.in_file_of_name(search).exclude(pk__in=list(found)).in_name_order()[:MOST_FOUND]
        found |= {one.pk: Candidate(one, False, one.where or "", one.elsewhere or "") for one in more}
    return sorted(found.values(), key=lambda one: (one.person.sort_name, one.person.pk))


@dataclass(frozen=True)
class Concerns:
    """What speaks against a pod as chosen. Not a refusal: who forms it decides."""

    members: int
    lines: tuple[str, ...]

    @property
    def size(self) -> Size:
        return rules.size_of(self.members)

    @property
    def is_any(self) -> bool:
        return self.size is not Size.FINE or bool(self.lines)


def concerns(champion: Champion, members: Sequence[Person]) -> Concerns:
    """The size of a pod and the reporting lines in it. One query."""
    people = [*members, champion.person]
    return Concerns(len(members), tuple(lines_said(people, lines_among([one.pk for one in people]))))


# --- a champion's pod ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Talk:
    """Somebody to talk to: why, since when, what one can say, and the follow-up to open where one is due."""

    row: Attention
    why: Words
    since: date | None
    saying: Words
    follow_up: FollowUp | None
    # Their lead asked for it too.
    is_asked: bool

    @property
    def person(self) -> Person:
        return self.row.person


@dataclass(frozen=True)
class Due:
    """A follow-up in a champion's list."""

    follow_up: FollowUp
    due_on: date
    is_due: bool
    days_late: int


@dataclass(frozen=True)
class Held:
    """A session and how many were there. For planning only: attendance is never a result."""

    session: Session
    words: Words
    people: int


@dataclass(frozen=True)
class PodLook:
    """A pod at a glance."""

    pod: Pod
    today: date
    week: int
    members: tuple[Person, ...]
    talks: tuple[Talk, ...]
    follow_ups: tuple[Due, ...]
    sessions: tuple[Held, ...]
    doing: int
    explaining: int

    @property
    def due(self) -> int:
        return sum(one.is_due for one in self.follow_ups)

    @property
    def is_in_phase(self) -> bool:
        return self.pod.program.state is State.LAUNCHED and 1 <= self.week <= self.pod.program.weeks

    @property
    def ratio(self) -> float | None:
        """Minutes of doing to one of explaining, over all sessions; None before anything was explained."""
        return self.doing / self.explaining if self.explaining else None


def members_of(pod: Pod) -> list[Person]:
    """Who sits in a pod, by name."""
    return [seat.person for seat in Seat.objects.current().filter(pod=pod).select_related("person").in_name_order()]


def look_at(pod: Pod, *, at: datetime) -> PodLook:
    """A pod's page. The number of queries does not depend on how many people are in it."""
    today = local_date(at, pod.organization.zone)
    members = members_of(pod)
    waiting = list(
        FollowUp.objects.open(at)
        .filter(session__pod=pod)
        .select_related("person__organization", "session")
        .oldest_first()
    )
    sessions = list(Session.objects.filter(pod=pod).with_people().newest_first())
    keys = {one.pk for one in members}
    leader = pod.champion.person if pod.champion else None
    wanted = _wanted(leader, [pod], keys, on=today)
    return PodLook(
        pod=pod,
        today=today,
        week=pod.program.week_on(today),
        members=tuple(members),
        talks=tuple(_talks(keys, waiting, wanted, at)[:MOST_TALKS]),
        follow_ups=tuple(due_words(one, at) for one in waiting),
        sessions=tuple(Held(one, SESSION_WORDS[SessionKind(one.kind)], one.people) for one in sessions[:MOST_SESSIONS]),
        doing=sum(one.doing_minutes for one in sessions),
        explaining=sum(one.explaining_minutes for one in sessions),
    )


def _talks(members: Collection[int], waiting: Sequence[FollowUp], found: Wanted, at: datetime) -> list[Talk]:
    """Who has waited longest, one reason each: whoever got stuck before a follow-up that is merely due."""
    due = {one.person_id: one for one in reversed(waiting) if one.due_at <= at}
    # Whose next day 7 is promised has been seen to since they got stuck.
    promised = {one.person_id: one.session.held_on for one in waiting if one.due_at > at}
    first: dict[int, Attention] = {}
    for row in sorted(found.rows, key=lambda one: (one.kind == Kind.FOLLOW_UP_DUE, one.since, one.pk)):
        if row.person_id not in members:
            continue
        if row.kind == Kind.STUCK and promised.get(row.person_id, date.min) >= row.since:
            continue
        if found.hides(row) and not row.asked_at:
            continue
        first.setdefault(row.person_id, row)
    return [
        _talk(row, due.get(row.person_id), hidden=found.hides(row))
        for row in sorted(first.values(), key=lambda one: (one.since, one.pk))
    ]


def _talk(row: Attention, follow_up: FollowUp | None, *, hidden: bool) -> Talk:
    kind = Kind(row.kind)
    return Talk(
        row=row,
        why=ASKED_WORDS if hidden else KIND_WORDS[kind],
        # Since when would tell what it is about.
        since=None if hidden else row.since,
        saying=SAYINGS[Kind.SILENT if hidden else kind],
        follow_up=follow_up,
        is_asked=row.asked_at is not None and not hidden,
    )


@dataclass(frozen=True)
class Wanted:
    """Rows of the attention list of some members, and whose weeks their champion may not see."""

    rows: tuple[Attention, ...]
    veiled: frozenset[int]

    def hides(self, row: Attention) -> bool:
        """Whether the reason is not for the champion to know."""
        return row.kind in FROM_WEEKS and row.person_id in self.veiled


def _wanted(champion: Person | None, pods: Collection[Pod], members: Collection[int], *, on: date) -> Wanted:
    """What is on the list about the members of a champion's pods. Two queries at most."""
    programs = {pod.program_id for pod in pods}
    rows = tuple(
        Attention.objects.wanting(on).filter(program__in=programs, person__in=members).select_related("person")
    )
    if champion is None or not any(row.kind in FROM_WEEKS for row in rows):
        return Wanted(rows, frozenset())
    if any(pod.organization.champion_view == ChampionView.SHARED_ONLY for pod in pods):
        return Wanted(rows, frozenset(members))
    return Wanted(rows, frozenset(reports_to(champion, members)))


def attention_of(pod: Pod) -> AttentionQuerySet:
    """Rows of the attention list about a pod's members."""
    seats = Seat.objects.current().filter(pod=pod, person=OuterRef("person"))
    found: AttentionQuerySet = Attention.objects.filter(Exists(seats), program=pod.program)
    return found


def due_words(follow_up: FollowUp, at: datetime) -> Due:
    """A follow-up with its local day, and by how many days it is late."""
    zone = follow_up.person.local_zone()
    due_on, today = local_date(follow_up.due_at, zone), local_date(at, zone)
    return Due(follow_up, due_on, follow_up.due_at <= at, max((today - due_on).days, 0))


@dataclass(frozen=True)
class Queued:
    """A follow-up as a lead sees it: who, and why it did not work. Never what was said."""

    follow_up: FollowUp
    cause: Words


def follow_up_queue(pod: Pod) -> list[Queued]:
    """Follow-ups of a pod that ended without a use, the latest first: names and causes."""
    rows = (
        FollowUp.objects.filter(session__pod=pod, answered_at__isnull=False)
        .exclude(cause="")
        .select_related("person")
        .order_by("-answered_at", "-id")[:MOST_FOUND]
    )
    return [Queued(row, CAUSE_WORDS[Cause(row.cause)]) for row in rows]


# --- a person's places -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """The pods somebody leads, and those they sit in; the latest programme first."""

    leads: tuple[Pod, ...]
    sits: tuple[Pod, ...]

    @property
    def only(self) -> Pod | None:
        """The one pod somebody is about to ask for: the only one they lead in a phase that is not over."""
        current = [pod for pod in self.leads if pod.program.ended_at is None]
        return current[0] if len(current) == 1 and not self.sits else None


def places_of(person: Person) -> Places:
    """Pods of programmes that are not closed. Two queries."""
    pods = (
        Pod.objects.filter(program__closed_at__isnull=True)
        .select_related("program", "organization", "champion__person__manager", "champion__program")
        .order_by("-program__starts_on", "name", "id")
    )
    seated = Seat.objects.current().filter(person=person, pod=OuterRef("pk"))
    return Places(
        leads=tuple(pods.led_by(person)),
        sits=tuple(pods.filter(Exists(seated))),
    )


@dataclass(frozen=True)
class Waiting:
    """What waits for a champion in one pod: how many follow-ups are due, and whom to talk to."""

    pod: Pod
    due: int
    talks: tuple[Talk, ...]

    @property
    def first(self) -> tuple[Talk, ...]:
        """Those who are named on the first page: whose day 7 is due, then who has waited longest."""
        return tuple(sorted(self.talks, key=lambda one: one.follow_up is None)[:MOST_TALKS])

    @property
    def more(self) -> int:
        return len(self.talks) - len(self.first)


def waiting_for(person: Person, *, at: datetime) -> list[Waiting]:
    """The pods somebody leads, with what waits in each. Five queries at most, whatever the numbers."""
    pods = list(
        Pod.objects.led_by(person)
        .filter(program__closed_at__isnull=True)
        .select_related("program", "organization")
        .in_name_order()
    )
    if not pods:
        return []
    sitting: dict[int, set[int]] = {pod.pk: set() for pod in pods}
    for pod, member in Seat.objects.current().filter(pod__in=pods).values_list("pod_id", "person_id"):
        sitting[pod].add(member)
    open_ones = (
        FollowUp.objects.open(at).filter(session__pod__in=pods).select_related("session", "person").oldest_first()
    )
    waiting: dict[int, list[FollowUp]] = {pod.pk: [] for pod in pods}
    for one in open_ones:
        waiting[one.session.pod_id].append(one)
    members = set().union(*sitting.values())
    wanted = _wanted(person, pods, members, on=local_date(at, pods[0].organization.zone))
    found = [
        Waiting(
            pod,
            sum(one.due_at <= at for one in waiting[pod.pk]),
            tuple(
                _talks(
                    sitting[pod.pk],
                    waiting[pod.pk],
                    Wanted(tuple(row for row in wanted.rows if row.program_id == pod.program_id), wanted.veiled),
                    at,
                )
            ),
        )
        for pod in pods
    ]
    # After the phase a pod is only named while something in it still waits.
    return [one for one in found if one.pod.program.ended_at is None or one.due]


def export_pods(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: seats, sessions they were in, and their follow-ups."""
    return {
        "seats": [
            {
                "pod": row.pod.name,
                "from": row.taken_at.isoformat(),
                "to": row.left_at.isoformat() if row.left_at else None,
            }
            for row in Seat.objects.filter(person=person).select_related("pod").order_by("id")
        ],
        "sessions": [
            {"kind": row.session.kind, "on": row.session.held_on.isoformat()}
            for row in Attendance.objects.filter(person=person).select_related("session").order_by("id")
        ],
        "follow_ups": [
            {
                "due": row.due_at.isoformat(),
                "answered": row.answered_at.isoformat() if row.answered_at else None,
                "used": row.used,
                "what_happened": row.what_happened,
                "what_failed": row.what_failed,
                "cause": row.cause,
                "fixed": row.fixed,
            }
            for row in FollowUp.objects.filter(person=person).order_by("id")
        ],
        "sessions_led": [
            {"kind": row.kind, "on": row.held_on.isoformat(), "note": row.note}
            for row in Session.objects.filter(pod__champion__person=person).order_by("id")
        ],
    }


def leads_a_pod() -> Exists:
    """Whether the person of the outer query leads a pod whose phase is not over."""
    return Exists(Pod.objects.led_by(OuterRef("pk")).filter(program__ended_at__isnull=True))


def seen_of_pods(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Sessions you were in"),
            also=_("The champion who logged them."),
            remark=_("Leads see how many were there, never who. Attendance is never a result."),
        ),
        Holding(
            _("Your day-7 follow-ups: whether you used it, what happened, what did not work"),
            also=_("Your own champion."),
        ),
        Holding(
            _("Why it did not work, and whether it was fixed, where a follow-up ended so"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your own champion."),
            remark=_("Your name and the cause; never your words."),
        ),
    ]


SENTENCES: dict[str, Words] = {
    "pod.formed": _("formed a pod: %(detail)s"),
    "pod.handed_over": _("gave a pod to another champion"),
    "pod.withdrawn": _("dissolved a pod: %(detail)s"),
    "session.logged": _("logged a session: %(detail)s"),
    "follow_up.answered": _("wrote down a follow-up"),
}


# --- champions' time -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChampionLook:
    """What a champion's first weeks say: what warns, and whether they have stopped."""

    champion: Champion
    signs: frozenset[Sign]
    stopped: DropOff

    @property
    def has_stopped(self) -> bool:
        return self.stopped is not DropOff.NONE


def champion_looks(program: Program, *, at: datetime) -> list[ChampionLook]:
    """How it stands with the champions of a programme who are there. Seven queries, whatever the numbers."""
    today = local_date(at, program.organization.zone)
    there = Person.objects.working(today).values("pk")
    champions = list(
        Champion.objects.serving().filter(program=program, person__in=there).select_related("person", "program")
    )
    active: dict[int, set[date]] = {one.pk: set() for one in champions}
    sessions = Session.objects.filter(pod__champion__in=champions).values_list("pod__champion_id", "held_on")
    follow_ups = FollowUp.objects.filter(session__pod__champion__in=champions)
    for champion, day in sessions:
        active[champion].add(monday(day))
    for champion, when in follow_ups.filter(answered_at__isnull=False).values_list(
        "session__pod__champion_id", "answered_at"
    ):
        if when:
            active[champion].add(monday(local_date(when, program.organization.zone)))
    late = dict(
        follow_ups.open(at)
        .filter(due_at__lte=at - LATE)
        .order_by()
        .values("session__pod__champion")
        .annotate(n=Count("pk"))
        .values_list("session__pod__champion", "n")
    )
    leaves: dict[int, list[Leave]] = {}
    for leave in Leave.objects.filter(person__in=[one.person_id for one in champions]):
        leaves.setdefault(leave.person_id, []).append(leave)
    said = answers_of(champions)
    found = []
    for one in champions:
        checks = said[one.pk]
        answered = [answer for _check, answer in checks if answer]
        in_weeks = active[one.pk] | {monday(local_date(row.recorded_at, program.organization.zone)) for row in answered}
        named_on = local_date(one.named_at, program.organization.zone)
        # A successor begins in the week after they were named.
        first = program.starts_on if named_on <= program.starts_on else monday(named_on) + timedelta(weeks=1)
        weeks = [
            True if week in in_weeks else None if _is_away(leaves.get(one.person_id, ()), week) else False
            for week in weeks_of(first, today)
        ]
        found.append(
            ChampionLook(
                champion=one,
                signs=warning_signs(
                    [answer.can_keep for answer in answered],
                    asked=len(checks),
                    is_active=bool(active[one.pk]),
                    late_follow_ups=late.get(one.pk, 0),
                ),
                stopped=DropOff.NONE if any(weeks[CHECKED_WEEK:]) else drop_off(weeks),
            )
        )
    return found


def _is_away(leaves: Iterable[Leave], week: date) -> bool:
    """Whether somebody is away on all five working days of a week."""
    friday = week + timedelta(days=4)
    return any(one.starts_on <= week and (one.ends_on is None or one.ends_on >= friday) for one in leaves)
