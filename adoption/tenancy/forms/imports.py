"""What people choose about a file of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import PeopleImport
from adoption.tenancy.queries.imports import FIELD_WORDS, Show, file_problem
from adoption.tenancy.rules.cells import DateOrder
from adoption.tenancy.rules.people_file import Field
from adoption.tenancy.rules.sheets import MOST_BYTES, Unreadable

NOTHING = ""


def asked_lines(given: Mapping[str, Any]) -> tuple[Show | None, int | None, int | None]:
    """Which lines of an import an address asks for: which kind, after which line, before which."""
    show = str(given.get("show", ""))
    return Show(show) if show in set(Show) else None, _line(given, "after"), _line(given, "before")


def _line(given: Mapping[str, Any], name: str) -> int | None:
    text = str(given.get(name, ""))
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None


class UploadForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=_("File of people"),
        max_length=1_000,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}),
        error_messages={"required": _("Choose a file first."), "missing": _("Choose a file first.")},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(file_problem("too_large", None))
        return file

    def refuse(self, failure: Unreadable) -> None:
        """Say beside the field why the file cannot be read."""
        self.add_error("file", file_problem(failure.code, failure.line))


class MappingForm(forms.Form):
    """What each column of a file means: one choice a column."""

    def __init__(self, data: Any = None, *, people_import: PeopleImport, examples: list[tuple[str, ...]]) -> None:
        super().__init__(data)
        self.people_import = people_import
        choices = [(NOTHING, _("leave it out")), *((field.value, FIELD_WORDS[field]) for field in Field)]
        meant = {column: field for field, columns in people_import.mapping.items() for column in columns}
        self.columns: list[str] = []
        for number, title in enumerate(people_import.header):
            name = f"column-{number}"
            self.columns.append(name)
            seen = examples[number] if number < len(examples) else ()
            self.fields[name] = forms.ChoiceField(
                label=title or _("column %(number)d") % {"number": number + 1},
                choices=choices,
                initial=meant.get(number, NOTHING),
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
                help_text=", ".join(seen),
            )
        self.fields["date_order"] = forms.ChoiceField(
            label=_("Order of day and month"),
            choices=[
                (DateOrder.DAY_FIRST.value, _("the day first: 03/04 is 3 April")),
                (DateOrder.MONTH_FIRST.value, _("the month first: 03/04 is 4 March")),
            ],
            initial=people_import.date_order,
            required=False,
            widget=forms.RadioSelect,
        )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The choices, in the order of the file's columns."""
        return [self[name] for name in self.columns]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, int] = {}
        for number, name in enumerate(self.columns):
            meaning = cleaned.get(name)
            if not meaning or meaning == Field.ALIAS:
                continue
            if meaning in taken:
                earlier = self.people_import.header[taken[meaning]]
                self.add_error(name, _("“%(earlier)s” is that already. Leave one of them out.") % {"earlier": earlier})
            else:
                taken[meaning] = number
        return cleaned

    @property
    def mapping(self) -> dict[str, list[int]]:
        """Field -> numbers of its columns, from 0."""
        found: dict[str, list[int]] = {}
        for number, name in enumerate(self.columns):
            if meaning := self.cleaned_data.get(name):
                found.setdefault(meaning, []).append(number)
        return found

    @property
    def date_order(self) -> DateOrder | None:
        """How dates with slashes are to be read, where somebody has said so."""
        given = self.cleaned_data.get("date_order")
        return DateOrder(given) if given else None

    def refuse(self, lacking: str, example: str) -> None:
        """Say what the choices do not make clear."""
        if lacking == "date_order":
            question = _("%(example)s can be read in two ways. Which is meant?") % {"example": example}
            self.add_error("date_order", question)
        elif lacking == "name":
            self.add_error(None, _("Say which column holds the name."))
        else:
            self.add_error(None, _("Say which column holds the address or the number: people are found again by it."))


class AbsentForm(forms.Form):
    """Whether people missing from a file have left."""

    have_left = forms.BooleanField(required=False)
