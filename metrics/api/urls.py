"""The evidence floor's addresses for machines."""

from django.urls import path

from metrics.api.evidence import EvidenceAddress

# /api/v1/o/<org>/
organization = [
    path("p/<slug:program>/evidence/", EvidenceAddress.as_view(), name="api-evidence"),
]
