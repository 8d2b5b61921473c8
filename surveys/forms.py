"""The instruments in words, and what people type into them. Wordings are fixed: a changed one is a new item version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys import rules
from surveys.rules import Item, ItemKind, Problem, WaveKind

WORDS: dict[str, Any] = {
    "how": _("How do you do this task today?"),
    "minutes": _("How many minutes did it take the last time, start to finish, checking included?"),
    "times": _("How many times did you do it in the last two weeks?"),
    "with_ai": _("In how many of those did you use AI?"),
    "sure_drafting": _("How sure are you that you can get a usable result with AI on drafting?"),
    "sure_summarising": _("… on summarising?"),
    "sure_analysing": _("… on analysing?"),
    "sure_checking": _("… on checking?"),
    "timed": _("Were these minutes timed or estimated?"),
    "went_to": _("What did the time go to?"),
}
CHOICES: dict[str, Any] = {
    "by_hand": _("By hand"),
    "template": _("With a template"),
    "ai_some": _("With AI for some of it"),
    "ai_most": _("With AI for most of it"),
    "not_mine": _("I do not do this task"),
    "1": _("1, not at all"),
    "2": "2",
    "3": "3",
    "4": "4",
    "5": _("5, fully"),
    "none": _("Does not apply"),
    "timed": _("Timed"),
    "estimated": _("Estimated"),
    "more_of_the_same": _("More of the same work"),
    "better_quality": _("Better quality"),
    "higher_value": _("Higher-value work"),
    "breathing_space": _("Breathing space"),
    "other": _("Something else"),
}
PROBLEMS: dict[Problem, str | Promise] = {
    Problem.NOT_A_NUMBER: _("Please give a whole number, such as 45."),
    Problem.NOT_A_CHOICE: _("Please choose one of the answers."),
    Problem.TOO_LARGE: _("That is more than we can write down. Please check the number."),
    Problem.MORE_THAN: _("That is more often than you did the task. Please check both numbers."),
}


class SurveyForm(forms.Form):
    """One wave's questions. Nothing is required: a question left out is missing, never zero."""

    def __init__(self, kind: WaveKind, data: Any = None, initial: dict[str, str] | None = None) -> None:
        self.kind = kind
        super().__init__(data, initial=initial)
        for item in rules.items_of(kind):
            self.fields[item.key] = _field(item)
        self.answers: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        given = {item.key: str(self.data.get(item.key, ""))[:100] for item in rules.items_of(self.kind)}
        self.answers, wrong = rules.check(self.kind, given)
        for key, problem in wrong.items():
            self.add_error(key, str(PROBLEMS[problem]))
        return self.answers


def _field(item: Item) -> forms.Field:
    if item.kind is ItemKind.NUMBER:
        return forms.CharField(
            label=WORDS[item.key], required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
        )
    return _Choice(
        label=WORDS[item.key],
        required=False,
        choices=[(key, CHOICES[key]) for key in item.choices],
        widget=forms.RadioSelect,
    )


class _Choice(forms.ChoiceField):
    """Choices whose problem is named by the rules, once, rather than by Django too."""

    def validate(self, value: Any) -> None:
        """Left to `rules.check`."""
