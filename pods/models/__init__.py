"""What a row of the practice floor is."""

from pods.models.follow_ups import FollowUp, FollowUpQuerySet
from pods.models.pods import Handover, Pod, PodQuerySet, Seat, SeatQuerySet
from pods.models.sessions import Attendance, Session, SessionQuerySet

from pods.models.questions import AnonymousQuestion, Question
__all__ = [
    "Attendance",
    "FollowUp",
    "FollowUpQuerySet",
    "AnonymousQuestion",
    "Handover",
    "Pod",
    "PodQuerySet",
    "Seat",
    "SeatQuerySet",
    "Session",
    "SessionQuerySet",
]
    "Question",
