"""A session planned ahead, moved, or cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from pods import rules
from pods.forms.refusals import said
from pods.models import Meeting
from pods.queries import SESSION_WORDS
from pods.queries.curriculum import ToLearn
from pods.rules import SessionKind

USUAL_HOUR = time(10)
_FIELDS = {
    "nobody_invited": "people",
    "not_in_pod": "people",
    "one_at_a_time": "people",
    "in_the_past": "day",
    "far_away": "day",
    "not_weekly": "weekly",
    "no_such_content": "contents",
    "no_reason": "reason",
}


class HourField(forms.TimeField):
    """An hour of the day, from a picker or typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"invalid": _("This is not a time of day. An example: 14:30.")})
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


class ClosedDayForm(forms.Form):
    """A form with a day that may be closed: it says so beside the day, once, and asks whether it is to be so all the same."""

    # Shown where the day is closed.
    anyway = forms.BooleanField(label=_("I know. It is held all the same"), required=False, widget=forms.HiddenInput)
    is_confirmed = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.is_confirmed = cleaned.pop("anyway", False)
        if self.is_confirmed:
            # It stays in sight, should something else be refused.
            self.fields["anyway"].widget = forms.CheckboxInput()
        return cleaned

    def warn_of(self, closed: Mapping[date, str]) -> None:
        """Say which days are closed, and offer to hold it all the same."""
        if closed:
            self.fields["anyway"].widget = forms.CheckboxInput()
            named: dict[str, list[str]] = {}
            for day, name in closed.items():
                named.setdefault(name, []).append(date_format(day, "j F"))
            days = "; ".join(f"{name}, {', '.join(of_it)}" for name, of_it in named.items())
            words = gettext("Closed then: %(days)s. Choose another day, or say below that it is held all the same.")
            self.add_error("day", words % {"days": days})


class MeetingForm(ClosedDayForm):
    """A session to plan: what, for whom, when; every week where that makes sense."""

    kind = forms.TypedChoiceField(
        label=_("What will it be?"),
        coerce=SessionKind,
        choices=[(kind.value, words) for kind, words in SESSION_WORDS.items()],
        widget=forms.RadioSelect,
    )
    people = forms.MultipleChoiceField(
        label=_("Whom do you invite?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets a mail with a calendar file, and you too. In a one-to-one one person."),
    )
    day = DayField(label=_("Day"))
    hour = HourField(label=_("Time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=rules.LEAST_LENGTH, max_value=rules.MOST_MINUTES)
    weekly = forms.BooleanField(
        label=_("Every week until the phase ends (reflections and office hours)"), required=False
    )
    place = forms.CharField(label=_("Where?"), required=False, max_length=rules.PLACE_LENGTH)
    topics = forms.CharField(
        label=_("What for?"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who is invited reads it. Who needs help stands on the agenda for you alone."),
    )
    contents = forms.MultipleChoiceField(
        label=_("What of the programme’s plan is it for?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        members: Sequence[Person],
        today: date,
        given: dict[str, Any],
        to_learn: Sequence[ToLearn] = (),
    ) -> None:
        kind = SessionKind(given.get("kind", SessionKind.REFLECTION))
        initial = {
            "kind": kind.value,
            "people": [str(one.public_id) for one in members],
            "day": next_working_day(today),
            "hour": USUAL_HOUR,
            "minutes": rules.USUAL_LENGTH[kind],
            "form_key": uuid4(),
            **given,
        }
        super().__init__(data, initial=initial)
        self.members = {str(one.public_id): one for one in members}
        self.fields["people"].choices = [(key, one.name) for key, one in self.members.items()]  # type: ignore[attr-defined]
        self.fields["contents"].choices = [(one.content.key, _label(one)) for one in to_learn]  # type: ignore[attr-defined]
        if not to_learn:
            del self.fields["contents"]
        self.fields["day"].widget.attrs["min"] = today.isoformat()

    @property
    def usual(self) -> str:
        """How long each kind usually is, for the page to follow the choice: 'reflection 15, one_to_one 50'."""
        return ", ".join(f"{kind} {minutes}" for kind, minutes in rules.USUAL_LENGTH.items())

    def days_until(self, last: date) -> list[date]:
        """The days on which it would be held: each week to a last day, where it comes back."""
        first: date = self.cleaned_data["day"]
        comes_back = self.cleaned_data["weekly"] and self.cleaned_data["kind"] in rules.WEEKLY
        return rules.weekly_days(first, last) if comes_back else [first]

    def clean_people(self) -> list[Person]:
        """Those who are invited."""
        return [self.members[key] for key in self.cleaned_data["people"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


class MoveMeetingForm(ClosedDayForm):
    """Another time, and why."""

    day = DayField(label=_("Day"))
    hour = HourField(label=_("Time"))
    reason = forms.CharField(
        label=_("Why?"), max_length=rules.PLACE_LENGTH, help_text=_("Whoever is invited reads it.")
    )

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


class ChangeMeetingForm(forms.Form):
    """Where, what for and with whom."""

    people = forms.MultipleChoiceField(
        label=_("Whom do you invite?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(label=_("Where?"), required=False, max_length=rules.PLACE_LENGTH)
    topics = forms.CharField(
        label=_("What for?"), required=False, max_length=rules.NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    rest = forms.BooleanField(label=_("And all that come after it in this series"), required=False)

    def __init__(self, data: Any, *, meeting: Meeting, members: Sequence[Person], invited: Sequence[Person]) -> None:
        initial = {
            "people": [str(one.public_id) for one in invited],
            "place": meeting.place,
            "topics": meeting.topics,
        }
        super().__init__(data, initial=initial)
        self.members = {str(one.public_id): one for one in members}
        self.fields["people"].choices = [(key, one.name) for key, one in self.members.items()]  # type: ignore[attr-defined]
        if not meeting.is_series:
            self.fields["rest"].widget = forms.HiddenInput()

    def clean_people(self) -> list[Person]:
        """Those who are invited."""
        return [self.members[key] for key in self.cleaned_data["people"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


class CancelMeetingForm(forms.Form):
    """Why it is not held, and whether the rest of its series is not either."""

    reason = forms.CharField(
        label=_("Why?"), max_length=rules.PLACE_LENGTH, help_text=_("Whoever is invited reads it.")
    )
    rest = forms.BooleanField(label=_("And all that come after it in this series"), required=False)

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


def _label(one: ToLearn) -> str:
    facts = {"what": one.words, "session": one.session, "minutes": one.content.minutes}
    words = _("%(what)s (%(session)s, %(minutes)d min, planned already)")
    return (words if one.is_planned else _("%(what)s (%(session)s, %(minutes)d min)")) % facts


def next_working_day(today: date) -> date:
    """The first working day after a day."""
    day = today + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day
