"""A win, in the three sentences it is told in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Workflow
from adoption.tenancy.forms.members import Words
from champions import rules
from champions.forms.kit import KitForm, LongText, by_id
from champions.models import Prompt


class MinutesField(forms.IntegerField):
    """Minutes of work, at least one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=rules.MOST_MINUTES, **options)
        self.widget.attrs["inputmode"] = "numeric"


class WinForm(KitForm):
    """A win, in the three sentences it is told in."""

    task = Words(
        label=_("I used AI to …"),
        max_length=rules.LINE_LENGTH,
        help_text=_("One piece of work: draft the Q2 report for a client."),
    )
    minutes_now = MinutesField(label=_("It took (minutes)"))
    minutes_before = MinutesField(label=_("Instead of (minutes)"))
    output = LongText(
        label=_("Here is the output"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("What came out, or where it can be seen. Nothing that a client would mind."),
    )
    prompt = forms.ChoiceField(label=_("With a prompt of the library"), required=False)
    workflow = forms.ChoiceField(label=_("Which work it belongs to"), required=False)
    asked_for = forms.BooleanField(label=_("Somebody asked me to share this"), required=False)
    hides_name = forms.BooleanField(label=_("Do not show my name"), required=False)

    def __init__(
        self, data: Any, *, prompts: Sequence[Prompt], workflows: Sequence[Workflow], given: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(given))
        self.prompts, self.workflows = by_id(prompts), by_id(workflows)
        self.fields["prompt"].choices = [  # type: ignore[attr-defined]
            ("", _("None of them")),
            *((key, f"{one.title} ({one.workflow.name})") for key, one in self.prompts.items()),
        ]
        self.fields["workflow"].choices = [  # type: ignore[attr-defined]
            ("", _("Something else")),
            *((key, one.name) for key, one in self.workflows.items()),
        ]

    def clean_prompt(self) -> Prompt | None:
        return self.prompts.get(self.cleaned_data["prompt"])

    def clean_workflow(self) -> Workflow | None:
        return self.workflows.get(self.cleaned_data["workflow"])
