"""What the forms of the kit have in common, and why something is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words
from adoption.tenancy.forms.members import Words
from adoption.tenancy.queries.people import people_called
from champions import rules

REFUSALS: dict[str, str | Promise] = {
    "not_a_champion": _("Only champions write here."),
    "title_taken": _("There is a prompt of this name for this work already. Improve that one, or choose another name."),
    "changed_meanwhile": _("Somebody has written a new version meanwhile. Yours is below; look at theirs first."),
    "not_newest": _("This is not the newest version: read that one first."),
    "no_such_version": _("There is no version of this number."),
    "nothing_changed": _("Nothing differs from the version before."),
    "need_in_no_pack": _("What was chosen is in no context pack of this work any more. Please choose again."),
    "own_version": _("You wrote this version: another champion reviews it."),
    "own_win": _("This is your own."),
    "win_taken_back": _("This has been taken back."),
    "own_ask": _("You asked for this yourself: somebody else answers it."),
    "ask_withdrawn": _("This is not asked for any more."),
    "ask_answered": _("This has its answer already."),
    "not_yet": _("This day is still to come."),
    "not_by_oneself": _("Somebody else confirms it: neither the leader nor who wrote it down."),
    "deed_stands": _("This stands: it was confirmed, or belongs to an ask."),
    "look_ahead": _("The next look is still ahead: please choose a later day."),
    "evaluated_already": _("This tool is evaluated for this task already. Look at that one again instead."),
    "not_agreed": _("Name them only if they agreed to it. Without a name it stays anonymous."),
    "yourself": _("This is yourself."),
    "listed_already": _("They are on the list for this already."),
}
NOBODY = _("Nobody in the directory is called that, or has that address.")
SEVERAL = _("Several people are called that. Please give the mail address.")


def said(code: str) -> str:
    """A refusal as a sentence."""
    return str(REFUSALS.get(code) or refusal_words(code)[0])


class LongText(forms.CharField):
    """Several lines, with one kind of line end, so that versions can be compared."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class KitForm(forms.Form):
    """A form that can say a refusal beside the field it is about."""

    refused_beside: Mapping[str, str] = {}

    def refuse(self, code: str) -> None:
        self.add_error(self.refused_beside.get(code), said(code))


class SomebodyField(Words):
    """Somebody of the directory by name or mail address; empty is nobody, if that is allowed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=rules.LINE_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)
        self.on: date | None = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed or self.on is None:
            return None
        found = people_called(typed, self.on)
        if len(found) != 1:
            raise forms.ValidationError(SEVERAL if found else NOBODY)
        return found[0]


def choices_of(words: Mapping[Any, str | Promise]) -> list[tuple[str, str | Promise]]:
    """What a field offers, from the words for each value."""
    return [(key.value, text) for key, text in words.items()]


def by_id(rows: Sequence[Any]) -> dict[str, Any]:
    """Rows by the id that a page knows them by."""
    return {str(one.public_id): one for one in rows}
