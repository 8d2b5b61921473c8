"""The ground floor's addresses."""

from django.urls import include, path

from adoption.tenancy import views

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
]
