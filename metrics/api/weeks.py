"""Weeks for machines: one's own, a pod's for its champion, and a programme's for whoever looks after the tools' figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import CLOSES_AFTER, Mode
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission, local_date
from metrics import rules
from metrics.actions.weeks import Refused, record_check_in, record_history
from metrics.api.bulk import Count, LinesIn, TwoCounts, check_occurrences, read_lines
from metrics.forms import REFUSALS
from metrics.models import CheckIn, UseWeek
from metrics.queries.asking import OpenWeek, open_weeks, running_with
from metrics.queries.pod import ELSEWHERE, PodWeeks, pod_weeks
from metrics.rules import Source, Via, WeekState
from pods.api import POD, NameOut
from pods.models import Pod

STATES = [one.value for one in WeekState]
STATES_IN_POD = [*STATES, ELSEWHERE]
_SAID = {
    "workflow": "Client report drafting",
    "week": "2026-06-29",
    "total": 4,
    "unprompted": 3,
    "occurrences": None,
    "errors_caught": 1,
    "other_tasks": None,
    "version": 1,
    "recorded_at": "2026-07-06T09:00:00Z",
}


@extend_schema_serializer(component_name="OwnWeek", examples=[OpenApiExample("Four uses", value=_SAID)])
class OwnWeekOut(serializers.Serializer[CheckIn]):
    """What somebody said of a week on one workflow, in the version that counts."""

    workflow = serializers.CharField(source="workflow.name")
    week = serializers.DateField(help_text=_("The Monday of the week."))
    total = serializers.IntegerField(help_text=_("Uses of AI on the workflow; 6 stands for six or more."))
    unprompted = serializers.IntegerField(help_text=_("Of these, without anybody asking."))
    occurrences = serializers.IntegerField(
        allow_null=True, help_text=_("How often the work came up; null where that is not asked.")
    )
    errors_caught = serializers.IntegerField(
        allow_null=True,
        help_text=_("Mistakes of the tool that were caught; 3 stands for three or more. Null: not said."),
    )
    other_tasks = serializers.IntegerField(
        allow_null=True, help_text=_("Uses of AI for other work; 3 stands for three or more. Null: not said.")
    )
    version = serializers.IntegerField(help_text=_("From 2 on it was mended or added to."))
    recorded_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="OwnWeekPage")
class OwnWeeksOut(serializers.Serializer[Any]):
    """Some of one's own weeks, in the order in which they were said."""

    items = OwnWeekOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="NewWeek",
    examples=[
        OpenApiExample(
            "Four uses",
            value={"program": "client-reports", "week": "2026-06-29", "total": 4, "unprompted": 3},
            request_only=True,
        )
    ],
)
class OwnWeekIn(TwoCounts):
    """One's own week on the workflow of a programme."""

    program = Text(max_length=60, help_text=_("The programme's short name, as in its address."))
    week = Day(help_text=_("The Monday of the week: over, and not closed yet."))
    errors_caught = Count(
        most=rules.MOST_BESIDE,
        required=False,
        help_text=_(
            "Mistakes of the tool that you caught before the work went on; 3 stands for three or more. Left out: what was "
            "said before stands. Taken only where AI was used."
        ),
    )
    other_tasks = Count(
        most=rules.MOST_BESIDE,
        required=False,
        help_text=_(
            "Uses of AI for other work, told apart; 3 stands for three or more. Left out: what was said stands."
        ),
    )


@extend_schema_serializer(component_name="OpenWeek")
class OpenWeekOut(serializers.Serializer[OpenWeek]):
    """A week one can still say something of."""

    program = serializers.CharField(source="program.slug")
    workflow = serializers.CharField(source="workflow.name", help_text=_("What the question is about."))
    mode = serializers.ChoiceField(
        [one.value for one in Mode],
        source="program.mode",
        help_text=_("`opportunity`: it is asked how often the work came up, too."),
    )
    week = serializers.DateField(help_text=_("The Monday of the week."))
    closes_on = serializers.DateField(source="week", help_text=_("The last day on which it can be said or mended."))
    said = OwnWeekOut(allow_null=True, help_text=_("What was said so far; null while nothing was."))

    def to_representation(self, instance: OpenWeek) -> dict[str, Any]:
        return {**super().to_representation(instance), "closes_on": str(instance.week + CLOSES_AFTER)}


