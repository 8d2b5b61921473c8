"""The evidence of an organisation: every programme with the sentence of its frozen look, and which may be read side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from adoption.disclosure.queries import aside
from adoption.disclosure.rules import Audience, Thresholds, may_say_how_many
from adoption.programs.models import Assignment, Program, Specification
from adoption.programs.queries import list_programs
from adoption.programs.queries.programs import Listed
from adoption.programs.rules import Checkpoint, Measure, Mode, State
from adoption.tenancy.models import Organization
from adoption.tenancy.rules import local_date
from metrics.queries import sentences
from metrics.queries.evidence import opening_of
from metrics.queries.figures import Figure, Look, Opening, frozen_on, headings
from metrics.queries.frozen import Frozen, rows_of

Words = str | Promise
# The level of an interval from which a programme's difference may stand beside another's.
CONCLUDES = "95"


@dataclass(frozen=True)
class Entry:
    """One programme: where it is, and what the look says that heads its page; None before the first one."""

    listed: Listed
    opening: Opening | None
    # The next look's day, where one is to come before there is any.
    first_on: date | None
    # Why it stands beside no other programme; empty where it does.
    alone: str = ""

    @property
    def program(self) -> Program:
        return self.listed.program

    @property
    def state(self) -> Words:
        return self.listed.words

    @property
    def look(self) -> Look | None:
        return self.opening.look if self.opening else None

    @property
    def figures(self) -> list[Figure]:
        """What is said of it here: both groups and their difference, from the same release as its own page."""
        if self.look is None:
            return []
        arms = [self.look.arms[arm] for arm in self.program.arms]
        return [*arms, *([self.difference] if self.difference else [])]

    @property
    def difference(self) -> Figure | None:
        """Of both groups, from the main look on: before it nothing is concluded."""
        gap = self.look.difference if self.look else None
        return gap if gap and gap.level == CONCLUDES else None


@dataclass(frozen=True)
class SideBySide:
    """Programmes that may be read beside one another: measured alike, for as long, by the same look."""

    mode: str
    weeks: int
    checkpoint: Checkpoint
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        return _("%(look)s of %(weeks)s weeks") % {
            "look": sentences.look_name(self.checkpoint),
            "weeks": self.weeks,
        }


@dataclass(frozen=True)
class Portfolio:
    """Everything an organisation's evidence comes to, as one kind of reader may see it."""

    audience: Audience
    today: date
    entries: tuple[Entry, ...]
    groups: tuple[SideBySide, ...]
    # People of programmes that were launched, each once; None where so few are not told.
    people: int | None
    people_said: str

    @property
    def told(self) -> list[Entry]:
        """With figures: still running, ended, and long over."""
        return [one for one in self.entries if one.opening]

    @property
    def silent(self) -> list[Entry]:
        """Without any, those that have begun first."""
        rest = [one for one in self.entries if not one.opening]
        return sorted(rest, key=lambda one: one.program.launched_at is None)

    @property
    def alone(self) -> list[Entry]:
        """With figures, and beside nobody."""
        return [one for one in self.entries if one.opening and one.alone]

    @property
    def launched(self) -> int:
        return sum(one.program.launched_at is not None for one in self.entries)

    @property
    def purpose(self) -> str:
        return sentences.purpose()


def portfolio(organization: Organization, audience: Audience, *, at: datetime) -> Portfolio:
    """Every programme, newest first. Five queries, whatever the numbers."""
    today = local_date(at, organization.zone)
    listed = list_programs(on=today)
    programs = [one.program for one in listed]
    _give_measures(programs, organization)
    read = rows_of(programs)
    entries = [_entry(one, Frozen(one.program, audience, read=read[one.program.pk])) for one in listed]
    groups = tuple(_side_by_side(entries))
    beside = {entry.program.pk for group in groups for entry in group.entries}
    least = Thresholds.promised_by(organization)
    people = people_of(programs)
    return Portfolio(
        audience=audience,
        today=today,
        entries=tuple(
            entry if entry.program.pk in beside else Entry(entry.listed, entry.opening, entry.first_on, _why(entry))
            for entry in entries
        ),
        groups=groups,
        people=people if may_say_how_many(people, audience, least) else None,
        people_said=aside(people, audience, least),
    )


def findings(*, programs: Sequence[Program], organization: Organization) -> dict[int, str]:
    """What each of some programmes has shown, as executives read it; nothing before its first look. Three queries."""
    _give_measures(programs, organization)
    read = rows_of(programs)
    found = {}
    for program in programs:
        frozen = Frozen(program, Audience.EXECUTIVE, read=read[program.pk])
        if look := _heading(frozen):
            found[program.pk] = opening_of(frozen, look).text
    return found


def _heading(frozen: Frozen) -> Look | None:
    """The look that a programme's page opens with."""
    return next((one for one in map(frozen.look, headings(frozen.program)) if one), None)


def _give_measures(programs: Sequence[Program], organization: Organization) -> None:
    """Which version of its measure holds in each. One query for all of them."""
    newest = (
        Specification.objects.filter(program__in=programs).order_by("program_id", "-version").distinct("program_id")
    )
    versions = {row.program_id: Measure(row.fixed, row.version, row.reason) for row in newest}
    for program in programs:
        program.organization = organization
        program.measure = versions.get(program.pk) or Measure(program.fixed or {})


def people_of(programs: Sequence[Program]) -> int:
    """Who was launched in any of them, in whichever group: somebody in two programmes is one person. One query."""
    launched = [program for program in programs if program.launched_at]
    rows = Assignment.objects.of_cohorts().filter(program__in=launched)
    return int(rows.order_by().values("person").distinct().count())


def _entry(listed: Listed, frozen: Frozen) -> Entry:
    program = listed.program
    look = _heading(frozen)
    first_on = None
    if look is None and program.state in {State.BASELINE, State.LAUNCHED}:
        first_on = min(frozen_on(program, one) for one in headings(program))
    return Entry(listed, opening_of(frozen, look) if look else None, first_on)


def _side_by_side(entries: Iterable[Entry]) -> Iterable[SideBySide]:
    found: dict[tuple[str, int, Checkpoint], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.look and entry.program.is_compared and entry.difference:
            found[entry.program.mode, entry.program.weeks, entry.look.checkpoint].append(entry)
    for (mode, weeks, checkpoint), alike in found.items():
        if len(alike) > 1:
            in_order = sorted(alike, key=lambda entry: (entry.program.starts_on, entry.program.pk))
            yield SideBySide(mode, weeks, checkpoint, tuple(in_order))


def _why(entry: Entry) -> str:
    """Why a programme with figures stands beside no other."""
    if entry.look is None:
        return ""
    if not entry.program.is_compared:
        return _("Nothing is compared in it, so that there is no difference to set beside another.")
    if entry.look.difference is None:
        return entry.look.no_difference
    if entry.difference is None:
        return _("It is before its main look: nothing is concluded from it yet.")
    how = _("occasions") if entry.program.mode == Mode.OPPORTUNITY else _("weeks")
    return _(
        "No other programme was measured by %(how)s, ran for %(weeks)s weeks and has figures of the same look "
        "(%(look)s)."
    ) % {"how": how, "weeks": entry.program.weeks, "look": entry.look.name.lower()}
