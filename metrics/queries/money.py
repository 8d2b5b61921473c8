"""What a programme costs and what comes of it, by the customer's own figures and from what the gate lets through alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, monday
from adoption.tenancy.rules import local_date
from champions.models import Champion
from champions.queries.agreements import agreed_of
from champions.queries.time import answers_of
from metrics.models import Prices
from metrics.models.money import PRICES
from metrics.queries.cells import possible
from metrics.queries.figures import Look
from metrics.queries.frozen import Frozen
from metrics.queries.sentences import purpose, signed
from metrics.rules import LEAST_RESPONSE, Metric
from metrics.rules.money import CHECK_WEEKS, MINUTES, Line, Range, kept_hours, total

Words = str | Promise

# The newest of these that is frozen says how many work differently.
LOOKS = (Checkpoint.SE, Checkpoint.S56, Checkpoint.S30)

NAMES: dict[Line, Words] = {
    Line.CHAMPION_HOURS: gettext_lazy("Champions’ hours kept free"),
    Line.CHAMPION_TIME: gettext_lazy("Champions’ time"),
    Line.LICENCES: gettext_lazy("Licences"),
    Line.OTHER: gettext_lazy("Other cost"),
    Line.TOTAL: gettext_lazy("Cost of what is known"),
    Line.ADOPTERS: gettext_lazy("People in pods who work differently"),
    Line.PER_ADOPTER: gettext_lazy("Cost of each of them"),
    Line.HOURS: gettext_lazy("Hours recovered a week"),
    Line.VALUE: gettext_lazy("What those hours are worth, a week"),
    Line.PAYBACK: gettext_lazy("Weeks until the cost is recovered"),
}
MEANINGS: dict[Line, Words] = {
    Line.CHAMPION_HOURS: gettext_lazy(
        "What champions said every fortnight that they kept free, over the weeks of the phase so far. A week of which one said "
        "nothing counts from none to what was agreed."
    ),
    Line.CHAMPION_TIME: gettext_lazy("Those hours times the price of a champion’s hour: low by low, high by high."),
    Line.LICENCES: gettext_lazy("As entered, for the whole programme."),
    Line.OTHER: gettext_lazy("As entered, for the whole programme."),
    Line.TOTAL: gettext_lazy(
        "The sum of what is known above. What nobody has entered is missing from it, and not zero."
    ),
    Line.ADOPTERS: gettext_lazy(
        "Three or more unprompted uses a week at the newest frozen look: from as if none of the silent did to as if all did."
    ),
    Line.PER_ADOPTER: gettext_lazy(
        "The cost shared by the most who may work that way, and by the fewest. It says what was spent beside each, not that the "
        "spending made them do it."
    ),
    Line.HOURS: gettext_lazy(
        "Of those in pods who told us minutes before and after: how many they are times the saving of the one in the middle, "
        "with its interval. Told by themselves; people tend to feel faster than they are. Whoever said nothing is not counted."
    ),
    Line.VALUE: gettext_lazy(
        "Those hours times the price of an hour. What an hour is worth depends on where it goes: see where the time went, and "
        "the quality beside it."
    ),
    Line.PAYBACK: gettext_lazy("The cost over that weekly worth, if it lasted as it was at the end of the phase."),
}
UNITS = {Line.CHAMPION_HOURS: "hours", Line.ADOPTERS: "people", Line.HOURS: "hours", Line.PAYBACK: "weeks"}
# How many lines of the first are of what it costs; the others are of what comes of it.
COSTS = list(Line).index(Line.TOTAL) + 1


@dataclass(frozen=True)
class Told:
    """One line: whole numbers from `low` to `high` in its unit, rounded outwards; `high` None where nothing bounds it.

    Both are None where there is nothing to tell, and `why` says why.
    """

    line: Line
    currency: str
    low: int | None = None
    high: int | None = None
    why: str = ""
    # Of how many people, and what it rests on, where it is of people.
    n: int | None = None
    basis: str = ""

    @property
    def name(self) -> Words:
        return NAMES[self.line]

    @property
    def meaning(self) -> Words:
        return MEANINGS[self.line]

    @property
    def unit(self) -> str:
        """The currency for money, else `hours`, `weeks` or `people`."""
        return UNITS.get(self.line, self.currency)

    @property
    def said(self) -> str:
        """In the reader's language: '1,200 to 3,400', with its currency where it is money."""
        if self.low is None:
            return _("not known")
        ends = {"low": _number(self.low), "high": "" if self.high is None else _number(self.high)}
        if self.high is None:
            said = _("%(low)s or more") % ends
        else:
            said = ends["low"] if self.low == self.high else _("%(low)s to %(high)s") % ends
        return said if self.line in UNITS else f"{self.currency} {said}"


