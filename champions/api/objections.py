"""Words for a skeptic for machines: stories, and one's own talks. Nobody reads another's talks here either."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api.address import somebody
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions import rules
from champions.actions.objections import describe_talk, forget_talk, log_talk, take_story_back, tell_story
from champions.api.kit import NEXT, WhoOut, only, problem, read, shown, standing_of, today_of
from champions.models import Story, Talk
from champions.queries.objections import ToldStory, WorryLook, objections_for
from champions.rules import TalkState, Worry

TALK_STATES = [one.value for one in TalkState]
WORRIES = [one.value for one in Worry]
WORRY = OpenApiParameter("worry", str, OpenApiParameter.PATH, enum=list(Worry), description=_("What is objected."))
TALK_ID = OpenApiParameter("talk", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The talk's id."))


@extend_schema_serializer(component_name="Story")
class StoryOut(serializers.Serializer[Story]):
    """What a champion worried about, tried and found."""

    worried = serializers.CharField()
    tried = serializers.CharField()
    found = serializers.CharField()
    published = serializers.SerializerMethodField(help_text=_("Whether other champions and leads read it."))

    def get_published(self, story: Story) -> bool:
        return story.published_at is not None


@extend_schema_serializer(component_name="ToldStory")
class ToldOut(serializers.Serializer[ToldStory]):
    """Another champion's published story."""

    name = serializers.CharField()
    worried = serializers.CharField(source="story.worried")
    tried = serializers.CharField(source="story.tried")
    found = serializers.CharField(source="story.found")


@extend_schema_serializer(component_name="WorryWords")
class WorryOut(serializers.Serializer[WorryLook]):
    """One objection: your own story, and what others have published."""

    worry = serializers.ChoiceField(WORRIES)
    own = StoryOut(allow_null=True, help_text=_("Null until you have told one."))
    others = ToldOut(many=True)


@extend_schema_serializer(component_name="Worries")
class WorriesOut(serializers.Serializer[Any]):
    """Every objection."""

    items = WorryOut(many=True)


@extend_schema_serializer(component_name="NewStory")
class StoryIn(StrictSerializer):
    """Your own story; told again it replaces the first. Private until published."""

    worried = Text(max_length=rules.TEXT_LENGTH)
    tried = Text(max_length=rules.TEXT_LENGTH)
    found = Text(max_length=rules.TEXT_LENGTH)
    published = serializers.BooleanField(required=False, default=False)


@extend_schema_serializer(component_name="Talk")
class TalkOut(serializers.Serializer[Talk]):
    """A talk of your own. It is counted nowhere."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    worry = serializers.ChoiceField(WORRIES)
    state = serializers.ChoiceField(TALK_STATES)
    their_words = serializers.CharField()
    own_answer = serializers.CharField()
    next_step = serializers.CharField()
    member = WhoOut(allow_null=True, help_text=_("Null unless they agreed to be named."))
    logged_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="TalkPage")
class TalksOut(serializers.Serializer[Any]):
    """Some of your talks, in the order in which they took place."""

    items = TalkOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(component_name="NewTalk")
class TalkIn(StrictSerializer):
    """That a talk took place, with nobody named."""

    worry = serializers.ChoiceField(WORRIES)


@extend_schema_serializer(component_name="DescribedTalk")
class DescribedIn(StrictSerializer):
    """What helps to go on with it. Without a member it is anonymous (again)."""

    state = serializers.ChoiceField(TALK_STATES)
    their_words = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    own_answer = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    next_step = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)
    member = PublicId(required=False, allow_null=True, default=None, help_text=_("The id of the person."))
    agreed = serializers.BooleanField(required=False, default=False, help_text=_("They agreed to be named here."))

    def validate_state(self, value: str) -> TalkState:
        return TalkState(value)

    def validate_member(self, value: UUID | None) -> Person | None:
        return somebody(value, self.context["today"])


class Worries(Address):
    """What colleagues object, and stories about it: for champions and leads."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listStories",
        summary=_("List objections with your own and published stories"),
        description=_("For champions and leads."),
        responses=WorriesOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        only(standing_of(request).sees_objections)
        return Response({"items": shown(WorryOut, objections_for(request.person).worries)})


class OwnStory(Address):
    """A champion's own story about one worry."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="tellStory",
        summary=_("Tell your own story"),
        description=_("For champions."),
        parameters=[WORRY],
        request=StoryIn,
        responses=StoryOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, worry: str) -> Response:
        about = _worry(request, worry)
        kept = tell_story(worry=about, **read(StoryIn(data=request.data)), by=request.person, at=request.at)
        return Response(StoryOut(kept).data)

    @extend_schema(
        operation_id="takeStoryBack",
        summary=_("Delete your own story"),
        parameters=[WORRY],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, worry: str) -> Response:
        take_story_back(worry=_worry(request, worry), by=request.person)
        return Response(status=204)


class Talks(Address):
    """One's own talks, as a champion."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listTalks", summary=_("List your own talks"), parameters=[PageQuery], responses=TalksOut
    )
    def get(self, request: Inside, org: str) -> Response:
        only(standing_of(request).is_champion)
        page = page_of(Talk.objects.logged_by(request.person).select_related("member"), self.asked, request)
        return Response({"items": shown(TalkOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="logTalk", summary=_("Note that a talk took place"), request=TalkIn, responses={201: TalkOut}
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        only(standing_of(request).is_champion)
        worry = Worry(read(TalkIn(data=request.data))["worry"])
        made = log_talk(worry=worry, by=request.person, at=request.at)
        return Response(TalkOut(made).data, status=201)


class OneTalk(Address):
    """A talk of one's own."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getTalk", summary=_("Fetch a talk of your own"), parameters=[TALK_ID], responses=TalkOut
    )
    def get(self, request: Inside, org: str, talk: UUID) -> Response:
        return Response(TalkOut(_own(request, talk)).data)

    @extend_schema(
        operation_id="describeTalk",
        summary=_("Add to a talk what helps to go on with it"),
        parameters=[TALK_ID],
        request=DescribedIn,
        responses=TalkOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, talk: UUID) -> Response:
        found = _own(request, talk)
        values = read(DescribedIn(data=request.data, context={"today": today_of(request)}))
        try:
            kept = describe_talk(talk=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"not_agreed": "agreed", "yourself": "member"}) from refused
        return Response(TalkOut(kept).data)

    @extend_schema(
        operation_id="forgetTalk",
        summary=_("Delete your own note of a talk"),
        parameters=[TALK_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, talk: UUID) -> Response:
        forget_talk(talk=_own(request, talk), by=request.person)
        return Response(status=204)


def _worry(request: Inside, worry: str) -> Worry:
    only(standing_of(request).is_champion and worry in set(Worry))
    return Worry(worry)


def _own(request: Inside, talk: UUID) -> Talk:
    only(standing_of(request).is_champion)
    rows = Talk.objects.logged_by(request.person).select_related("member")
    found: Talk = get_object_or_404(rows, public_id=talk)
    return found
