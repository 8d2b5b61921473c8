"""The programme floor's addresses."""

from django.urls import include, path

from adoption.programs import views

# /o/<org>/p/<program>/
program = [
    path("", views.program, name="program"),
    path("comparison/", views.comparison, name="program-comparison"),
    path("baseline/", views.baseline_open, name="program-baseline"),
    path("launch/", views.launch, name="program-launch"),
]

# /o/<org>/p/
programs = [
    path("", views.programs, name="programs"),
    path("new/", views.program_new, name="program-new"),
    path("<slug:program>/", include(program)),
]

urlpatterns = [
    path("o/<slug:org>/p/", include(programs)),
]