@dataclass(frozen=True)
class Entered:
    """One of the customer's own figures."""

    name: str
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Money:
    """Everything told of money, in its order; the customer's figures it rests on; `prices` None until there are any."""

    program: Program
    audience: Audience
    today: date
    prices: Prices | None
    lines: tuple[Told, ...]

    @property
    def costs(self) -> tuple[Told, ...]:
        return self.lines[:COSTS]

    @property
    def outcomes(self) -> tuple[Told, ...]:
        return self.lines[COSTS:]

    @property
    def purpose(self) -> str:
        return purpose()


def money(program: Program, audience: Audience, *, at: datetime) -> Money:
    """What a programme costs, for one kind of reader. A fixed number of queries, whatever the numbers."""
    today = local_date(at, program.organization.zone)
    prices: Prices | None = Prices.objects.filter(program=program).first()
    if prices is None or program.launched_at is None:
        return Money(program, audience, today, prices, ())
    frozen, ledger = Frozen(program, audience), _Ledger(prices)
    _champions_hours(ledger, program, today)
    _costs(ledger)
    _adopters(ledger, frozen)
    _per_adopter(ledger)
    _hours(ledger, frozen)
    _value(ledger)
    _payback(ledger)
    return Money(program, audience, today, prices, tuple(ledger.lines[line] for line in Line))


def entered(prices: Prices | None) -> list[Entered]:
    """The customer's own figures, in their order."""
    return [
        Entered(name, getattr(prices, f"{name}_low", None), getattr(prices, f"{name}_high", None)) for name in PRICES
    ]


class _Ledger:
    """The lines as they are written down, each reckoned from what earlier ones tell: a calculator comes to the same."""

    def __init__(self, prices: Prices) -> None:
        self.currency = prices.currency
        self.prices = {one.name: Range(one.low, one.high) for one in entered(prices) if one.low is not None}
        self.lines: dict[Line, Told] = {}

    def tell(self, line: Line, found: Range, *, n: int | None = None, basis: str = "") -> None:
        low, high = found.outwards()
        self.lines[line] = Told(line, self.currency, low=low, high=high, n=n, basis=basis)

    def leave_open(self, line: Line, why: str, *, basis: str = "") -> None:
        self.lines[line] = Told(line, self.currency, why=why, basis=basis)

    def ends(self, line: Line) -> Range | None:
        """What a line tells; None where it is left open."""
        told = self.lines[line]
        if told.low is None:
            return None
        return Range(Decimal(told.low), None if told.high is None else Decimal(told.high))


