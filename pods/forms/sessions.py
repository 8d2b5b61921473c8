"""A session, in under a minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from pods import rules
from pods.forms.refusals import said
from pods.models import Meeting
from pods.queries import SESSION_WORDS
from pods.rules import SessionKind

_FIELDS = {
    "nobody": "people",
    "not_in_pod": "people",
    "one_at_a_time": "people",
    "not_yet": "held_on",
    "long_past": "held_on",
    "logged_already": "is_another",
}


class SessionForm(forms.Form):
    """A session, in under a minute."""

    kind = forms.TypedChoiceField(
        label=_("What was it?"),
        coerce=SessionKind,
        choices=[(kind.value, words) for kind, words in SESSION_WORDS.items()],
        widget=forms.RadioSelect,
    )
    people = forms.MultipleChoiceField(
        label=_("Who was there?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For planning only. Attendance is never shown as a result."),
    )
    held_on = DayField(label=_("When?"))
    doing_minutes = forms.IntegerField(label=_("Minutes doing"), min_value=0, max_value=rules.MOST_MINUTES)
    explaining_minutes = forms.IntegerField(label=_("Minutes explaining"), min_value=0, max_value=rules.MOST_MINUTES)
    note = forms.CharField(
        label=_("What worked, what will you try differently?"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only you and whoever leads this pod after you read it."),
    )
    finished = forms.CharField(
        label=_("What did you finish together?"),
        required=False,
        max_length=rules.FINISHED_LENGTH,
        help_text=_("A piece of their own work that they can use."),
    )
    written_down = forms.CharField(
        label=_("How, in a line or two?"),
        required=False,
        max_length=rules.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The steps and the prompt, so that they can do it again without you. They read it too."),
    )
    # Shown where such a session stands already.
    is_another = forms.BooleanField(label=_("Yes, it was another one"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, members: Sequence[Person], today: date, given: dict[str, Any]) -> None:
        doing, explaining = rules.usual_minutes(SessionKind(given.get("kind", SessionKind.REFLECTION)))
        initial = {
            "kind": SessionKind.REFLECTION.value,
            "held_on": today,
            "doing_minutes": doing,
            "explaining_minutes": explaining,
            "form_key": uuid4(),
            "people": [str(one.public_id) for one in members],
            **given,
        }
        super().__init__(data, initial=initial)
        self.members = {str(one.public_id): one for one in members}
        choices = [(key, one.name) for key, one in self.members.items()]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    @property
    def usual(self) -> dict[str, str]:
        """The usual minutes doing and explaining with one person and with several, for the page to follow the choice."""
        spans = {
            "one": rules.usual_minutes(SessionKind.ONE_TO_ONE),
            "many": rules.usual_minutes(SessionKind.REFLECTION),
        }
        return {key: f"{doing} {explaining}" for key, (doing, explaining) in spans.items()}

    def clean_people(self) -> list[Person]:
        """Those who were there."""
        return [self.members[key] for key in self.cleaned_data["people"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


def planned_session(meeting: Meeting, invited: Sequence[Person], today: date) -> dict[str, Any]:
    """What a planned session proposes for the one that was held."""
    doing, explaining = rules.split_minutes(meeting.minutes)
    return {
        "kind": meeting.kind,
        "people": [str(one.public_id) for one in invited],
        "held_on": min(meeting.day, today),
        "doing_minutes": doing,
        "explaining_minutes": explaining,
    }


def asked_session(given: Any) -> dict[str, Any]:
    """What an address proposes for a session: ?kind=one_to_one&who=<id>. Nonsense is as if it were not there."""
    found: dict[str, Any] = {}
    if given.get("kind") in set(SessionKind):
        found["kind"] = given["kind"]
    if "content" in given:
        found["contents"] = given.getlist("content")
    try:
        found["people"] = [str(UUID(given.get("who", "")))]
    except ValueError:
        if found.get("kind") == SessionKind.ONE_TO_ONE:
            found["people"] = []
    return found
