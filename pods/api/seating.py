"""Pods suggested and formed together, and who sits where before the launch."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.api.kit import read, shown, today_of
from champions.models import Champion
from pods import rules
from pods.actions.forming import form_pods
from pods.actions.seating import shift
from pods.api.names import NameOut, people_of, pod_of, problem
from pods.api.pods import PodOut
from pods.forms import said
from pods.models import Pod, Seat
from pods.queries.seating import Suggested, suggested_pods
from pods.rules import Size

MOST_PODS = 200


@extend_schema_serializer(component_name="PodSuggested")
class SuggestedOut(serializers.Serializer[Suggested]):
    """A pod that could be: around whom, and who would sit in it."""

    champion = NameOut(source="champion.person")
    name = serializers.CharField(help_text=_("What it would be called."))
    people = NameOut(many=True, source="members")
    size = serializers.ChoiceField(
        [one.value for one in Size], help_text=_("Whether so many are many for one champion.")
    )


@extend_schema_serializer(component_name="PodsSuggested")
class SuggestionOut(serializers.Serializer[Any]):
    """A pod for every champion who has none."""

    items = SuggestedOut(many=True)


@extend_schema_serializer(component_name="PodTaken")
class TakenIn(StrictSerializer):
    """One suggested pod, with whom it is to have."""

    champion = PublicId(help_text=_("The id of a person who is champion of this programme."))
    people = serializers.ListField(child=PublicId(), min_length=1, max_length=200)


@extend_schema_serializer(component_name="PodsTaken")
class AllTakenIn(StrictSerializer):
    """Suggested pods to form, all of them or none. Champions who have one by now are passed over."""

    pods = serializers.ListField(child=TakenIn(), min_length=1, max_length=MOST_PODS)

    def validate_pods(self, value: list[dict[str, Any]]) -> list[tuple[Champion, list[Person]]]:
        rows = Champion.objects.serving().filter(program=self.context["program"]).select_related("person")
        heads = {
            one.person.public_id: one for one in rows.filter(person__public_id__in=[one["champion"] for one in value])
        }
        if any(one["champion"] not in heads for one in value):
            raise serializers.ValidationError(said("not_a_champion"), code="not_a_champion")
        people = people_of(chain.from_iterable(one["people"] for one in value))
        return [(heads[one["champion"]], [people[key] for key in dict.fromkeys(one["people"])]) for one in value]


@extend_schema_serializer(component_name="PodsFormed")
class FormedOut(serializers.Serializer[Any]):
    """What was formed."""

    items = PodOut(many=True)


class Suggestion(ForLeads):
    """Pods suggested for champions who have none."""

    @extend_schema(
        operation_id="suggestPods",
        summary=_("Suggest pods"),
        description=_(
            "By role, team, zone, place and lots, without reporting lines. Nothing is written; empty after the launch."
        ),
        parameters=[PROGRAM],
        responses=SuggestionOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        suggested = suggested_pods(asked_program(program), on=local_date(request.at, request.organization.zone))
        return Response({"items": shown(SuggestedOut, suggested)})

    @extend_schema(
        operation_id="formSuggestedPods",
        summary=_("Form suggested pods"),
        description=_("As suggested or changed, before the launch. All of them or none."),
        parameters=[PROGRAM],
        request=AllTakenIn,
        responses={201: FormedOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        values = read(AllTakenIn(data=request.data, context={"program": found}))
        try:
            made = form_pods(program=found, chosen=values["pods"], by=request.person, at=request.at)
        except Refused as refused:
            raise _problem(refused, "pods") from refused
        rows = Pod.objects.filter(pk__in=[one.pk for one in made]).select_related("champion__person")
        items = list(rows.with_members(today_of(request)).order_by("pk"))
        return Response({"items": shown(PodOut, items)}, status=201)


@extend_schema_serializer(component_name="Seat")
class SeatOut(serializers.Serializer[Seat]):
    """Somebody, and the pod they sit in."""

    person = NameOut()
    pod = serializers.UUIDField(source="pod.public_id")


@extend_schema_serializer(component_name="SeatPage")
class SeatsOut(serializers.Serializer[Any]):
    """Some seats, in the order in which they were taken."""

    items = SeatOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="NewSeats")
class SeatsIn(StrictSerializer):
    """People, the pod in which you saw them, and the one they are to sit in; null: none."""

    people = serializers.ListField(child=PublicId(), min_length=1, max_length=rules.MOST_SHARED_OUT)
    pod = PublicId(allow_null=True, help_text=_("A pod of this programme; null takes them out of theirs."))

    def get_fields(self) -> dict[str, Any]:
        # A word that Python keeps for itself.
        seen = PublicId(
            source="seen_in",
            allow_null=True,
            help_text=_(
                "Where all of them sat when you looked, so that nobody's move is undone unseen; null for no pod."
            ),
        )
        return {**super().get_fields(), "from": seen}

    def validate_from(self, value: UUID | None) -> Pod | None:
        return self.validate_pod(value)

    def validate_people(self, value: list[UUID]) -> list[Person]:
        return list(people_of(value).values())

    def validate_pod(self, value: UUID | None) -> Pod | None:
        return None if value is None else pod_of(self.context["program"], value)


@extend_schema_serializer(component_name="Seated")
class SeatedOut(serializers.Serializer[Any]):
    """How many sit elsewhere now."""

    moved = serializers.IntegerField()


class Seats(ForLeads):
    """Who sits where before the launch. After it, people move one by one: see the programme's moves."""

    query = PageQuery

    @extend_schema(
        operation_id="listSeats",
        summary=_("List who sits where"),
        parameters=[PROGRAM, PageQuery],
        responses=SeatsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        rows = Seat.objects.filled(today_of(request)).filter(pod__program=asked_program(program))
        page = page_of(rows.select_related("person", "pod"), self.asked, request)
        return Response({"items": shown(SeatOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="seatPeople",
        summary=_("Move people between pods"),
        description=_(
            "Before the launch. Whoever sits there already stays. Where one of them sits neither there nor in `from` any more, nobody "
            "is moved: 409 `moved_meanwhile`."
        ),
        parameters=[PROGRAM],
        request=SeatsIn,
        responses=SeatedOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        values = read(SeatsIn(data=request.data, context={"program": found}))
        try:
            moved = shift(
                program=found,
                people=values["people"],
                before=values["seen_in"],
                after=values["pod"],
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise _problem(refused, "people") from refused
        return Response({"moved": moved})


def _problem(refused: Refused, field: str) -> Problem:
    if refused.code == "moved_meanwhile":
        words = _(
            "Somebody else has moved them meanwhile, so nothing was changed. Fetch the seats again and decide anew."
        )
        return Problem("conflict", errors={field: (refused.code, words)})
    return problem(refused, "" if isinstance(refused, WrongState) else field)
