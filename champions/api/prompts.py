"""The prompt library for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.programs.models import PackElement, Workflow
from adoption.programs.queries.packs import elements_for
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission, local_date
from champions import rules
from champions.actions.prompts import review_prompt, share_prompt, try_prompt
from champions.api.kit import NEXT, LongText, WhoOut, only, problem, read, shown, standing_of
from champions.forms.kit import said
from champions.models import Prompt, PromptReview, PromptVersion
from champions.queries.needs import NeedLook
from champions.queries.prompts import OnShelf, put_on_shelf, version_of
from champions.rules import ReviewVerdict, Shipping, Shortcoming

PROMPT_ID = OpenApiParameter("prompt", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The prompt's id."))
PROMPT_VERDICTS = [one.value for one in ReviewVerdict]
SHORTCOMINGS = [one.value for one in Shortcoming]


@extend_schema_serializer(component_name="PromptNeed")
class NeedOut(serializers.Serializer[NeedLook]):
    """Something a prompt needs from a context pack, by the name it had when the version was written."""

    id = serializers.UUIDField(
        source="element.public_id", default=None, allow_null=True, help_text=_("Null once it is in no pack.")
    )
    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True, help_text=_("Whose pack; empty where it never was in one."))
    found_at = serializers.CharField(source="element.found_at", default="", allow_blank=True)
    owner = WhoOut(source="element.owner", default=None, allow_null=True)
    checked_on = serializers.DateField(
        source="element.pack.checked_on",
        default=None,
        allow_null=True,
        help_text=_("When its pack was last looked through."),
    )
    shortcomings = serializers.ListField(
        child=serializers.ChoiceField(SHORTCOMINGS), help_text=_("Why it cannot be relied on; empty where it can.")
    )


@extend_schema_serializer(component_name="PackElementForPrompt")
class OfferedOut(serializers.Serializer[PackElement]):
    """Something a prompt for a piece of work can need."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    role = serializers.CharField(source="pack.role")


@extend_schema_serializer(component_name="PackElementsForPrompt")
class OfferedListOut(serializers.Serializer[Any]):
    """What the context packs of a piece of work hold, by role."""

    items = OfferedOut(many=True)


class OfferedQuery(StrictSerializer):
    """Of which piece of work."""

    workflow = Text(help_text=_("The name of one of the organisation’s workflows."))

    def validate_workflow(self, value: str) -> Workflow:
        return workflow_called(value)


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
    needs = NeedOut(many=True)
    state = serializers.ChoiceField(
        [one.value for one in Shipping],
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


class WrittenIn(StrictSerializer):
    """What every version of a prompt is made of."""

    text = LongText(max_length=rules.PROMPT_LENGTH)
    review_step = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=rules.LINE_LENGTH,
        help_text=_("How the output is checked before anybody else sees it."),
    )
    needs = serializers.ListField(
        child=PublicId(),
        required=False,
        default=list,
        max_length=rules.MOST_NEEDS,
        help_text=_("What it needs from the context packs of its work, by id."),
    )

    def validate_needs(self, value: list[UUID]) -> list[PackElement]:
        found = {one.public_id: one for one in PackElement.objects.filter(public_id__in=value)}
        if len(found) < len(set(value)):
            raise serializers.ValidationError(said("need_in_no_pack"), code="need_in_no_pack")
        return [found[one] for one in dict.fromkeys(value)]


@extend_schema_serializer(
    component_name="NewPrompt",
    examples=[
        OpenApiExample(
            "From notes",
            value={
                "workflow": "Client report drafting",
                "title": "A report from notes",
                "text": "Write one page for {{client}} from these notes: {{notes}}",
                "review_step": "Each figure is checked against the file",
                "needs": [],
            },
            request_only=True,
        )
    ],
)
class PromptIn(WrittenIn):
    """A prompt of yours, as its first version. What differs each time stands in double braces."""

    workflow = Text(help_text=_("The name of one of the organisation’s workflows."))
    title = Text(max_length=rules.TITLE_LENGTH)

    def validate_workflow(self, value: str) -> Workflow:
        return workflow_called(value)


@extend_schema_serializer(
    component_name="PromptTry",
    examples=[OpenApiExample("It did not", value={"worked": False, "because": "Too long for a mail"})],
)
class TryIn(StrictSerializer):
    """Whether a prompt worked for you today. Said again the same day it replaces the first word."""

    worked = serializers.BooleanField()
    because = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**15 - 1, help_text=_("Which one it was; without it the newest.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["worked"] and not attrs["because"].strip():
            words = _("Please say in a few words what got in the way.")
            raise serializers.ValidationError({"because": [serializers.ErrorDetail(str(words), code="required")]})
        return attrs


@extend_schema_serializer(component_name="PromptReview")
class ReviewOut(serializers.Serializer[PromptReview]):
    """Another champion's word on the version that counts."""

    reviewer = WhoOut(allow_null=True, help_text=_("Null once erased."))
    version = serializers.IntegerField(source="version.number")
    verdict = serializers.ChoiceField(PROMPT_VERDICTS)
    note = serializers.CharField(allow_blank=True)
    reviewed_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="PromptReviews")
