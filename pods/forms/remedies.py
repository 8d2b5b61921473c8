"""Agreeing on a step for one person, and saying what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from champions.forms.kit import LongText, SomebodyField
from pods import rules
from pods.forms.refusals import said
from pods.queries.remedies import DETAIL_WORDS, LEADER_WORDS
from pods.rules import Approach, Hindrance

APPROACH_WORDS = {
    Approach.WITH_THEM_ALONE: _("With them alone, as proposed above"),
    Approach.GROUP_SESSION: _("Another session for the group"),
}


class StepForm(forms.Form):
    """The step against one hindrance: each has its own question, and its own day."""

    who = SomebodyField(label=_("Who?"), help_text=_("Name or mail address."))
    approach = forms.TypedChoiceField(
        label=_("How will you go about it?"),
        coerce=Approach,
        choices=[(one.value, words) for one, words in APPROACH_WORDS.items()],
        widget=forms.RadioSelect,
    )
    detail = LongText(max_length=rules.TEXT_LENGTH)
    owner = forms.ChoiceField(label=_("Whose step is it?"))
    due_on = DayField(label=_("By when?"))

    def __init__(
        self,
        data: Any,
        *,
        hindrance: Hindrance,
        person: Person | None,
        owners: Sequence[Person],
        peers: Sequence[Person],
        due_on: date,
        today: date,
    ) -> None:
        initial = {
            "approach": Approach.WITH_THEM_ALONE.value,
            "due_on": due_on,
            "owner": str(owners[0].public_id),
        }
        super().__init__(data, initial=initial)
        if person is None:
            self.fields["who"].on = today  # type: ignore[attr-defined]
        else:
            del self.fields["who"]
        self.owners = {str(one.public_id): one for one in owners}
        self.fields["owner"].choices = [(key, one.name) for key, one in self.owners.items()]  # type: ignore[attr-defined]
        if hindrance is Hindrance.LEADER_ABSENT:
            self._choose([(one.value, words) for one, words in LEADER_WORDS.items()])
        elif hindrance is Hindrance.NO_PEER_SEEN and peers:
            self._choose([(one.name, one.name) for one in peers])
        self.fields["detail"].label = str(DETAIL_WORDS[hindrance])

    def _choose(self, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields["detail"] = forms.ChoiceField(choices=choices, widget=forms.RadioSelect)

    def clean_owner(self) -> Person:
        """Whose step it is."""
        return self.owners[self.cleaned_data["owner"]]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        beside = {"another_group_session": "approach", "not_within_six_weeks": "due_on"}.get(code)
        self.add_error(beside, said(code))


class StepDoneForm(forms.Form):
    """What came of it."""

    worked = forms.TypedChoiceField(
        label=_("Does it work now?"),
        coerce=lambda text: text == "yes",
        choices=[("yes", _("Yes: it was used again on real work")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
    )
    result = LongText(label=_("What happened?"), rows=2, max_length=rules.TEXT_LENGTH, required=False)
