"""The kit for machines: the same doors, facts and refusals as its pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, Role, local_date
from champions import rules
from champions.actions.asks import answer_ask, ask_for
from champions.actions.prompts import try_prompt
from champions.actions.wins import share_win
from champions.forms.kit import said
from champions.models import Need, Prompt, PromptVersion, Tool, Win
from champions.queries.asks import visible
from champions.queries.kit import Standing, in_charge, standing_in_kit
from champions.queries.prompts import OnShelf, put_on_shelf
from champions.rules import AskAnswer, PackElement, Shipping, ToolVerdict

NEXT = _("The address of the next page; null after the last.")


@extend_schema_serializer(component_name="KitPerson")
class WhoOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


@extend_schema_serializer(component_name="Prompt")
class PromptOut(serializers.Serializer[OnShelf]):
    """A prompt as its newest version has it. How many use it is told only as its state."""

    id = serializers.UUIDField(source="prompt.public_id", help_text=_("Never changes."))
    title = serializers.CharField(source="prompt.title")
    workflow = serializers.CharField(source="prompt.workflow.name")
    owner = WhoOut(source="prompt.owner", allow_null=True, help_text=_("Null once erased."))
    version = serializers.IntegerField(source="version.number")
    text = serializers.CharField(source="version.text")
    gaps = serializers.SerializerMethodField(help_text=_("What is to be filled in, by name."))
    review_step = serializers.CharField(source="version.review_step")
    pack = serializers.ListField(
        source="version.pack", child=serializers.ChoiceField([(one.value, one.value) for one in PackElement])
    )
    state = serializers.ChoiceField(
        [(one.value, one.value) for one in Shipping],
        source="shipping",
        help_text=_("Shipped: an owner, a version, a check, and three people for whom it worked within 28 days."),
    )
    reviewed = serializers.BooleanField(source="is_reviewed", help_text=_("By another champion, and found good."))

    def get_gaps(self, row: OnShelf) -> list[str]:
        return rules.gaps(row.version.text)


@extend_schema_serializer(component_name="PromptPage")
class PromptsOut(serializers.Serializer[Any]):
    """Some prompts, in the order in which their newest versions were written."""

    items = PromptOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(
    component_name="PromptTry",
    examples=[OpenApiExample("It did not", value={"worked": False, "because": "Too long for a mail"})],
)
class TryIn(StrictSerializer):
    """Whether a prompt worked for you today. Said again the same day it replaces the first word."""

    worked = serializers.BooleanField()
    because = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["worked"] and not attrs["because"].strip():
            words = _("Please say in a few words what got in the way.")
            raise serializers.ValidationError({"because": [serializers.ErrorDetail(str(words), code="required")]})
        return attrs


@extend_schema_serializer(component_name="Win")
class WinOut(serializers.Serializer[Win]):
    """What somebody managed."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    person = serializers.SerializerMethodField(help_text=_("Null where they would rather not be named."))
    task = serializers.CharField()
    minutes_now = serializers.IntegerField()
    minutes_before = serializers.IntegerField()
    output = serializers.CharField()
    asked_for = serializers.BooleanField(help_text=_("Somebody had asked for it."))
    shared_at = serializers.DateTimeField()

    def get_person(self, win: Win) -> str | None:
        return None if win.hides_name else win.person.name


@extend_schema_serializer(component_name="WinPage")
class WinsOut(serializers.Serializer[Any]):
    """Some wins, in the order in which they were shared."""

    items = WinOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(
    component_name="NewWin",
    examples=[
        OpenApiExample(
            "A report",
            value={
                "task": "draft the Q2 report",
                "minutes_now": 40,
                "minutes_before": 180,
                "output": "Nine pages, in the client's folder",
            },
            request_only=True,
        )
    ],
)
class WinIn(StrictSerializer):
    """A win of your own, for everybody in the organisation to read."""

    task = Text(max_length=rules.LINE_LENGTH)
    minutes_now = serializers.IntegerField(min_value=1, max_value=rules.MOST_MINUTES)
    minutes_before = serializers.IntegerField(min_value=1, max_value=rules.MOST_MINUTES)
    output = Text(max_length=rules.TEXT_LENGTH)
    asked_for = serializers.BooleanField(required=False, default=False)
    hides_name = serializers.BooleanField(required=False, default=False)
    prompt = PublicId(
        required=False, allow_null=True, default=None, help_text=_("The id of the prompt it was done with.")
    )

    def validate_prompt(self, value: UUID | None) -> Prompt | None:
        if value is None:
            return None
        found: Prompt | None = Prompt.objects.on_the_shelf().select_related("workflow").filter(public_id=value).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such prompt in the library."), code="unknown_prompt")
        return found


