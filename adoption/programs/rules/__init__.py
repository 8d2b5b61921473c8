"""The life of a programme, its two arms, and the calendar: one line per milestone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from adoption.tenancy.rules import Registry

SPEC_VERSION = "1.0"

BASELINE_WEEKS = 2
DEFAULT_WEEKS = 10
LEAST_WEEKS = 8
MOST_WEEKS = 12
POD_SIZE = 8
RETENTION_DAYS = 90
CLOSED_DAYS = RETENTION_DAYS + 30
OCCASION_WEEKS = 4  # in which work that does not come up every week has its occasions counted
NAME_LENGTH = 120
MORNING = time(9)


class State(StrEnum):
    """Where a programme is in its life. Each follows the one before; none is skipped, but a lead can stop it on the way."""

    DRAFT = "draft"
    BASELINE = "baseline"
    LAUNCHED = "launched"
    ENDED = "ended"
    FOLLOWED = "followed"
    CLOSED = "closed"
    # A draft discarded, a baseline called off, a phase ended early: closed before it was followed to its ninety days.
    STOPPED = "stopped"


# Where it can be stopped. After the ninety days everything was asked, and it closes by itself.
STOPPABLE = frozenset({State.DRAFT, State.BASELINE, State.LAUNCHED, State.ENDED})


class Arm(StrEnum):
    """The two groups that are compared."""

    PODS = "pods"
    COMPARISON = "comparison"


class Mode(StrEnum):
    """What somebody's own use is held against: the week, or the times the work came up, where that is less than weekly."""

    WEEKLY = "weekly"
    OPPORTUNITY = "opportunity"


class Template(StrEnum):
    """What sort of programme it is."""

    PEER_CHAMPIONS = "peer_champions"
    # A small group that finds out, where there are too few early adopters to choose champions from. Nothing is compared.
    EXPLORATORY = "exploratory"
    # Thirty days with a whole team that was trained once and stands still since: everybody one to one. Its baseline are the
    # two weeks of the audit. Measured against its own target on day 30; nothing is compared.
    REPLACEMENT = "replacement"
    # Ninety days with a whole function.
    FUNCTION_COHORT = "function_cohort"


# A small group: two pods.
EXPLORERS_AT_MOST = 2 * POD_SIZE
# Up to the end of the week in which day 30 lies.
REPLACEMENT_WEEKS = 5
# Ninety days end with the thirteenth.
FUNCTION_WEEKS = 13


def arms_of(template: str) -> tuple[Arm, ...]:
    """The groups that a programme has."""
    return (Arm.PODS,) if template in {Template.EXPLORATORY, Template.REPLACEMENT} else tuple(Arm)


def lengths_of(template: str) -> range:
    """How many weeks the active phase of a template may take."""
    if template == Template.REPLACEMENT:
        return range(REPLACEMENT_WEEKS, REPLACEMENT_WEEKS + 1)
    if template == Template.FUNCTION_COHORT:
        return range(FUNCTION_WEEKS, FUNCTION_WEEKS + 1)
    return range(LEAST_WEEKS, MOST_WEEKS + 1)


def length_of(template: str, weeks: int) -> int:
    """So many weeks if the template takes them, else what is usual for it."""
    fitting = lengths_of(template)
    return weeks if weeks in fitting else DEFAULT_WEEKS if DEFAULT_WEEKS in fitting else fitting[0]


class Checkpoint(StrEnum):
    """The frozen looks."""

    S0 = "S0"
    S30 = "S30"
    S56 = "S56"
    SE = "SE"
    S90 = "S90"
    START_90 = "start+90"
    # What the survey ninety days after the end said, once it has closed: it looks at no weeks, and no calendar has it.
    SURVEY_90 = "S90-survey"


class Anchor(StrEnum):
    """The day a milestone counts from."""

    BASELINE = "baseline"  # the Monday the two baseline weeks start
    START = "start"  # the Monday of programme week 1
    END = "end"  # the Sunday of the last week: the measurement's E


