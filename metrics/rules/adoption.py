"""Who is an adopter, and what may be said of many: categories, rates with what silence could hide, comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from adoption.programs.rules import Mode

from .weeks import Week, WeekState

GENUINE_FROM = 3.0
DEVELOPING_FROM = 1.0
GENUINE_SHARE_FROM = 0.5  # of the occurrences of a task that comes too seldom for a count a week
FULL_RESPONSE = 0.80  # from here the observed share is the headline
LEAST_RESPONSE = 0.60  # below this there is no rate at all
LEAST_FOR_INTERVAL = 10  # people, or pairs, behind an interval
LEAST_COMPARED = 20  # people observed in each arm of a comparison
LEAST_PODS = 3
MANY_OPTED_OUT = 0.10  # above this share of the eligible, who opted out is a warning
# A plateau: so many weeks in a row, so many people, a response and rates within these, and next to no movement.
PLATEAU_WEEKS = 4
PLATEAU_LEAST = 20
PLATEAU_RESPONSE = 0.70
PLATEAU_FROM, PLATEAU_TO = Fraction(15, 100), Fraction(35, 100)
PLATEAU_MOVES = Fraction(5, 100)
PLATEAU_PEOPLE = 2  # in a small group five points are less than two people
TARGET_FROM = 0.70  # the replacement's target on day 30
TARGET_TO = 0.80


class Category(StrEnum):
    """What the audit window says of a person."""

    GENUINE = "genuine"
    DEVELOPING = "developing"
    NON_ADOPTER = "non_adopter"
    MISSING = "missing"
    NOT_EXPECTED = "not_expected"


# At least one unprompted use a week, or, of work that comes up now and then, on one of its occasions.
USING = frozenset({Category.GENUINE, Category.DEVELOPING})


class Headline(StrEnum):
    """What may head a page, given how many answered."""

    OBSERVED = "observed"
    RANGE = "range"
    NONE = "none"


@dataclass(frozen=True)
class Audit:
    """A person's category on a window of weeks."""

    category: Category
    mean: float | None
    observed_weeks: int
    expected_weeks: int
    # One observed week only.
    thin: bool = False
    # Uses there were, all of them asked for.
    prompted_only: bool = False


def audit(weeks: Sequence[Week]) -> Audit:
    """The category of a window: the mean of unprompted uses over observed, expected weeks."""
    expected = [week for week in weeks if week.state is not WeekState.NOT_EXPECTED]
    observed = [week for week in expected if week.state is not WeekState.MISSING]
    if not expected:
        return Audit(Category.NOT_EXPECTED, None, 0, 0)
    if not observed:
        return Audit(Category.MISSING, None, 0, len(expected))
    unprompted = sum(week.unprompted or 0 for week in observed)
    mean = unprompted / len(observed)
    category = (
        Category.GENUINE
        if mean >= GENUINE_FROM
        else Category.DEVELOPING
        if mean >= DEVELOPING_FROM
        else Category.NON_ADOPTER
    )
    prompted_only = unprompted == 0 and any(week.prompted for week in observed)
    return Audit(category, mean, len(observed), len(expected), len(observed) == 1, prompted_only)


def audit_occurrences(occurrences: int | None, unprompted: int | None) -> Audit:
    """The category on a workflow that comes once a month: the AI share of the times the task came up, unprompted.

    From half of them somebody is a genuine adopter, from one developing, at none a non-adopter. None where nothing is
    known. Without an occurrence there was nothing to use AI for: not expected, and counted as such. `mean` is the share;
    the window is one period. Raises ValueError for more uses than occurrences.
    """
    if occurrences is None or unprompted is None:
        return Audit(Category.MISSING, None, 0, 1)
    if not 0 <= unprompted <= occurrences:
        raise ValueError(f"{unprompted} of {occurrences} occurrences cannot be.")
    if not occurrences:
        return Audit(Category.NOT_EXPECTED, None, 1, 0)
    share = unprompted / occurrences
    category = (
        Category.GENUINE if share >= GENUINE_SHARE_FROM else Category.DEVELOPING if unprompted else Category.NON_ADOPTER
    )
    return Audit(category, share, 1, 1)


def audit_opportunities(weeks: Sequence[Week]) -> Audit:
    """The category of a window in which work came up now and then: the AI share of its occasions in the weeks known.

    A week of which nobody said how often the work came up is not known. Where no known week has an occasion and another
    is silent, the work may have come up in that one: missing, not zero. Where all are known and none has one, there was
    nothing to use AI for: not expected, with the weeks observed that say so.
    """
    expected = [week for week in weeks if week.state is not WeekState.NOT_EXPECTED]
    known = [week for week in expected if week.occurrences is not None]
    occurrences = sum(week.occurrences or 0 for week in known)
    unprompted = sum(week.unprompted or 0 for week in known)
    silent = not occurrences and len(known) < len(expected)
    found = audit_occurrences(None if silent else occurrences, unprompted)
    prompted_only = bool(occurrences) and unprompted == 0 and any(week.prompted for week in known)
    thin = bool(occurrences) and len(known) == 1
    return Audit(found.category, found.mean, len(known), len(expected), thin, prompted_only)


def audit_by(mode: str, weeks: Sequence[Week]) -> Audit:
    """The category of a window, by what the programme holds uses against."""
    return audit_opportunities(weeks) if mode == Mode.OPPORTUNITY else audit(weeks)


