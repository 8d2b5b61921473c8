"""Saying that a week's log was looked through."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from metrics.models import WeekReview
from metrics.queries.review import lines_of, weeks_of_log


class NotInLog(ValueError):
    """The week is not over, or no running programme asks about it."""


@transaction.atomic
def mark_reviewed(*, week: date, minutes: int, note: str, form_key: UUID, by: Person, at: datetime) -> WeekReview:
    """Write down that somebody looked through the log of a week, in so many minutes.

    The same `form_key` again is the same look. Raises NotInLog.
    """
    if week not in weeks_of_log(by.organization, at=at):
        raise NotInLog
    counts = lines_of(week)
    review, is_new = WeekReview.objects.get_or_create(
        form_key=form_key,
        defaults={
            "week": week,
            "reviewed_by": by,
            "reviewed_at": at,
            "minutes": minutes,
            "lines": counts["lines"],
            "discrepant": counts["discrepant"],
            "note": note,
        },
    )
    if is_new:
        audit.record(
            "week_review.marked", by=by, at=at, subject=review, week=week.isoformat(), minutes=minutes, **counts
        )
    return review


def erase_from_reviews(*, person: Person) -> None:
    """A look stays, so that its week need not be looked through again; who it was and what they noted goes."""
    theirs = list(WeekReview.objects.filter(reviewed_by=person))
    WeekReview.objects.filter(reviewed_by=person).delete()
    for review in theirs:
        review.pk, review.reviewed_by, review.note = None, None, ""
    WeekReview.objects.bulk_create(theirs)