class Kind(StrEnum):
    """Why somebody wants attention."""

    BELOW_THRESHOLD = "below_threshold"
    FOLLOW_UP_DUE = "follow_up_due"
    STUCK = "stuck"
    SILENT = "silent"
    # In a replacement everybody begins with a one-to-one.
    NOT_BEGUN = "not_begun"
    # Of a champion.
    CHAMPION_TIME = "champion_time"
    CHAMPION_STOPPED = "champion_stopped"
    # Of the programme, and of nobody in it.
    PLATEAU = "plateau"
    TARGET_MISSED = "target_missed"
    # A pod whose champion was erased or has left.
    NO_CHAMPION = "no_champion"
    # A leader who does not use it: addressed privately.
    LEADER_ABSENT = "leader_absent"


# Known from somebody's own weeks: a champion who may not see those weeks does not learn these reasons either.
FROM_WEEKS = frozenset({Kind.BELOW_THRESHOLD, Kind.SILENT})
# What a one-to-one meets.
MET_ALONE = FROM_WEEKS | {Kind.NOT_BEGUN}
# What somebody decides about a programme, also once its phase is over.
TO_DECIDE = frozenset({Kind.PLATEAU, Kind.TARGET_MISSED})
# About no person: the lead sees to it, before any person's rows.
OF_PROGRAM = TO_DECIDE | {Kind.NO_CHAMPION}
# About a champion, whom nobody guides but their lead.
OF_CHAMPIONS = frozenset({Kind.CHAMPION_TIME, Kind.CHAMPION_STOPPED})
# Between a leader and the leads: nobody else learns of it, and the audit trail does not tell which it is.
FOR_LEADS = frozenset({Kind.LEADER_ABSENT})
# Closed only by what they ask for: a day 7 by its answer, a cause by a step that is agreed on and confirmed. Why else it is
# refused to say that they are done.
NOT_TALKED_AWAY = {Kind.FOLLOW_UP_DUE: "day_seven_open", Kind.STUCK: "step_to_agree_on"}
# Somebody who was helped is let be for as long as it takes to see whether it did.
LET_BE = timedelta(weeks=3)
LONGEST_SNOOZE = timedelta(weeks=6)
ASK_AGAIN_AFTER = timedelta(days=7)
SETTLED_SHOWN = timedelta(days=14)

# reserved_x(*, program) -> set[int]: ids of those who lead in a programme and so are in neither of its groups.
RESERVED = Registry("reserved")
# guides_x(*, programs, at) -> dict[(program id, person id), Person]: who helps whom along, in some programmes.
GUIDES = Registry("guide")
# told_of_x(*, detail) -> Told: a reason in the words of the floor that found it, under the name of its kind.
TELLINGS = Registry("telling")
# preview_x(*, step, at) -> Preview, registered under the name of the step's task.
PREVIEWS = Registry("preview")
# stop_x(*, program, reason, by, at): what a floor still asks or plans in a programme that is stopped, it asks no more.
STOPPERS = Registry("stopper")
# findings_x(*, programs, organization) -> dict[program id, words]: what each has shown so far, as executives read it.
FINDINGS = Registry("finding")


@dataclass(frozen=True)
class Told:
    """A reason for attention by its cause: why in words, the step against it, its key, and the one its form begins with.

    Words are perhaps lazily translated; an empty key begins with the choice.
    """

    why: Any
    step: Any
    cause: str
    begins_with: str


@dataclass(frozen=True)
class Milestone:
    """One line of the calendar. `task` is the agenda's name for who carries it out; nothing higher is imported."""

    key: str
    anchor: Anchor
    days: int
    task: str
    hour: time = MORNING
    # What the task needs to know, in one word: the wave, the checkpoint.
    about: str = ""


@dataclass(frozen=True)
class Preview:
    """What a step would do if it came today: to how many people at most, as which kind of message and with which facts.

    An empty kind: nothing is sent.
    """

    people: int
    kind: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """A milestone of one programme: its local day and hour."""

    key: str
    due_on: date
    hour: time
    task: str
    about: str


