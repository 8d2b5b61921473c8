"""What is still planned and promised in the pods of a programme that is stopped."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from adoption.outbox.actions.links import end
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from pods.actions.follow_ups import FOLLOW_UP, let_day_sevens_go
from pods.actions.leaders import call_off_with_leader
from pods.actions.meetings import cancel_meeting
from pods.models import FollowUp, LeaderPlan, Meeting


def call_off_practice(*, program: Program, reason: str, by: Person | None, at: datetime) -> None:
    """Sessions still to come are called off, and days 7 leave their calendars. Why stays with the lead: the mail says that it ended."""
    to_come = Meeting.objects.unlogged().to_come(at).filter(pod__program=program)
    plans = to_come.order_by("form_key", "number").distinct("form_key")
    for first in plans.select_related("pod"):
        cancel_meeting(meeting=first, rest=True, reason=gettext("The programme has ended."), by=by, at=at)
    for plan in LeaderPlan.objects.to_come(at).filter(program=program):
        call_off_with_leader(plan=plan, reason=gettext("The programme has ended."), by=by, at=at)
    let_day_sevens_go(program=program, at=at)
    unanswered = FollowUp.objects.unanswered().within(program)
    end(purpose=FOLLOW_UP, row_ids=list(unanswered.values_list("pk", flat=True)), at=at)
