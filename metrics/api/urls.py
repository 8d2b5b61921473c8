"""The evidence floor's addresses for machines."""

from django.urls import path

from metrics.api.analyst import AnalystAddress
from metrics.api.due import NextActions
from metrics.api.evidence import EvidenceAddress
from metrics.api.exports import Exports, FileOfExport, OneExport
from metrics.api.money import MoneyAddress
from metrics.api.own import OwnObjection, OwnPage
from metrics.api.portfolio import PortfolioAddress
from metrics.api.weeks import OpenWeeks, OwnWeeks, ProgramWeeks, WeeksOfPod

# /api/v1/o/<org>/
organization = [
    path("week/", OwnPage.as_view(), name="api-week"),
    path("weeks/", OwnWeeks.as_view(), name="api-weeks"),
    path("weeks/open/", OpenWeeks.as_view(), name="api-weeks-open"),
    path("pods/<uuid:pod>/weeks/", WeeksOfPod.as_view(), name="api-pod-weeks"),
    path("p/<slug:program>/weeks/", ProgramWeeks.as_view(), name="api-program-weeks"),
    path("evidence/", PortfolioAddress.as_view(), name="api-evidence-of-all"),
    path("evidence/next/", NextActions.as_view(), name="api-next-actions"),
    path("p/<slug:program>/objection/", OwnObjection.as_view(), name="api-objection"),
    path("p/<slug:program>/evidence/", EvidenceAddress.as_view(), name="api-evidence"),
    path("p/<slug:program>/exports/", Exports.as_view(), name="api-exports"),
    path("p/<slug:program>/exports/<uuid:export>/", OneExport.as_view(), name="api-export"),
    path("p/<slug:program>/exports/<uuid:export>/file/", FileOfExport.as_view(), name="api-export-file"),
    path("p/<slug:program>/money/", MoneyAddress.as_view(), name="api-money"),
    path("p/<slug:program>/analyst/", AnalystAddress.as_view(), name="api-analyst"),
]
