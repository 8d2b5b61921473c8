"""Numbers, enums and pure functions of the practice floor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from adoption.programs.rules import curriculum
from adoption.tenancy.rules import WORK_STARTS, Registry, instant, local_date, working_instant

FOLLOW_UP_DAYS = 7
FOLLOW_UP_HOUR = time(10)
FOLLOW_UP_LASTS = timedelta(minutes=15)
# So long after a day 7 that did not come about the member is asked to answer alone, by link.
ALONE_AFTER = timedelta(days=3)
MOST_MINUTES = 600
TEXT_LENGTH = 2000
NAME_LENGTH = 60
NOTE_LENGTH = 500
# How many one champion can carry: from here on a pod is large, and from there on too large.
LARGE_POD = 10
TOO_LARGE_POD = 15
OLDEST_SESSION = timedelta(days=60)
# So long after it was logged a session can be taken back or put right: a day 7 that never was has come up by then.
TAKE_BACK = timedelta(days=14)


# What sessions there are is said where a programme's plan is.
SessionKind = curriculum.SessionKind

# What each kind usually takes, in minutes: what a form proposes.
USUAL_LENGTH = {
    SessionKind.KICKOFF: 60,
    SessionKind.WORKSHOP: 180,
    SessionKind.ONE_TO_ONE: 50,
    SessionKind.REFLECTION: 15,
    SessionKind.OFFICE_HOURS: 60,
    SessionKind.SHOWCASE: 60,
    SessionKind.PEER: 15,
}
# What comes back week by week until the phase ends.
WEEKLY = frozenset({SessionKind.REFLECTION, SessionKind.OFFICE_HOURS})
# In which members show each other what they do.
SHOWN_IN = frozenset({SessionKind.REFLECTION, SessionKind.SHOWCASE, SessionKind.PEER})
LEAST_LENGTH = 5
FURTHEST_MEETING = timedelta(days=400)
PLACE_LENGTH = 200
FINISHED_LENGTH = 200


class MoveKind(StrEnum):
    """How somebody came into a pod, out of it, or near one, once a programme runs."""

    TRANSFER = "transfer"
    JOIN = "join"
    LEAVE = "leave"
    HELPED = "helped"


# The peer moment: two weeks after somebody's own start those who use it are asked to show it.
PEER_DAYS = 14
# peers_x(*, program, people, at) -> set[int]: ids of those of some people who use it and could show it.
PEERS = Registry("peer")


class Used(StrEnum):
    """The answer to: did you use it on real work?"""

    YES = "yes"
    STOPPED = "stopped"
    NO = "no"


class Cause(StrEnum):
    """Why somebody does not use it, in the order in which the first match counts.

    An objection in principle is none of them: that is for the person alone to record. A follow-up then closes without a
    cause, and nobody asks on.
    """

    CONTEXT_PACK = "context_pack"
    NO_SUITABLE_WORKFLOW = "no_suitable_workflow"
    NO_OWN_WORKFLOW = "no_own_workflow"
    OBSTACLE = "obstacle"
    GENERIC_EXAMPLES = "generic_examples"
    NO_PEER_SEEN = "no_peer_seen"


# With these nothing more is to be tried with the person.
SETTLED = frozenset({Cause.NO_SUITABLE_WORKFLOW})


def suggest_cause(signs: Collection[Cause]) -> Cause | None:
    """The first cause, in the order of the decision, of which a sign was seen. None without a sign."""
    return next((cause for cause in Cause if cause in signs), None)


class Size(StrEnum):
    """What the number of members says about a pod."""

    FINE = "fine"
    LARGE = "large"
    TOO_LARGE = "too_large"


def size_of(members: int) -> Size:
    """Above ten a pod is large, above fifteen too large for one champion."""
    if members > TOO_LARGE_POD:
        return Size.TOO_LARGE
    return Size.LARGE if members > LARGE_POD else Size.FINE


def usual_minutes(kind: SessionKind) -> tuple[int, int]:
    """Minutes doing and explaining of an ordinary session: what a form proposes."""
    return split_minutes(USUAL_LENGTH[kind])


def split_minutes(length: int) -> tuple[int, int]:
    """So many minutes as an ordinary session of that length spends them: four parts doing, one explaining."""
    return length - length // 5, length // 5


def day_before(day: date) -> date:
    """The last working day before a day."""
    before = day - timedelta(days=1)
    while before.weekday() >= 5:
        before -= timedelta(days=1)
    return before


def reminder_due(day: date, zone: str) -> datetime:
    """When people are reminded of a session: the morning of the working day before it, where it is held. In UTC."""
    return instant(day_before(day), WORK_STARTS, zone)


def weekly_days(first: date, last: date) -> list[date]:
    """A day and the same day of each week after it, up to a last one. The first is always among them."""
    return [first + timedelta(weeks=number) for number in range(max((last - first).days // 7, 0) + 1)]


def follow_up_due(held_on: date, zone: str, closed: Collection[date] = ()) -> datetime:
    """The instant of a person's follow-up: their local day 7 after the session, in working hours. In UTC.

    Where day 7 falls on a weekend or a closed day it is the first working day after it.
    """
    return working_instant(instant(held_on + timedelta(days=FOLLOW_UP_DAYS), FOLLOW_UP_HOUR, zone), zone, closed)


def back_from_leave(last: date, zone: str, closed: Collection[date] = ()) -> datetime:
    """The instant of a follow-up that fell into somebody's leave: the first working day after its last one. In UTC."""
    return working_instant(instant(last + timedelta(days=1), FOLLOW_UP_HOUR, zone), zone, closed)


