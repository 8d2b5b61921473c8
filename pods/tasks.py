"""When a follow-up is due."""

from __future__ import annotations

from datetime import datetime

from adoption.tenancy.tasks import promised
from pods import actions
from pods.models import FollowUp


@promised(actions.FOLLOW_UP_DUE)
def follow_up_due(row_id: int, *, at: datetime) -> None:
    """Remind the champion, once."""
    for follow_up in FollowUp.objects.open().filter(pk=row_id):
        actions.remind_champion(follow_up=follow_up, at=at)
