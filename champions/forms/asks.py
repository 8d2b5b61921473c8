"""What is asked of leadership, its answer, and what a leader did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Program
from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from champions import rules
from champions.forms.kit import KitForm, LongText, by_id, choices_of
from champions.models import TimeAnswer
from champions.queries.kit import ANSWER_WORDS, DEED_WORDS
from champions.rules import AskAnswer, LeaderAct


class AskForm(KitForm):
    """What champions need."""

    refused_beside = {"own_ask": "owner"}

    wanted = Words(
        label=_("What do you need?"),
        max_length=rules.LINE_LENGTH,
        help_text=_("Something somebody can do: free Thursday mornings for the two of us."),
    )
    why = LongText(label=_("Why, and what happens without it"), max_length=rules.TEXT_LENGTH, required=False)
    owner = forms.ChoiceField(label=_("Who can see to it?"))
    program = forms.ChoiceField(label=_("For which programme"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        owners: Sequence[Person],
        programs: Sequence[Program],
        begun: TimeAnswer | None = None,
    ) -> None:
        """`begun`: what was said in a check, which the ask begins with."""
        words = begun.to_fix if begun else ""
        fits = len(words) <= rules.LINE_LENGTH and "\n" not in words
        program = str(begun.check_asked.champion.program.public_id) if begun else ""
        super().__init__(data, initial={"wanted" if fits else "why": words, "program": program})
        self.owners, self.programs = by_id(owners), by_id(programs)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.name}, {one.job_role}" if one.job_role else one.name) for key, one in self.owners.items()
        ]
        self.fields["program"].choices = [  # type: ignore[attr-defined]
            ("", _("All of them")),
            *((key, one.name) for key, one in self.programs.items()),
        ]

    def clean_owner(self) -> Person:
        chosen: Person = self.owners[self.cleaned_data["owner"]]
        return chosen

    def clean_program(self) -> Program | None:
        return self.programs.get(self.cleaned_data["program"])


class AnswerForm(KitForm):
    """The answer to an ask, which reaches the champion as it stands."""

    answer = forms.TypedChoiceField(
        label=_("Your answer"), coerce=AskAnswer, choices=choices_of(ANSWER_WORDS), widget=forms.RadioSelect
    )
    words = LongText(
        label=_("In your words"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("What was done and since when, or why it cannot be. The champion gets exactly this."),
    )


class DeedForm(KitForm):
    """What a leader did."""

    refused_beside = {"not_yet": "done_on"}

    leader = forms.ChoiceField(label=_("Who?"))
    act = forms.TypedChoiceField(
        label=_("What did they do?"),
        coerce=LeaderAct,
        choices=[(key.value, words) for key, words in DEED_WORDS.items() if key is not LeaderAct.ACTED_ON_FEEDBACK],
        widget=forms.RadioSelect,
        help_text=_("A video, a mail or a budget can be noted. They count for nothing."),
    )
    done_on = DayField(label=_("When?"))
    note = Words(label=_("What was it?"), max_length=rules.LINE_LENGTH, required=False)

    def __init__(self, data: Any, *, leaders: Sequence[Person], today: date) -> None:
        super().__init__(data, initial={"done_on": today})
        self.leaders = by_id(leaders)
        self.fields["leader"].choices = [(key, one.name) for key, one in self.leaders.items()]  # type: ignore[attr-defined]

    def clean_leader(self) -> Person:
        chosen: Person = self.leaders[self.cleaned_data["leader"]]
        return chosen