BASELINE = "baseline"
OPEN_WAVE = "surveys.open_wave"
REMIND_WAVE = "surveys.remind_wave"
ASK_WEEK = "metrics.ask_week"
LOOK_AFTER = "metrics.look_after"
LOOK_FOR_ONE_TO_ONES = "pods.look_for_one_to_ones"
ASK_CHAMPIONS = "surveys.ask_champions"
TELL_WINS = "champions.tell_wins"
LOOK_AT_CHAMPIONS = "pods.look_at_champions"
FREEZE = "metrics.freeze"
TELL_EVIDENCE = "metrics.tell_evidence"
END = "programs.end"
FOLLOWED = "programs.followed"
CLOSE = "programs.close"

# Written when the baseline opens.
BASELINE_CALENDAR = (
    Milestone("baseline-survey", Anchor.BASELINE, 0, OPEN_WAVE, about=BASELINE),
    Milestone("baseline-survey-reminder", Anchor.BASELINE, 4, REMIND_WAVE, about=BASELINE),
)
# Written at launch.
CALENDAR = (
    # When the second week of the baseline has closed, and not with one of the two. Who is in it stands since the launch.
    Milestone("freeze-S0", Anchor.START, 7, FREEZE, about=Checkpoint.S0),
    # From then on whoever has worked for two weeks, each on their own day.
    Milestone("tell-wins", Anchor.START, 14, TELL_WINS),
    Milestone("post-survey", Anchor.START, 56, OPEN_WAVE, about="post"),
    Milestone("post-survey-reminder", Anchor.START, 60, REMIND_WAVE, about="post"),
    Milestone("end", Anchor.END, 1, END),
    Milestone("followed", Anchor.END, RETENTION_DAYS, FOLLOWED),
    Milestone("retention-survey", Anchor.END, RETENTION_DAYS, OPEN_WAVE, about="retention"),
    Milestone("close", Anchor.END, CLOSED_DAYS, CLOSE),
)
# The same of a replacement: a one-to-one in the first week and day 7 after it, the peer moment on day 14, asked again with day 30.
REPLACEMENT_CALENDAR = (
    Milestone("one-to-ones", Anchor.START, 7, LOOK_FOR_ONE_TO_ONES),
    Milestone("post-survey", Anchor.START, 28, OPEN_WAVE, about="post"),
    Milestone("post-survey-reminder", Anchor.START, 32, REMIND_WAVE, about="post"),
    *(line for line in CALENDAR if not line.key.startswith("post-survey")),
)
LOOKS = (Checkpoint.S30, Checkpoint.S56, Checkpoint.SE, Checkpoint.S90, Checkpoint.START_90)


def looks_of(template: str) -> tuple[Checkpoint, ...]:
    """The frozen looks after the launch: a replacement is over before week 8, and ninety days end on day 90."""
    left_out = {Template.REPLACEMENT: Checkpoint.S56, Template.FUNCTION_COHORT: Checkpoint.START_90}.get(
        Template(template)
    )
    return tuple(look for look in LOOKS if look is not left_out)


# By how many days a step may come earlier or later than promised. What is not here was fixed at launch: the looks and the
# end of the phase, so that nobody can choose afterwards what counts.
LEEWAY: dict[str, tuple[int, int]] = {
    OPEN_WAVE: (7, 14),
    REMIND_WAVE: (3, 14),
    ASK_WEEK: (0, 6),
    LOOK_AFTER: (0, 4),
    LOOK_FOR_ONE_TO_ONES: (0, 4),
    ASK_CHAMPIONS: (0, 6),
    TELL_WINS: (0, 14),
    LOOK_AT_CHAMPIONS: (0, 4),
    TELL_EVIDENCE: (0, 13),
}
# The survey and its reminder, which keep their order.
REMINDED_BY = {OPEN_WAVE: REMIND_WAVE}
REASON_LENGTH = 200
# Before two of somebody's own weeks are over nothing can be said of them; answers have two days to come in.
LOOKS_FROM_WEEK = 3
LOOKS_ON = 2  # Wednesday
# Champions are asked about their time on Thursdays: twice at first, so that a warning can come before week three, in which
# those without time stop; then every fortnight. They are looked at on the Friday of each week from the second on.
FIRST_CHECKS = (1, 2)
CHECKS_EVERY = 2
# After the phase they keep a few hours a week, and are asked every four weeks until the ninety days are over.
CHECKS_AFTERWARDS_EVERY = 4
CHECKS_ON, LOOKS_AT_CHAMPIONS_ON = 3, 4
LOOKS_AT_CHAMPIONS_FROM = 2
AFTERNOON = time(15)
# A week can be mended until the Sunday after it; a checkpoint freezes on the morning after that Sunday.
CLOSES_AFTER = timedelta(days=13)
FREEZES_AFTER = timedelta(days=14)