class ReviewsOut(serializers.Serializer[Any]):
    """What champions say of the newest version, in the order of entry."""

    items = ReviewOut(many=True)


@extend_schema_serializer(
    component_name="NewPromptReview",
    examples=[
        OpenApiExample(
            "Something should change",
            value={"version": 2, "verdict": "change", "note": "It forgets the red lines."},
            request_only=True,
        )
    ],
)
class ReviewIn(StrictSerializer):
    """Your word on the version that you have read. Said again it replaces the first."""

    version = serializers.IntegerField(min_value=1, max_value=2**15 - 1, help_text=_("The newest one's number."))
    verdict = serializers.ChoiceField(PROMPT_VERDICTS)
    note = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["verdict"] == ReviewVerdict.CHANGE and not attrs["note"].strip():
            words = _("Please say what should change.")
            raise serializers.ValidationError({"note": [serializers.ErrorDetail(str(words), code="required")]})
        return {**attrs, "verdict": ReviewVerdict(attrs["verdict"])}


class Prompts(Address):
    """The prompt library."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listPrompts", summary=_("List the prompt library"), parameters=[PageQuery], responses=PromptsOut
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(_newest(), self.asked, request)
        items = put_on_shelf(page.rows, local_date(request.at, request.organization.zone))
        return Response({"items": shown(PromptOut, items), "next": page.next})

    @extend_schema(
        operation_id="sharePrompt",
        summary=_("Put a prompt into the library"),
        description=_("By a champion. A name is there once for a workflow: improve that prompt instead."),
        parameters=[LOCATION],
        request=PromptIn,
        responses={201: PromptOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        only(standing_of(request).is_champion)
        values = read(PromptIn(data=request.data))
        try:
            made = share_prompt(**values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"title_taken": "title", "need_in_no_pack": "needs"}) from refused
        at = reverse("api-prompt", kwargs={"org": org, "prompt": made.public_id})
        return Response(_out(request, made.public_id), status=201, headers={"Location": at})


class PromptElements(Address):
    """What a prompt can need."""

    permission = Permission.ENTER
    query = OfferedQuery

    @extend_schema(
        operation_id="listPackElementsForPrompts",
        summary=_("List what a prompt can need from the context packs"),
        description=_("For champions. What two programmes call the same for one role is there once."),
        parameters=[OfferedQuery],
        responses=OfferedListOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        only(standing_of(request).is_champion)
        return Response({"items": shown(OfferedOut, elements_for(self.asked["workflow"]))})


class OnePrompt(Address):
    """One prompt."""

    permission = Permission.ENTER

    @extend_schema(operation_id="getPrompt", summary=_("Fetch a prompt"), parameters=[PROMPT_ID], responses=PromptOut)
    def get(self, request: Inside, org: str, prompt: UUID) -> Response:
        return Response(_out(request, prompt))


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
        values = read(TryIn(data=request.data))
        number = values.pop("version", None)
        version = version_of(found, number)
        if number and version is None:
            raise problem(Refused("no_such_version"), {"no_such_version": "version"})
        made = try_prompt(prompt=found, version=version, **values, by=request.person, at=request.at)
        word = {"worked": made.worked, "because": made.because, "version": made.version.number}
        return Response(word, status=201)


class PromptReviews(Address):
    """What champions say of a prompt."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="listPromptReviews",
        summary=_("List what champions say of a prompt’s newest version"),
        parameters=[PROMPT_ID],
        responses=ReviewsOut,
    )
    def get(self, request: Inside, org: str, prompt: UUID) -> Response:
        version: PromptVersion = get_object_or_404(_newest(), prompt__public_id=prompt)
        rows = PromptReview.objects.filter(version=version).select_related("reviewer", "version").order_by("id")
        return Response({"items": shown(ReviewOut, rows)})

    @extend_schema(
        operation_id="reviewPrompt",
        summary=_("Review a prompt"),
        description=_("By a champion who did not write the version. The author gets it by mail."),
        parameters=[PROMPT_ID],
        request=ReviewIn,
        responses={201: ReviewOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, prompt: UUID) -> Response:
        only(standing_of(request).is_champion)
        found: PromptVersion = get_object_or_404(_newest(), prompt__public_id=prompt)
        values = read(ReviewIn(data=request.data))
        try:
            # A word is on what was read: not on a version that was written meanwhile.
            if values.pop("version") != found.number:
                raise Refused("not_newest")
            made = review_prompt(version=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"not_newest": "version"}) from refused
        return Response(ReviewOut(made).data, status=201)


def workflow_called(name: str) -> Workflow:
    """One of the organisation's workflows. Raises ValidationError."""
    found: Workflow | None = Workflow.objects.filter(name=name).first()
    if found is None:
        raise serializers.ValidationError(_("No workflow here is called that."), code="unknown_workflow")
    return found


def _out(request: Inside, prompt: UUID) -> Any:
    found: PromptVersion = get_object_or_404(_newest(), prompt__public_id=prompt)
    [row] = put_on_shelf([found], local_date(request.at, request.organization.zone))
    return PromptOut(row).data


def _newest() -> Any:
    rows = PromptVersion.objects.newest_of_each().filter(prompt__set_aside_at__isnull=True)
    return rows.select_related("prompt__workflow", "prompt__owner", "prompt__organization")
