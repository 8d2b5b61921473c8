"""Agreed time for machines: who pays for it, what a champion and their manager agree, and where it is done without."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads, somebody
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions.actions.agreements import (
    agree,
    ask_for_agreement,
    propose_agreement,
    record_sponsorship,
    waive_agreement,
    withdraw_waiver,
)
from champions.api.kit import WhoOut, only, read, today_of
from champions.forms.agreements import agreement_refusal
from champions.models import Agreement, Champion, Sponsorship
from champions.queries.agreements import Agreed, agreed_of, side_of, sponsorship_of
from champions.rules.agreements import BUDGET_LENGTH, MOST_HOURS, REASON_LENGTH, WORK_LENGTH, Side

CHAMPION_ID = OpenApiParameter(
    "champion", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The champion's id in the programme.")
)
BESIDE = {"outside": "outside_because", "turned_round": "to", "span": "to", "changed_meanwhile": "version"}


@extend_schema_serializer(component_name="Sponsorship")
class SponsorshipOut(serializers.Serializer[Sponsorship]):
    """Who stands for the champions' time, and which line of the budget pays for it."""

    sponsor = WhoOut(allow_null=True, default=None, help_text=_("Null before it is written down, and once erased."))
    budget_line = serializers.CharField(default="")


@extend_schema_serializer(component_name="NewSponsorship")
class SponsorshipIn(StrictSerializer):
    """Who stands for the champions' time. Said again it replaces."""

    sponsor = PublicId(help_text=_("The id of a person: an executive."))
    budget_line = Text(max_length=BUDGET_LENGTH)

    def validate_sponsor(self, value: UUID) -> Person | None:
        return somebody(value, self.context["today"])


@extend_schema_serializer(component_name="Waiver")
class WaiverIn(StrictSerializer):
    """Why a champion starts without an agreement."""

    reason = Text(max_length=REASON_LENGTH)


@extend_schema_serializer(component_name="AgreementVersion")
class VersionOut(serializers.Serializer[Agreement]):
    """One version of what is agreed. What it says never changes."""

    version = serializers.IntegerField()
    work = serializers.CharField()
    hours = serializers.DecimalField(max_digits=4, decimal_places=2)
    contracted = serializers.DecimalField(max_digits=4, decimal_places=1)
    outside_because = serializers.CharField()
    to = serializers.DateField(source="to_on")
    proposed_by = serializers.ChoiceField([one.value for one in Side], source="proposed_by_side")
    agreed = serializers.BooleanField(source="is_agreed", help_text=_("By both."))

    def get_fields(self) -> dict[str, Any]:
        # A word that Python keeps for itself.
        return {**super().get_fields(), "from": serializers.DateField(source="from_on")}


@extend_schema_serializer(component_name="Agreement")
class AgreedOut(serializers.Serializer[Agreed]):
    """Where a champion's agreement is today."""

    stands = VersionOut(allow_null=True, help_text=_("What both have agreed to."))
    proposed = VersionOut(allow_null=True, help_text=_("The newest version, while one side has not agreed to it."))
    waits_for = WhoOut(allow_null=True, help_text=_("Who has to answer the proposal."))


@extend_schema_serializer(
    component_name="NewAgreement",
    examples=[
        OpenApiExample(
            "Four of forty hours",
            value={
                "work": "The monthly minutes; the team assistant writes them.",
                "hours": "4.00",
                "contracted": "40.0",
                "from": "2026-06-29",
                "to": "2026-09-06",
            },
            request_only=True,
        )
    ],
)
class AgreementIn(StrictSerializer):
    """A proposal to the other side. Whoever proposes agrees to it."""

    work = Text(max_length=WORK_LENGTH, help_text=_("Named work, and who does it instead or that nobody does."))
    hours = serializers.DecimalField(
        max_digits=4, decimal_places=2, min_value=Decimal("0.25"), max_value=MOST_HOURS, help_text=_("A week.")
    )
    contracted = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=Decimal(1), max_value=MOST_HOURS, help_text=_("A week.")
    )
    outside_because = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=REASON_LENGTH,
        help_text=_("Why it is not 10 to 15 % of the contracted hours."),
    )
    to = Day(source="to_on")

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": Day(source="from_on")}


@extend_schema_serializer(component_name="AgreedVersion")
class AgreeIn(StrictSerializer):
    """To which version you agree: the one that you have read."""

    version = serializers.IntegerField(min_value=1, max_value=2**15 - 1)