@extend_schema_serializer(component_name="LeadershipAsk")
class AskOut(serializers.Serializer[Need]):
    """What champions ask of leadership."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    wanted = serializers.CharField()
    why = serializers.CharField()
    asked_by = WhoOut(allow_null=True, help_text=_("Null once erased."))
    owner = WhoOut(allow_null=True, help_text=_("Who is to answer; null once erased."))
    asked_on = serializers.DateField()
    due_on = serializers.DateField(help_text=_("Fourteen days later; afterwards it is overdue."))
    answer = serializers.ChoiceField(
        [(one.value, one.value) for one in AskAnswer], allow_blank=True, help_text=_("Empty while it waits.")
    )
    answer_words = serializers.CharField()
    answered_on = serializers.DateField(allow_null=True)
    acted_on = serializers.BooleanField(source="was_acted_on", help_text=_("Done within fourteen days."))


@extend_schema_serializer(component_name="LeadershipAskPage")
class AsksOut(serializers.Serializer[Any]):
    """Some asks, in the order in which they were raised."""

    items = AskOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(component_name="NewLeadershipAsk")
class AskIn(StrictSerializer):
    """Something champions need."""

    wanted = Text(max_length=rules.LINE_LENGTH)
    why = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    owner = PublicId(help_text=_("The id of an executive or a lead."))

    def validate_owner(self, value: UUID) -> Person:
        for one in in_charge(Role.EXECUTIVE, Role.LEAD):
            if one.public_id == value:
                return one
        raise serializers.ValidationError(_("Nobody in charge has this id."), code="unknown_person")


@extend_schema_serializer(component_name="LeadershipAnswer")
class AnswerIn(StrictSerializer):
    """The answer, which reaches the champion as it stands."""

    answer = serializers.ChoiceField([(one.value, one.value) for one in AskAnswer])
    words = Text(max_length=rules.TEXT_LENGTH)


@extend_schema_serializer(component_name="ToolEvaluation")
class ToolOut(serializers.Serializer[Tool]):
    """What champions found out about a tool for one task."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    tool = serializers.CharField()
    task = serializers.CharField()
    verdict = serializers.ChoiceField([(one.value, one.value) for one in ToolVerdict])
    why = serializers.CharField()
    data_allowed = serializers.CharField()
    data_forbidden = serializers.CharField(help_text=_("The red line: what never goes in."))
    for_whom = serializers.CharField()
    review_on = serializers.DateField(help_text=_("Until when the verdict holds."))
    evaluated_by = WhoOut(allow_null=True, help_text=_("Null once erased."))
    evaluated_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="ToolEvaluationPage")
class ToolsOut(serializers.Serializer[Any]):
    """Some evaluations, in the order in which they were written."""

    items = ToolOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


