"""An evaluation of a tool."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from champions import rules
from champions.forms.kit import KitForm, LongText, choices_of
from champions.models import Tool
from champions.queries.kit import VERDICT_WORDS
from champions.rules import ToolVerdict


class ToolForm(KitForm):
    """An evaluation of a tool for one task."""

    refused_beside = {"look_ahead": "review_on", "evaluated_already": "task"}

    tool = Words(label=_("Tool"), max_length=rules.TITLE_LENGTH)
    task = Words(label=_("For which task"), max_length=rules.TITLE_LENGTH)
    verdict = forms.TypedChoiceField(
        label=_("Verdict"), coerce=ToolVerdict, choices=choices_of(VERDICT_WORDS), widget=forms.RadioSelect
    )
    why = LongText(label=_("What you saw"), max_length=rules.TEXT_LENGTH)
    data_allowed = Words(label=_("What may go in"), max_length=rules.LINE_LENGTH)
    data_forbidden = Words(
        label=_("Red line: what never goes in"),
        max_length=rules.LINE_LENGTH,
        help_text=_("As your organisation’s policy has it."),
    )
    for_whom = Words(label=_("Who may use it"), max_length=rules.LINE_LENGTH)
    review_on = DayField(label=_("Look at it again on"))

    def __init__(self, data: Any, *, found: Tool | None, today: date) -> None:
        initial: dict[str, Any] = {name: getattr(found, name) for name in self.base_fields} if found else {}
        super().__init__(data, initial={**initial, "review_on": today + rules.TOOL_LOOKED_AT_EVERY})
        self.fields["review_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
