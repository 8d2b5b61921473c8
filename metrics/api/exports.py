"""Files of a programme for machines: ask for one, see how far it is, fetch it. As on the page, and yours alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from adoption.tenancy.tasks import ring
from metrics.actions.exports import ask_export
from metrics.queries.exports import ExportRow, ExportState, content_of, offers, own_export, own_exports
from metrics.rules import audience_of
from metrics.rules.exports import NEEDS, WORDS_LENGTH, ExportKind

EXPORT = OpenApiParameter("export", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The file's id."))

_ROW = {
    "id": "0f8f7a86-55c6-4c61-9d8e-6f5a2d3f1a01",
    "kind": "evidence_pdf",
    "state": "ready",
    "file_name": "evidence-client-reports.pdf",
    "media_type": "application/pdf",
    "size": 138352,
    "audience": "executive",
    "asked_at": "2026-07-08T09:00:00Z",
    "made_at": "2026-07-08T09:00:04Z",
    "expires_at": "2026-07-09T09:00:04Z",
    "file": "/api/v1/o/meridian/p/client-reports/exports/0f8f7a86-55c6-4c61-9d8e-6f5a2d3f1a01/file/",
}


EXPORT_KINDS = [one.value for one in ExportKind]


@extend_schema_serializer(component_name="Export", examples=[OpenApiExample("A PDF", value=_ROW)])
class ExportOut(serializers.Serializer[ExportRow]):
    """A file, and how far it is."""

    id = serializers.UUIDField(source="export.public_id")
    kind = serializers.ChoiceField(EXPORT_KINDS)
    state = serializers.ChoiceField([one.value for one in ExportState])
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(source="export.size", help_text=_("In bytes; 0 until it is made."))
    audience = serializers.CharField(
        source="export.audience", help_text=_("As whom it is read: `lead` or `executive`.")
    )
    asked_at = serializers.DateTimeField(source="export.asked_at")
    made_at = serializers.DateTimeField(source="export.made_at", allow_null=True)
    expires_at = serializers.DateTimeField(
        source="export.expires_at", allow_null=True, help_text=_("Until when it can be fetched; null until it is made.")
    )
    file = serializers.SerializerMethodField(
        help_text=_("Where it is fetched; null while it is made, and once its time is over.")
    )

    def get_file(self, row: ExportRow) -> str | None:
        """The address of the file itself."""
        place = [self.context["org"], row.export.program.slug, row.export.public_id]
        return reverse("api-export-file", args=place) if row.is_ready else None


@extend_schema_serializer(component_name="Exports")
class ExportsOut(serializers.Serializer[Any]):
    """The newest files that were made for whoever asks."""

    items = ExportOut(many=True)


@extend_schema_serializer(
    component_name="NewExport",
    examples=[OpenApiExample("A PDF", value={"kind": "evidence_pdf"}, request_only=True)],
)
class ExportIn(StrictSerializer):
    """Which file is wanted."""

    kind = serializers.ChoiceField(EXPORT_KINDS)
    words = Text(
        max_length=WORDS_LENGTH,
        required=False,
        allow_blank=True,
        help_text=_("Of a `report` alone: what was learned, in a lead's own words."),
    )


class Exports(Address):
    """One's own files of a programme."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="listExports",
        summary=_("List your own files of a programme"),
        description=_("Those of the member behind the token or the session, the newest first; nobody else's."),
        parameters=[PROGRAM],
        responses=ExportsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        rows = own_exports(request.person, found, _permissions(request), audience_of(request.roles), at=request.at)
        return Response({"items": [ExportOut(row, context={"org": org}).data for row in rows]})

    @extend_schema(
        operation_id="askExport",
        summary=_("Have a file made"),
        description=_(
            "It is made within seconds; look at it until its state is `ready`, then fetch it. `report` and `council` are "
            "for leads. The same wish while one is being made is answered with that one."
        ),
        parameters=[PROGRAM],
        request=ExportIn,
        responses={202: ExportOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        read = ExportIn(data=request.data)
        read.is_valid(raise_exception=True)
        kind = ExportKind(read.validated_data["kind"])
        if kind not in {one.kind for one in offers(_permissions(request))}:
            raise Problem("forbidden", permissions=[NEEDS[kind].value])
        asked = ask_export(
            program=found,
            kind=kind,
            audience=audience_of(request.roles),
            words=read.validated_data.get("words", ""),
            form_key=uuid4(),
            by=request.person,
            at=request.at,
        )
        ring()
        return Response(ExportOut(_own(request, program, asked.public_id), context={"org": org}).data, status=202)


class OneExport(Address):
    """One of them."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="readExport",
        summary=_("See how far a file is"),
        description=_("Somebody else's file is as unknown as one that does not exist."),
        parameters=[PROGRAM, EXPORT],
        responses=ExportOut,
    )
    def get(self, request: Inside, org: str, program: str, export: UUID) -> Response:
        return Response(ExportOut(_own(request, program, export), context={"org": org}).data)


class FileOfExport(Address):
    """The file itself."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="fetchExport",
        summary=_("Fetch a file"),
        description=_("For a day, and only while you may still read what is in it; otherwise 404. Accept `*/*`."),
        parameters=[PROGRAM, EXPORT],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description=_("The file."))},
    )
    def get(self, request: Inside, org: str, program: str, export: UUID) -> HttpResponse:
        row = _own(request, program, export)
        if not row.is_ready:
            raise Http404
        answer = HttpResponse(content_of(row.export), content_type=row.media_type)
        answer["Content-Disposition"] = content_disposition_header(True, row.file_name)
        return answer


def _permissions(request: Inside) -> frozenset[Permission]:
    """What the member may do, within the token's scopes."""
    held: frozenset[Permission] = request._request.permissions  # type: ignore[attr-defined]
    return held


def _own(request: Inside, program: str, export: UUID) -> ExportRow:
    row = own_export(request.person, program, export, _permissions(request), audience_of(request.roles), at=request.at)
    if row is None:
        raise Http404
    return row