PROMPT_ID = OpenApiParameter("prompt", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The prompt's id."))
NEED_ID = OpenApiParameter("need", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The ask's id."))


class Prompts(Address):
    """The prompt library."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listPrompts", summary=_("List the prompt library"), parameters=[PageQuery], responses=PromptsOut
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(_newest(), self.asked, request)
        items = put_on_shelf(page.rows, local_date(request.at, request.organization.zone))
        return Response({"items": _shown(PromptOut, items), "next": page.next})


class OnePrompt(Address):
    """One prompt."""

    permission = Permission.ENTER

    @extend_schema(operation_id="getPrompt", summary=_("Fetch a prompt"), parameters=[PROMPT_ID], responses=PromptOut)
    def get(self, request: Inside, org: str, prompt: UUID) -> Response:
        found: PromptVersion = get_object_or_404(_newest(), prompt__public_id=prompt)
        [row] = put_on_shelf([found], local_date(request.at, request.organization.zone))
        return Response(PromptOut(row).data)


class PromptTries(Address):
    """Whether a prompt worked."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="tryPrompt",
        summary=_("Say whether a prompt worked for you"),
        description=_("Champions read what got in the way, not who said it."),
        parameters=[PROMPT_ID],
        request=TryIn,
        responses={201: TryIn},
    )
    @idempotent
    def post(self, request: Inside, org: str, prompt: UUID) -> Response:
        found: Prompt = get_object_or_404(Prompt.objects.on_the_shelf(), public_id=prompt)
        values = _read(TryIn(data=request.data))
        made = try_prompt(prompt=found, **values, by=request.person, at=request.at)
        return Response({"worked": made.worked, "because": made.because}, status=201)


class Wins(Address):
    """Wins of every team."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(operation_id="listWins", summary=_("List wins"), parameters=[PageQuery], responses=WinsOut)
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(Win.objects.shown().select_related("person"), self.asked, request)
        return Response({"items": _shown(WinOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="shareWin", summary=_("Share a win of your own"), request=WinIn, responses={201: WinOut}
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = _read(WinIn(data=request.data))
        made = share_win(**values, workflow=None, by=request.person, at=request.at)
        return Response(WinOut(made).data, status=201)


class Asks(Address):
    """What champions ask of leadership: for champions, leads and executives all, for anybody else what they own."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listLeadershipAsks",
        summary=_("List what champions ask of leadership"),
        description=_("All of them for champions, leads and executives; for anybody else those they are to answer."),
        parameters=[PageQuery],
        responses=AsksOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(visible(request.person, _standing(request)), self.asked, request)
        return Response({"items": _shown(AskOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="askLeadership",
        summary=_("Ask leadership for something"),
        description=_("For champions. Whoever owns it is told at once."),
        request=AskIn,
        responses={201: AskOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = _read(AskIn(data=request.data))
        try:
            made = ask_for(**values, program=None, by=request.person, at=request.at)
        except Refused as refused:
            raise Problem("conflict", errors={"": (refused.code, said(refused.code))}) from refused
        return Response(AskOut(made).data, status=201)


class OneAsk(Address):
    """One ask, to be answered by whoever owns it, a lead or an executive."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(operation_id="getLeadershipAsk", summary=_("Fetch an ask"), parameters=[NEED_ID], responses=AskOut)
    def get(self, request: Inside, org: str, need: UUID) -> Response:
        found: Need = get_object_or_404(visible(request.person, _standing(request)), public_id=need)
        return Response(AskOut(found).data)

    @extend_schema(
        operation_id="answerLeadershipAsk",
        summary=_("Answer an ask"),
        description=_("Once: the first answer stands, and reaches the champion."),
        parameters=[NEED_ID],
        request=AnswerIn,
        responses=AskOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, need: UUID) -> Response:
        standing = _standing(request)
        rows = visible(request.person, standing)
        if not (standing.leads_people or standing.manages):
            rows = rows.owned_by(request.person)
        found: Need = get_object_or_404(rows, public_id=need)
        values = _read(AnswerIn(data=request.data))
        try:
            answer_ask(
                need=found,
                answer=AskAnswer(values["answer"]),
                words=values["words"],
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise Problem("conflict", errors={"": (refused.code, said(refused.code))}) from refused
        return Response(AskOut(rows.get(pk=found.pk)).data)


class Tools(Address):
    """Evaluations of tools."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listToolEvaluations",
        summary=_("List evaluations of tools"),
        parameters=[PageQuery],
        responses=ToolsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(Tool.objects.select_related("evaluated_by"), self.asked, request)
        return Response({"items": _shown(ToolOut, page.rows), "next": page.next})


def _newest() -> Any:
    rows = PromptVersion.objects.newest_of_each().filter(prompt__set_aside_at__isnull=True)
    return rows.select_related("prompt__workflow", "prompt__owner", "prompt__organization")


def _standing(request: Inside) -> Standing:
    return standing_in_kit(request.person, request._request.permissions)  # type: ignore[attr-defined]


def _shown(serializer: Any, rows: Any) -> Any:
    return serializer(rows, many=True).data


def _read(serializer: StrictSerializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
