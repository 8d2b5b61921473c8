"""Whether the baseline is collected: its survey and its weeks, of each group; and what is there of it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from adoption.disclosure.queries import wording
from adoption.disclosure.rules import Audience, Block, Facts, publish
from adoption.programs.models import Program
from adoption.programs.rules import BASELINE_WEEKS, CLOSES_AFTER, Arm, baseline_starts_on
from adoption.programs.rules.readiness import Answered
from adoption.tenancy.rules import local_date
from metrics.models import ArmWeek
from metrics.queries import sentences
from metrics.queries.curve import whole_arms
from surveys.queries import Returned, baseline_returns, wave_statuses
from surveys.rules import WaveKind


def baseline_collected(*, program: Program, at: datetime) -> Answered:
    """Readiness: whether enough of each group answered the survey, and each of the two weeks that is closed.

    Enough is what a figure needs. A week that is still open holds up nothing: it goes on taking answers after a launch, and
    the second one is over only when the programme starts. Two queries; a few more once somebody reads what there is.
    """
    today = local_date(at, program.organization.zone)
    begins_on = baseline_starts_on(program.starts_on)
    weeks = [begins_on + timedelta(weeks=number) for number in range(BASELINE_WEEKS)]
    closed = _closed(program, [week for week in weeks if today > week + CLOSES_AFTER])
    returns = [*baseline_returns(program), *(one for arms in closed.values() for one in arms)]
    return Answered(all(one.is_enough for one in returns), lambda: tuple(_told(program, weeks, closed, at=at)))


def _closed(program: Program, weeks: list[date]) -> dict[date, list[Returned]]:
    """Of how many something is known of weeks, of those who were expected in them."""
    rows = {(row.week, row.arm): row for row in ArmWeek.objects.filter(program=program, week__in=weeks)}

    def of(week: date, arm: Arm) -> Returned:
        row = rows.get((week, arm))
        return Returned(arm, row.observed, row.eligible) if row else Returned(arm, 0, 0)

    return {week: [of(week, arm) for arm in program.arms] for week in weeks}


def _told(program: Program, weeks: list[date], closed: dict[date, list[Returned]], *, at: datetime) -> Iterator[str]:
    """What is there, through the gate; of a week only once it is closed, so that no answer is seen arriving."""
    for one in wave_statuses(program, at=at):
        if one.wave.kind == WaveKind.BASELINE:
            for cell in sorted(one.arms, key=lambda cell: program.arms.index(Arm(cell.arm))):
                named = {"group": sentences.arm_name(cell.arm), "said": wording(cell).figure}
                yield _("Survey, %(group)s: %(said)s, counted last night") % named
    for week in weeks:
        day = date_format(week, "j F")
        if week not in closed:
            until = date_format(week + CLOSES_AFTER, "j F")
            yield _("Week of %(day)s: takes answers until %(until)s") % {"day": day, "until": until}
            continue
        blocks = tuple(Block(one.arm, "", "", one.of, one.of, one.there) for one in closed[week])
        facts = Facts("baseline week returns", week.isoformat(), blocks)
        table = publish(facts, arrangement=whole_arms(program.thresholds), thresholds=program.thresholds).table(
            Audience.LEAD
        )
        for found in closed[week]:
            named = {"day": day, "group": sentences.arm_name(found.arm), "said": wording(table.arm(found.arm)).figure}
            yield _("Week of %(day)s, %(group)s: %(said)s") % named
