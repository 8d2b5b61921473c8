"""Pods, sessions and follow-ups for machines. Who leads a pod is a fact: whoever does not, finds nothing."""

from pods.api.follow_ups import FOLLOW_UP, FollowUpIn, FollowUpOut, FollowUps, FollowUpsOut, FollowUpsQuery, OneFollowUp
from pods.api.meetings import MeetingCancellation, MeetingMove, Meetings, OneMeeting
from pods.api.moves import Moves, OneMove
from pods.api.names import POD, NameOut
from pods.api.pods import OnePod, OnePodOut, OwnPods, PodIn, PodOut, Pods, PodsOut
from pods.api.sessions import SESSION, SESSION_KINDS, OneSession, SessionIn, SessionOut, Sessions, SessionsOut
from pods.api.showings import Showings

__all__ = [
    "FOLLOW_UP",
    "POD",
    "SESSION",
    "SESSION_KINDS",
    "FollowUpIn",
    "FollowUpOut",
    "FollowUps",
    "FollowUpsOut",
    "FollowUpsQuery",
    "MeetingCancellation",
    "MeetingMove",
    "Meetings",
    "Moves",
    "NameOut",
    "OneFollowUp",
    "OneMeeting",
    "OneMove",
    "OnePod",
    "OnePodOut",
    "OneSession",
    "OwnPods",
    "PodIn",
    "PodOut",
    "Pods",
    "PodsOut",
    "SessionIn",
    "SessionOut",
    "Sessions",
    "SessionsOut",
    "Showings",
]