def _champions_hours(ledger: _Ledger, program: Program, today: date) -> None:
    """Hours of all champions in the weeks of the phase that are over. Three queries."""
    champions = list(Champion.objects.filter(program=program).select_related("program", "person"))
    if not champions:
        ledger.leave_open(Line.CHAMPION_HOURS, _("Nobody leads in it."))
        return
    agreed = agreed_of(champions, on=today)
    asked = answers_of(champions)
    zone, found = program.organization.zone, []
    for one in champions:
        begins = max(program.starts_on, monday(local_date(one.named_at, zone)))
        ends = min(today, program.ends_on)
        if one.stepped_down_at:
            ends = min(ends, local_date(one.stepped_down_at, zone))
        weeks = max(0, ((ends - begins).days + 1) // 7)
        # A check comes at the end of the fortnight it asks about; those of after the phase are of other weeks.
        answers = [
            answer.hours
            for check, answer in asked[one.pk]
            if answer and answer.hours is not None and program.week_on(check.due_on) <= program.weeks + 1
        ]
        stands = agreed[one.pk].stands
        found.append(
            kept_hours(
                weeks=weeks, answers=answers[: -(-weeks // CHECK_WEEKS)], agreed=stands.hours if stands else None
            )
        )
    ledger.tell(Line.CHAMPION_HOURS, total(found))


def _costs(ledger: _Ledger) -> None:
    """Champions' time, what was entered beside it, and the sum of what is known."""
    kept, price = ledger.ends(Line.CHAMPION_HOURS), ledger.prices.get("champion_hour")
    if kept is None:
        ledger.leave_open(Line.CHAMPION_TIME, ledger.lines[Line.CHAMPION_HOURS].why)
    elif price is None:
        ledger.leave_open(Line.CHAMPION_TIME, _("Nobody has entered what an hour of theirs costs."))
    else:
        ledger.tell(Line.CHAMPION_TIME, kept.times(price))
    for line, name in ((Line.LICENCES, "licences"), (Line.OTHER, "other")):
        if name in ledger.prices:
            ledger.tell(line, ledger.prices[name])
        else:
            ledger.leave_open(line, _("Nobody has entered it."))
    parts = {line: ledger.ends(line) for line in (Line.CHAMPION_TIME, Line.LICENCES, Line.OTHER)}
    known = [found for found in parts.values() if found]
    if not known:
        ledger.leave_open(Line.TOTAL, _("No cost is known yet."))
        return
    missing = ", ".join(str(NAMES[line]) for line, found in parts.items() if found is None)
    ledger.tell(Line.TOTAL, total(known), basis=_("Without: %(what)s.") % {"what": missing} if missing else "")


def _adopters(ledger: _Ledger, frozen: Frozen) -> None:
    """From how many to how many in pods, by the newest frozen look."""
    line = Line.ADOPTERS
    look: Look | None = next((one for checkpoint in LOOKS if (one := frozen.look(checkpoint))), None)
    if look is None:
        ledger.leave_open(line, _("No look is frozen yet."))
        return
    run = frozen.version(look.checkpoint, Metric.ADOPTION)
    cell = frozen.cell(run, Metric.ADOPTION, Arm.PODS) if run else None
    ends = possible(cell) if cell else None
    basis = _("%(look)s, %(days)s") % {"look": look.name, "days": look.pods.days}
    if look.pods.why or ends is None:
        why = look.pods.why or _("How many there are is not told closely enough, to protect people.")
        ledger.leave_open(line, why, basis=basis)
        return
    fewest, most = ends
    if fewest.observed < LEAST_RESPONSE * fewest.eligible:
        ledger.leave_open(line, _("Too few answered for a rate."), basis=basis)
        return
    silent = most.eligible - most.observed
    found = Range(Decimal(fewest.adopters), Decimal(most.adopters + silent))
    ledger.tell(line, found, n=fewest.eligible, basis=basis)


def _per_adopter(ledger: _Ledger) -> None:
    line, cost, adopters = Line.PER_ADOPTER, ledger.ends(Line.TOTAL), ledger.ends(Line.ADOPTERS)
    told = ledger.lines[Line.ADOPTERS]
    if cost is None:
        ledger.leave_open(line, ledger.lines[Line.TOTAL].why)
    elif adopters is None or adopters.high is None:
        ledger.leave_open(line, told.why)
    elif adopters.high == 0:
        ledger.leave_open(line, _("Nobody works that way, so that there is nobody to share it."))
    else:
        ledger.tell(line, cost.over(adopters.low, adopters.high), n=told.n, basis=told.basis)


def _hours(ledger: _Ledger, frozen: Frozen) -> None:
    """People times the middle saving, from the released figure and its interval alone."""
    line, run = Line.HOURS, frozen.version(Checkpoint.SE, Metric.WEEKLY_SAVING)
    if run is None:
        ledger.leave_open(line, _("It is asked at the end of the phase, and frozen after it."))
        return
    saving = frozen.minutes(run, Metric.WEEKLY_SAVING, Arm.PODS)
    if saving.why:
        ledger.leave_open(line, saving.why)
    elif saving.low is None or saving.high is None or not saving.n:
        why = _("So few told us both figures that there is no interval, and without one no range.")
        ledger.leave_open(line, why)
    else:
        people = Decimal(saving.n) / MINUTES
        found = Range(people, people).times(Range(Decimal(saving.low), Decimal(saving.high)))
        ledger.tell(line, found, n=saving.n, basis=f"{saving.said}, {saving.interval}")


def _value(ledger: _Ledger) -> None:
    line, hours, price = Line.VALUE, ledger.ends(Line.HOURS), ledger.prices.get("hour")
    told = ledger.lines[Line.HOURS]
    if hours is None:
        ledger.leave_open(line, told.why)
    elif price is None:
        ledger.leave_open(line, _("Nobody has entered what an hour is worth."))
    else:
        ledger.tell(line, hours.times(price), n=told.n)


def _payback(ledger: _Ledger) -> None:
    line, cost, worth = Line.PAYBACK, ledger.ends(Line.TOTAL), ledger.ends(Line.VALUE)
    told = ledger.lines[Line.VALUE]
    if cost is None:
        ledger.leave_open(line, ledger.lines[Line.TOTAL].why)
    elif worth is None or worth.high is None:
        ledger.leave_open(line, told.why)
    elif worth.high <= 0:
        ledger.leave_open(line, _("No time may have been recovered at all, so the cost never is."))
    else:
        ledger.tell(line, cost.over(worth.low, worth.high), n=told.n)


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True) if number >= 0 else signed(number)
