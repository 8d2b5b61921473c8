"""The street map."""

from django.urls import include, path


urlpatterns = [
    path("sign-in/", include("allauth.urls")),
    path("", include("adoption.tenancy.urls")),
    path("", include("adoption.outbox.urls")),
]
