"""The programme floor's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from adoption.programs import api, views

Places = list[URLPattern | URLResolver]

# /o/<org>/p/<program>/
program: Places = [
    path("", views.program, name="program"),
    path("comparison/", views.comparison, name="program-comparison"),
    path("baseline/", views.baseline_open, name="program-baseline"),
    path("launch/", views.launch, name="program-launch"),
]

# /o/<org>/p/
programs: Places = [
    path("", views.programs, name="programs"),
    path("new/", views.program_new, name="program-new"),
    path("<slug:program>/", include(program)),
]

# /o/<org>/
organization: Places = [
    path("p/", include(programs)),
    path("waiting/programs/", views.waiting_programs, name="waiting-programs"),
]

# /api/v1/o/<org>/
machines = [
    path("p/", api.Programs.as_view(), name="api-programs"),
    path("p/<slug:program>/", api.OneProgram.as_view(), name="api-program"),
]

urlpatterns = [
    path("o/<slug:org>/", include(organization)),
    path("api/v1/o/<slug:org>/", include(machines)),
]