def behind_leaves(
    due_at: datetime, zone: str, leaves: Iterable[tuple[date, date | None]], closed: Collection[date] = ()
) -> datetime:
    """The instant of a follow-up, moved behind each of somebody's leaves that it falls into. One without an end holds nothing up."""
    spans = list(leaves)
    while last := [end for first, end in spans if first <= local_date(due_at, zone) <= (end or date.max)]:
        if None in last:
            break
        due_at = back_from_leave(max(filter(None, last)), zone, closed)
    return due_at


Practice = curriculum.Practice


def practice(sessions: Iterable[tuple[int, int]]) -> Practice:
    """Sum (doing, explaining) minutes before dividing: the mean of the sessions' own ratios would flatter short ones.

    Raises ValueError for negative minutes.
    """
    minutes = list(sessions)
    if any(doing < 0 or explaining < 0 for doing, explaining in minutes):
        raise ValueError("Minutes are not negative.")
    return Practice(sum(doing for doing, _ in minutes), sum(explaining for _, explaining in minutes))


class SolvedBy(StrEnum):
    """Who or what solved an issue."""

    CHAMPION = "champion"
    EXPERT = "expert"
    PROMPT = "prompt"
    PEER = "peer"
    SELF = "self"


SELF_SERVED = frozenset({SolvedBy.PROMPT, SolvedBy.PEER, SolvedBy.SELF})


@dataclass(frozen=True)
class Solved:
    """Issues that were solved, and how many of them without a champion or an expert. Always shown with the volume."""

    self_served: int
    resolved: int

    @property
    def share(self) -> float | None:
        return self.self_served / self.resolved if self.resolved else None


def solved(issues: Iterable[SolvedBy]) -> Solved:
    """Count resolved issues by who solved them."""
    by = list(issues)
    return Solved(sum(one in SELF_SERVED for one in by), len(by))


# --- questions -------------------------------------------------------------------------------------------------------

# In a smaller pod whoever asks without a name would soon be known by what is asked.
LEAST_FOR_ANONYMOUS = 5
# What was asked without a name is handed over together, before the day begins: nobody sees one arrive.
HANDED_OVER = time(8)
LOTS = 2**62


def handed_over_after(at: datetime, zone: str) -> datetime:
    """The next time questions without a name are handed over: 8 o'clock of the next day there. In UTC."""
    return instant(local_date(at, zone) + timedelta(days=1), HANDED_OVER, zone)


# --- remedies --------------------------------------------------------------------------------------------------------


class Hindrance(StrEnum):
    """What keeps somebody from working differently: the causes of a follow-up, one of the organisation, and a leader."""

    CONTEXT_PACK = "context_pack"
    NO_SUITABLE_WORKFLOW = "no_suitable_workflow"
    NO_OWN_WORKFLOW = "no_own_workflow"
    OBSTACLE = "obstacle"
    GENERIC_EXAMPLES = "generic_examples"
    NO_PEER_SEEN = "no_peer_seen"
    # How the organisation measures: nobody's own.
    WRONG_METRIC = "wrong_metric"
    # A leader who does not use it: addressed privately.
    LEADER_ABSENT = "leader_absent"


