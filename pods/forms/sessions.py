"""A session, in under a minute."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.programs.rules import curriculum
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from champions.forms.kit import LongText
from champions.forms.wins import WinForm
from champions.rules.winning import Telling
from pods import rules
from pods.forms.refusals import said
from pods.models import Meeting, Session
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


OF_A_WIN = ("task", "minutes_now", "minutes_before", "output")


def _of_a_win(name: str) -> forms.Field:
    """A field of a win as its own form has it, for a form that can do without a win."""
    field = deepcopy(WinForm.base_fields[name])
    field.required = field.widget.is_required = False
    return field


class EndForm(forms.Form):
    """How long a session was, and what it ends with."""

    doing_minutes = forms.IntegerField(
        label=_("Minutes doing"), required=False, min_value=0, max_value=rules.MOST_MINUTES
    )
    explaining_minutes = forms.IntegerField(
        label=_("Minutes explaining"), required=False, min_value=0, max_value=rules.MOST_MINUTES
    )
    finished = forms.CharField(
        label=_("What did you finish together?"),
        required=False,
        max_length=rules.FINISHED_LENGTH,
        help_text=_("A piece of their own work that they can use."),
    )
    written_down = LongText(
        label=_("How, in a line or two?"),
        rows=2,
        required=False,
        max_length=rules.NOTE_LENGTH,
        help_text=_("The steps and the prompt, so that they can do it again without you. They read it too."),
    )
    is_unfinished = forms.BooleanField(label=_("It did not come to that this time"), required=False)
    worked = LongText(label=_("What worked?"), rows=2, required=False, max_length=rules.NOTE_LENGTH)
    did_not = LongText(label=_("What did not?"), rows=2, required=False, max_length=rules.NOTE_LENGTH)
    next_time = LongText(
        label=_("What will you try differently?"), rows=2, required=False, max_length=rules.NOTE_LENGTH
    )

    def end(self, kind: SessionKind, *, is_wanted: bool) -> None:
        """Minutes that were left empty are the usual ones of its kind. What a one-to-one ends with is said, or that it does not."""
        values = self.cleaned_data
        usual = dict(zip(("doing_minutes", "explaining_minutes"), rules.usual_minutes(kind), strict=True))
        values |= {name: usual[name] for name in usual if values.get(name) is None}
        if kind is not SessionKind.ONE_TO_ONE or not is_wanted or values.get("is_unfinished"):
            return
        for name in ("finished", "written_down"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("Please say it in a few words, or tick below that it did not come to that."))

    least_doing = curriculum.LEAST_DOING
    slides_to = max(rules.USUAL_LENGTH.values())  # longer ones are typed

    @property
    def has_lines(self) -> bool:
        """Whether something stands in the lines that are folded away else."""
        return any(self[name].value() or self[name].errors for name in ("worked", "did_not", "next_time"))


class SessionForm(EndForm):
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
    # Shown where such a session stands already.
    is_another = forms.BooleanField(label=_("Yes, it was another one"), required=False)
    # A win that was told in it, in the sentences of every win: all of them, or none.
    win_task = _of_a_win("task")
    win_minutes_now = _of_a_win("minutes_now")
    win_minutes_before = _of_a_win("minutes_before")
    win_output = _of_a_win("output")
    win_hides_name = _of_a_win("hides_name")
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, members: Sequence[Person], today: date, given: dict[str, Any], is_planned: bool = False
    ) -> None:
        initial = {
            "kind": SessionKind.REFLECTION.value,
            "held_on": today,
            "form_key": uuid4(),
            "people": [str(one.public_id) for one in members],
            **given,
        }
        super().__init__(data, initial=initial)
        self.is_planned = is_planned
        self.members = {str(one.public_id): one for one in members}
        choices = [(key, one.name) for key, one in self.members.items()]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    @property
    def usual(self) -> str:
        """The usual minutes doing and explaining of each kind, for the page to follow the choice: 'reflection 12 3, showcase 48 12'."""
        spans = {kind: rules.usual_minutes(kind) for kind in SessionKind}
        return ", ".join(f"{kind} {doing} {explaining}" for kind, (doing, explaining) in spans.items())

    def clean(self) -> dict[str, Any]:
        super().clean()
        if kind := self.cleaned_data.get("kind"):
            # What was planned is logged in one tap; its end is asked for afterwards.
            self.end(kind, is_wanted=not self.is_planned)
        self.cleaned_data["win"] = self._win()
        return self.cleaned_data

    def _win(self) -> Telling | None:
        """The win that was told, out of its fields; None where there is none, and where something of it is missing."""
        told = {name: self.cleaned_data.pop(f"win_{name}", None) for name in (*OF_A_WIN, "hides_name")}
        if not any(self[f"win_{name}"].value() for name in OF_A_WIN):
            return None
        missing = [f"win_{name}" for name in OF_A_WIN if not told[name]]
        for name in missing:
            if name not in self.errors:
                self.add_error(name, _("Please say this too, or leave the win out: it is told in all four."))
        return None if missing else Telling(**told)

    @property
    def has_win(self) -> bool:
        """Whether something stands in the lines of a win, that are folded away else."""
        return any(self[f"win_{name}"].value() or self[f"win_{name}"].errors for name in OF_A_WIN)

    def clean_people(self) -> list[Person]:
        """Those who were there."""
        return [self.members[key] for key in self.cleaned_data["people"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


class PutRightForm(EndForm):
    """A session that was logged: its minutes, and what was written down with it."""

    def __init__(self, data: Any, *, session: Session) -> None:
        super().__init__(data, initial={name: getattr(session, name) for name in EndForm.base_fields})
        self.kind = SessionKind(session.kind)
        if self.kind is not SessionKind.ONE_TO_ONE:
            for name in ("finished", "written_down", "is_unfinished"):
                self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.end(self.kind, is_wanted=True)
        return self.cleaned_data

    def refuse(self, code: str) -> None:
        """Say a refusal above the form."""
        self.add_error(None, said(code))


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
