"""Reads of the weekly look at the log: who logged what in a week, where the sources disagree, and what looking costs.

By name stands here what a system owner may see: a count and where it is from. Never what was started unasked, and no answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Mode, asked_weeks
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.queries.members import keyset_page
from adoption.tenancy.rules import local_date
from metrics.models import CheckIn, UseWeek, WeekReview
from metrics.queries import sentences
from metrics.queries.weeks import periods_of, vendor_weeks
from metrics.rules import MOST_A_WEEK, Source, Vendor
from metrics.rules.review import RECENT_REVIEWS, Load, Looked, Pace, pace

PAGE_SIZE = 50
WEEK = timedelta(weeks=1)
# A week is looked through from the Wednesday after it, when most have answered; it waits for so long and no longer.
WAITS_AFTER = timedelta(days=9)
WAITS_AT_MOST = timedelta(weeks=8)

SOURCE_WORDS: dict[str, Promise] = {
    Source.SELF: _("self-report"),
    Source.VENDOR: _("the tool’s file"),
    Source.CHAMPION: _("champion"),
}


@dataclass(frozen=True)
class ReviewAsked:
    """What somebody wants to see of the log. `week` is any day of it; None is the newest one."""

    week: date | None = None
    search: str = ""
    only_discrepant: bool = False
    after: UUID | None = None
    before: UUID | None = None


@dataclass(frozen=True)
class LogLine:
    """One person's week on one workflow: how often, where that is from, and what the other source says.

    `occasions`: how often the work came up, where a programme holds uses against that; None where nobody said.
    """

    person: Person
    workflow: str
    total: int
    source: str
    discrepant: bool
    said: int | None
    tool: str
    by_occasions: bool = False
    occasions: int | None = None

    @property
    def source_words(self) -> str:
        return str(SOURCE_WORDS[self.source])

    @property
    def occasions_words(self) -> str:
        """'of 5 times it came up'; nothing where uses are counted by the week."""
        if not self.by_occasions:
            return ""
        if self.occasions is None:
            return str(_("how often it came up is not known"))
        if self.occasions == 0:
            return str(_("it did not come up"))
        return ngettext("of the one time it came up", "of %(times)s times it came up", self.occasions) % {
            "times": f"{MOST_A_WEEK}+" if self.occasions == MOST_A_WEEK else self.occasions
        }


@dataclass(frozen=True)
class LogPage:
    """Some lines of a week, by name. `previous` and `next` are public ids of people to go on from, None at the ends."""

    lines: tuple[LogLine, ...]
    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True)
class LogWeek:
    """One week of the log: how much there is, who has looked, and the weeks beside it."""

    week: date
    lines: int
    people: int
    discrepant: int
    reviews: tuple[WeekReview, ...]
    earlier: date | None
    later: date | None

    @property
    def days(self) -> str:
        """'22 to 28 June 2026'."""
        return sentences.span(self.week, self.week + timedelta(days=6))


@dataclass(frozen=True)
class Carried:
    """What somebody has carried of the looking lately."""

    name: str
    looks: int
    minutes: int


@dataclass(frozen=True)
class Estimate:
    """What looking costs a week: now, with twice as many who log, and with everybody who is asked. Empty without a timed look."""

    pace: Pace | None
    rows: tuple[tuple[str, Load], ...]
    carried: tuple[Carried, ...]


@dataclass(frozen=True)
class WaitingReview:
    """Finished weeks that nobody has looked through yet, oldest first, and whether anything is asked at all."""

    weeks: tuple[date, ...] = field(default=())
    runs: bool = False


def weeks_of_log(organization: Organization, *, at: datetime) -> list[date]:
    """The finished weeks that running programmes ask about, as their Mondays in order. One query."""
    today = local_date(at, organization.zone)
    asked: set[date] = set()
    for starts_on, weeks, mode in Program.objects.running().values_list("starts_on", "weeks", "mode"):
        asked.update(asked_weeks(starts_on, weeks, mode))
    return sorted(week for week in asked if week + WEEK <= today)


def log_week(asked: date | None, weeks: Sequence[date]) -> LogWeek | None:
    """The week of that day, else the newest; None where no week is over. Two queries."""
    if not weeks:
        return None
    monday = asked - timedelta(days=asked.weekday()) if asked else None
    week = monday if monday is not None and monday in weeks else weeks[-1]
    place = weeks.index(week)
    counts = lines_of(week)
    return LogWeek(
        week=week,
        lines=counts["lines"],
        people=counts["people"],
        discrepant=counts["discrepant"],
        reviews=tuple(WeekReview.objects.of_week(week).select_related("reviewed_by").newest_first()),
        earlier=weeks[place - 1] if place else None,
        later=weeks[place + 1] if place + 1 < len(weeks) else None,
    )


def lines_of(week: date) -> dict[str, int]:
    """How many lines a week's log has, of how many people, and how many of them disagree. One query."""
    found: dict[str, int] = (
        UseWeek.objects.logged()
        .of_week(week)
        .aggregate(
            lines=Count("pk"),
            people=Count("person", distinct=True),
            discrepant=Count("pk", filter=Q(discrepant=True)),
        )
    )
    return found


