"""What somebody types who names colleagues, and what a lead chooses before everybody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import departments
from adoption.tenancy.rules import NAME_LENGTH, one_line
from surveys import rules
from surveys.forms.surveys import refusal_sentence, words_of
from surveys.models import NominationAsk
from surveys.queries import colleagues_called, named_by
from surveys.rules import ItemKind

WEEK = timedelta(days=7)


class NominationForm(forms.Form):
    """Colleagues by name, a field a question, and whether one experiments oneself. Nothing is required.

    A press of any button finds whoever was typed. One person is named at once; of several one is to be chosen.
    """

    def __init__(self, ask: NominationAsk, data: Any = None) -> None:
        self.ask = ask
        self.items = rules.instrument(rules.ADVICE.key, ask.wave.instrument_version).items
        super().__init__(data, initial={"tries": ask.tries})
        self.named = {one.item.key: one for one in named_by(ask)}
        for item in self.items:
            words = words_of(item, item.words)
            if item.kind is ItemKind.PERSON:
                widget = forms.TextInput(attrs={"autocomplete": "off"})
                self.fields[item.key] = forms.CharField(label=words, required=False, widget=widget)
            else:
                options = [(option.key, words_of(item, option.words)) for option in item.options]
                self.fields[item.key] = forms.ChoiceField(
                    label=words, required=False, choices=options, widget=forms.RadioSelect
                )

    def find(self, at: datetime) -> dict[str, list[Person]]:
        """Whom the texts typed could mean, by question. Says beside the field where it is nobody or too many to show."""
        found: dict[str, list[Person]] = {}
        for key in self.named:
            text = one_line(str(self.data.get(key, "")))[:NAME_LENGTH]
            if not text:
                continue
            people = colleagues_called(text, but=self.ask.person, at=at)
            if self.named[key].is_full:
                self.add_error(key, refusal_sentence("enough_named", {}))
            elif not people:
                self.add_error(
                    key, _("Nobody here is called that. A part of the name is enough; yourself does not count.")
                )
            else:
                found[key] = people
        return found

    @property
    def chosen(self) -> tuple[str, UUID] | None:
        """Whom a press on one of several means: the question, and the public id."""
        return _pair(self.data.get("name"), self.named)

    @property
    def taken_away(self) -> tuple[str, UUID] | None:
        """Whom a press on “Take away” means."""
        return _pair(self.data.get("away"), self.named)

    @property
    def tries(self) -> str:
        """What they say of themselves, as far as it is one of the answers."""
        return str(self.cleaned_data.get("tries") or "") if self.is_valid() else self.ask.tries


def _pair(text: Any, keys: Mapping[str, Any]) -> tuple[str, UUID] | None:
    key, _colon, public_id = str(text or "").partition(":")
    try:
        return (key, UUID(public_id)) if key in keys else None
    except ValueError:
        return None


class AskAroundForm(forms.Form):
    """Whom to ask, and until when."""

    departments = forms.MultipleChoiceField(
        label=_("Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means everybody. Ask more than those who will take part: advice crosses departments."),
    )
    until = DayField(label=_("Until"), help_text=_("Three weeks at most. Then it is counted by itself."))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"until": today + 2 * WEEK})
        self.fields["departments"].choices = [(one, one) for one in departments()]  # type: ignore[attr-defined]
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + rules.ANSWERED_WITHIN).isoformat(),
        }

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the field it is about."""
        self.add_error("departments" if code == "too_few_asked" else "until", refusal_sentence(code, days))