@extend_schema_serializer(component_name="OpenWeeks")
class OpenWeeksOut(serializers.Serializer[Any]):
    """Every week one is asked about now, the newest first."""

    items = OpenWeekOut(many=True)


class OwnWeeks(Address):
    """One's own weeks. Nobody else's: not for leads either."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnWeeks",
        summary=_("List your own weeks"),
        description=_("Those of the member behind the token or the session, whatever their role."),
        parameters=[PageQuery],
        responses=OwnWeeksOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = CheckIn.objects.counting().filter(person=request.person).select_related("workflow")
        page = page_of(rows, self.asked, request)
        return Response({"items": _shown(OwnWeekOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="sayOwnWeek",
        summary=_("Say something of your own week"),
        description=_(
            "As on the page: a week can be said and mended from the Monday after it to the Sunday after that. The same "
            "words again change nothing and are answered with 200; others are a new version."
        ),
        request=OwnWeekIn,
        responses={200: OwnWeekOut, 201: OwnWeekOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        read = OwnWeekIn(data=request.data)
        read.is_valid(raise_exception=True)
        values = read.validated_data
        asked = _asked(request, values)
        check_occurrences(values, asked.program.mode)
        before = asked.said
        try:
            said = record_check_in(
                person=request.person,
                workflow=asked.workflow,
                week=asked.week,
                total=values["total"],
                unprompted=values["unprompted"],
                occurrences=values.get("occurrences"),
                other_tasks=values.get("other_tasks"),
                errors_caught=values.get("errors_caught"),
                via=Via.API,
                at=request.at,
            )
        except Refused as refusal:
            raise Problem("invalid", errors={refusal.field: (refusal.code, REFUSALS[refusal.code])}) from refusal
        is_new = before is None or before.pk != said.pk
        return Response(OwnWeekOut(said).data, status=201 if is_new else 200)


class OpenWeeks(Address):
    """What one is asked about just now."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listOpenWeeks",
        summary=_("List the weeks you are asked about"),
        description=_("Over, and not closed yet, on each workflow you take part with."),
        responses=OpenWeeksOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        found = open_weeks(request.person, at=request.at)
        return Response({"items": _shown(OpenWeekOut, found)})


def _shown(serializer: Any, rows: Any) -> Any:
    return serializer(rows, many=True).data


def _asked(request: Inside, values: dict[str, Any]) -> OpenWeek:
    """The open week that is meant. Raises Problem that says what is wrong with it."""
    weeks = [one for one in open_weeks(request.person, at=request.at) if one.program.slug == values["program"]]
    for one in weeks:
        if one.week == values["week"]:
            return one
    taking_part = running_with(request.person).filter(slug=values["program"])
    if not weeks and not taking_part.exists():
        raise Problem("invalid", errors={"program": ("not_asked", REFUSALS["not_asked"])})
    week, today = values["week"], local_date(request.at, request.organization.zone)
    if week.weekday() != 0:
        code = "not_monday"
    elif week + timedelta(days=6) >= today:
        code = "not_over"
    else:
        code = "closed" if today > week + CLOSES_AFTER else "not_asked_then"
    raise Problem("invalid", errors={"week": (code, REFUSALS[code])})


# --- a champion's pod ------------------------------------------------------------------------------------------------


@extend_schema_serializer(component_name="PodWeekColumn")
class ColumnOut(serializers.Serializer[Any]):
    """A week that is over."""

    week = serializers.DateField(help_text=_("Its Monday."))
    number = serializers.IntegerField(help_text=_("In the programme; below 1 lies the baseline."))


@extend_schema_serializer(component_name="PodWeekCell")
class CellOut(serializers.Serializer[Any]):
    """One person's week."""

    state = serializers.ChoiceField(
        STATES_IN_POD, help_text=_("`elsewhere`: on most days of it they were in another group, or in none.")
    )
    unprompted = serializers.IntegerField(allow_null=True, help_text=_("Null where nothing is known: never zero."))


@extend_schema_serializer(component_name="PodWeekRow")
class RowOut(serializers.Serializer[Any]):
    """One member's weeks."""

    person = NameOut()
    cells = CellOut(many=True, help_text=_("One for each of `weeks`; empty where only what they share may be seen."))


@extend_schema_serializer(component_name="PodWeeks")
class PodWeeksOut(serializers.Serializer[PodWeeks]):
    """Members by weeks, as on the pod's page."""

    weeks = ColumnOut(many=True, source="columns")
    rows = RowOut(many=True)
    shared_only = serializers.BooleanField(
        help_text=_("Whether the organisation lets champions see only what members share.")
    )


