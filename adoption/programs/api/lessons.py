"""Many programmes, for machines: laid aside, everybody once, and what one learned for the next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.disclosure.rules import Audience
from adoption.programs import rules
from adoption.programs.actions import Refused
from adoption.programs.actions.archive import archive, unarchive
from adoption.programs.actions.lessons import answer_lesson, drop_lesson, write_lesson
from adoption.programs.actions.stopping import stop, take_up_again
from adoption.programs.api.address import ForLeads, read, refused
from adoption.programs.api.programs import PROGRAM, ProgramOut
from adoption.programs.forms import asked_program
from adoption.programs.models import Lesson, Program
from adoption.programs.queries.design import design_of
from adoption.programs.queries.lessons import Learned, Suggested, lessons_of, suggestions
from adoption.programs.queries.listing import RollUp, roll_up
from adoption.programs.rules.design import MOST_PODS, Page
from adoption.programs.rules.lessons import LESSON_LENGTH, LESSON_PAGES, LessonKind, Setting
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission, permissions_of

LESSON = OpenApiParameter("lesson", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The lesson's id."))
KINDS = [(one.value, one.value) for one in LessonKind]
PAGES = [(one.value, one.value) for one in LESSON_PAGES]
SETTINGS = [(one.value, one.value) for one in Setting]


class Archive(Address):
    """Whether a programme is laid aside."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="archiveProgramme",
        summary=_("Lay a programme aside"),
        description=_("Once it is closed. It leaves the list on the page; every figure of it stays and counts."),
        parameters=[PROGRAM],
        request=None,
        responses=ProgramOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        try:
            found = archive(program=asked_program(program), by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(ProgramOut(found).data)

    @extend_schema(
        operation_id="unarchiveProgramme",
        summary=_("Bring a programme back"),
        parameters=[PROGRAM],
        request=None,
        responses=ProgramOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str) -> Response:
        found = unarchive(program=asked_program(program), by=request.person, at=request.at)
        return Response(ProgramOut(found).data)


@extend_schema_serializer(component_name="StopProgramme")
class StopIn(StrictSerializer):
    """Why a programme is stopped."""

    reason = Text(
        max_length=rules.REASON_LENGTH,
        required=False,
        help_text=_("Needed once people were asked; of a draft nobody asks why."),
    )


class Stop(Address):
    """Whether a programme is stopped before its end."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="stopProgramme",
        summary=_("Stop a programme"),
        description=_(
            "A draft is discarded, a baseline called off, a phase ended early: nothing more is asked of anybody, and the steps "
            "still to come are left out for this reason, also the look after ninety days. What was frozen stays."
        ),
        parameters=[PROGRAM],
        request=StopIn,
        responses=ProgramOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        values = read(StopIn, request)
        try:
            found = stop(
                program=asked_program(program), reason=values.get("reason", ""), by=request.person, at=request.at
            )
        except Refused as refusal:
            raise refused(refusal, "reason" if refusal.code == "no_stop_reason" else "") from refusal
        return Response(ProgramOut(found).data)

    @extend_schema(
        operation_id="takeUpProgramme",
        summary=_("Bring a discarded draft back"),
        parameters=[PROGRAM],
        request=None,
        responses=ProgramOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str) -> Response:
        try:
            found = take_up_again(program=asked_program(program), by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(ProgramOut(found).data)


@extend_schema_serializer(component_name="EverybodyOnce")
class RollUpOut(serializers.Serializer[RollUp]):
    """Everybody in a running programme, each once."""

    programs = serializers.IntegerField(help_text=_("Programmes in which something is asked of people."))
    people = serializers.IntegerField(allow_null=True, help_text=_("Each once; null where so few are not told."))
    in_several = serializers.IntegerField(
        allow_null=True, help_text=_("In more than one of them; null where so few are not told.")
    )


class Everybody(Address):
    """Everybody in a running programme, each once."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="readEverybodyOnce",
        summary=_("Read how many take part"),
        description=_("Over all running programmes, nobody counted twice, and how many are in several."),
        responses=RollUpOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        manages = Permission.MANAGE_PROGRAMS in permissions_of(request.roles)
        found = roll_up(request.organization, Audience.LEAD if manages else Audience.EXECUTIVE)
        return Response(RollUpOut(found).data)


@extend_schema_serializer(component_name="NewLesson")
class LessonIn(StrictSerializer):
    """One thing a programme learned about programmes, never about a person."""

    kind = serializers.ChoiceField(KINDS, help_text=_("What of it: again, not again, or changed."))
    words = Text(max_length=LESSON_LENGTH)
    page = serializers.ChoiceField(PAGES, help_text=_("The step of a draft at which it is of use."))
    setting = serializers.ChoiceField(
        SETTINGS, allow_null=True, default=None, help_text=_("What it proposes a number for, if it does.")
    )
    number = serializers.IntegerField(min_value=1, max_value=MOST_PODS, allow_null=True, default=None)


@extend_schema_serializer(component_name="Lesson")
class LessonOut(serializers.Serializer[Learned]):
    """One thing a programme learned."""

    id = serializers.UUIDField(source="lesson.public_id")
    kind = serializers.ChoiceField(KINDS, source="lesson.kind")
    words = serializers.CharField(source="lesson.words")
    page = serializers.ChoiceField(PAGES, source="lesson.page")
    setting = serializers.SerializerMethodField()
    number = serializers.IntegerField(source="lesson.number", allow_null=True)
    written_at = serializers.DateTimeField(source="lesson.written_at")

    def get_setting(self, learned: Learned) -> str | None:
        return learned.lesson.setting or None


@extend_schema_serializer(component_name="Lessons")
class LessonsOut(serializers.Serializer[Any]):
    """What a programme learned, twelve things at most."""

    items = LessonOut(many=True)


@extend_schema_serializer(component_name="LessonSuggested")
class SuggestionOut(LessonOut):
    """What an earlier programme learned that a draft has not answered."""

    program = serializers.CharField(source="source.slug", help_text=_("Who learned it."))
    is_new = serializers.BooleanField(help_text=_("Whether taking it over would set a number anew."))


@extend_schema_serializer(component_name="LessonsSuggested")
class SuggestionsOut(serializers.Serializer[Any]):
    """What a draft is offered, those of the same work first."""

    items = SuggestionOut(many=True)


@extend_schema_serializer(component_name="LessonAnswer")
class AnswerIn(StrictSerializer):
    """Whether a draft takes a lesson over. A number it proposes is set at once."""

    is_taken = serializers.BooleanField()


class Lessons(ForLeads):
    """What a programme learned."""

    @extend_schema(
        operation_id="listLessons", summary=_("List what was learned"), parameters=[PROGRAM], responses=LessonsOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(LessonsOut({"items": lessons_of(asked_program(program))}).data)

    @extend_schema(
        operation_id="writeLesson",
        summary=_("Write down what was learned"),
        description=_("From the end of the phase on."),
        parameters=[PROGRAM],
        request=LessonIn,
        responses={201: LessonOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        given = read(LessonIn, request)
        setting = given.pop("setting")
        chosen: dict[str, Any] = {
            "kind": LessonKind(given.pop("kind")),
            "page": Page(given.pop("page")),
            "setting": setting and Setting(setting),
        }
        try:
            made = write_lesson(program=found, **chosen, **given, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal, "number" if refusal.code == "lesson_number" else "words") from refusal
        return Response(LessonOut(Learned(made)).data, status=201)


class OneLesson(ForLeads):
    """One thing learned, which can be taken away."""

    @extend_schema(
        operation_id="dropLesson", summary=_("Take a lesson away"), parameters=[PROGRAM, LESSON], responses={204: None}
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, lesson: UUID) -> Response:
        rows = Lesson.objects.select_related("program")
        found: Lesson = get_object_or_404(rows, program__slug=program, public_id=lesson)
        drop_lesson(lesson=found, by=request.person, at=request.at)
        return Response(status=204)


class Suggestions(ForLeads):
    """What a draft is offered of what earlier programmes learned."""

    @extend_schema(
        operation_id="listLessonsSuggested",
        summary=_("List what a draft is offered"),
        parameters=[PROGRAM],
        responses=SuggestionsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_offered(asked_program(program)))


class OneSuggestion(ForLeads):
    """A draft's answer to one of them."""

    @extend_schema(
        operation_id="answerLesson",
        summary=_("Take a lesson over, or do without"),
        parameters=[PROGRAM, LESSON],
        request=AnswerIn,
        responses=SuggestionsOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, lesson: UUID) -> Response:
        found = asked_program(program)
        learned: Lesson = get_object_or_404(Lesson.objects.exclude(program=found), public_id=lesson)
        given = read(AnswerIn, request)
        try:
            answer_lesson(program=found, lesson=learned, **given, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal, "is_taken") from refusal
        return Response(_offered(asked_program(program)))


def _offered(program: Program) -> Any:
    found: list[Suggested] = suggestions(program, design_of(program))
    return SuggestionsOut({"items": found}).data
