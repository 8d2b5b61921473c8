"""What worked, what did not, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from champions.forms.kit import LongText
from pods import rules
from pods.forms.refusals import said


class ReflectionForm(forms.Form):
    """Three lines on one week."""

    # The week whose lines the form was opened with: those of another one are never written over unseen.
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    week = forms.TypedChoiceField(label=_("Week of"), coerce=date.fromisoformat)
    worked = LongText(label=_("What worked?"), rows=2, max_length=rules.NOTE_LENGTH, required=False)
    did_not = LongText(label=_("What did not?"), rows=2, max_length=rules.NOTE_LENGTH, required=False)
    next_time = LongText(
        label=_("What will you try differently?"), rows=2, max_length=rules.NOTE_LENGTH, required=False
    )

    def __init__(self, data: Any, *, weeks: Sequence[date], written: Collection[date], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["week"].choices = [(one.isoformat(), date_format(one, "j F")) for one in weeks]  # type: ignore[attr-defined]

        self.written = written

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        week, opened = values.get("week"), values.pop("opened", "")
        if week and week in self.written and week.isoformat() != opened:
            self.add_error("week", _("Something is written of this week already. Go on with it below."))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error({"no_such_week": "week", "nothing_said": "worked"}.get(code), said(code))
