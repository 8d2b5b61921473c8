"""The ground floor's addresses."""

from django.urls import include, path

from adoption.tenancy import views
from adoption.tenancy.api import urls as api

# /
root = [
    path("", views.start, name="start"),
]

# /o/<org>/
organization = [
    path("", views.home, name="home"),
]

urlpatterns = [
    *root,
    path("o/<slug:org>/", include(organization)),
    path("api/v1/", include(api.root)),
    path("api/v1/o/<slug:org>/", include(api.organization)),
]
