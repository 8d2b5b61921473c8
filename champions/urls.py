"""The champions' floor's addresses."""

from django.urls import include, path

from champions import views

# /o/<org>/p/<program>/
program = [
    path("champions/", views.champions, name="champions"),
]

urlpatterns = [
    path("o/<slug:org>/p/<slug:program>/", include(program)),
]