class Tried(StrEnum):
    """What has come of the step against a hindrance with which somebody is on the lists again."""

    NOT_YET = "not_yet"
    # Its day has passed, and nobody has said.
    UNCONFIRMED = "unconfirmed"


class Approach(StrEnum):
    """How somebody wants to go about it. The second is refused: it repeats what did not work."""

    WITH_THEM_ALONE = "with_them_alone"
    GROUP_SESSION = "group_session"


class Owner(StrEnum):
    """Whose step it usually is."""

    CHAMPION = "champion"
    LEAD = "lead"


class LeaderWork(StrEnum):
    """A leader's own piece of work to begin with."""

    BRIEFING = "briefing"
    BOARD_REPORT = "board_report"
    CLIENT_STATUS = "client_status"


@dataclass(frozen=True)
class Usual:
    """What is proposed against a hindrance: by when, in days, and whose it is."""

    days: int
    owner: Owner


USUAL: dict[Hindrance, Usual] = {
    Hindrance.CONTEXT_PACK: Usual(5, Owner.LEAD),
    Hindrance.NO_SUITABLE_WORKFLOW: Usual(3, Owner.CHAMPION),
    Hindrance.NO_OWN_WORKFLOW: Usual(7, Owner.CHAMPION),
    Hindrance.OBSTACLE: Usual(3, Owner.CHAMPION),
    Hindrance.GENERIC_EXAMPLES: Usual(10, Owner.CHAMPION),
    Hindrance.NO_PEER_SEEN: Usual(7, Owner.CHAMPION),
    Hindrance.WRONG_METRIC: Usual(14, Owner.LEAD),
    Hindrance.LEADER_ABSENT: Usual(7, Owner.LEAD),
}
LONGEST_REMEDY = timedelta(weeks=6)


def proposed_day(hindrance: Hindrance, today: date) -> date:
    """By when a step against a hindrance is proposed: its own number of days, on a working day."""
    day = today + timedelta(days=USUAL[hindrance].days)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


# --- forming ---------------------------------------------------------------------------------------------------------

USUAL_POD = 8
# So many people are looked at when pods are suggested, and so many can be moved at once.
MOST_SHARED_OUT = 500
# With more in pods nobody is dragged: who sits where follows from rules, teams and lots.
MOST_DRAGGED = 500
# A move of so many is offered to be taken back, each to where they sat.
MOST_TAKEN_BACK = 20


@dataclass(frozen=True)
class Sitting:
    """Somebody who leads or could sit in a pod: what makes two people colleagues, and whether lots chose them for pods."""

    key: int
    team: int | None = None
    role: str = ""
    location: str = ""
    zone: str = ""
    drawn: bool = False


def nearness(champion: Sitting, person: Sitting) -> int:
    """How well somebody would learn with a champion: the same job most of all, then the same team, zone and place."""
    return (
        4 * (bool(person.role) and person.role == champion.role)
        + 3 * (person.team is not None and person.team == champion.team)
        + 2 * (person.zone == champion.zone)
        + (bool(person.location) and person.location == champion.location)
    )


def share_out(
    champions: Sequence[Sitting], people: Sequence[Sitting], lines: Collection[tuple[int, int]], size: int = USUAL_POD
) -> dict[int, list[int]]:
    """Pods of a size suggested: champions take turns, and each takes whoever is nearest. The same people give the same pods.

    Whoever lots chose comes first. Nobody sits with somebody above or below them (`lines`: who reports to whom, at any
    distance), so a pod may stay smaller. Returns the members of each champion, by their keys.
    """
    apart = {*lines, *((above, below) for below, above in lines)}
    pods: dict[int, list[int]] = {champion.key: [] for champion in champions}
    left = {person.key: person for person in sorted(people, key=lambda one: one.key)}
    for _turn in range(size):
        for champion in sorted(champions, key=lambda one: one.key):
            sits = [champion.key, *pods[champion.key]]
            fitting = [one for one in left.values() if not any((one.key, other) in apart for other in sits)]
            if fitting:
                best = max(fitting, key=lambda one: (one.drawn, nearness(champion, one), -one.key))
                pods[champion.key].append(best.key)
                del left[best.key]
    return pods
