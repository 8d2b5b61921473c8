"""The asking floor's addresses."""

from django.urls import include, path

from adoption.outbox.views.link import arrive
from surveys import actions, views

# /s/
survey = [
    path("<uuid:link>/", views.survey, name="survey"),
    path("<str:token>/", arrive("survey", actions.SURVEY), name="survey-arrive"),
]

urlpatterns = [
    path("s/", include(survey)),
]
