"""Every write of the practice floor."""

from pods.actions.champions import look_at_champions
from pods.actions.follow_ups import (
    FOLLOW_UP,
    FOLLOW_UP_DUE,
    AlreadyAnswered,
    answer_follow_up,
    await_return,
    remind_champion,
)
from pods.actions.forming import dissolve_pod, form_pod, hand_over, withdraw_champion
from pods.actions.meetings import (
    MEETING,
    MEETING_SOON,
    cancel_meeting,
    change_meeting,
    move_meeting,
    plan_meeting,
    remind_of_meeting,
)
from pods.actions.privacy import erase_person
from pods.actions.sessions import log_session, put_session_right, take_back_session
from pods.actions.showings import SHOWING

__all__ = [
    "FOLLOW_UP",
    "FOLLOW_UP_DUE",
    "MEETING",
    "MEETING_SOON",
    "SHOWING",
    "AlreadyAnswered",
    "answer_follow_up",
    "await_return",
    "cancel_meeting",
    "change_meeting",
    "dissolve_pod",
    "erase_person",
    "form_pod",
    "hand_over",
    "log_session",
    "look_at_champions",
    "move_meeting",
    "plan_meeting",
    "put_session_right",
    "remind_champion",
    "remind_of_meeting",
    "take_back_session",
    "withdraw_champion",
]
