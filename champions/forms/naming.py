"""What people type about champions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words
from adoption.tenancy import rules
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import people_called
from champions.queries import WayIn

REFUSALS: dict[str, str | Promise] = {
    "in_an_arm": _("They take part in this programme already. A champion knows how, so belongs to neither group."),
    "has_left": _("They have left."),
    "no_mail": _("They have no mail address in the directory, so they cannot be asked by mail. Please add one."),
    "not_running": _("A champion has a successor only while the programme runs."),
    "in_comparison": _("They are in the comparison group, which is to get no help from a pod."),
    "in_another_pod": _("They sit in another pod of this programme."),
    "leads_already": _("They are a champion of this programme already."),
}


def refusal_of(code: str) -> str:
    """Why something about a champion cannot be done now, as a sentence."""
    return str(REFUSALS.get(code) or refusal_words(code)[0])


# What is said once somebody has been named, by how they come in: naming invites, so that nobody's invitation has run out.
NAMED: dict[WayIn, str | Promise] = {
    WayIn.MEMBER: _("%(name)s is a champion."),
    WayIn.INVITED: _("%(name)s is a champion, and gets a mail with a link to come in."),
    WayIn.UNREACHABLE: _(
        "%(name)s is a champion, but has no mail address in the directory and so cannot come in. Please add one."
    ),
}


class NameChampionForm(forms.Form):
    """Whom to name: typed as a name or an address, or chosen among the people who are called that."""

    who = forms.CharField(
        label=_("Name or mail address"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("Somebody who does this work every week."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        # Several people are meant by what was typed: one is to be chosen.
        self.meant: list[Person] = []

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("person"):
            found = list(Person.objects.here(self.on).filter(public_id=values["person"]))
        else:
            found = people_called(values["who"], self.on) if values.get("who") else []
        if len(found) == 1:
            values["chosen"] = found[0]
        elif found:
            self.meant = found
            self.add_error("who", _("Several people are called that. Whom do you mean?"))
        elif values.get("who"):
            self.add_error("who", _("Nobody in the directory is called that, or has that address."))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field."""
        self.add_error("who", refusal_of(code))
