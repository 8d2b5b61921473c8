"""What a champion types on a phone, and how a lead forms a pod."""

from pods.forms.follow_ups import FollowUpForm
from pods.forms.forming import PodForm
from pods.forms.meetings import CancelMeetingForm, ChangeMeetingForm, ClosedDayForm, MeetingForm, MoveMeetingForm
from pods.forms.refusals import said
from pods.forms.sessions import PutRightForm, SessionForm, asked_session, planned_session

__all__ = [
    "CancelMeetingForm",
    "ChangeMeetingForm",
    "ClosedDayForm",
    "FollowUpForm",
    "MeetingForm",
    "MoveMeetingForm",
    "PodForm",
    "PutRightForm",
    "SessionForm",
    "asked_session",
    "planned_session",
    "said",
]
