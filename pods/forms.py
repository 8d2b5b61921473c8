"""What a champion types on a phone, and how a lead forms a pod."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from pods import rules
from pods.queries import CAUSE_WORDS, SESSION_WORDS
from pods.rules import Cause, SessionKind, Used

Words = str | Promise

REFUSALS: dict[str, Words] = {
    "empty_pod": _("Please choose who sits in it."),
    "champion_in_pod": _(
        "One of them is a champion of this programme. Champions know how, so belong to neither group."
    ),
    "pod_name_taken": _("Another pod of this programme has this name."),
    "not_a_champion": _("This champion does not serve in this programme any more."),
    "pod_has_sessions": _("There has been a session in this pod, so it stays."),
    "leads_a_pod": _("They lead a pod. Dissolve the pod first."),
    "nobody": _("Please choose who was there."),
    "not_in_pod": _("One of them does not sit in this pod."),
    "one_at_a_time": _("A one-to-one has one person. Log one for each, so that each gets a day 7 of their own."),
    "not_yet": _("This day is still to come."),
    "long_past": _("This day is more than sixty days ago."),
}
USED_WORDS: dict[Used, Words] = {
    Used.YES: _("Yes"),
    Used.STOPPED: _("Tried, then stopped"),
    Used.NO: _("No"),
}
# What a champion may have seen or heard, in the order of the decision.
SIGN_WORDS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("The output was generic even for somebody who knows how, with the context pack loaded"),
    Cause.NO_SUITABLE_WORKFLOW: _("Nothing that they do every week suits it"),
    Cause.NO_OWN_WORKFLOW: _("They have not picked a piece of work of their own"),
    Cause.OBSTACLE: _("They hit something: an unclear prompt, heavy editing, slower than expected"),
    Cause.GENERIC_EXAMPLES: _("The examples were not like their job"),
    Cause.NO_PEER_SEEN: _("They have not seen a colleague use it"),
}
_FIELDS = {
    "nobody": "people",
    "not_in_pod": "people",
    "one_at_a_time": "people",
    "not_yet": "held_on",
    "long_past": "held_on",
}


def said(code: str) -> str:
    """A refusal as a sentence."""
    return str(REFUSALS.get(code) or refusal_words(code)[0])


class PodForm(forms.Form):
    """A pod's name. Its members are boxes beside it."""

    name = forms.CharField(label=_("Name of the pod"), max_length=rules.NAME_LENGTH)

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error("name" if code == "pod_name_taken" else None, said(code))


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


class FollowUpForm(forms.Form):
    """The three questions of day 7, what was seen, and whether it was fixed there and then."""

    used = forms.TypedChoiceField(
        label=_("Did they use it on real work?"),
        coerce=Used,
        choices=[(used.value, words) for used, words in USED_WORDS.items()],
        widget=forms.RadioSelect,
    )
    what_happened = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    what_failed = forms.CharField(
        label=_("Which part did not work?"),
        required=False,
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signs = forms.TypedMultipleChoiceField(
        label=_("What did you see? Tick everything that fits"),
        required=False,
        coerce=Cause,
        choices=[(cause.value, words) for cause, words in SIGN_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The first that fits, from the top, is written down as the cause."),
    )
    cause = forms.TypedChoiceField(
        label=_("Cause"),
        required=False,
        coerce=Cause,
        empty_value=None,
        choices=[("", _("As ticked above")), *((cause.value, words) for cause, words in CAUSE_WORDS.items())],
    )
    fixed = forms.TypedChoiceField(
        label=_("Did you fix it before you parted?"),
        required=False,
        coerce=lambda text: text == "yes",
        empty_value=None,
        choices=[("yes", _("Yes, it works now")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
    )
    leave_it = forms.BooleanField(
        label=_("They would rather not. Leave it there: no cause is written down, and nobody asks on"), required=False
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["cause"] = values.get("cause") or rules.suggest_cause(values.get("signs") or [])
        used = values.get("used")
        if used is Used.YES or values.get("leave_it"):
            values["cause"] = values["fixed"] = None
        elif used and values["cause"] is None:
            self.add_error("signs", _("Please tick what fits best, or leave it there with the last box."))
        elif used and values.get("fixed") is None and "fixed" not in self.errors:
            self.add_error("fixed", _("Please say whether it works now."))
        return values

    @property
    def answers(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("used", "what_happened", "what_failed", "cause", "fixed")
        return {name: self.cleaned_data[name] for name in names}


def asked_session(given: Any) -> dict[str, Any]:
    """What an address proposes for a session: ?kind=one_to_one&who=<id>. Nonsense is as if it were not there."""
    found: dict[str, Any] = {}
    if given.get("kind") in set(SessionKind):
        found["kind"] = given["kind"]
    try:
        found["people"] = [str(UUID(given.get("who", "")))]
    except ValueError:
        if found.get("kind") == SessionKind.ONE_TO_ONE:
            found["people"] = []
    return found
