"""What a row of the practice floor is."""

from pods.models.follow_ups import FollowUp, FollowUpQuerySet
from pods.models.leaders import LeaderPlan, LeaderPlanQuerySet
from pods.models.meetings import Invitee, Meeting, MeetingQuerySet
from pods.models.moves import Move, MoveQuerySet
from pods.models.pods import Handover, Pod, PodQuerySet, Seat, SeatQuerySet
from pods.models.questions import AnonymousQuestion, Question
from pods.models.reflections import Reflection, ReflectionQuerySet
from pods.models.remedies import Remedy, RemedyQuerySet
from pods.models.sessions import Attendance, Session, SessionQuerySet
from pods.models.showings import Showing, ShowingQuerySet

__all__ = [
    "AnonymousQuestion",
    "Attendance",
    "FollowUp",
    "FollowUpQuerySet",
    "Handover",
    "Invitee",
    "LeaderPlan",
    "LeaderPlanQuerySet",
    "Meeting",
    "MeetingQuerySet",
    "Move",
    "MoveQuerySet",
    "Pod",
    "PodQuerySet",
    "Question",
    "Reflection",
    "ReflectionQuerySet",
    "Remedy",
    "RemedyQuerySet",
    "Seat",
    "SeatQuerySet",
    "Session",
    "SessionQuerySet",
    "Showing",
    "ShowingQuerySet",
]
