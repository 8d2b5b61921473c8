"""What people type about days on which nobody works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.queries.closures import is_place
from adoption.tenancy.queries.holidays import Choice

CLOSURE_REFUSALS: dict[str, str | Promise] = {
    "counted": _("What lies before this week is counted, and stays as it was."),
    "ends_before_start": _("The last day comes before the first."),
    "too_long": _("Three months are the most. Please look at the year."),
    "too_far": _("Two years ahead are the most."),
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


class HolidaysForm(forms.Form):
    """Which public holidays are meant: of which country and region, for whom, and from when to when.

    The regions offered are those of the chosen country. Where it has some and none of them was chosen, nor the whole
    country, `asks_region` says that this comes next.
    """

    # Countries and regions are called as the library has them.
    country = forms.ChoiceField(label=_("Country"), widget=forms.Select(attrs={"translate": "no"}))
    region = forms.CharField(
        label=_("Region"),
        required=False,
        widget=forms.Select(attrs={"translate": "no"}),
        help_text=_("Some regions have public holidays of their own, which come along."),
    )
    location = Words(
        label=_("Only at this place"),
        max_length=rules.TEXT_LENGTH,
        required=False,
        help_text=_("As the directory writes it. Left empty: everywhere."),
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))

    def __init__(
        self,
        given: Mapping[str, Any] | None = None,
        *,
        countries: Sequence[Choice],
        country: str,
        regions: Sequence[Choice],
        first: date,
    ) -> None:
        ends_on = first + timedelta(days=rules.DAYS_OFFERED - 1)
        super().__init__(given, initial={"country": country, "starts_on": first, "ends_on": ends_on})
        self._first, self._regions = first, {code for code, _name in regions}
        self.fields["country"].choices = [("", _("Choose one")), *countries]  # type: ignore[attr-defined]
        whole = ("", _("What holds in the whole country"))
        self.fields["region"].widget.choices = [whole, *regions]
        if not regions:
            del self.fields["region"]

    @property
    def asks_region(self) -> bool:
        """Whether the region is still to be chosen: without a script the form came with those of the country before."""
        given, country = self.data.get("region"), self.data.get("country")
        is_given = given in self._regions or (given == "" and self.data.get("regions_of", country) == country)
        return bool(self._regions) and not is_given

    def clean_region(self) -> str:
        given = str(self.cleaned_data["region"])
        return given if given in self._regions else ""

    def clean_location(self) -> str:
        given = str(self.cleaned_data["location"])
        if given and not is_place(given):
            raise forms.ValidationError(str(CLOSURE_REFUSALS["nobody_there"]), code="nobody_there")
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = {"region": "", **(super().clean() or {})}
        if "starts_on" in cleaned and "ends_on" in cleaned:
            refusal = rules.refused_span(cleaned["starts_on"], cleaned["ends_on"], first=self._first)
            if refusal:
                field, code = refusal
                self.add_error(field, str(CLOSURE_REFUSALS[code]))
        return cleaned


class TickedDaysForm(forms.Form):
    """Which of the days on offer are to be noted."""

    days = forms.TypedMultipleChoiceField(
        coerce=date.fromisoformat, error_messages={"required": _("Tick one day at least.")}
    )

    def __init__(self, given: Mapping[str, Any], *, days: Iterable[date]) -> None:
        super().__init__(given)
        self.fields["days"].choices = [(day.isoformat(), day.isoformat()) for day in days]  # type: ignore[attr-defined]