class SponsorshipOfProgram(ForLeads):
    """Who stands for the champions' time."""

    @extend_schema(
        operation_id="getSponsorship",
        summary=_("Read who stands for champions’ time"),
        parameters=[PROGRAM],
        responses=SponsorshipOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = sponsorship_of(asked_program(program))
        return Response(SponsorshipOut(found).data if found else {"sponsor": None, "budget_line": ""})

    @extend_schema(
        operation_id="recordSponsorship",
        summary=_("Write down who stands for champions’ time"),
        parameters=[PROGRAM],
        request=SponsorshipIn,
        responses=SponsorshipOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        values = read(SponsorshipIn(data=request.data, context={"today": today_of(request)}))
        made = record_sponsorship(program=found, **values, by=request.person, at=request.at)
        return Response(SponsorshipOut(made).data)


class AgreementRequest(ForLeads):
    """Asking a champion to begin."""

    @extend_schema(
        operation_id="askForAgreement",
        summary=_("Ask a champion what comes off their plate"),
        description=_("By mail, and their manager after them. Twice a day is once."),
        parameters=[PROGRAM, CHAMPION_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str, champion: UUID) -> Response:
        try:
            ask_for_agreement(champion=_led(program, champion), by=request.person, at=request.at)
        except Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(status=204)


class AgreementWaiver(ForLeads):
    """That a champion starts without an agreement."""

    @extend_schema(
        operation_id="waiveAgreement",
        summary=_("Write down why a champion starts without an agreement"),
        parameters=[PROGRAM, CHAMPION_ID],
        request=WaiverIn,
        responses=WaiverIn,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, champion: UUID) -> Response:
        values = read(WaiverIn(data=request.data))
        made = waive_agreement(champion=_led(program, champion), **values, by=request.person, at=request.at)
        return Response({"reason": made.reason})

    @extend_schema(
        operation_id="withdrawWaiver",
        summary=_("Wait for the agreement after all"),
        parameters=[PROGRAM, CHAMPION_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, champion: UUID) -> Response:
        withdraw_waiver(champion=_led(program, champion), by=request.person, at=request.at)
        return Response(status=204)


class OwnAgreement(Address):
    """A champion's agreement, for the two who agree. To nobody else it is there."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getAgreement",
        summary=_("Read your agreement"),
        description=_("For the champion, and for their manager of today."),
        parameters=[CHAMPION_ID],
        responses=AgreedOut,
    )
    def get(self, request: Inside, org: str, champion: UUID) -> Response:
        found, _side = _mine(request, champion)
        return Response(AgreedOut(_agreed(request, found)).data)

    @extend_schema(
        operation_id="proposeAgreement",
        summary=_("Propose what comes off the plate"),
        description=_("The other side gets a mail. The version that stands goes on standing until this one is agreed."),
        parameters=[CHAMPION_ID],
        request=AgreementIn,
        responses={201: AgreedOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, champion: UUID) -> Response:
        found, side = _mine(request, champion)
        values = read(AgreementIn(data=request.data))
        try:
            propose_agreement(champion=found, side=side, **values, by=request.person, at=request.at)
        except Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(AgreedOut(_agreed(request, found)).data, status=201)

    @extend_schema(
        operation_id="agree",
        summary=_("Agree to what the other side proposes"),
        parameters=[CHAMPION_ID],
        request=AgreeIn,
        responses=AgreedOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, champion: UUID) -> Response:
        found, side = _mine(request, champion)
        version = read(AgreeIn(data=request.data))["version"]
        row = Agreement.objects.filter(champion=found, version=version).first()
        try:
            if row is None:
                raise Refused("changed_meanwhile")
            agree(agreement=row, side=side, by=request.person, at=request.at)
        except Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(AgreedOut(_agreed(request, found)).data)


def _champions() -> Any:
    return Champion.objects.serving().select_related("program", "organization", "person__manager")


def _led(program: str, champion: UUID) -> Champion:
    found: Champion = get_object_or_404(_champions().filter(program=asked_program(program)), public_id=champion)
    return found


def _mine(request: Inside, champion: UUID) -> tuple[Champion, Side]:
    found: Champion = get_object_or_404(_champions(), public_id=champion)
    side = side_of(found, request.person)
    only(side is not None)
    return found, Side(side or Side.CHAMPION)


def _agreed(request: Inside, champion: Champion) -> Agreed:
    return agreed_of([champion], on=today_of(request))[champion.pk]


def _refused(refusal: Refused) -> Problem:
    field = BESIDE.get(refusal.code, "")
    return Problem("conflict", errors={field: (refusal.code, agreement_refusal(refusal.code))})
