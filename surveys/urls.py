"""The asking floor's addresses."""

from django.urls import include, path

from adoption.outbox.views.link import arrive
from adoption.outbox.views.privacy import who_sees_by_link
from surveys import actions, api, views

# /s/
survey = [
    path("<uuid:link>/", views.survey, name="survey"),
    path("<uuid:link>/who/", who_sees_by_link(actions.SURVEY), name="survey-who"),
    path("<str:token>/", arrive("survey", actions.SURVEY), name="survey-arrive"),
]

# /api/v1/o/<org>/
machines = [
    path("surveys/", api.OwnSurveys.as_view(), name="api-surveys"),
    path("p/<slug:program>/surveys/", api.ProgramSurveys.as_view(), name="api-program-surveys"),
]

urlpatterns = [
    path("s/", include(survey)),
    path("api/v1/o/<slug:org>/", include(machines)),
]
