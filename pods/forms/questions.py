"""Asking a champion, and answering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.rules import mint_secret
from champions.forms.kit import LongText, by_id
from champions.models import Expert, Prompt
from pods import rules
from pods.forms.refusals import said
from pods.queries.questions import SOLVED_WORDS, Askable
from pods.rules import SELF_SERVED, SolvedBy

SELF_WORDS = {
    SolvedBy.PROMPT: _("In the prompt library"),
    SolvedBy.PEER: _("From a colleague"),
    SolvedBy.SELF: _("By myself"),
}


class AskForm(forms.Form):
    """One box, and whether one's name stands behind it."""

    pod = forms.ChoiceField(label=_("Whom do you ask?"), widget=forms.RadioSelect)
    words = LongText(
        label=_("What would you like to know?"),
        rows=4,
        max_length=rules.TEXT_LENGTH,
        help_text=_("One thing, as you would say it. Nothing that a client would mind."),
    )
    without_name = forms.BooleanField(label=_("Ask without my name"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # The key to a question without a name: made with the form, and known to nobody before it is sent.
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=43)

    def __init__(self, data: Any, *, pods: Sequence[Askable]) -> None:
        self.pods = {str(one.pod.public_id): one for one in pods}
        super().__init__(data, initial={"form_key": uuid4(), "key": mint_secret(), "pod": next(iter(self.pods), "")})
        self.fields["pod"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.champion.name if one.champion else one.pod.name} ({one.pod.program.name})")
            for key, one in self.pods.items()
        ]
        # Offered only where a pod is large enough; but what was ticked is never taken for a question with a name.
        self.offers_no_name = any(one.without_name for one in pods)

    def clean_pod(self) -> Askable:
        """The pod whose champion is asked."""
        return self.pods[self.cleaned_data["pod"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        beside = {"small_pod": "without_name" if self.offers_no_name else None, "not_in_pod": "pod"}.get(code)
        self.add_error(beside, said(code))


class AnswerForm(forms.Form):
    """An answer, and who or what knew it."""

    answer = LongText(
        label=_("Your answer"),
        rows=5,
        max_length=rules.TEXT_LENGTH,
        help_text=_("Its first line is its name, should it go into the library."),
    )
    solved_by = forms.TypedChoiceField(
        label=_("Who or what knew it?"),
        coerce=SolvedBy,
        choices=[(one.value, words) for one, words in SOLVED_WORDS.items() if one is not SolvedBy.SELF],
        initial=SolvedBy.CHAMPION,
        widget=forms.RadioSelect,
    )
    prompt = forms.ChoiceField(label=_("Which prompt?"), required=False)

    def __init__(self, data: Any, *, prompts: Sequence[Prompt]) -> None:
        super().__init__(data)
        self.prompts = by_id(prompts)
        choices = [(key, f"{one.title} ({one.workflow.name})") for key, one in self.prompts.items()]
        self.fields["prompt"].choices = [("", _("None of them")), *choices]  # type: ignore[attr-defined]

    def clean_prompt(self) -> Prompt | None:
        return self.prompts.get(self.cleaned_data["prompt"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("solved_by") is SolvedBy.PROMPT and not values.get("prompt") and "prompt" not in self.errors:
            self.add_error("prompt", _("Please say which one, so that they find it."))
        return values


class PassOnForm(forms.Form):
    """Whom to ask instead."""

    expert = forms.ChoiceField(label=_("Pass it on to"))

    def __init__(self, data: Any, *, experts: Sequence[Expert]) -> None:
        super().__init__(data)
        self.experts = by_id(experts)
        self.fields["expert"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.person.name}: {one.topic}") for key, one in self.experts.items()
        ]

    def clean_expert(self) -> Expert:
        found: Expert = self.experts[self.cleaned_data["expert"]]
        return found


class SolvedForm(forms.Form):
    """How somebody found it themselves."""

    solved_by = forms.TypedChoiceField(
        coerce=SolvedBy, choices=[(one.value, words) for one, words in SELF_WORDS.items() if one in SELF_SERVED]
    )
