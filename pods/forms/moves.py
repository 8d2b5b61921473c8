"""A lead moves somebody between pods, takes a late joiner in, or notes that the comparison group was helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import people_called
from adoption.tenancy.rules import TEXT_LENGTH
from pods.forms.refusals import said
from pods.models import Pod

LEAVES = "leaves"


class MoveForm(forms.Form):
    """Where somebody goes: another pod of the programme, or out of this one."""

    to = forms.ChoiceField(label=_("Where to?"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, pods: Sequence[Pod]) -> None:
        super().__init__(data)
        self.pods = {str(one.public_id): one for one in pods}
        choices = [(key, one.name) for key, one in self.pods.items()]
        self.fields["to"].choices = [*choices, (LEAVES, _("Out of the pod, into no other"))]  # type: ignore[attr-defined]

    def clean_to(self) -> Pod | None:
        """The pod; None for out of this one."""
        return self.pods.get(self.cleaned_data["to"])

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field."""
        self.add_error("to", said(code))


class JoinForm(forms.Form):
    """Who comes in while the programme runs, or was helped by the pod once."""

    who = forms.CharField(
        label=_("Name or mail address"),
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    how = forms.ChoiceField(
        label=_("What happened?"),
        choices=[
            ("join", _("They sit in the pod from now on")),
            ("helped", _("They are in the comparison group, and the pod helped them once")),
        ],
        initial="join",
        widget=forms.RadioSelect,
    )
    day = DayField(label=_("When was that?"), required=False, help_text=_("Only for help given once."))

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data, initial={"day": on})
        self.on = on
        self.person: Person | None = None

    def clean_who(self) -> str:
        text = str(self.cleaned_data["who"])
        found = people_called(text, self.on)
        if not found:
            raise forms.ValidationError(_("Nobody in the directory is called that, or has that address."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are called that. Please give the mail address."))
        self.person = found[0]
        return text

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("how") == "helped" and not values.get("day") and "day" not in self.errors:
            self.add_error("day", _("Please give the day."))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error("day" if code == "help_day" else "who", said(code))
