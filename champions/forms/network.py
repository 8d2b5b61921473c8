"""What a champion helps with, and whom champions ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.members import Words
from champions import rules
from champions.forms.kit import KitForm, SomebodyField


class CardForm(KitForm):
    """What a champion helps with."""

    solves = Words(
        label=_("What I can help with"),
        max_length=rules.LINE_LENGTH,
        help_text=_("Proposals that start from old ones; long tables; getting the tone right."),
    )
    office_hours = Words(label=_("When and where"), max_length=rules.LINE_LENGTH, required=False)


class ExpertForm(KitForm):
    """Somebody for what champions cannot solve."""

    refused_beside = {"listed_already": "topic"}

    person = SomebodyField(label=_("Who?"), help_text=_("Name or mail address. Somebody who agreed to be asked."))
    topic = Words(label=_("For what"), max_length=rules.TITLE_LENGTH)
    how = Words(label=_("How to reach them"), max_length=rules.LINE_LENGTH, required=False)

    def __init__(self, data: Any, *, on: date) -> None:
        super().__init__(data)
        self.fields["person"].on = on  # type: ignore[attr-defined]
