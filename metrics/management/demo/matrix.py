"""Where the demo's next programme is worth starting: roles, their work, and what everybody said of it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from adoption.programs.actions import add_workflow
from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from surveys.actions import answer_skills, close_skills, open_skills, place_task, set_role_work
from surveys.models import Anchor, SkillsAsk
from surveys.queries.skills import own_work
from surveys.rules.skills import Fit, Hours

if TYPE_CHECKING:
    from metrics.management.demo.history import Life

REPORT, PROPOSAL = "Client report drafting", "Proposal sections"
COMPLIANCE, MINUTES, VARIANCE, SIGNING = (
    "Compliance narrative",
    "Meeting follow-up",
    "Variance commentary",
    "Signing off accounts",
)
# Role, workflow, what it needs, how it looks to the lead, and what its people say: about which level and which hours.
WORK: tuple[tuple[str, str, int, int, Hours, int, Hours], ...] = (
    ("Consultant", PROPOSAL, 4, 1, Hours.THREE_TO_SIX, 1, Hours.OVER_SIX),
    ("Consultant", REPORT, 3, 3, Hours.THREE_TO_SIX, 2, Hours.THREE_TO_SIX),
    ("Consultant", MINUTES, 3, 1, Hours.ONE_TO_THREE, 2, Hours.ONE_TO_THREE),
    ("Senior consultant", PROPOSAL, 4, 2, Hours.THREE_TO_SIX, 2, Hours.THREE_TO_SIX),
    ("Senior consultant", MINUTES, 2, 2, Hours.ONE_TO_THREE, 2, Hours.ONE_TO_THREE),
    ("Analyst", VARIANCE, 4, 1, Hours.THREE_TO_SIX, 1, Hours.OVER_SIX),
    ("Analyst", REPORT, 2, 1, Hours.ONE_TO_THREE, 1, Hours.UNDER_ONE),
    ("Manager", MINUTES, 3, 1, Hours.THREE_TO_SIX, 1, Hours.THREE_TO_SIX),
    ("Tax adviser", COMPLIANCE, 4, 1, Hours.OVER_SIX, 1, Hours.OVER_SIX),
    ("Senior tax adviser", COMPLIANCE, 4, 2, Hours.THREE_TO_SIX, 2, Hours.THREE_TO_SIX),
    ("Auditor", COMPLIANCE, 3, 2, Hours.ONE_TO_THREE, 1, Hours.THREE_TO_SIX),
    ("Counsel", COMPLIANCE, 3, 2, Hours.ONE_TO_THREE, 2, Hours.ONE_TO_THREE),
    ("Managing partner", PROPOSAL, 2, 1, Hours.UNDER_ONE, 1, Hours.UNDER_ONE),
)
OFF = (
    ("Auditor", SIGNING, Fit.RED_LINE, "A person answers for each signature; no draft is made by a machine."),
    ("Paralegal", MINUTES, Fit.UNSUITABLE, "Minutes of hearings are taken by the court."),
)
TASKS = (
    ("Writing up what was said in client meetings", MINUTES),
    ("Follow-up mails after every meeting, the same each time", MINUTES),
    ("Minutes nobody reads", MINUTES),
    ("Explaining the same variances every month in other words", VARIANCE),
    ("Copying last year’s compliance text and changing the dates", COMPLIANCE),
    ("The regulatory section of a report, from four sources", COMPLIANCE),
    ("Chasing colleagues for status updates", ""),
    ("Proposal boilerplate at eleven in the evening", PROPOSAL),
    ("Finding the right slide in old decks", ""),
    ("Time sheets", ""),
)
SILENT = 0.22
HOURS = list(Hours)


def look_for_work(life: Life, *, lead: Person) -> None:
    """Five weeks ago the lead said what roles do and asked everybody; two weeks later it was published, and tasks placed."""
    at = life.now - timedelta(days=35)
    names = {name for _, name, *_ in WORK} | {name for _, name, *_ in OFF}
    known = {one.name: one for one in Workflow.objects.filter(name__in=names)}
    work = known | {name: add_workflow(name=name, by=lead, at=at) for name in sorted(names - known.keys())}
    said: dict[tuple[str, str], tuple[int, Hours]] = {}
    roles = set(Person.objects.here(local_date(at, life.organization.zone)).values_list("job_role", flat=True))
    for role, name, needed, seen, seen_hours, level, hours in WORK:
        if role in roles:
            said[role, name] = level, hours
            set_role_work(
                role=role,
                workflow=work[name],
                needed=needed,
                seen_level=seen,
                seen_hours=seen_hours,
                data_allowed=name != COMPLIANCE,
                fit=Fit.SUITABLE,
                because="",
                by=lead,
                at=at,
            )
    for role, name, fit, because in OFF:
        set_role_work(
            role=role,
            workflow=work[name],
            needed=0,
            seen_level=None,
            seen_hours="",
            data_allowed=True,
            fit=fit,
            because=because,
            by=lead,
            at=at,
        )
    until = local_date(at, life.organization.zone) + timedelta(days=14)
    wave = open_skills(organization=life.organization, until=until, by=lead, at=at)
    for ask in SkillsAsk.objects.filter(wave=wave).select_related("wave", "person").order_by("pk"):
        dice = random.Random(f"matrix {ask.person.mail}")  # noqa: S311 - the demo's dice, the same every time
        if dice.random() > SILENT:
            given = {
                one.workflow: _around(*said[ask.role, one.workflow.name], dice=dice)
                for one in own_work(ask)
                if (ask.role, one.workflow.name) in said
            }
            task = dice.choice(TASKS)[0] if dice.random() < 0.2 else ""
            answer_skills(ask=ask, given=given, anchor=task, at=at + timedelta(days=dice.randint(1, 9)))
    close_skills(wave=wave, by=lead, at=at + timedelta(days=14))
    of_task = {words: name for words, name in TASKS if name}
    for task in Anchor.objects.filter(wave=wave).order_by("words", "pk"):
        if task.words in of_task:
            place_task(task=task, workflow=work[of_task[task.words]], by=lead, at=at + timedelta(days=16))


def _around(level: int, hours: Hours, *, dice: random.Random) -> tuple[int, str]:
    """What one of several says who on the whole say this."""
    place = HOURS.index(hours) + dice.choice((-1, 0, 0, 0, 1))
    return max(0, min(4, level + dice.choice((-1, 0, 0, 0, 1)))), HOURS[max(0, min(len(HOURS) - 1, place))].value
