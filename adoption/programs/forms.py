"""What people type about programmes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.queries import start_choices

REFUSALS: dict[str, str | Promise] = {
    "no_address": _("Please give it a name with letters in it: its address is made from them."),
    "name_taken": _("Another programme already has this name. Please choose another."),
    "arm_pods": _("Nobody is in a pod yet. Name a champion and form a pod first."),
    "arm_comparison": _("Nobody is in the comparison group yet. Without one there is nothing to compare with."),
    "launched": _("The programme has been launched; who takes part is fixed."),
    "baseline_open": _("The baseline is open already."),
    "no_baseline": _("Open the baseline first: two weeks of it, before anything changes."),
}
# What each readiness probe is called on a page.
PROBE_WORDS: dict[str, str | Promise] = {
    "champions": _("A champion is named"),
    "pods": _("Each champion has a pod"),
    "baseline": _("The baseline survey has answers from both groups"),
}


class ProgramForm(forms.Form):
    """A new programme: one workflow, a Monday, eight to twelve weeks, and what the comparison group gets."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Short; people see it in their mails. For example: Client reports.")
    )
    workflow = forms.CharField(
        label=_("The one workflow"),
        max_length=rules.NAME_LENGTH,
        help_text=_("A piece of work that recurs every week. For example: drafting client reports."),
    )
    comparison = forms.CharField(
        label=_("What the comparison group gets instead"),
        max_length=200,
        initial=_("The vendor’s training"),
        help_text=_("So that a reader of the evidence knows what the pods are compared with."),
    )
    starts_on = forms.TypedChoiceField(label=_("Starts on"), coerce=date.fromisoformat)
    weeks = forms.TypedChoiceField(
        label=_("Length"),
        coerce=int,
        choices=[(n, _("%(n)d weeks") % {"n": n}) for n in range(rules.LEAST_WEEKS, rules.MOST_WEEKS + 1)],
        initial=rules.DEFAULT_WEEKS,
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["starts_on"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), date_format(day, "j F Y")) for day in start_choices(today=today)
        ]
