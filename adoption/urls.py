"""The street map."""

from django.urls import include, path, re_path

from adoption.health import healthz
from adoption.tenancy.api.address import Nowhere

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("adoption.tenancy.urls")),
    path("sign-in/", include("allauth.urls")),
    path("", include("adoption.outbox.urls")),
    path("", include("adoption.programs.urls")),
    path("", include("champions.urls")),
    path("", include("pods.urls")),
    path("", include("surveys.urls")),
    path("", include("metrics.urls")),
    # Last of all: what is under /api/ and nowhere answers as the API does, without a redirect to another spelling.
    re_path(r"^api/", Nowhere.as_view(), name="api-nowhere"),
]

# Pages for people, problem details under /api/.
handler400 = "adoption.tenancy.api.errors.bad_request"
handler403 = "adoption.tenancy.api.errors.permission_denied"
handler404 = "adoption.tenancy.api.errors.page_not_found"
handler500 = "adoption.tenancy.api.errors.server_error"
