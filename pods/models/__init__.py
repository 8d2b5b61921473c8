"""What a row of the practice floor is."""

from pods.models.follow_ups import FollowUp, FollowUpQuerySet
from pods.models.pods import Handover, Pod, PodQuerySet, Seat, SeatQuerySet
from pods.models.questions import AnonymousQuestion, Question
from pods.models.sessions import Attendance, Session, SessionQuerySet

__all__ = [
    "AnonymousQuestion",
    "Attendance",
    "FollowUp",
    "FollowUpQuerySet",
    "Handover",
    "Pod",
    "PodQuerySet",
    "Question",
    "Seat",
    "SeatQuerySet",
    "Session",
    "SessionQuerySet",
]
