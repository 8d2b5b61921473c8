"""What evidence holds about a person, for that person, and what the audit trail says of this floor's acts."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import Holding, Permission
from metrics.models import CheckIn, EvidenceLink, Export, VendorWeek, WeekAsk, WeekReview

SENTENCES: dict[str, Promise] = {
    "usage_import.uploaded": _("chose a file of usage figures: %(detail)s"),
    "usage_import.commit_asked": _("had usage figures imported: %(detail)s"),
    "usage_import.committed": _("imported usage figures: %(detail)s"),
    "usage_import.discarded": _("threw a file of usage figures away"),
    "usage_import.undone": _("undid an import of usage figures"),
    "snapshot.frozen": _("froze a checkpoint: %(detail)s"),
    "weeks.recorded": _("sent in weeks of many people: %(detail)s"),
    "week_review.marked": _("looked through a week of the log: %(detail)s"),
    "export.asked": _("had a file made: %(detail)s"),
    "evidence_link.sent": _("sent somebody outside a link to evidence: %(detail)s"),
    "evidence_link.ended": _("took a link to evidence back"),
    "money.priced": _("changed what a programme is said to cost: %(detail)s"),
    "digest.told": _("sent the monthly summary: %(detail)s"),
}


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything this floor holds about a person that leads to them: what they said, and what tools' exports say."""
    return {
        "weeks_asked": [
            week.isoformat()
            for week in WeekAsk.objects.filter(person=person).order_by("week").values_list("week", flat=True)
        ],
        "weeks": [
            {
                "week": row.week.isoformat(),
                "workflow": row.workflow.name,
                "version": row.version,
                "total": row.total,
                "unprompted": row.unprompted,
                **{
                    name: number
                    for name in ("occurrences", "errors_caught", "other_tasks")
                    if (number := getattr(row, name)) is not None
                },
                "recorded_at": row.recorded_at.isoformat(),
            }
            for row in CheckIn.objects.filter(person=person).select_related("workflow").order_by("week", "version")
        ],
        "tools": [
            {
                "tool": row.file.source,
                "from": row.period_start.isoformat(),
                "to": row.period_end.isoformat(),
                "active": row.is_active,
                "first_active_day": row.first_active_on.isoformat() if row.first_active_on else None,
                "last_active_day": row.last_active_on.isoformat() if row.last_active_on else None,
                "counts": row.file.undone_at is None,
            }
            for row in VendorWeek.objects.filter(person=person)
            .select_related("file")
            .defer("file__content")
            .order_by("period_start", "pk")
        ],
        "looks_at_the_log": [
            {
                "week": row.week.isoformat(),
                "at": row.reviewed_at.isoformat(),
                "minutes": row.minutes,
                "note": row.note,
            }
            for row in WeekReview.objects.filter(reviewed_by=person).order_by("reviewed_at", "pk")
        ],
        "files_asked_for": [
            {"kind": row.kind, "program": row.program.name, "at": row.asked_at.isoformat(), "words": row.words}
            for row in Export.objects.without_file().filter(asked_by=person).select_related("program").order_by("pk")
        ],
        "links_to_evidence_sent": [
            {"program": row.program.name, "at": row.sent_at.isoformat(), "until": row.expires_at.isoformat()}
            for row in EvidenceLink.objects.filter(sent_by=person).select_related("program").order_by("pk")
        ],
    }


def seen_of_weeks(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    by_name = organization.champion_view == ChampionView.BY_NAME
    return [
        Holding(
            _("Your weeks: how often you used AI for the one piece of work, and how often unasked"),
            also=_("Your own champion, the number unasked week by week; not one you report to.")
            if by_name
            else _("Your own champion, only what you share."),
            remark=_("Everybody else sees large groups."),
        ),
        Holding(
            _("What you may say beside it: errors you caught, and AI for other work"),
            remark=_("Nobody by name. Large groups, of those who said it."),
        ),
        Holding(
            _("How often in a week, on which work, and which source the number is from"),
            Permission.IMPORT_USAGE,
            remark=_("While a programme runs, for the weekly look at the log. Never how often unasked."),
        ),
        Holding(
            _("What the AI tools’ own exports say of your weeks"),
            Permission.IMPORT_USAGE,
            remark=_(
                "Whether you were active, line by line, while a file is looked through. It never lowers your answer."
            ),
        ),
        Holding(
            _("That you looked through a week of the log, when, how long it took and what you noted"),
            Permission.IMPORT_USAGE,
        ),
        Holding(
            _("Files of evidence you asked for, with what you wrote for a report"),
            remark=_("A file for a day, that there was one for a month. Nobody else fetches it."),
        ),
        Holding(
            _("To whom you sent a link to evidence, and until when it opens"),
            Permission.SEE_EVIDENCE,
            remark=_("Name and address of its reader go 30 days after its end."),
        ),
        Holding(
            _("The frozen looks in which you were counted"),
            remark=_("Kept under a random key. Erasing you takes away what leads from it to you."),
        ),
    ]
