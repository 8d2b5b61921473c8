"""The definitions of evidence as pure functions: what a use is, what a week says, who is an adopter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from adoption.disclosure.rules import Audience
from adoption.tenancy.rules import Role

SPEC_VERSION = "1.0"
GENUINE_FROM = 3.0
DEVELOPING_FROM = 1.0
MOST_A_WEEK = 6  # the key "6+", stored as 6
FULL_RESPONSE = 0.80  # from here the observed share is the headline
LEAST_RESPONSE = 0.60  # below this there is no rate at all
LEAST_FOR_INTERVAL = 10  # people, or pairs, behind an interval
LEAST_COMPARED = 20  # people observed in each arm of a comparison
LEAST_PODS = 3


class WeekState(StrEnum):
    """What is known of one person's week."""

    POSITIVE = "positive"
    ZERO = "zero"
    MISSING = "missing"
    NOT_EXPECTED = "not_expected"


class Source(StrEnum):
    """Where a week's count comes from."""

    SELF = "self"
    VENDOR = "vendor"
    CHAMPION = "champion"
    NONE = ""


class Via(StrEnum):
    """How somebody told us of their week."""

    LINK = "link"
    PAGE = "page"
    API = "api"
    BULK = "bulk"


class Metric(StrEnum):
    """The figures of a frozen look."""

    COHORT = "cohort"
    ADOPTION = "adoption"
    DIFFERENCE = "difference"
    DIFFERENCE_EARLY = "difference_early"
    RETENTION = "retention"
    RETENTION_OF_ALL = "retention_of_all"
    TIME_RATIO = "time_ratio"
    MINUTES_BEFORE = "minutes_before"
    MINUTES_AFTER = "minutes_after"
    WEEKLY_SAVING = "weekly_saving"
    WEEKLY_SAVING_MEAN = "weekly_saving_mean"
    SLOWER = "slower"
    WEEKLY = "weekly"


class Category(StrEnum):
    """What the audit window says of a person."""

    GENUINE = "genuine"
    DEVELOPING = "developing"
    NON_ADOPTER = "non_adopter"
    MISSING = "missing"
    NOT_EXPECTED = "not_expected"


class Headline(StrEnum):
    """What may head a page, given how many answered."""

    OBSERVED = "observed"
    RANGE = "range"
    NONE = "none"


@dataclass(frozen=True)
class SelfReport:
    """What somebody said of their week: uses on the target workflow, and how many without being asked."""

    total: int
    unprompted: int


@dataclass(frozen=True)
class Vendor:
    """What a tool's export says of somebody's week. `complete` if it counts events, covers all tools and is mapped."""

    count: int
    complete: bool
    # The count is no mere lower bound, so that it can be held against a self-report.
    exact: bool = True
    # Inactive in every period that touches the week, with all the person's tools covered.
    idle_and_covered: bool = False


@dataclass(frozen=True)
class WeekFacts:
    """Everything known of one person's week on one workflow."""

    expected: bool = True
    self_report: SelfReport | None = None
    vendor: Vendor | None = None
    champion_count: int | None = None
    session_linked: int = 0


@dataclass(frozen=True)
class Week:
    """A week, decided. Counts are None where nothing is known: missing is not zero."""

    state: WeekState
    total: int | None = None
    prompted: int | None = None
    unprompted: int | None = None
    source: Source = Source.NONE
    discrepant: bool = False
    inferred: bool = False


def decide_week(facts: WeekFacts) -> Week:
    """Decide one week by the precedence of sources; never a sum of two.

    A complete vendor source leads over the self-report. Any other source can only turn a silent week into zero, when
    the person was inactive throughout with all tools covered, or flag a discrepancy; it never lowers a self-report.
    A champion's count stands where nothing else does.
    """
    if not facts.expected:
        return Week(WeekState.NOT_EXPECTED)
    said, vendor = facts.self_report, facts.vendor
    comparable = vendor is not None and (vendor.exact or vendor.idle_and_covered)
    discrepant = bool(said and vendor and comparable and is_discrepant(said.total, vendor.count))
    prompted_said = said.total - said.unprompted if said else 0
    if vendor and vendor.complete:
        return _counted(vendor.count, max(facts.session_linked, prompted_said), Source.VENDOR, discrepant, said is None)
    if said:
        return _counted(said.total, max(facts.session_linked, prompted_said), Source.SELF, discrepant)
    if vendor and vendor.idle_and_covered:
        return Week(WeekState.ZERO, 0, 0, 0, Source.VENDOR)
    if facts.champion_count is not None:
        return _counted(facts.champion_count, facts.session_linked, Source.CHAMPION, False)
    return Week(WeekState.MISSING)


def _counted(total: int, prompted: int, source: Source, discrepant: bool, inferred: bool = False) -> Week:
    prompted = min(prompted, total)
    state = WeekState.POSITIVE if total else WeekState.ZERO
    return Week(state, total, prompted, total - prompted, source, discrepant, inferred and total > 0)


def is_discrepant(said: int, counted: int) -> bool:
    """Whether two sources differ by more than two and more than half the larger."""
    return abs(said - counted) > max(2, max(said, counted) / 2)


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


def percent(share: float) -> int:
    """A share as whole percent, halves upwards."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(number: float | Decimal) -> int:
    """The nearest whole number, halves away from zero."""
    return int(Decimal(str(number)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def audience_of(roles: Collection[Role]) -> Audience:
    """As whom somebody reads evidence: a lead sees groups that an executive does not."""
    return Audience.LEAD if Role.LEAD in roles else Audience.EXECUTIVE


def iso_week(day: date) -> str:
    """'2026-W53': the ISO week of a local day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
