"""Who takes over from a champion."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import people_called
from adoption.tenancy.rules import TEXT_LENGTH
from champions.forms.naming import refusal_of


class SuccessorForm(forms.Form):
    """A successor by name or mail address."""

    who = forms.CharField(
        label=_("Successor: name or mail address"),
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "A member of the pod who works with it already, or another champion. Not from the comparison group."
        ),
    )

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data)
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

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field."""
        self.add_error("who", refusal_of(code))
