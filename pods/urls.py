"""The practice floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from pods import api, views
from pods.actions import FOLLOW_UP, SHOWING
from pods.api import answers as api_answers
from pods.api import champions as api_champions
from pods.api import handover as api_handover
from pods.api import leaders as api_leaders
from pods.api import own as api_own
from pods.api import questions as api_questions
from pods.api import reflections as api_reflections
from pods.api import remedies as api_remedies
from pods.api import replacement as api_replacement
from pods.api import seating as api_seating
from pods.api import talks as api_talks
from pods.views import alone, leaders, questions, reflections, remedies, replacement, seating, sessions

Places = list[URLPattern | URLResolver]

# /o/<org>/pods/<pod>/
pod = [
    path("", views.pod, name="pod"),
    path("log/", views.session_log, name="session-log"),
    path("sessions/<uuid:session>/", sessions.session_put_right, name="session-put-right"),
    path("sessions/<uuid:session>/take-back/", sessions.session_take_back, name="session-take-back"),
    path("plan/", views.session_plan, name="session-plan"),
    path("planned/<uuid:meeting>/", views.meeting, name="meeting"),
    path("planned/<uuid:meeting>/change/", views.meeting_change, name="meeting-change"),
    path("planned/<uuid:meeting>/move/", views.meeting_move, name="meeting-move"),
    path("planned/<uuid:meeting>/cancel/", views.meeting_cancel, name="meeting-cancel"),
    path("reflections/", reflections.reflections, name="reflections"),
    path("dissolve/", views.pod_dissolve, name="pod-dissolve"),
    path("hand-over/", views.pod_hand_over, name="pod-hand-over"),
    path("members/<uuid:person>/", views.seat_move, name="seat-move"),
    path("join/", views.pod_join, name="pod-join"),
    path("show/", views.showing, name="showing"),
    path("show/not-now/", views.showing_not_now, name="showing-not-now"),
    path("talked/<uuid:attention>/", views.talked, name="talked"),
    path("talked/<uuid:attention>/back/", views.talked_back, name="talked-back"),
]

# /o/<org>/ask/
ask = [
    path("", questions.question_ask, name="question-ask"),
    path("<uuid:asked>/helped/", questions.question_helped, name="question-helped"),
    path("<uuid:asked>/solved/", questions.question_solved, name="question-solved"),
]

# /o/<org>/questions/
questioned = [
    path("", questions.questions, name="questions"),
    path("<uuid:asked>/", questions.question, name="question"),
    path("<uuid:asked>/pass-on/", questions.question_pass_on, name="question-pass-on"),
    path("<uuid:asked>/prompt/", questions.question_to_prompt, name="question-to-prompt"),
]

# /o/<org>/steps/
steps = [
    path("", remedies.steps, name="steps"),
    path("<uuid:remedy>/", remedies.step_taken, name="step-taken"),
]

# /o/<org>/p/<program>/leaders/
with_leaders: Places = [
    path("", leaders.leaders, name="leaders"),
    path("<uuid:leader>/", leaders.leader, name="leader"),
    path("<uuid:leader>/plan/", leaders.leader_plan, name="leader-plan"),
    path("<uuid:leader>/call-off/", leaders.leader_call_off, name="leader-call-off"),
    path("<uuid:leader>/log/", leaders.leader_log, name="leader-log"),
    path("<uuid:leader>/sessions/<uuid:session>/", leaders.leader_session, name="leader-session"),
    path("<uuid:leader>/sessions/<uuid:session>/take-back/", leaders.leader_take_back, name="leader-take-back"),
]

# /o/<org>/p/<program>/
program: Places = [
    path("leaders/", include(with_leaders)),
    path("pods/", views.program_pods, name="program-pods"),
    path("pods/suggest/", seating.pods_suggest, name="pods-suggest"),
    path("pods/seats/", seating.pods_seats, name="pods-seats"),
    path("moves/<uuid:move>/undo/", views.move_undo, name="move-undo"),
    path("causes/", remedies.causes, name="causes"),
    path("steps/for/<uuid:person>/", remedies.step_for, name="step-for"),
    path("replacement/", replacement.replacement_start, name="replacement-start"),
    path("steps/<slug:hindrance>/", remedies.step_for_leader, name="step-for-leader"),
    path("champions/<uuid:champion>/pod/", views.pod_new, name="pod-new"),
    path("champions/<uuid:champion>/invite/", views.champion_invite, name="champion-invite"),
    path("champions/<uuid:champion>/withdraw/", views.champion_withdraw, name="champion-withdraw"),
]

# /o/<org>/
organization: Places = [
    path("p/<slug:program>/", include(program)),
    path("pods/", views.pods, name="pods"),
    path("pods/log/", views.log, name="log"),
    path("pods/<uuid:pod>/", include(pod)),
    path("ask/", include(ask)),
    path("questions/", include(questioned)),
    path("steps/", include(steps)),
    path("one-to-ones/", leaders.own_one_to_ones, name="own-one-to-ones"),
    path("follow-ups/<uuid:follow_up>/", views.follow_up, name="follow-up"),
    path("day-seven/<uuid:follow_up>/", alone.own_follow_up, name="own-follow-up"),
    path("waiting/questions/", questions.waiting_questions, name="waiting-questions"),
    path("waiting/pods/", views.waiting_pods, name="waiting-pods"),
]

# /api/v1/o/<org>/p/<program>/leaders/
leaders_for_machines: Places = [
    path("", api_leaders.Leaders.as_view(), name="api-leaders"),
    path("<uuid:leader>/planned/", api_leaders.PlannedWithLeader.as_view(), name="api-leader-plan"),
    path("<uuid:leader>/planned/cancellation/", api_leaders.LeaderPlanCallOff.as_view(), name="api-leader-call-off"),
    path("<uuid:leader>/sessions/", api_leaders.LeaderSessions.as_view(), name="api-leader-sessions"),
    path("<uuid:leader>/sessions/<uuid:session>/", api_leaders.OneLeaderSession.as_view(), name="api-leader-session"),
]

# /api/v1/o/<org>/
machines: Places = [
    path("p/<slug:program>/leaders/", include(leaders_for_machines)),
    path("p/<slug:program>/champions/<uuid:champion>/", api_champions.OneChampion.as_view(), name="api-champion"),
    path("p/<slug:program>/causes/", api_talks.Causes.as_view(), name="api-causes"),
    path("p/<slug:program>/moves/", api.Moves.as_view(), name="api-moves"),
    path("p/<slug:program>/moves/<uuid:move>/", api.OneMove.as_view(), name="api-move"),
    path("p/<slug:program>/pods/", api.Pods.as_view(), name="api-pods"),
    path("p/<slug:program>/pods/<uuid:pod>/champion/", api_handover.PodChampion.as_view(), name="api-pod-champion"),
    path("p/<slug:program>/pods/suggestion/", api_seating.Suggestion.as_view(), name="api-pods-suggestion"),
    path("p/<slug:program>/seats/", api_seating.Seats.as_view(), name="api-seats"),
    path("p/<slug:program>/replacement/", api_replacement.Replacement.as_view(), name="api-replacement"),
    path("pods/", api.OwnPods.as_view(), name="api-own-pods"),
    path("pods/<uuid:pod>/", api.OnePod.as_view(), name="api-pod"),
    path("pods/<uuid:pod>/reflections/", api_reflections.Reflections.as_view(), name="api-reflections"),
    path("pods/<uuid:pod>/sessions/", api.Sessions.as_view(), name="api-sessions"),
    path("pods/<uuid:pod>/sessions/<uuid:session>/", api.OneSession.as_view(), name="api-session"),
    path("questions/", api_questions.Questions.as_view(), name="api-questions"),
    path("questions/waiting/", api_questions.WaitingQuestions.as_view(), name="api-questions-waiting"),
    path("questions/<uuid:asked>/expert/", api_answers.QuestionExpert.as_view(), name="api-question-expert"),
    path("questions/<uuid:asked>/helped/", api_answers.QuestionHelped.as_view(), name="api-question-helped"),
    path("questions/<uuid:asked>/prompt/", api_answers.QuestionPrompt.as_view(), name="api-question-prompt"),
    path("questions/<uuid:asked>/solved/", api_answers.QuestionSolved.as_view(), name="api-question-solved"),
    path("questions/<uuid:asked>/", api_questions.OneQuestion.as_view(), name="api-question"),
    path("pods/<uuid:pod>/planned/", api.Meetings.as_view(), name="api-meetings"),
    path("pods/<uuid:pod>/planned/<uuid:meeting>/", api.OneMeeting.as_view(), name="api-meeting"),
    path("pods/<uuid:pod>/planned/<uuid:meeting>/time/", api.MeetingMove.as_view(), name="api-meeting-move"),
    path(
        "pods/<uuid:pod>/planned/<uuid:meeting>/cancellation/",
        api.MeetingCancellation.as_view(),
        name="api-meeting-cancellation",
    ),
    path("pods/<uuid:pod>/showings/", api.Showings.as_view(), name="api-showings"),
    path("pods/<uuid:pod>/talks/", api_talks.Talks.as_view(), name="api-talks-of-pod"),
    path("pods/<uuid:pod>/talks/<uuid:attention>/", api_talks.TalkDone.as_view(), name="api-talk-done"),
    path("steps/", api_remedies.Steps.as_view(), name="api-steps"),
    path("steps/<uuid:remedy>/", api_remedies.OneStep.as_view(), name="api-step"),
    path("day-seven/", api_own.OwnFollowUps.as_view(), name="api-own-follow-ups"),
    path("day-seven/<uuid:follow_up>/", api_own.OwnFollowUp.as_view(), name="api-own-follow-up"),
    path("follow-ups/", api.FollowUps.as_view(), name="api-follow-ups"),
    path("follow-ups/<uuid:follow_up>/", api.OneFollowUp.as_view(), name="api-follow-up"),
]

# /f/
mailed_follow_ups: Places = [
    path("<uuid:link>/", alone.follow_up_alone, name="follow-up-alone"),
    path("<uuid:link>/who/", who_sees_by_link(FOLLOW_UP), name="follow-up-who"),
    path("<str:token>/", arrive("follow-up-alone", FOLLOW_UP), name="follow-up-arrive"),
]

# /h/
mailed_showings: Places = [
    path("<uuid:link>/", alone.showing_by_link, name="showing-by-link"),
    path("<uuid:link>/who/", who_sees_by_link(SHOWING), name="showing-who"),
    path("<str:token>/", arrive("showing-by-link", SHOWING), name="showing-arrive"),
]

urlpatterns = [
    path("h/", include(mailed_showings)),
    path("f/", include(mailed_follow_ups)),
    path("o/<slug:org>/", include(organization)),
    path("api/v1/o/<slug:org>/", include(machines)),
    # Whoever kept the key of a question without a name.
    path("q/<slug:org>/<str:key>/", questions.question_by_key, name="question-by-key"),
]
