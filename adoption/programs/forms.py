"""What people type about programmes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.queries import READY_WORDS, start_choices

Words = str | Promise

REFUSALS: dict[str, Words] = {
    "no_address": _("Please give it a name with letters in it: its address is made from them."),
    "name_taken": _("Another programme already has this name. Please choose another."),
    "not_monday": _("A programme starts on a Monday."),
    "weeks": _("A programme takes eight to twelve weeks."),
    "arm_pods": _("Nobody is in a pod yet. Name a champion and form a pod first."),
    "arm_comparison": _("Nobody is in the comparison group yet. Without one there is nothing to compare with."),
    "launched": _("The programme has been launched; who takes part is fixed."),
    "baseline_open": _("The baseline is open already."),
    "no_baseline": _("Open the baseline first: two weeks of it, before anything changes."),
}


def refusal_words(code: str, missing: Sequence[str] = ()) -> list[str]:
    """Why something cannot be done now, as sentences: one for each thing that is missing, else one for the code."""
    return [str(REFUSALS.get(name) or READY_WORDS.get(name, name)) for name in missing or [code]]


def asked_ids(given: QueryDict, name: str) -> list[UUID]:
    """The public ids that boxes of one name carry. Nonsense is as if it were not there."""
    found = []
    for text in given.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


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
    starts_on = forms.TypedChoiceField(
        label=_("Starts on"),
        coerce=date.fromisoformat,
        help_text=_("The Monday of week 1. The two weeks before it are the baseline."),
    )
    weeks = forms.TypedChoiceField(
        label=_("Length"),
        coerce=int,
        choices=[(n, _("%(n)d weeks") % {"n": n}) for n in range(rules.LEAST_WEEKS, rules.MOST_WEEKS + 1)],
        initial=rules.DEFAULT_WEEKS,
        help_text=_("Never open-ended: that is what makes it measurable."),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["starts_on"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), date_format(day, "j F Y")) for day in start_choices(today=today)
        ]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        field = {"not_monday": "starts_on", "weeks": "weeks"}.get(code, "name")
        self.add_error(field, " ".join(refusal_words(code)))
