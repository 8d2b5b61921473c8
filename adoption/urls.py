"""The street map."""

from django.urls import include, path

from adoption.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("sign-in/", include("allauth.urls")),
    path("", include("adoption.tenancy.urls")),
    path("", include("adoption.outbox.urls")),
    path("", include("adoption.programs.urls")),
    path("", include("pods.urls")),
    path("", include("surveys.urls")),
    path("", include("metrics.urls")),
]
