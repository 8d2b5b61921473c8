"""Questions to champions, by name. Without a name one asks on the page alone: a token would be a name."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown
from champions.models import Prompt
from pods import rules
from pods.actions import questions as actions
from pods.api.names import ONE, NameOut, problem
from pods.models import Question
from pods.queries import questions as queries
from pods.queries.questions import QuestionLook
from pods.rules import SolvedBy

SOLVED_BY = [one.value for one in SolvedBy]
# Whoever answers a question did not have it.
ANSWERED_BY = [one for one in SOLVED_BY if one != SolvedBy.SELF]


@extend_schema_serializer(component_name="OwnQuestion")
class QuestionOut(serializers.Serializer[Question]):
    """What somebody asked their champion by name, and what became of it."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    pod = serializers.UUIDField(source="pod.public_id")
    words = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(help_text=_("Empty until there is one."))
    solved_by = serializers.ChoiceField(SOLVED_BY, allow_blank=True, help_text=_("Who or what knew it."))
    answered_on = serializers.DateField(allow_null=True)
    helped = serializers.BooleanField(allow_null=True, help_text=_("What you said of the answer."))


@extend_schema_serializer(component_name="OwnQuestionPage")
class QuestionsOut(serializers.Serializer[Any]):
    """Some questions, in the order in which they were asked."""

    items = QuestionOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="WaitingQuestion")
class WaitingOut(serializers.Serializer[QuestionLook]):
    """A question for you to answer. Without a name there is a day, and neither a person nor a time."""

    id = serializers.UUIDField(source="row.public_id", help_text=_("Never changes."))
    pod = serializers.UUIDField(source="row.pod.public_id")
    person = NameOut(allow_null=True, help_text=_("Null where it was asked without a name."))
    words = serializers.CharField(source="row.words")
    day = serializers.DateField(help_text=_("When it was asked, or shown."))
    answer = serializers.CharField(
        source="row.answer", help_text=_("An earlier one that did not help, or the one given.")
    )
    solved_by = serializers.ChoiceField(SOLVED_BY, source="row.solved_by", allow_blank=True)
    answered_on = serializers.DateField(source="row.answered_on", allow_null=True)


@extend_schema_serializer(component_name="WaitingQuestions")
class WaitingsOut(serializers.Serializer[Any]):
    """Everything that waits for you, oldest first."""

    items = WaitingOut(many=True)


@extend_schema_serializer(
    component_name="NewQuestion",
    examples=[OpenApiExample("To one's champion", value={"pod": ONE, "words": "How do I begin?"}, request_only=True)],
)
class QuestionIn(StrictSerializer):
    """A question to the champion of a pod you sit in, with your name."""

    pod = PublicId(help_text=_("The id of a pod you sit in."))
    words = Text(max_length=rules.TEXT_LENGTH)


@extend_schema_serializer(component_name="QuestionAnswer")
class AnswerIn(StrictSerializer):
    """An answer, and who or what knew it."""

    answer = Text(max_length=rules.TEXT_LENGTH)
    solved_by = serializers.ChoiceField(ANSWERED_BY)
    prompt = PublicId(required=False, allow_null=True, default=None, help_text=_("Which one, where a prompt knew it."))

    def validate(self, attrs: Any) -> Any:
        found = None
        if attrs["prompt"]:
            found = Prompt.objects.on_the_shelf().filter(public_id=attrs["prompt"]).first()
            if found is None:
                raise serializers.ValidationError({"prompt": [_("There is no such prompt in the library.")]})
        if attrs["solved_by"] == SolvedBy.PROMPT and found is None:
            raise serializers.ValidationError({"prompt": [_("Please say which one, so that they find it.")]})
        return {**attrs, "prompt": found}


ASKED = OpenApiParameter("asked", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The question's id."))


class Questions(Address):
    """What you ask your champion, by name."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnQuestions",
        summary=_("List what you asked"),
        description=_("By name. What you ask without one is opened by its key, on its page."),
        parameters=[PageQuery],
        responses=QuestionsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = Question.objects.asked_by(request.person).select_related("pod")
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(QuestionOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="askChampion",
        summary=_("Ask your champion"),
        description=_("With your name. Without one you ask on the page alone: a token would be a name."),
        parameters=[LOCATION],
        request=QuestionIn,
        responses={201: QuestionOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = read(QuestionIn(data=request.data))
        pods = {one.pod.public_id: one.pod for one in queries.askable(request.person, at=request.at)}
        if values["pod"] not in pods:
            words = _("You sit in no such pod.")
            raise Problem("invalid", errors={"pod": ("not_in_pod", words)})
        made = actions.ask(
            pod=pods[values["pod"]],
            words=values["words"],
            # A request that is repeated brings its idempotency key.
            form_key=uuid4(),
            by=request.person,
            at=request.at,
        )
        at = reverse("api-question", kwargs={"org": org, "asked": made.public_id})
        return Response(QuestionOut(own(request, made.public_id)).data, status=201, headers={"Location": at})


class WaitingQuestions(Address):
    """What waits for you to answer."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listWaitingQuestions",
        summary=_("List the questions that wait for you"),
        description=_("For champions those of their pods, for experts those passed on to them."),
        responses=WaitingsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        return Response({"items": shown(WaitingOut, list(queries.inbox(request.person, at=request.at).waiting))})


class OneQuestion(Address):
    """A question you asked by name, or one for you to answer."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getOwnQuestion", summary=_("Fetch what you asked"), parameters=[ASKED], responses=QuestionOut
    )
    def get(self, request: Inside, org: str, asked: UUID) -> Response:
        return Response(QuestionOut(own(request, asked)).data)

    @extend_schema(
        operation_id="answerQuestion",
        summary=_("Answer a question"),
        description=_("Of a pod you lead, or passed on to you. Once: the first answer stands."),
        parameters=[ASKED],
        request=AnswerIn,
        responses=WaitingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, asked: UUID) -> Response:
        look = queries.question_for(request.person, asked)
        if look is None:
            raise Http404
        values = read(AnswerIn(data=request.data))
        try:
            actions.answer_question(
                question=look.row,
                **{**values, "solved_by": SolvedBy(values["solved_by"])},
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise problem(refused) from refused
        return Response(WaitingOut(queries.question_for(request.person, asked)).data)


def own(request: Inside, asked: UUID) -> Question:
    """A question that the asker asked by name; any other is not there."""
    rows = Question.objects.asked_by(request.person).select_related("pod")
    found: Question = get_object_or_404(rows, public_id=asked)
    return found
