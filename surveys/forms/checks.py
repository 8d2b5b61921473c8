"""What a champion types about the last fortnight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404

from adoption.tenancy.models import Person
from champions.forms.agreements import HoursKept
from champions.models import TimeAnswer, TimeCheck
from champions.rules.time import TEXT_LENGTH
from surveys import rules
from surveys.forms.surveys import words_of
from surveys.rules import Item, ItemKind


def asked_check(person: Person, **which: Any) -> TimeCheck:
    """One of somebody's own checks, as champion of its programme. Raises Http404: to nobody else it is there."""
    rows = TimeCheck.objects.select_related("champion__program__organization", "champion__person")
    found: TimeCheck = get_object_or_404(rows, **which, champion__person=person)
    return found


class CheckForm(forms.Form):
    """The four questions of the champion check. Nothing is required: missing is missing, never zero."""

    def __init__(self, check: TimeCheck, before: TimeAnswer | None, data: Any = None) -> None:
        keys = ("displaced", "hours", "can_keep", "to_fix")
        super().__init__(data, initial={key: getattr(before, key) for key in keys} if before else {})
        self.items = rules.instrument(rules.CHECK.key, check.instrument_version).items
        for item in self.items:
            self.fields[item.key] = _field(item)

    @property
    def shown(self) -> list[Any]:
        """The fields in the instrument's order, each with its item."""
        return [{"field": self[item.key], "item": item} for item in self.items]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "can_keep" in values:
            values["can_keep"] = int(values["can_keep"]) if values["can_keep"] else None
        return values


def _field(item: Item) -> forms.Field:
    words = words_of(item, item.words)
    if item.kind is ItemKind.HOURS:
        return HoursKept(label=words, required=False)
    if item.kind is ItemKind.SCALE:
        options = [(option.key, words_of(item, option.words)) for option in item.options]
        return forms.ChoiceField(label=words, required=False, choices=options, widget=forms.RadioSelect)
    area = forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    return forms.CharField(label=words, required=False, max_length=TEXT_LENGTH, widget=area)
