"""The practice floor's pages, one room a subject."""

from pods.views.forming import champion_invite, champion_withdraw, pod_dissolve, pod_new, program_pods
from pods.views.handover import pod_hand_over
from pods.views.meetings import meeting, meeting_cancel, meeting_change, meeting_move, session_plan
from pods.views.moves import move_undo, pod_join, seat_move
from pods.views.practice import follow_up, log, pod, pods, session_log, talked, talked_back
from pods.views.showings import showing, showing_not_now
from pods.views.waiting import waiting_pods

__all__ = [
    "champion_invite",
    "champion_withdraw",
    "follow_up",
    "log",
    "meeting",
    "meeting_cancel",
    "meeting_change",
    "meeting_move",
    "move_undo",
    "pod",
    "pod_dissolve",
    "pod_hand_over",
    "pod_join",
    "pod_new",
    "pods",
    "program_pods",
    "seat_move",
    "session_log",
    "session_plan",
    "showing",
    "showing_not_now",
    "talked",
    "talked_back",
    "waiting_pods",
]
