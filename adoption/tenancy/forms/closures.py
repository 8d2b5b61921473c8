"""What people type about days on which nobody works."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField

CLOSURE_REFUSALS: dict[str, str | Promise] = {
    "counted": _("What lies before this week is counted, and stays as it was."),
    "ends_before_start": _("The last day comes before the first."),
    "too_long": _("Three months are the most. Please look at the year."),
    "nobody_there": _("Nobody in the directory is of this place. Please write it as the directory does."),
}


class ClosureForm(forms.Form):
    """Days on which everybody, or everybody of a place, does not work."""

    name = Words(
        label=_("What it is"), max_length=rules.TEXT_LENGTH, help_text=_("For example: Christmas, or the works outing.")
    )
    starts_on = DayField(label=_("First closed day"))
    ends_on = DayField(label=_("Last closed day"))
    location = Words(
        label=_("Only at this place"),
        max_length=rules.TEXT_LENGTH,
        required=False,
        help_text=_("As the directory writes it. Left empty: everywhere."),
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )

    def refuse(self, field: str, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error(field or None, str(CLOSURE_REFUSALS[code]))