class WeeksOfPod(Address):
    """A pod's weeks by name, for the champion who leads it."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listPodWeeks",
        summary=_("List the weeks of a pod"),
        description=_("Of a pod you lead; any other is not there. So as to help: people are never ranked."),
        parameters=[POD],
        responses=PodWeeksOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        led = Pod.objects.led_by(request.person).select_related("program__workflow", "organization", "champion__person")
        look = pod_weeks(get_object_or_404(led, public_id=pod), at=request.at)
        return Response(PodWeeksOut(look).data)


# --- a programme -----------------------------------------------------------------------------------------------------


@extend_schema_serializer(component_name="ProgrammeWeek")
class ProgramWeekOut(serializers.Serializer[UseWeek]):
    """What one person's week came to, and where the number is from."""

    person = NameOut()
    week = serializers.DateField(help_text=_("Its Monday."))
    state = serializers.ChoiceField(STATES)
    total = serializers.IntegerField(allow_null=True, help_text=_("Null where nothing is known: never zero."))
    occurrences = serializers.IntegerField(
        allow_null=True, help_text=_("How often the work came up; null where that is not asked or not known.")
    )
    source = serializers.ChoiceField(  # type: ignore[assignment] # the framework takes fields out of the class
        [one.value for one in Source], allow_blank=True, help_text=_("Empty where nothing is known.")
    )
    discrepant = serializers.BooleanField(help_text=_("Whether two sources differ by much."))


@extend_schema_serializer(component_name="ProgrammeWeekPage")
class ProgramWeeksOut(serializers.Serializer[Any]):
    """Some weeks, in the order in which something was first known of them."""

    items = ProgramWeekOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="WeeksTaken",
    examples=[OpenApiExample("One of two was known", value={"received": 2, "written": 1, "unchanged": 1})],
)
class TakenOut(serializers.Serializer[Any]):
    """What became of the lines."""

    received = serializers.IntegerField()
    written = serializers.IntegerField(help_text=_("New versions."))
    own = serializers.IntegerField(help_text=_("Lines left out: the person has said otherwise here themselves."))
    unchanged = serializers.IntegerField(help_text=_("Lines that say what is known already."))


class WeeksQuery(PageQuery):
    """How a list of weeks can be narrowed."""

    week = Day(required=False, help_text=_("The Monday of one week."))


class ProgramWeeks(Address):
    """The weeks of everybody in a programme: for whoever brings in the tools' figures, and for that system itself."""

    permission = Permission.IMPORT_USAGE
    permission_to_write = Permission.IMPORT_USAGE
    query = WeeksQuery

    @extend_schema(
        operation_id="listWeeks",
        summary=_("List the weeks of a programme"),
        description=_(
            "While it runs: names, counts and where they are from, to compare sources. Never what was started without "
            "being asked, and never an answer of a survey."
        ),
        parameters=[PROGRAM, WeeksQuery],
        responses=ProgramWeeksOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = _running(program)
        there = Assignment.objects.filter(program=found, person=OuterRef("person"))
        rows = UseWeek.objects.filter(Exists(there), workflow=found.workflow_id).select_related("person")
        if "week" in self.asked:
            rows = rows.filter(week=self.asked["week"])
        page = page_of(rows, self.asked, request)
        return Response({"items": _shown(ProgramWeekOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="sendWeeks",
        summary=_("Send the weeks of many people"),
        description=_(
            "Up to 10,000 lines, as a system that has already asked people sends them; closed weeks included, frozen "
            "looks are not changed by them. All or nothing: when one line cannot be taken none is, and `errors` names "
            "each by its number (`weeks.17.total`). Lines that say what is known already change nothing, so that a "
            "request may be sent again; others are a new version of what was sent before. What somebody said here "
            "themselves stands, whatever is sent of it: such lines are counted as `own`."
        ),
        parameters=[PROGRAM],
        request=LinesIn,
        responses=TakenOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = _running(program)
        lines = read_lines(found, request.data, at=request.at)
        made = record_history(program=found, lines=lines, by=request.person, at=request.at)
        unchanged = len(lines) - made.written - made.own
        return Response({"received": len(lines), "written": made.written, "own": made.own, "unchanged": unchanged})


def _running(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.running().select_related("organization", "workflow"), slug=slug)
    return found
