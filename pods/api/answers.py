"""What becomes of a question asked by name: passed on, made a prompt, found out oneself, and whether the answer helped."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from champions.api.kit import read, today_of
from champions.models import Expert, Prompt
from pods.actions import questions as actions
from pods.api.names import ONE, problem
from pods.api.questions import ASKED, QuestionOut, WaitingOut, own
from pods.forms import said
from pods.queries import questions as queries
from pods.queries.questions import QuestionLook
from pods.rules import SELF_SERVED, SolvedBy


@extend_schema_serializer(component_name="QuestionOutcome")
class HelpedIn(StrictSerializer):
    """Whether the answer helped you."""

    helped = serializers.BooleanField()


@extend_schema_serializer(component_name="QuestionSolution")
class SolvedIn(StrictSerializer):
    """How you found it yourself."""

    solved_by = serializers.ChoiceField([one.value for one in SolvedBy if one in SELF_SERVED])

    def validate_solved_by(self, value: str) -> SolvedBy:
        return SolvedBy(value)


@extend_schema_serializer(
    component_name="QuestionExpert",
    examples=[OpenApiExample("To somebody on the list", value={"expert": ONE}, request_only=True)],
)
class PassOnIn(StrictSerializer):
    """Whom to ask instead."""

    expert = PublicId(help_text=_("The id of an entry in the list of experts."))

    def validate_expert(self, value: UUID) -> Expert:
        found: Expert | None = Expert.objects.to_ask(self.context["today"]).filter(public_id=value).first()
        if found is None:
            raise serializers.ValidationError(said("not_listed"), code="not_listed")
        return found


@extend_schema_serializer(component_name="QuestionPrompt")
class MadeOut(serializers.Serializer[Prompt]):
    """The prompt that an answer became."""

    prompt = serializers.UUIDField(source="public_id", help_text=_("Its id in the library."))


class QuestionHelped(Address):
    """Your word on the answer to a question of yours."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="sayWhetherItHelped",
        summary=_("Say whether an answer helped"),
        description=_("Where it did not, the question is open again, its answer beside it. Nobody is told at once."),
        parameters=[ASKED],
        request=HelpedIn,
        responses=QuestionOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, asked: UUID) -> Response:
        found = own(request, asked)
        values = read(HelpedIn(data=request.data))
        try:
            actions.say_whether_it_helped(question=found, **values, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(QuestionOut(own(request, asked)).data)


class QuestionSolved(Address):
    """How you found out yourself what you had asked."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="solveOwnQuestion",
        summary=_("Say that you have found it"),
        description=_("In the library, from a colleague or alone. Nobody needs to answer it any more."),
        parameters=[ASKED],
        request=SolvedIn,
        responses=QuestionOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, asked: UUID) -> Response:
        found = own(request, asked)
        values = read(SolvedIn(data=request.data))
        try:
            actions.solve_oneself(question=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(QuestionOut(own(request, asked)).data)


class QuestionExpert(Address):
    """Who is asked instead."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="passQuestionOn",
        summary=_("Pass a question on to an expert"),
        description=_("Of a pod you lead. They are told that something waits, and never by whom it was asked."),
        parameters=[ASKED],
        request=PassOnIn,
        responses=WaitingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, asked: UUID) -> Response:
        look = _for_me(request, asked)
        values = read(PassOnIn(data=request.data, context={"today": today_of(request)}))
        try:
            actions.pass_on(question=look.row, **values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(WaitingOut(_for_me(request, asked)).data)


class QuestionPrompt(Address):
    """An answer as a part of the library."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="makePromptOfAnswer",
        summary=_("Put an answer into the prompt library"),
        description=_("Once. Its first line is the name; the words of the question stay out of it."),
        parameters=[ASKED, LOCATION],
        request=None,
        responses={201: MadeOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, asked: UUID) -> Response:
        look = _for_me(request, asked)
        try:
            made = actions.make_prompt_of(question=look.row, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        at = reverse("api-prompt", kwargs={"org": org, "prompt": made.public_id})
        return Response(MadeOut(made).data, status=201, headers={"Location": at})


def _for_me(request: Inside, asked: UUID) -> QuestionLook:
    found = queries.question_for(request.person, asked)
    if found is None:
        raise Http404
    return found
