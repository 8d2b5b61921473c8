"""Reads of the asking floor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules import Audience, Block, Cell, Facts, Thresholds, arrange, publish
from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Program, Step
from adoption.programs.rules import REMIND_WAVE, Arm, Preview
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, instant, local_date
from surveys.models import Answer, Ask, Wave
from surveys.rules import ANSWERED_WITHIN, WaveKind

# What the audit trail says of this floor's acts.
SENTENCES: dict[str, Promise] = {
    "survey.opened": _("opened a survey: %(detail)s"),
}


def baseline_collected(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody in either arm has answered the baseline survey."""
    asks = Ask.objects.completed().filter(wave__program=program, wave__kind=WaveKind.BASELINE)
    return all(asks.filter(person__assignments__program=program, person__assignments__arm=arm).exists() for arm in Arm)


@dataclass(frozen=True)
class WaveStatus:
    """A wave and how many of each arm answered it before a moment, as a lead may read it."""

    wave: Wave
    is_open: bool
    counted_until: datetime
    arms: tuple[Cell, ...]


def wave_statuses(program: Program, *, at: datetime) -> list[WaveStatus]:
    """The waves of a programme with their returns, through the publication gate. Two queries.

    Counted at the organisation's last midnight: whoever asked again and again would otherwise see each answer arrive.
    """
    zone = program.organization.zone
    until = instant(local_date(at, zone), time(0), zone)
    arm = Assignment.objects.current().filter(program=program, person=OuterRef("person")).values("arm")[:1]
    counts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in (
        Ask.objects.filter(wave__program=program)
        .annotate(arm=Subquery(arm))
        .values("wave", "arm")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(completed_at__lt=until)))
    ):
        counts[row["wave"]][row["arm"]] = (row["asked"], row["answered"])
    return [
        WaveStatus(wave, wave.opened_at <= at < wave.closes_at, until, _returns(wave, counts[wave.pk], program))
        for wave in Wave.objects.filter(program=program).order_by("opened_at", "pk")
    ]


def _returns(wave: Wave, counts: dict[str, tuple[int, int]], program: Program) -> tuple[Cell, ...]:
    company = program.organization
    thresholds = (
        Thresholds.from_dict(program.fixed["thresholds"])
        if program.fixed
        else Thresholds(group=company.smallest_group, executive=company.smallest_group_executive)
    )
    arrangement = arrange([Block(arm, "", "", thresholds.executive, 0) for arm in Arm], thresholds)
    # Everybody asked is counted: having answered is what is said of them.
    known = [(arm, *counts.get(arm, (0, 0))) for arm in Arm]
    blocks = tuple(Block(arm, "", "", asked, asked, answered) for arm, asked, answered in known)
    facts = Facts("survey returns", wave.kind, blocks)
    table = publish(facts, arrangement=arrangement, thresholds=thresholds).table(Audience.LEAD)
    return tuple(table.arm(arm) for arm in sorted(Arm))


def facts_of_survey(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the invitation to a survey says."""
    ask = Ask.objects.select_related("wave__program__workflow").get(pk=message.row_id)
    program = ask.wave.program
    return {
        "program": program.name,
        "workflow": program.workflow.name,
        "kind": ask.wave.kind,
        "closes_at": ask.wave.closes_at,
    }


def preview_wave(*, step: Step, at: datetime) -> Preview:
    """What a survey or its reminder would say, and to how many at most: who has answered is not told apart."""
    program = step.program
    today = local_date(at, program.organization.zone)
    assigned = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    facts = {
        "program": program.name,
        "workflow": program.workflow.name,
        "kind": WaveKind(step.about),
        "closes_at": instant(step.due_on, step.hour, program.organization.zone) + ANSWERED_WITHIN,
    }
    if step.task == REMIND_WAVE and (wave := Wave.objects.filter(program=program, kind=step.about).first()):
        facts["closes_at"] = wave.closes_at
    kind = "survey_reminder" if step.task == REMIND_WAVE else "survey"
    return Preview(Person.objects.here(today).filter(Exists(assigned)).count(), kind, facts)


def survey_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the survey is still unanswered and open."""
    return bool(Ask.objects.unanswered().filter(pk=message.row_id, wave__closes_at__gt=at).exists())


def given_answers(ask: Ask) -> dict[str, str]:
    """What a person has answered so far, as a form shows it."""
    newest = {row.item: row for row in Answer.objects.filter(ask=ask).order_by("version")}
    return {
        item: str(row.number) if row.number is not None else row.choice
        for item, row in newest.items()
        if row.number is not None or row.choice
    }


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything this floor holds about a person, in its own words."""
    asks = Ask.objects.filter(person=person).select_related("wave__program").order_by("asked_at", "pk")
    return {
        "surveys": [
            {
                "program": ask.wave.program.name,
                "kind": ask.wave.kind,
                "asked_at": ask.asked_at.isoformat(),
                "completed_at": ask.completed_at and ask.completed_at.isoformat(),
                "answers": given_answers(ask),
            }
            for ask in asks
        ]
    }


def seen_of_surveys(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Your survey answers"),
            remark=_(
                "Only figures of groups large enough that nobody can be told from them. Never your champion or lead."
            ),
        ),
        Holding(
            _("Words you wrote to a question of your lead’s own"),
            also=_("Your L&D lead, without your name, once there are enough of them."),
        ),
    ]
