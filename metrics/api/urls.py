"""The evidence floor's addresses for machines."""

from django.urls import path

from metrics.api.analyst import AnalystAddress
from metrics.api.evidence import EvidenceAddress
from metrics.api.exports import Exports, FileOfExport, OneExport
from metrics.api.portfolio import PortfolioAddress
from metrics.api.weeks import OpenWeeks, OwnWeeks, ProgramWeeks, WeeksOfPod

# /api/v1/o/<org>/
organization = [
    path("weeks/", OwnWeeks.as_view(), name="api-weeks"),
    path("weeks/open/", OpenWeeks.as_view(), name="api-weeks-open"),
    path("pods/<uuid:pod>/weeks/", WeeksOfPod.as_view(), name="api-pod-weeks"),
    path("p/<slug:program>/weeks/", ProgramWeeks.as_view(), name="api-program-weeks"),
    path("evidence/", PortfolioAddress.as_view(), name="api-evidence-of-all"),
    path("p/<slug:program>/evidence/", EvidenceAddress.as_view(), name="api-evidence"),
    path("p/<slug:program>/exports/", Exports.as_view(), name="api-exports"),
    path("p/<slug:program>/exports/<uuid:export>/", OneExport.as_view(), name="api-export"),
    path("p/<slug:program>/exports/<uuid:export>/file/", FileOfExport.as_view(), name="api-export-file"),
    path("p/<slug:program>/analyst/", AnalystAddress.as_view(), name="api-analyst"),
]
