"""Writing down what a pod learned in a week."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.programs.rules import monday
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from pods import rules
from pods.models import Pod, Reflection


@transaction.atomic
def reflect(*, pod: Pod, week: date, worked: str, did_not: str, next_time: str, by: Person, at: datetime) -> Reflection:
    """What worked in a week, what did not, what comes next. Written again it replaces the first.

    Raises Refused for a week that is to come or long past, and for nothing at all.
    """
    today = local_date(at, pod.organization.zone)
    if week != monday(week) or week > today or week < today - rules.OLDEST_SESSION:
        raise Refused("no_such_week")
    if not (worked or did_not or next_time):
        raise Refused("nothing_said")
    row: Reflection
    said = {"worked": worked, "did_not": did_not, "next_time": next_time, "written_by": by, "written_at": at}
    row, _ = Reflection.objects.update_or_create(pod=pod, week=week, defaults=said)
    audit.record("reflection.written", by=by, at=at, subject=pod)
    return row