def monday(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def last_day(starts_on: date, weeks: int) -> date:
    """E: the Sunday that ends the active phase of a programme which starts on a Monday."""
    return starts_on + timedelta(weeks=weeks, days=-1)


def closing_day(starts_on: date, weeks: int) -> date:
    """The day on which a programme closes by itself."""
    return last_day(starts_on, weeks) + timedelta(days=CLOSED_DAYS)


def baseline_starts_on(starts_on: date) -> date:
    """The Monday on which the two baseline weeks start."""
    return starts_on - timedelta(weeks=BASELINE_WEEKS)


def window(day: date) -> tuple[date, date]:
    """The last two complete ISO weeks that end on or before the day, as their Mondays."""
    later = monday(day + timedelta(days=1)) - timedelta(weeks=1)
    return later - timedelta(weeks=1), later


def looks_at(checkpoint: Checkpoint, starts_on: date, weeks: int) -> tuple[date, date]:
    """The two weeks that a checkpoint looks at, as their Mondays."""
    end = last_day(starts_on, weeks)
    day = {
        Checkpoint.S0: starts_on - timedelta(days=1),
        Checkpoint.S30: starts_on + timedelta(days=30),
        Checkpoint.S56: starts_on + timedelta(days=56),
        Checkpoint.SE: end,
        Checkpoint.S90: end + timedelta(days=RETENTION_DAYS),
        Checkpoint.START_90: starts_on + timedelta(days=RETENTION_DAYS),
        # The two weeks that it asks about, if it opens as planned.
        Checkpoint.SURVEY_90: end + timedelta(days=RETENTION_DAYS),
    }[checkpoint]
    return window(day)


def weeks_looked_at(checkpoint: Checkpoint, starts_on: date, weeks: int, mode: str = Mode.WEEKLY) -> tuple[date, ...]:
    """The same weeks; of work that comes up seldom the last four, except at the baseline, which has two."""
    last = looks_at(checkpoint, starts_on, weeks)[-1]
    return occasion_window(last) if _is_long(checkpoint, mode) else looks_at(checkpoint, starts_on, weeks)


def _is_long(checkpoint: Checkpoint, mode: str) -> bool:
    return mode == Mode.OPPORTUNITY and checkpoint is not Checkpoint.S0


def occasion_window(last: date) -> tuple[date, ...]:
    """The weeks over which the occasions of seldom work are counted, up to the one of this Monday."""
    return tuple(last - timedelta(weeks=back) for back in reversed(range(OCCASION_WEEKS)))


def week_number(week: date, starts_on: date) -> int:
    """The programme week of an ISO week's Monday: 1 is the first, 0 and -1 are the two of the baseline."""
    return (week - starts_on).days // 7 + 1


def asked_weeks(starts_on: date, weeks: int, mode: str = Mode.WEEKLY) -> list[date]:
    """The Mondays of the weeks people are asked about: baseline, active phase, and what later checkpoints look at."""
    begin = baseline_starts_on(starts_on)
    asked = {begin + timedelta(weeks=number) for number in range(BASELINE_WEEKS + weeks)}
    for checkpoint in (Checkpoint.START_90, Checkpoint.S90):
        asked.update(weeks_looked_at(checkpoint, starts_on, weeks, mode))
    return sorted(asked)


def plan_baseline(starts_on: date, weeks: int) -> list[Planned]:
    """What happens from the opening of the baseline to the launch."""
    asked = [week for week in asked_weeks(starts_on, weeks) if week < starts_on]
    return sorted([*_lines(BASELINE_CALENDAR, starts_on, weeks), *_asking(asked)], key=_order)


def plan_active(
    starts_on: date, weeks: int, mode: str = Mode.WEEKLY, template: str = Template.PEER_CHAMPIONS
) -> list[Planned]:
    """What happens from the launch to the closing."""
    calendar = REPLACEMENT_CALENDAR if template == Template.REPLACEMENT else CALENDAR
    asked = [week for week in asked_weeks(starts_on, weeks, mode) if week >= starts_on]
    freezing = [
        Planned(f"freeze-{look}", looks_at(look, starts_on, weeks)[1] + FREEZES_AFTER, MORNING, FREEZE, look)
        for look in looks_of(template)
    ]
    return sorted(
        [
            *_lines(calendar, starts_on, weeks),
            *_asking(asked),
            *_looking_after(starts_on, weeks),
            *_checking(starts_on, weeks),
            *_summing_up(starts_on, weeks),
            *freezing,
        ],
        key=_order,
    )


def _lines(calendar: tuple[Milestone, ...], starts_on: date, weeks: int) -> list[Planned]:
    anchors = {
        Anchor.BASELINE: baseline_starts_on(starts_on),
        Anchor.START: starts_on,
        Anchor.END: last_day(starts_on, weeks),
    }
    return [
        Planned(line.key, anchors[line.anchor] + timedelta(days=line.days), line.hour, line.task, line.about)
        for line in calendar
    ]


def _asking(weeks: list[date]) -> list[Planned]:
    """A week is asked about on the Monday after it."""
    return [
        Planned(f"week-{week.isoformat()}", week + timedelta(weeks=1), MORNING, ASK_WEEK, week.isoformat())
        for week in weeks
    ]


def _looking_after(starts_on: date, weeks: int) -> list[Planned]:
    """On the Wednesday of each week from the third on: who is below the threshold, and who has fallen silent."""
    mondays = [starts_on + timedelta(weeks=number) for number in range(LOOKS_FROM_WEEK - 1, weeks)]
    return [
        Planned(
            f"look-after-{week.isoformat()}", week + timedelta(days=LOOKS_ON), MORNING, LOOK_AFTER, week.isoformat()
        )
        for week in mondays
    ]


def _checking(starts_on: date, weeks: int) -> list[Planned]:
    """When champions are asked about their time, and when somebody looks whether one is about to stop."""
    asked = [*FIRST_CHECKS, *range(FIRST_CHECKS[-1] + CHECKS_EVERY, weeks + 1, CHECKS_EVERY)]
    last = (last_day(starts_on, weeks) + timedelta(days=RETENTION_DAYS - CHECKS_ON) - starts_on).days // 7 + 1
    asked += range(asked[-1] + CHECKS_AFTERWARDS_EVERY, last + 1, CHECKS_AFTERWARDS_EVERY)
    days = [starts_on + timedelta(weeks=number - 1, days=CHECKS_ON) for number in asked]
    looks = [
        starts_on + timedelta(weeks=number - 1, days=LOOKS_AT_CHAMPIONS_ON)
        for number in range(LOOKS_AT_CHAMPIONS_FROM, weeks + 1)
    ]
    return [
        *(Planned(f"champion-check-{day.isoformat()}", day, MORNING, ASK_CHAMPIONS, day.isoformat()) for day in days),
        *(
            Planned(f"champion-look-{day.isoformat()}", day, AFTERNOON, LOOK_AT_CHAMPIONS, day.isoformat())
            for day in looks
        ),
    ]


def _summing_up(starts_on: date, weeks: int) -> list[Planned]:
    """On the first working day of each month, from the month after the start until the programme is closed."""
    closes_on = closing_day(starts_on, weeks)
    later = range(starts_on.month, starts_on.month + 12)
    months = [date(starts_on.year + number // 12, number % 12 + 1, 1) for number in later]
    return [
        Planned(f"digest-{month:%Y-%m}", due_on, MORNING, TELL_EVIDENCE, month.isoformat())
        for month in months
        if (due_on := first_working_day(month)) <= closes_on
    ]


def first_working_day(month: date) -> date:
    """The first Monday to Friday of a month, given its first day."""
    return month if month.weekday() < 5 else month + timedelta(days=7 - month.weekday())


def room_to_move(task: str, about: str, promised_on: date, starts_on: date, today: date) -> tuple[date, date] | None:
    """The first and the last day to which a step may be moved: not today, not before, within its leeway.

    A baseline survey stays before the launch. None where the step was fixed at launch or no day is left.
    """
    if task not in LEEWAY:
        return None
    early, late = LEEWAY[task]
    first = max(promised_on - timedelta(days=early), today + timedelta(days=1))
    last = promised_on + timedelta(days=late)
    if about == BASELINE:
        last = min(last, starts_on - timedelta(days=1))
    return (first, last) if first <= last else None


def _order(step: Planned) -> tuple[date, time, str]:
    return step.due_on, step.hour, step.key


# Addresses beside those of the programmes, which would hide a programme of that name.
RESERVED_SLUGS = frozenset({"new"})


def slug(name: str) -> str:
    """The address of a name: 'Client report drafting' -> 'client-report-drafting'. Empty when no letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-")


class Act(StrEnum):
    """What a lead does next with a programme."""

    NAME_CHAMPION = "name_champion"
    FORM_POD = "form_pod"
    CHOOSE_COMPARISON = "choose_comparison"
    OPEN_BASELINE = "open_baseline"
    WAIT_FOR_BASELINE = "wait_for_baseline"
    AGREE_TIME = "agree_time"
    MAKE_READY = "make_ready"
    LAUNCH = "launch"
    READ_EVIDENCE = "read_evidence"


# What must be there first, in the order in which a lead comes to it, and the act that brings it about.
NEEDED: dict[str, Act] = {
    "champions": Act.NAME_CHAMPION,
    "pods": Act.FORM_POD,
    "arm_pods": Act.FORM_POD,
    "arm_comparison": Act.CHOOSE_COMPARISON,
    "champions_free": Act.CHOOSE_COMPARISON,
}


def next_act(state: State, missing: Collection[str]) -> Act:
    """The one next act, given the names of what is missing."""
    if state not in {State.DRAFT, State.BASELINE}:
        return Act.READ_EVIDENCE
    for name, act in NEEDED.items():
        if name in missing:
            return act
    if state is State.DRAFT:
        return Act.OPEN_BASELINE
    if set(missing) == {"agreements"}:
        return Act.AGREE_TIME
    if missing and BASELINE not in missing:
        return Act.MAKE_READY
    return Act.WAIT_FOR_BASELINE if missing else Act.LAUNCH


def spans(starts_on: date, weeks: int, template: str = Template.PEER_CHAMPIONS) -> list[tuple[Checkpoint, date]]:
    """The checkpoints a time line shows, each with the day it looks back from."""
    end = last_day(starts_on, weeks)
    days = {
        Checkpoint.S30: starts_on + timedelta(days=30),
        Checkpoint.S56: starts_on + timedelta(days=56),
        Checkpoint.SE: end,
        Checkpoint.S90: end + timedelta(days=RETENTION_DAYS),
    }
    return [(look, days[look]) for look in looks_of(template) if look in days]


# --- what is measured by ---------------------------------------------------------------------------------------------

LEAST_ICC = Decimal("0.05")  # the clustering assumed at least
MOST_ICC = Decimal("0.5")
# The looks that may be the main one: once the phase has ended nobody could act on it.
MAIN_LOOKS = (Checkpoint.S30, Checkpoint.S56, Checkpoint.SE)


def main_look_of(template: str) -> Checkpoint:
    """The look that is fixed at launch as the main one."""
    return Checkpoint.S30 if template == Template.REPLACEMENT else Checkpoint.S56


class Assigned(StrEnum):
    """How it was decided who learns in a pod and who is compared: told beside every comparison, for it limits what one says."""

    LOTS = "lots"  # of whole teams, and everybody is where the lots put them
    MATCHED = "matched"  # by somebody, and the two groups are alike in their roles
    CHOSEN = "chosen"  # by somebody


@dataclass(frozen=True)
class Measure:
    """What a programme is measured by, in the version that holds. Thresholds of publication stay as launched."""

    fixed: Mapping[str, Any]
    version: int = 1
    reason: str = ""

    @property
    def label(self) -> str:
        """'1.0' as launched, then '1.0/2'."""
        begun = str(self.fixed.get("spec_version", SPEC_VERSION))
        return begun if self.version == 1 else f"{begun}/{self.version}"

    @property
    def primary_look(self) -> Checkpoint:
        return Checkpoint(self.fixed.get("primary_look", Checkpoint.S56))

    @property
    def least_icc(self) -> float:
        return float(self.fixed.get("least_icc", LEAST_ICC))

    @property
    def mode(self) -> Mode:
        return Mode(self.fixed.get("mode", Mode.WEEKLY))


# --- who counts where ------------------------------------------------------------------------------------------------

OPEN_WEEKS_SOUGHT = 26  # back from a day; a company that was closed for longer has no window


@dataclass(frozen=True)
class Place:
    """Where somebody was from one day to another, both included: None while they still are."""

    arm: Arm
    cluster: str
    from_on: date
    to_on: date | None = None

    def held_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def analysed_in(places: Iterable[Place], starts_on: date) -> Place | None:
    """Where somebody counts in every comparison: the place held on the day of the launch, whatever came later.

    None for somebody who joined after it: they are in no cohort.
    """
    return next((place for place in places if place.held_on(starts_on)), None)


def operated_in(places: Iterable[Place], week: date) -> Place | None:
    """Where somebody belongs in a week's own lists: the place held on most of its days, the later one of two alike."""
    days = [week + timedelta(days=day) for day in range(7)]
    held = [(sum(place.held_on(day) for day in days), place.from_on, place) for place in places]
    return max((one for one in held if one[0]), key=lambda one: one[:2], default=(0, week, None))[2]


def is_contaminated(places: Collection[Place], starts_on: date) -> bool:
    """Whether somebody of the comparison group was helped by a pod later on. They stay where they are, flagged."""
    launched = analysed_in(places, starts_on)
    if launched is None or launched.arm is not Arm.COMPARISON:
        return False
    return any(place.arm is Arm.PODS and (place.to_on is None or place.to_on > starts_on) for place in places)


def is_exempt(recorded_on: date, starts_on: date) -> bool:
    """Whether somebody without a suitable workflow is left out: only if that was written down by the launch."""
    return recorded_on <= starts_on


def open_window(day: date, closed: Collection[date], weeks: int = 2) -> tuple[date, ...]:
    """The last complete ISO weeks ending on or before a day in which the company was open, as their Mondays in order.

    `closed` are the Mondays of the weeks it was closed, in which nobody is expected. Raises ValueError where half a year
    back there are not so many.
    """
    _, last = window(day)
    found = [
        week for week in (last - timedelta(weeks=back) for back in range(OPEN_WEEKS_SOUGHT)) if week not in closed
    ][:weeks]
    if len(found) < weeks:
        raise ValueError(f"There are not {weeks} open weeks in the half year before {day}.")
    return tuple(reversed(found))


# --- what may be called success --------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What a programme may be judged by. One of them is fixed at launch as the primary one."""

    ADOPTION = "adoption"
    TARGET_BEHAVIOUR = "target_behaviour"
    TIME_TO_TASK = "time_to_task"
    QUALITY = "quality"
    RETENTION = "retention"


# Of operation only: nobody works differently for any of these.
NEVER_SUCCESS = frozenset(
    "attendance certificates champion_attendance completion hours logins quiz satisfaction seats tokens".split()
)


class NeverSuccess(ValueError):
    """What was named says that something was run, not that anybody works differently."""


def outcome(name: str) -> Outcome:
    """The outcome of a name. Raises NeverSuccess for attendance and its like, ValueError for what is unknown."""
    if name in NEVER_SUCCESS:
        raise NeverSuccess(f"{name} is never an outcome.")
    return Outcome(name)
