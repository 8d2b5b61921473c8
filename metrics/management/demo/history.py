"""What happened in a programme of the demo, lived through day by day with a moved clock."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from celery import current_app

from adoption.programs import actions as programs
from adoption.programs import rules as calendar
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint
from adoption.tenancy.models import Agenda, Leave, Organization, Person
from adoption.tenancy.rules import instant
from champions.actions import name_champion
from champions.actions.moments import LOOK
from champions.models import Champion
from metrics.actions.weeks import DRAIN, Line, record_history
from metrics.management.demo import ratings, signs
from metrics.management.demo.champions import give_time, keep_some_time, keep_time
from metrics.management.demo.design import think
from metrics.management.demo.habits import Course, Habit, habits, said, said_by_champion
from metrics.management.demo.money import reckon
from metrics.management.demo.readiness import prepare
from pods.actions import FOLLOW_UP_DUE, answer_follow_up, form_pod, log_session
from pods.actions.reflections import reflect
from pods.models import FollowUp, Pod
from pods.rules import Cause, SessionKind, Used
from surveys.actions import ATTEND, PUBLISH, answer, close_wave, take_pulse
from surveys.models import Ask, Wave
from surveys.rules import SAFETY, WaveKind

EVENING = time(17)
FINISHED = (
    "The first section of this week’s own piece",
    "Notes and the last good one in, the context pack loaded, ask for a draft, check each figure against the file.",
)
# What did not work on a day 7, by its cause.
# What worked in a week of a pod, what did not, and what it tries next.
LEARNED = (
    (
        "The outline came from our own last piece of work, and was usable at once.",
        "Figures were made up where the notes had none.",
        "Ask for gaps to be marked instead of filled.",
    ),
    (
        "Two short examples of our own did more than a long instruction.",
        "The tone was too friendly for this client.",
        "Put one paragraph of their own last letter beside the prompt.",
    ),
    (
        "Checking against a list took five minutes instead of twenty.",
        "Nobody had the list at hand when it mattered.",
        "The list becomes part of the context pack.",
    ),
    (
        "The first draft from notes was done before the meeting was over.",
        "",
        "Everybody tries it on their next meeting.",
    ),
    (
        "",
        "Long files came back as a summary that left out the exceptions.",
        "One section at a time, exceptions first.",
    ),
)
FAILED = {
    Cause.OBSTACLE: "Too much to rewrite.",
    Cause.CONTEXT_PACK: "It does not know how our reports are built.",
    Cause.GENERIC_EXAMPLES: "The examples were of another team’s reports.",
    Cause.NO_PEER_SEEN: "Nobody near me does it, so I never saw how.",
}
# Where the time went: the more often a word stands here, the more often it is said.
WENT_TO = (
    *("more_of_the_same", "breathing_space", "better_quality"),
    *("better_quality", "better_quality", "higher_value", "higher_value", "other"),
)
PULSE_SHARE = 0.8  # of those who answer a survey, so many go on to its anonymous part
# What the history carries out as time passes. Mail of the past is not sent: nobody was there to read it.
LIVED = (
    calendar.OPEN_WAVE,
    PUBLISH,
    calendar.ASK_WEEK,
    calendar.LOOK_AFTER,
    calendar.ASK_CHAMPIONS,
    calendar.LOOK_AT_CHAMPIONS,
    calendar.TELL_WINS,
    calendar.TELL_EVIDENCE,
    LOOK,
    calendar.FREEZE,
    calendar.END,
    calendar.FOLLOWED,
    calendar.CLOSE,
    FOLLOW_UP_DUE,
    ATTEND,
)
# What looks at no figure. All else finds everything decided that is known, as it would with a worker at hand.
LOOKS_AT_NO_FIGURE = {calendar.OPEN_WAVE, FOLLOW_UP_DUE, ATTEND}


@dataclass(frozen=True)
class Group:
    """A pod with its champion, or a comparison team; how many of it come to work differently, and when they fall silent."""

    name: str
    members: tuple[Person, ...]
    champion: Person | None
    adopters: int


@dataclass(frozen=True)
class Plan:
    """A programme of the demo."""

    name: str
    workflow: str
    comparison: str
    starts_on: date
    weeks: int
    groups: tuple[Group, ...]
    # Who says nothing, by checkpoint and arm, and how many of the end's adopters still are, as in `Course`.
    silent: Mapping[tuple[Checkpoint, Arm], tuple[int, int]] = field(default_factory=dict)
    retained: Mapping[Arm, int] = field(default_factory=dict)
    # Who has not answered for the last week yet.
    waits: tuple[Person, ...] = ()
    # Whether recipients rate what its people make, and whether they are at it just now.
    rated: bool = False
    is_being_rated: bool = False
    # Whether nobody begins after the first week.
    stands_still: bool = False

    @property
    def course(self) -> Course:
        return Course(self.starts_on, self.weeks, self.silent, self.retained, self.stands_still)


@dataclass(frozen=True)
class Member:
    """Somebody in a group, and their habits."""

    person: Person
    habit: Habit
    champion: Person | None = None


class Life:
    """One organisation as time passes."""

    def __init__(self, organization: Organization, *, now: datetime) -> None:
        self.organization = organization
        self.now = now
        # Outside a worker nobody has looked for tasks yet.
        current_app.loader.import_default_modules()

    def at(self, day: date, hour: time = EVENING) -> datetime:
        """A local time of the company."""
        return instant(day, hour, self.organization.zone)

    def until(self, moment: datetime) -> None:
        """Let everything happen that is due by then, each thing at its own time."""
        while due := self._due(LIVED, min(moment, self.now)):
            if due.task not in LOOKS_AT_NO_FIGURE:
                self.decide(due.due_at)
            self._carry_out(due)

    def decide(self, moment: datetime) -> None:
        """Have decided what changed by then. A worker does so at once; here once for many changes, before somebody looks."""
        while due := self._due((DRAIN,), moment):
            self._carry_out(due)

    def _due(self, tasks: Sequence[str], moment: datetime) -> Agenda | None:
        promised = Agenda.objects.open().filter(organization=self.organization, task__in=tasks, due_at__lte=moment)
        return promised.order_by("due_at", "pk").first()

    def _carry_out(self, due: Agenda) -> None:
        current_app.tasks[due.task].apply(kwargs={"agenda_id": due.pk, "at": due.due_at.isoformat()})
        due.refresh_from_db()
        if due.failure:
            raise RuntimeError(f"{due.task} failed: {due.failure}")


def live(plan: Plan, life: Life, *, lead: Person, sponsor: Person) -> Program:
    """Create a programme, and let happen what has happened in it by now."""
    begin = calendar.baseline_starts_on(plan.starts_on)
    at = life.at(begin - timedelta(days=10))
    program = programs.create_program(
        name=plan.name,
        workflow=plan.workflow,
        starts_on=plan.starts_on,
        weeks=plan.weeks,
        comparison=plan.comparison,
        by=lead,
        at=at,
    )
    for group in plan.groups:
        if group.champion:
            champion = name_champion(program=program, person=group.champion, by=lead, at=at)
            form_pod(program=program, champion=champion, name=group.name, members=group.members, by=lead, at=at)
        else:
            programs.assign(
                program=program, arm=Arm.COMPARISON, cluster=group.name, people=group.members, by=lead, at=at
            )
    pods = sum(group.champion is not None for group in plan.groups)
    where = [one.department for group in plan.groups for one in group.members]
    think(program, departments=where, pods=pods, teams=len(plan.groups) - pods, by=lead, at=at)
    leading = Champion.objects.serving().filter(program=program).select_related("person__manager").in_name_order()
    give_time(program, list(leading), sponsor=sponsor, lead=lead, life=life)
    members = list(_members(plan.groups))
    programs.open_baseline(program=program, by=lead, at=life.at(begin, time(8)))
    _survey(program, WaveKind.BASELINE, members, life, life.at(begin + timedelta(days=3)), pulse=plan.rated)
    if plan.rated or plan.is_being_rated:
        _register(program, members, life, begin + timedelta(days=8), before=True)
    weeks = calendar.asked_weeks(plan.starts_on, plan.weeks)
    for week in [week for week in weeks if week < plan.starts_on - timedelta(weeks=1)]:
        _say(program, plan, members, week, life)
    prepare(program, list(leading), sponsor=sponsor, lead=lead, life=life, renews=plan.is_being_rated)
    launched_at = life.at(plan.starts_on, time(8))
    # Whether the baseline is there is asked of what was decided.
    life.decide(launched_at)
    programs.launch(program=program, by=lead, at=launched_at)
    _say(program, plan, members, plan.starts_on - timedelta(weeks=1), life)
    for week in [week for week in weeks if week >= plan.starts_on]:
        if life.at(week) > life.now:
            break
        keep_time(program, week, life)
        _practise(program, members, week, life)
        if week + timedelta(weeks=1, days=1) > life.now.date():
            break
        _say(program, plan, members, week, life)
        if plan.rated and week == plan.starts_on + timedelta(weeks=5):
            told = [(one.person, one.habit, found) for one in members if (found := said(plan.course, one.habit, week))]
            signs.show(program, told, week, at=life.at(week + timedelta(weeks=1, days=1)))
        if week == plan.starts_on + timedelta(weeks=7):
            _survey(program, WaveKind.POST, members, life, life.at(week + timedelta(days=10)), pulse=plan.rated)
            if plan.rated:
                _have_rated(program, members, week, life, lead=lead)
    _look_back_after_ninety_days(program, members, life, lead=lead)
    keep_some_time(program, life)
    if plan.is_being_rated:
        _begin_to_rate(program, members, life, lead=lead)
    program.refresh_from_db()
    reckon(program, lead=lead, life=life)
    return program


def _members(groups: Sequence[Group]) -> Iterable[Member]:
    people = {person.pk for group in groups for person in group.members}
    away = set(Leave.objects.filter(person__in=people).values_list("person_id", flat=True))
    made = habits(
        [
            (group.name, Arm.PODS if group.champion else Arm.COMPARISON, len(group.members), group.adopters)
            for group in groups
        ]
    )
    for group, seats in zip(groups, made, strict=True):
        for person, habit in zip(group.members, seats, strict=True):
            yield Member(person, replace(habit, steady=person.pk in away), group.champion)


def _say(program: Program, plan: Plan, members: Sequence[Member], week: date, life: Life) -> None:
    """Everybody says what they did in a week, or keeps silent, on the Monday after it."""
    at = life.at(week + timedelta(weeks=1))
    life.until(at)
    if at > life.now:
        return
    is_last = at + timedelta(weeks=1) > life.now
    lines = []
    for member in members:
        told = said(plan.course, member.habit, week)
        if told and not (is_last and member.person in plan.waits):
            lines.append(Line(member.person.pk, week, *told))
    number = calendar.week_number(week, program.starts_on)
    leading = [group.champion for group in plan.groups if group.champion]
    lines += [Line(one.pk, week, *told) for one in leading if (told := said_by_champion(one.mail or "", number))]
    record_history(program=program, lines=lines, by=None, at=at)
    life.until(at + timedelta(hours=1))


def _practise(program: Program, members: Sequence[Member], week: date, life: Life) -> None:
    """A kickoff, a workshop and one-to-ones in the first two weeks, a reflection in each week after.

    Day-7 follow-ups are answered as they fall due.
    """
    number = calendar.week_number(week, program.starts_on)
    adopts = {member.person.pk: member.habit.adopts for member in members}
    for pod in Pod.objects.filter(program=program).select_related("champion__person").in_name_order():
        people = [seat.person for seat in pod.seats.select_related("person__organization").in_name_order()]
        if number == 1:
            _log(pod, SessionKind.KICKOFF, week, people, 45, 15, f"{pod.pk}0001", life)
            _log(pod, SessionKind.WORKSHOP, week + timedelta(days=1), people, 200, 55, f"{pod.pk}0002", life)
        half = len(people) // 2
        turn = people[:half] if number == 1 else people[half:] if number == 2 else []
        for place, person in enumerate(turn):
            day = week + timedelta(days=1 + place % 4)
            _log(pod, SessionKind.ONE_TO_ONE, day, [person], 40, 10, f"{pod.pk}{person.pk}1", life, finished=FINISHED)
        if number > 2:
            _log(pod, SessionKind.REFLECTION, week + timedelta(days=3), people, 12, 3, f"{pod.pk}{number}", life)
            _look_back(pod, week, number, life)
    life.until(life.at(week + timedelta(days=6)))
    for follow_up in FollowUp.objects.due(life.at(week + timedelta(days=6))).filter(session__pod__program=program):
        if follow_up.due_at + timedelta(days=2) > life.now:
            continue
        works, cause = adopts[follow_up.person_id], list(FAILED)[follow_up.person_id % len(FAILED)]
        answer_follow_up(
            follow_up=follow_up,
            used=Used.YES if works else Used.STOPPED,
            what_happened="Used it on this week’s report." if works else "Started, then went back to the old way.",
            what_failed="" if works else FAILED[cause],
            cause=None if works else cause,
            fixed=None if works else follow_up.pk % 2 == 0,
            by=follow_up.session.pod.champion.person,
            at=follow_up.due_at + timedelta(hours=3),
        )


def _look_back(pod: Pod, week: date, number: int, life: Life) -> None:
    """What the pod learned in a week, as its champion writes it down after the reflection."""
    at = life.at(week + timedelta(days=3))
    if at > life.now or pod.champion is None:
        return
    worked, did_not, next_time = LEARNED[(pod.pk + number) % len(LEARNED)]
    reflect(pod=pod, week=week, worked=worked, did_not=did_not, next_time=next_time, by=pod.champion.person, at=at)


def _log(
    pod: Pod,
    kind: SessionKind,
    day: date,
    people: list[Person],
    doing: int,
    explaining: int,
    key: str,
    life: Life,
    finished: tuple[str, str] = ("", ""),
) -> None:
    at = life.at(day)
    if at > life.now:
        return
    life.until(at)
    log_session(
        pod=pod,
        kind=kind,
        held_on=day,
        attendees=people,
        doing_minutes=doing,
        explaining_minutes=explaining,
        note="",
        finished=finished[0],
        written_down=finished[1],
        form_key=UUID(int=int(key)),
        by=pod.champion.person if pod.champion else None,
        at=at,
    )


def _register(program: Program, members: Sequence[Member], life: Life, day: date, *, before: bool) -> None:
    people = [(member.person, member.habit, member.champion) for member in members]
    ratings.register(program, people, before=before, day=day, at=life.at(day))


def _have_rated(program: Program, members: Sequence[Member], week: date, life: Life, *, lead: Person) -> None:
    """Work of after the start is registered, everything is given out mixed, and rated within twelve days."""
    if life.at(week + timedelta(days=14)) > life.now:
        return
    _register(program, members, life, week, before=False)
    ratings.give_out(program, lead=lead, at=life.at(week + timedelta(days=1)))
    seats = {member.person.pk: (member.habit.seat, member.champion is not None) for member in members}
    ratings.have_rated(program, seats, lead=lead, at=life.at(week + timedelta(days=13)))


def _begin_to_rate(program: Program, members: Sequence[Member], life: Life, *, lead: Person) -> None:
    """Work of after the start is registered, and has been with its recipients for two days."""
    day = life.now.date() - timedelta(days=3)
    _register(program, members, life, day, before=False)
    ratings.give_out(program, lead=lead, at=life.at(day + timedelta(days=1)))
    seats = {member.person.pk: (member.habit.seat, member.champion is not None) for member in members}
    ratings.have_begun(program, seats, at=life.at(day + timedelta(days=2)))


def _survey(
    program: Program, kind: WaveKind, members: Sequence[Member], life: Life, at: datetime, *, pulse: bool = False
) -> None:
    """Most people answer, honestly: whoever adopts needs less time, most others about the same.

    With `pulse` most of them reply to the anonymous statements, too.
    """
    life.until(at)
    if at > life.now:
        return
    known = {member.person.pk: member for member in members}
    asks = Ask.objects.unanswered().filter(wave__program=program, wave__kind=kind).select_related("person")
    for ask in asks:
        habit = known[ask.person_id].habit
        adopts = habit.adopts
        dice = random.Random(f"{habit.seat}-{kind}")  # noqa: S311 - the demo's dice
        before = 60 + 15 * (random.Random(habit.seat).randrange(12))  # noqa: S311 - the demo's dice
        if dice.random() < 0.06:
            continue
        minutes = before
        if kind is not WaveKind.BASELINE:
            factor = dice.choice((0.45, 0.55, 0.65, 0.8)) if adopts else dice.choice((0.85, 0.95, 1.0, 1.1))
            minutes = round(before * factor / 5) * 5
        times = dice.choice((2, 2, 3, 4))
        given = {
            "how": "by_hand" if kind is WaveKind.BASELINE else "ai_most" if adopts else "ai_some",
            "minutes": minutes,
            "times": times,
            "with_ai": 0 if kind is WaveKind.BASELINE else times if adopts else times // 2,
            "sure_drafting": str(dice.choice((2, 3) if kind is WaveKind.BASELINE else (3, 4, 5))),
            "sure_checking": str(dice.choice((2, 3) if kind is WaveKind.BASELINE else (3, 4))),
            "timed": dice.choice(("timed", "estimated", "estimated")),
        }
        if kind is not WaveKind.BASELINE:
            given["went_to"] = random.Random(f"{habit.seat}-went").choice(WENT_TO if adopts else WENT_TO[:3])  # noqa: S311 - likewise
        answer(ask=ask, given=given, at=at)
        if pulse and dice.random() < PULSE_SHARE:
            take_pulse(
                ask=ask,
                given=_felt(
                    dice, later=kind is not WaveKind.BASELINE, in_pod=known[ask.person_id].champion is not None
                ),
                at=at,
            )


def _look_back_after_ninety_days(program: Program, members: Sequence[Member], life: Life, *, lead: Person) -> None:
    """Most answer the last survey in its first days; a week later the lead closes it."""
    day = program.ends_on + timedelta(days=calendar.RETENTION_DAYS)
    _survey(program, WaveKind.RETENTION, members, life, life.at(day + timedelta(days=3)))
    at = life.at(day + timedelta(days=9))
    wave = Wave.objects.filter(program=program, kind=WaveKind.RETENTION).first()
    if wave is not None and at <= life.now:
        close_wave(wave=wave, reason="Nearly everybody has answered.", by=lead, at=at)


def _felt(dice: random.Random, *, later: bool, in_pod: bool) -> dict[str, int]:
    """What somebody says of the safety of not knowing: a little better in a pod, later on. Some leave a statement out."""
    worth = 3.3 + (0.4 if later and in_pod else 0) + dice.gauss(0, 0.5)
    said = {}
    for item in SAFETY.items:
        answered = min(5, max(1, round(worth + dice.gauss(0, 0.7))))
        if dice.random() > 0.03:
            said[item.key] = 6 - answered if item.is_reversed else answered
    return said