def log_page(week: date, asked: ReviewAsked) -> LogPage:
    """One page of a week's lines, by name. At most five queries, however many people there are."""
    rows = UseWeek.objects.logged().of_week(week)
    if asked.only_discrepant:
        rows = rows.discrepant()
    # People first, in the order of the index of names; then the lines of those on the page.
    people = Person.objects.filter(Exists(rows.filter(person=OuterRef("pk"))))
    if asked.search:
        people = people.in_file_of_name(asked.search)
    page = keyset_page(
        people,
        by=("sort_name", "id"),
        after=_person(asked.after),
        before=_person(asked.before),
        name=lambda person: person.public_id,
        size=PAGE_SIZE,
    )
    return LogPage(tuple(_lines(week, page.rows, only_discrepant=asked.only_discrepant)), page.previous, page.next)


def _person(public_id: UUID | None) -> Person | None:
    found: Person | None = Person.objects.filter(public_id=public_id).first() if public_id else None
    return found


def _lines(week: date, people: Collection[Person], *, only_discrepant: bool) -> list[LogLine]:
    by_key = {person.pk: person for person in people}
    seldom = Program.objects.running().filter(mode=Mode.OPPORTUNITY, workflow=OuterRef("workflow"))
    rows = UseWeek.objects.logged().of_week(week).filter(person__in=by_key).select_related("workflow")
    rows = rows.annotate(by_occasions=Exists(seldom))
    if only_discrepant:
        rows = rows.discrepant()
    said = {
        (one.person_id, one.workflow_id): one.total
        for one in CheckIn.objects.newest_per_week().of_week(week).filter(person__in=by_key)
    }
    vendor = vendor_weeks(periods_of(list(by_key), [week]), [week])
    of_person: dict[int, list[LogLine]] = defaultdict(list)
    for row in rows.order_by("workflow__name"):
        of_person[row.person_id].append(
            LogLine(
                person=by_key[row.person_id],
                workflow=row.workflow.name,
                total=row.total or 0,
                source=row.source,
                discrepant=row.discrepant,
                said=said.get((row.person_id, row.workflow_id)),
                tool=_tool(vendor.get((row.person_id, week))),
                by_occasions=row.by_occasions,
                occasions=row.occurrences,
            )
        )
    return [line for person in people for line in of_person[person.pk]]


def _tool(vendor: Vendor | None) -> str:
    """What the tools' files say of somebody's week; nothing where no file reaches it."""
    if vendor is None:
        return ""
    if vendor.exact:
        return str(_("nothing all week"))
    if vendor.count:
        return ngettext("active on one day at least", "active on %(days)s days at least", vendor.count) % {
            "days": vendor.count
        }
    return str(_("active, on days that are not known"))


# --- what it costs ---------------------------------------------------------------------------------------------------


def recent_reviews() -> list[WeekReview]:
    """The looks that the estimate is made from, newest first. One query."""
    return list(WeekReview.objects.select_related("reviewed_by").newest_first()[:RECENT_REVIEWS])


def estimate(reviews: Collection[WeekReview], lines: int) -> Estimate:
    """What the look would take with `lines` a week, with twice as many, and with everybody who is asked. One query."""
    found = pace(Looked(review.minutes, review.lines) for review in reviews)
    rows: list[tuple[str, Load]] = []
    if found and lines:
        asked = Assignment.objects.current().filter(program__in=Program.objects.running())
        # A line is one person's on one piece of work, however many programmes ask about it.
        scope = asked.order_by().values("person", "program__workflow").distinct().count()
        rows = [
            (str(_("As many as in the newest week")), found.load(lines)),
            (str(_("Twice as many")), found.load(2 * lines)),
        ]
        if scope > lines:
            rows.append((str(_("Everybody who is asked")), found.load(scope)))
    minutes: dict[str, list[int]] = defaultdict(list)
    for review in reviews:
        minutes[review.reviewed_by.name if review.reviewed_by else str(_("Somebody who was erased"))].append(
            review.minutes
        )
    carried = tuple(Carried(name, len(spent), sum(spent)) for name, spent in sorted(minutes.items()))
    return Estimate(found, tuple(rows), carried)


# --- what waits ------------------------------------------------------------------------------------------------------


def waiting_review(organization: Organization, *, at: datetime) -> WaitingReview:
    """The weeks that wait to be looked through. Two queries."""
    today = local_date(at, organization.zone)
    weeks = weeks_of_log(organization, at=at)
    due = [week for week in weeks if today - WAITS_AT_MOST <= week <= today - WAITS_AFTER]
    done = set(WeekReview.objects.filter(week__in=due).values_list("week", flat=True))
    return WaitingReview(tuple(week for week in due if week not in done), bool(weeks))