def met_target(occurrences: int | None, unprompted: int | None) -> bool | None:
    """Week 8's target behaviour: AI used, unprompted, on half the occurrences of one's own target task or more.

    None where nothing is known or the task did not come up: out of the denominator, and counted.
    """
    found = audit_occurrences(occurrences, unprompted)
    return None if found.mean is None else found.category is Category.GENUINE


@dataclass(frozen=True)
class Adoption:
    """Adopters among the eligible, with what silence could hide. Shares of nobody are None."""

    adopters: int
    observed: int
    eligible: int

    @property
    def response(self) -> float | None:
        return self.observed / self.eligible if self.eligible else None

    @property
    def rate(self) -> float | None:
        """Adopters among those observed."""
        return self.adopters / self.observed if self.observed else None

    @property
    def worst(self) -> float | None:
        """If none of the silent were adopters."""
        return self.adopters / self.eligible if self.eligible else None

    @property
    def best(self) -> float | None:
        """If all of the silent were adopters."""
        return (self.adopters + self.eligible - self.observed) / self.eligible if self.eligible else None

    def less(self, other: Adoption) -> tuple[float, float] | None:
        """The bounds of this rate minus the other: worst against best, and best against worst. None of nobody."""
        if self.worst is None or self.best is None or other.worst is None or other.best is None:
            return None
        return self.worst - other.best, self.best - other.worst

    def with_leavers(self, leavers: int) -> Adoption:
        """The sensitivity line: people who left before the window stay among the eligible, as non-adopters."""
        return Adoption(self.adopters, self.observed + leavers, self.eligible + leavers)

    def without(self, some: Adoption) -> Adoption:
        """The second line: the same figure without some of these people, such as those who opted out.

        Raises ValueError where they are not among these.
        """
        left = Adoption(self.adopters - some.adopters, self.observed - some.observed, self.eligible - some.eligible)
        if not all(0 <= one.adopters <= one.observed <= one.eligible for one in (some, left)):
            raise ValueError("Only people who are counted can be left out.")
        return left

    @property
    def headline(self) -> Headline:
        """What may head a page."""
        if self.response is None or self.response < LEAST_RESPONSE:
            return Headline.NONE
        return Headline.OBSERVED if self.response >= FULL_RESPONSE else Headline.RANGE


class NoComparison(StrEnum):
    """Why two arms are not compared."""

    FEW_PODS = "few_pods"
    FEW_PEOPLE = "few_people"
    FEW_ANSWERS = "few_answers"


def why_no_comparison(pods: Adoption, comparison: Adoption, *, clusters: int) -> NoComparison | None:
    """What stands against comparing two arms, None if nothing. `clusters` are the pods with somebody observed."""
    if Headline.NONE in {pods.headline, comparison.headline}:
        return NoComparison.FEW_ANSWERS
    if clusters < LEAST_PODS:
        return NoComparison.FEW_PODS
    if min(pods.observed, comparison.observed) < LEAST_COMPARED:
        return NoComparison.FEW_PEOPLE
    return None


def adoption(audits: Iterable[Audit]) -> Adoption:
    """Count audits into adoption. Those not expected in the window are left out of the eligible."""
    eligible = [one for one in audits if one.category is not Category.NOT_EXPECTED]
    observed = [one for one in eligible if one.category is not Category.MISSING]
    return Adoption(sum(one.category is Category.GENUINE for one in observed), len(observed), len(eligible))


def many_opted_out(opted_out: int, eligible: int) -> bool:
    """Whether so many opted out in principle that the figure must say so: more than one in ten."""
    return eligible > 0 and opted_out / eligible > MANY_OPTED_OUT


def is_plateau(weeks: Sequence[Adoption]) -> bool:
    """Whether adoption stands still low: over the last four closed weeks, given in order.

    Each of them with twenty eligible, a response of 70 % and a rate from 15 to 35 %, and no further apart than five
    points, or two people where those are more.
    """
    last = weeks[-PLATEAU_WEEKS:]
    if len(last) < PLATEAU_WEEKS:
        return False
    for week in last:
        if week.eligible < PLATEAU_LEAST or (week.response or 0) < PLATEAU_RESPONSE:
            return False
    rates = [Fraction(week.adopters, week.observed) for week in last]
    if min(rates) < PLATEAU_FROM or max(rates) > PLATEAU_TO:
        return False
    fewest = min(week.eligible for week in last)
    return max(rates) - min(rates) <= max(PLATEAU_MOVES, Fraction(PLATEAU_PEOPLE, fewest))


def people_for_target(eligible: int) -> int:
    """How many of a whole eligible team reach the target, whoever is silent."""
    return ceil(Fraction(str(TARGET_FROM)) * eligible)


class Target(StrEnum):
    """What day 30 of a replacement programme came to."""

    NO_RATE = "no_rate"
    MISSED = "missed"
    # Of those who answered it is reached, of all it might not be.
    MET_ON_RETURNS = "met_on_returns"
    MET = "met"
    # Better than programmes do: look at how it was counted.
    ABOVE_RANGE = "above_range"


def target_of(counted: Adoption) -> Target:
    """Whether the target of 70 % is met, whoever the silent are.

    `counted` is the whole eligible team: chosen non-adopters rise by themselves.
    """
    if counted.headline is Headline.NONE or counted.worst is None or counted.rate is None:
        return Target.NO_RATE
    if counted.worst > TARGET_TO:
        return Target.ABOVE_RANGE
    if counted.worst >= TARGET_FROM:
        return Target.MET
    return Target.MET_ON_RETURNS if counted.rate >= TARGET_FROM else Target.MISSED
