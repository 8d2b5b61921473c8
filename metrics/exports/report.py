"""The lead's report and the pack for the works council, set by typst. Imported by workers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from adoption.programs.models import Program
from adoption.programs.queries.arms import ASSIGNED_WORDS
from adoption.tenancy.rules import local_date
from metrics.exports import drawn, paper, told
from metrics.queries import sentences
from metrics.queries.council import Council
from metrics.queries.figures import Evidence
from metrics.queries.story import Story


def report_pdf(evidence: Evidence, told_story: Story, lessons: str, *, at: datetime) -> bytes:
    """How a programme went. `lessons` are the lead's own words."""
    frame = paper.frame(evidence, _("Report: %(name)s") % {"name": evidence.program.name})
    opening = evidence.opening
    zone = evidence.program.organization.zone
    data = {
        **frame,
        "workflow": evidence.program.workflow.name,
        "opening": [{"text": run.text, "arm": run.arm} for run in opening.lead.runs]
        if opening
        else [{"text": told.opening(evidence), "arm": ""}],
        "beneath": told.beneath(evidence),
        "edition": told.edition(evidence),
        "facts": [{"name": one.name, "value": one.value, "note": one.note} for one in told.facts(evidence)],
        "audience": paper.audience_words(evidence.audience),
        "lessons": lessons,
        "curve": drawn.curve(evidence),
        "moments": [
            {"on": sentences.day(one.on), "what": str(one.what), "state": str(one.state), "why": one.why}
            for one in told_story.moments
        ],
        "causes": [
            {
                "cause": str(one.words),
                "said": " ".join(filter(None, (one.said.figure, one.said.why))),
                "step": str(one.step),
            }
            for one in told_story.causes.causes
        ],
        "causes-means": _("Day 7s answered before %(day)s, by people, as far as it may be said.")
        % {"day": sentences.day(told_story.causes.counted_until)},
        "helped": [
            {
                "hindrance": str(one.hindrance),
                "step": str(one.step),
                "agreed": str(one.agreed),
                "worked": str(one.worked),
            }
            for one in told_story.helped
        ],
        "changes": [
            {"version": str(one.version), "on": sentences.day(local_date(one.made_at, zone)), "why": one.reason}
            for one in told_story.changes
        ],
        "wins": [
            {"task": one.task, "before": str(one.minutes_before), "now": str(one.minutes_now), "output": one.output}
            for one in told_story.wins
        ],
        "grids": paper.figures_in_grids(evidence),
        "words": {
            **frame["words"],
            "own-words": _("What we learned, in the lead’s own words"),
            "timeline": _("How it went"),
            "timeline-columns": [_("Day"), _("What"), _("State"), _("Why")],
            "causes": _("What kept people"),
            "causes-columns": [_("Cause"), _("Met by"), _("What helps one person")],
            "no-causes": _("No day 7 has been answered yet."),
            "helped": _("What was done about it"),
            "helped-means": _("Steps for one person at a time, by what stood in the way, counted by people."),
            "helped-columns": [_("What stood in the way"), _("Step"), _("Agreed with"), _("Worked for")],
            "no-helped": _("No step for one person was agreed."),
            "changes": _("What was measured otherwise, and why"),
            "changes-columns": [_("Version"), _("From"), _("Reason")],
            "wins": _("What colleagues managed"),
            "wins-means": _("The latest wins that were shared with everybody, as their owners told them; in minutes."),
            "wins-columns": [_("Task"), _("Before"), _("Now"), _("What came out")],
        },
    }
    return paper.pdf("report", data, at=at)


def council_pdf(evidence: Evidence, found: Council, program: Program, *, at: datetime) -> bytes:
    """What a works council asks."""
    frame = paper.frame(evidence, _("Works council: %(name)s") % {"name": program.name})
    zone = program.organization.zone
    data = {
        **frame,
        "workflow": program.workflow.name,
        "seen": [
            {
                "what": str(one.what),
                "who": "; ".join(filter(None, [*(f"{name}: {count}" for name, count in one.roles), str(one.also)]))
                or _("nobody else"),
                "remark": str(one.remark),
            }
            for one in found.seen
        ],
        "roles": [{"name": str(one.name), "sees": str(one.sees), "never": str(one.never)} for one in found.roles],
        "thresholds": found.thresholds,
        "kept": found.kept,
        "tables": [{"table": one.table, "row": one.row, "grain": one.grain} for one in found.tables],
        "acts": [
            {"what": one.what, "count": str(one.count), "last": sentences.day(local_date(one.last, zone))}
            for one in found.acts
        ],
        "words": {
            **frame["words"],
            "opening": _("What is stored about people, who sees it, and for how long"),
            "promises": [
                _(
                    "Figures are of groups. Nobody is ranked, and no page shows one person’s use to a manager or executive."
                ),
                _(
                    "Whoever would rather not take part says so with one click and without a reason; colleagues cannot tell."
                ),
                _("Everybody can read and export what is held about them, and be erased."),
            ],
            "made": " ".join(filter(None, (_made(frame), _assigned(program)))),
            "seen": _("What is held about a person, and who else sees it"),
            "seen-means": _(
                "Beside the person themselves, who sees all of it. Numbers are how many hold a role today."
            ),
            "seen-columns": [_("What"), _("Who else"), _("How much of it")],
            "roles": _("What each role sees, and never sees"),
            "roles-columns": [_("Role"), _("Sees"), _("Never")],
            "thresholds": _("From how many people on a figure is shown"),
            "thresholds-means": _("Every figure on every page, in files, mails and the API goes through one gate."),
            "thresholds-columns": [_("What"), _("Rule")],
            "kept": _("How long it is kept"),
            "kept-columns": [_("What"), _("How long")],
            "tables": _("The tables that every figure follows from"),
            "tables-means": _("With what one row of each is, and what tells two rows apart."),
            "tables-columns": [_("Table"), _("A row is"), _("One for each")],
            "acts": _("From the audit trail"),
            "acts-means": _(
                "What was done since %(day)s that bears on who sees what, in the whole organisation. No names."
            )
            % {"day": sentences.day(local_date(found.since, zone))},
            "acts-columns": [_("Somebody …"), _("Times"), _("Last")],
            "no-acts": _("Nothing of the kind was done."),
        },
    }
    return paper.pdf("council", data, at=at)


def _made(frame: Mapping[str, Any]) -> str:
    said = _("Made on %(day)s from what the application holds and from its settings of that day.")
    return said % {"day": frame["day"]}


def _assigned(program: Program) -> str:
    """How it was decided who learns in a pod and who is compared: since the launch, which fixes it."""
    if not program.is_compared or program.launched_at is None:
        return ""
    return _("Who learns in a pod and who is compared: %(how)s.") % {"how": ASSIGNED_WORDS[program.assigned]}
