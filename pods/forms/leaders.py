"""A one-to-one with a leader on a piece of their own work: planned, logged, called off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from pods import rules
from pods.forms.meetings import USUAL_HOUR, ClosedDayForm, HourField, next_working_day
from pods.forms.refusals import said
from pods.forms.sessions import EndForm
from pods.models import LeaderPlan
from pods.queries.remedies import LEADER_WORDS
from pods.rules import LeaderWork, SessionKind

OWN_WORDS = "own"
_FIELDS = {
    "not_yet": "held_on",
    "long_past": "held_on",
    "logged_already": "is_another",
    "in_the_past": "day",
    "far_away": "day",
    "no_reason": "reason",
}


class WorkForm(forms.Form):
    """Which piece of a leader's own work."""

    work = forms.ChoiceField(
        label=_("On which piece of their own work?"),
        choices=[*((one.value, words) for one, words in LEADER_WORDS.items()), (OWN_WORDS, _("Something else"))],
        widget=forms.RadioSelect,
        initial=LeaderWork.BRIEFING.value,
    )
    own_work = forms.CharField(
        label=_("Which, in their words?"),
        required=False,
        max_length=rules.FINISHED_LENGTH,
        help_text=_("Only where it is something else: what they do every week and is due next."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        own = values.pop("own_work", "").strip()
        if values.get("work") == OWN_WORDS:
            values["work"] = own
            if not own and "own_work" not in self.errors:
                self.add_error("own_work", _("Please say which piece of work it is."))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


class LeaderPlanForm(ClosedDayForm, WorkForm):
    """When the two meet, and on what."""

    day = DayField(label=_("Day"))
    hour = HourField(label=_("Time"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=rules.LEAST_LENGTH, max_value=rules.MOST_MINUTES)
    place = forms.CharField(label=_("Where?"), required=False, max_length=rules.PLACE_LENGTH)

    def __init__(self, data: Any, *, plan: LeaderPlan | None, today: date) -> None:
        given = {
            "day": next_working_day(today),
            "hour": USUAL_HOUR,
            "minutes": rules.USUAL_LENGTH[SessionKind.ONE_TO_ONE],
        }
        if plan:
            given |= {name: getattr(plan, name) for name in ("hour", "minutes", "place")} | asked_work(plan.work)
            given["day"] = max(plan.day, today)
        super().__init__(data, initial=given)
        self.fields["day"].widget.attrs["min"] = today.isoformat()


class LeaderSessionForm(WorkForm, EndForm):
    """What was done together, in the format of everybody's one-to-one."""

    held_on = DayField(label=_("When?"))
    # Shown where such a session stands already.
    is_another = forms.BooleanField(label=_("Yes, it was another one"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plan: LeaderPlan | None, today: date) -> None:
        given = {"held_on": today, "form_key": uuid4()}
        if plan:
            doing, explaining = rules.split_minutes(plan.minutes)
            given |= asked_work(plan.work)
            given |= {"held_on": min(plan.day, today), "doing_minutes": doing, "explaining_minutes": explaining}
        super().__init__(data, initial=given)
        self.fields["held_on"].widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.end(SessionKind.ONE_TO_ONE, is_wanted=True)
        return self.cleaned_data


class CallOffForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(label=_("Why?"), max_length=rules.PLACE_LENGTH, help_text=_("The leader reads it."))

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(_FIELDS.get(code), said(code))


def asked_work(work: str) -> dict[str, Any]:
    """How the two fields say a piece of work."""
    return {"work": work} if work in set(LeaderWork) else {"work": OWN_WORDS, "own_work": work}
