"""The asking floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from champions.actions.time import CHECK
from surveys import actions, api, views

Places = list[URLPattern | URLResolver]

# /s/
mailed = [
    path("<uuid:link>/", views.survey, name="survey"),
    path("<uuid:link>/anonymous/", views.pulse, name="survey-pulse"),
    path("<uuid:link>/who/", who_sees_by_link(actions.SURVEY), name="survey-who"),
    path("<str:token>/", arrive("survey", actions.SURVEY), name="survey-arrive"),
]

# /r/
mailed_ratings = [
    path("<uuid:link>/", views.rating, name="rating"),
    path("<uuid:link>/who/", who_sees_by_link(actions.RATING), name="rating-who"),
    path("<str:token>/", arrive("rating", actions.RATING), name="rating-arrive"),
]

# /k/
mailed_checks = [
    path("<uuid:link>/", views.check, name="check"),
    path("<uuid:link>/who/", who_sees_by_link(CHECK), name="check-who"),
    path("<str:token>/", arrive("check", CHECK), name="check-arrive"),
]

# /n/
mailed_nominations = [
    path("<uuid:link>/", views.nomination, name="nomination"),
    path("<uuid:link>/who/", who_sees_by_link(actions.NOMINATION), name="nomination-who"),
    path("<str:token>/", arrive("nomination", actions.NOMINATION), name="nomination-arrive"),
]

# /m/
mailed_skills = [
    path("<uuid:link>/", views.skills, name="skills"),
    path("<uuid:link>/who/", who_sees_by_link(actions.SKILLS), name="skills-who"),
    path("<str:token>/", arrive("skills", actions.SKILLS), name="skills-arrive"),
]

# /o/<org>/matrix/
matrix: Places = [
    path("", views.matrix, name="matrix"),
    path("parts/", views.work_new, name="work-new"),
    path("parts/<uuid:work>/", views.work, name="work"),
    path("parts/<uuid:work>/out/", views.work_out, name="work-out"),
    path("workflows/", views.workflows, name="workflows"),
    path("workflows/<uuid:workflow>/", views.workflow, name="workflow"),
    path("workflows/<uuid:workflow>/retire/", views.workflow_retire, name="workflow-retire"),
    path("workflows/<uuid:workflow>/back/", views.workflow_back, name="workflow-back"),
    path("ask/", views.skills_ask, name="skills-ask"),
    path("ask/remind/", views.skills_remind, name="skills-remind"),
    path("ask/close/", views.skills_close, name="skills-close"),
    path("tasks/", views.tasks, name="tasks"),
]

# /o/<org>/
organization: Places = [
    path("checks/<uuid:check>/", views.own_check, name="own-check"),
    path("matrix/", include(matrix)),
    path("nominations/<uuid:nomination>/", views.own_nomination, name="own-nomination"),
    path("outputs/", views.outputs, name="outputs"),
    path("outputs/<uuid:output>/back/", views.output_back, name="output-back"),
    path("ratings/<uuid:rater>/", views.own_rating, name="own-rating"),
    path("skills/<uuid:skills>/", views.own_skills, name="own-skills"),
    path("surveys/<uuid:ask>/", views.own_survey, name="own-survey"),
    path("surveys/<uuid:ask>/anonymous/", views.own_pulse, name="own-pulse"),
    path("waiting/surveys/", views.waiting_surveys, name="waiting-surveys"),
]

# /o/<org>/p/<program>/surveys/<wave>/
wave: Places = [
    path("", views.wave, name="survey-wave"),
    path("remind/", views.wave_remind, name="survey-remind"),
    path("close/", views.wave_close, name="survey-close"),
    path("reopen/", views.wave_reopen, name="survey-reopen"),
    path("preview/", views.preview, name="survey-preview"),
    path("questions/", views.questions, name="survey-questions"),
    path("questions/<uuid:question>/up/", views.question_up, name="question-up"),
    path("questions/<uuid:question>/down/", views.question_down, name="question-down"),
    path("questions/<uuid:question>/away/", views.question_away, name="question-away"),
]

# /o/<org>/p/<program>/surveys/
program: Places = [
    path("", views.surveys, name="surveys"),
    path("<str:wave>/", include(wave)),
]

# /o/<org>/p/<program>/ratings/
rounds: Places = [
    path("", views.ratings, name="ratings"),
    path("new/", views.round_new, name="round-new"),
    path("<uuid:rating_round>/close/", views.round_close, name="round-close"),
]

# /o/<org>/p/<program>/nominations/
nominations = [
    path("", views.nominations, name="nominations"),
    path("remind/", views.nominations_remind, name="nominations-remind"),
    path("close/", views.nominations_close, name="nominations-close"),
]

# /api/v1/o/<org>/
machines = [
    path("checks/", api.OwnChecks.as_view(), name="api-checks"),
    path("checks/<uuid:check>/", api.OneCheck.as_view(), name="api-check"),
    path("matrix/", api.SkillsMatrix.as_view(), name="api-matrix"),
    path("matrix/parts/<uuid:work>/", api.OneRoleWork.as_view(), name="api-work"),
    path("matrix/workflows/", api.Workflows.as_view(), name="api-workflows"),
    path("matrix/workflows/<uuid:workflow>/", api.OneWorkflow.as_view(), name="api-workflow"),
    path("surveys/", api.OwnSurveys.as_view(), name="api-surveys"),
    path("outputs/", api.OwnOutputs.as_view(), name="api-outputs"),
    path("p/<slug:program>/nominations/", api.Nominations.as_view(), name="api-nominations"),
    path("p/<slug:program>/nominations/count/", api.NominationCount.as_view(), name="api-nominations-count"),
    path("p/<slug:program>/nominations/reminder/", api.NominationReminder.as_view(), name="api-nominations-reminder"),
    path("p/<slug:program>/ratings/", api.ProgramRatings.as_view(), name="api-program-ratings"),
    path("p/<slug:program>/surveys/", api.ProgramSurveys.as_view(), name="api-program-surveys"),
]

urlpatterns = [
    path("s/", include(mailed)),
    path("n/", include(mailed_nominations)),
    path("k/", include(mailed_checks)),
    path("m/", include(mailed_skills)),
    path("r/", include(mailed_ratings)),
    path("o/<slug:org>/", include(organization)),
    path("o/<slug:org>/p/<slug:program>/surveys/", include(program)),
    path("o/<slug:org>/p/<slug:program>/nominations/", include(nominations)),
    path("o/<slug:org>/p/<slug:program>/ratings/", include(rounds)),
    path("api/v1/o/<slug:org>/", include(machines)),
]
