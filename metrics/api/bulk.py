"""Many weeks at once, as another system that has asked people sends them: read, and checked line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from adoption.programs.models import Program
from adoption.programs.rules import Mode
from adoption.tenancy import rules as tenancy
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from metrics import rules
from metrics.actions.weeks import Line
from metrics.forms import REFUSALS
from metrics.queries.bulk import Handle, find_people, weeks_taken

MOST_LINES = 10_000
_HANDLES = ("person", "mail", "external_id")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ONE = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"

# A line as read: who, the Monday, how often, how often without being asked, and how often the work came up.
_Read = tuple[Handle, date, int, int, int | None]
_Wrong = dict[int, Any]


class Count(serializers.IntegerField):
    """Uses in a week: a whole number; neither text nor true is taken for one."""

    def __init__(self, *, most: int = rules.MOST_A_WEEK, **options: Any) -> None:
        super().__init__(min_value=0, max_value=most, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class TwoCounts(StrictSerializer):
    """How often, and how often without being asked; of work that comes up now and then, how often that was, too."""

    total = Count(help_text=_("Uses of AI on the workflow; 6 stands for six or more. Zero is an answer."))
    unprompted = Count(help_text=_("Of these, without anybody asking: not in a session, not reminded."))
    occurrences = Count(
        required=False,
        help_text=_(
            "How often the work came up, with AI or without: needed where the programme's `mode` is `opportunity`, and "
            "taken nowhere else."
        ),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "mode" in self.context:
            check_occurrences(attrs, self.context["mode"])
        if attrs["unprompted"] > attrs["total"]:
            raise serializers.ValidationError(refused("unprompted", "more_than_total"))
        return attrs


@extend_schema_serializer(component_name="WeekLine")
class LineIn(TwoCounts):
    """What one person said of one week. Say who by exactly one of person, mail and external_id."""

    person = PublicId(required=False, help_text=_("The person's id."))
    mail = Text(required=False, max_length=tenancy.MAIL_LENGTH, help_text=_("A mail address or alias, in any case."))
    external_id = Text(required=False, max_length=tenancy.NAME_LENGTH, help_text=_("The HR system's own key."))
    week = Day(help_text=_("The Monday of the week: over, and not before the programme's baseline."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in _HANDLES) != 1:
            raise serializers.ValidationError(refused("person", "who"))
        if attrs["week"].isoformat() not in self.context["weeks"]:
            raise serializers.ValidationError(refused("week", _why_not(attrs["week"], self.context["weeks"])))
        return super().validate(attrs)


@extend_schema_field(LineIn(many=True))
class Lines(serializers.Field[Any, Any, Any, Any]):
    """The lines as they came; `read_lines` says what they are."""

    default_error_messages = {
        "not_a_list": _("This is a list."),
        "empty": _("There is nothing in it."),
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        if len(data) > MOST_LINES:
            raise Problem("too-large", _("At most %(most)d lines at once.") % {"most": MOST_LINES})
        return data


@extend_schema_serializer(
    component_name="WeekLines",
    examples=[
        OpenApiExample(
            "Two people's week",
            value={
                "weeks": [
                    {"person": _ONE, "week": "2026-06-29", "total": 4, "unprompted": 3},
                    {"mail": "lena.vogt@meridian.example", "week": "2026-06-29", "total": 0, "unprompted": 0},
                ]
            },
            request_only=True,
        )
    ],
)
class LinesIn(StrictSerializer):
    """Up to 10,000 lines. One that cannot be taken refuses the whole, and all of them are named."""

    weeks = Lines(help_text=_("Up to 10,000 lines, each person's week once."))


def check_occurrences(values: Mapping[str, Any], mode: str) -> None:
    """Raises ValidationError where how often the work came up is missing, not asked, or less than what was done with AI."""
    times = values.get("occurrences")
    if times is None and mode == Mode.OPPORTUNITY:
        raise serializers.ValidationError(refused("occurrences", "occurrences_missing"))
    if times is not None and mode != Mode.OPPORTUNITY:
        raise serializers.ValidationError(refused("occurrences", "occurrences_not_asked"))
    if times is not None and values["total"] > times:
        raise serializers.ValidationError(refused("total", "more_than_occurrences"))


def refused(field: str, code: str) -> dict[str, list[ErrorDetail]]:
    """A refusal as a serializer raises it."""
    return {field: [ErrorDetail(str(REFUSALS[code]), code=code)]}


def read_lines(program: Program, data: Any, *, at: datetime) -> list[Line]:
    """The lines of a request. Raises ValidationError that names everything wrong, by the number of its line."""
    read = LinesIn(data=data)
    read.is_valid(raise_exception=True)
    clean, wrong = _read(read.validated_data["weeks"], weeks_taken(program, at=at), program.mode)
    people = find_people(program, [handle for handle, *_rest in clean.values()])
    lines: list[Line] = []
    seen: set[tuple[int, date]] = set()
    for number, (handle, monday, total, unprompted, occurrences) in clean.items():
        person = people.get(handle)
        if person is None:
            wrong[number] = refused(handle[0], "nobody")
        elif (person, monday) in seen:
            wrong[number] = refused("week", "twice")
        else:
            seen.add((person, monday))
            lines.append(Line(person, monday, total, unprompted, occurrences))
    if wrong:
        raise serializers.ValidationError({"weeks": {str(number): wrong[number] for number in sorted(wrong)}})
    return lines


def _read(rows: Sequence[Any], weeks: Mapping[str, date], mode: str) -> tuple[dict[int, _Read], _Wrong]:
    """Lines by their number, and what is wrong with the others.

    A serializer for each of ten thousand would take a second. So what is plainly right is taken at once, and only what
    is not goes through the serializer, which has the last word.
    """
    clean: dict[int, _Read] = {}
    wrong: _Wrong = {}
    most = rules.MOST_A_WEEK
    for number, row in enumerate(rows):
        if type(row) is dict and len(row) == 4 and mode == Mode.WEEKLY:
            total, unprompted, week = row.get("total"), row.get("unprompted"), row.get("week")
            monday = weeks.get(week) if type(week) is str else None
            if monday and type(total) is int and type(unprompted) is int and 0 <= unprompted <= total <= most:
                who = row.get("person")
                if type(who) is str and _ID.fullmatch(who):
                    clean[number] = (("person", who.lower()), monday, total, unprompted, None)
                    continue
                who = row.get("mail")
                if type(who) is str and 0 < len(who) <= tenancy.MAIL_LENGTH and who.isascii() and who.isprintable():
                    clean[number] = (("mail", who.strip().lower()), monday, total, unprompted, None)
                    continue
        one = LineIn(data=row, context={"weeks": weeks, "mode": mode})
        if one.is_valid():
            values = one.validated_data
            name = next(name for name in _HANDLES if name in values)
            key = str(values[name]).lower() if name != "external_id" else values[name]
            counts = values["total"], values["unprompted"], values.get("occurrences")
            clean[number] = ((name, key), values["week"], *counts)
        else:
            wrong[number] = one.errors
    return clean, wrong


def _why_not(week: date, weeks: Mapping[str, date]) -> str:
    if week.weekday() != 0:
        return "not_monday"
    return "too_early" if weeks and week < min(weeks.values()) else "not_over"
