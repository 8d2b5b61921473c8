"""What people tap and type about their weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adoption.tenancy.forms.members import Words, asked_id, asked_text
from adoption.tenancy.rules import MAIL_LENGTH, NAME_LENGTH, clean_mail, one_line
from adoption.tenancy.rules.sheets import Unreadable
from metrics import rules
from metrics.models.money import PRICES
from metrics.queries.asking import OpenWeek
from metrics.queries.imports import file_problem, other_file
from metrics.queries.review import ReviewAsked
from metrics.rules.exports import LINK_DAYS, WORDS_LENGTH, ExportKind
from metrics.rules.money import MOST_AN_HOUR, MOST_MONEY, WHAT_LENGTH
from metrics.rules.review import LONGEST_REVIEW, NOTE_LENGTH, PLANNED_MINUTES
from metrics.sources import MOST_BYTES, OtherFile

EARLIEST_YEAR = 1900

REFUSALS: dict[str, str | Promise] = {
    "range": _("Please choose a number from 0 to 6."),
    "range_beside": _("Please choose a number from 0 to 3."),
    "nothing_to_check": _("You did not use AI for this, so there was nothing of it to check."),
    "occurrences_missing": _("Say how often the work came up, too: this programme is measured by that."),
    "occurrences_not_asked": _("This programme does not ask how often the work comes up."),
    "more_than_occurrences": _("That is more often than the work came up. Please choose again."),
    "more_than_total": _("That is more without being asked than altogether. Please choose again."),
    "closed": _("That week is closed. It can be mended until the Sunday after it."),
    "not_over": _("That week is not over yet."),
    "not_monday": _("A week is named by its Monday."),
    "too_early": _("The programme's baseline began later."),
    "not_asked": _("You are not asked about this work."),
    "not_asked_then": _("Nobody is asked about that week."),
    "nobody": _("Nobody in this programme is called so."),
    "who": _("Say who by exactly one of person, mail and external_id."),
    "twice": _("This person's week is named twice."),
    "unknown": _("We could not tell which week you meant. Please choose again."),
}


class WeekForm:
    """Two taps about one week of one workflow: how often, and how often without being asked.

    Of work that comes up now and then the first tap of three says how often it came up (`o`). Once the week is answered, each
    of two taps more (`e` errors caught, `t` other tasks) comes with the same answer again, for whoever likes.

    `asked` is the week it is about: the one named, else the first that nothing was said of, else None. A tap in a mail
    (`?n=3`) arrives as `total` and only preselects.
    """

    def __init__(self, weeks: Sequence[OpenWeek], data: Mapping[str, str]) -> None:
        by_key = {one.key: one for one in weeks}
        self.named = data.get("about", "")
        self.errors: list[str | Promise] = []
        self.asked = by_key.get(self.named) or next((one for one in weeks if one.said is None), None)
        self.thanked = by_key.get(data.get("thanks", ""))
        if self.thanked is None and self.asked is None and weeks:
            self.thanked = weeks[0]
        self.by_occasion = self.asked is not None and self.asked.by_occasion
        self._occurrences = _number(data.get("o", "")) if self.by_occasion else None
        # What did not come up was not done with AI either.
        self._total = 0 if self._occurrences == 0 else _number(data.get("n", ""))
        self._unprompted = _number(data.get("u", ""))
        # Nothing at all needs no second question.
        if self._total == 0:
            self._unprompted = 0
        self.errors_caught = _number(data.get("e", ""), rules.MOST_BESIDE)
        self.other_tasks = _number(data.get("t", ""), rules.MOST_BESIDE)
        self._given = data
        self.keys = range(rules.MOST_A_WEEK + 1)
        self.beside_keys = range(rules.MOST_BESIDE + 1)

    def is_valid(self) -> bool:
        """Whether the taps make sense so far. `errors` says what does not."""
        if self.asked is None or (self.named and self.named != self.asked.key):
            self.errors = [REFUSALS["closed" if self.named else "unknown"]]
        elif self._first is None or any(
            key in self._given and count is None for key, count in (("n", self._total), ("u", self._unprompted))
        ):
            self.errors = [REFUSALS["range"]]
        elif self._total is None:
            # How often with AI comes next.
            return True
        elif self._occurrences is not None and self._total > self._occurrences:
            self.errors = [REFUSALS["more_than_occurrences"]]
        elif self._unprompted is not None and self._unprompted > self._total:
            self.errors = [REFUSALS["more_than_total"]]
        elif any(
            key in self._given and count is None for key, count in (("e", self.errors_caught), ("t", self.other_tasks))
        ):
            self.errors = [REFUSALS["range_beside"]]
        return not self.errors

    def refuse(self, code: str) -> None:
        """Say why it was not taken."""
        self.errors = [REFUSALS[code]]

    @property
    def _first(self) -> int | None:
        """What the first question was answered with."""
        return self._occurrences if self.by_occasion else self._total

    @property
    def is_complete(self) -> bool:
        return self._total is not None and self._unprompted is not None

    @property
    def wants_total(self) -> bool:
        """Whether it is to be asked next how often AI was used, of the times the work came up."""
        return self._total is None

    @property
    def occurrences(self) -> int | None:
        return self._occurrences

    @property
    def preselected(self) -> int | None:
        """What a tap in the mail chose."""
        return self._first

    @property
    def total(self) -> int:
        assert self._total is not None
        return self._total

    @property
    def unprompted(self) -> int:
        assert self._unprompted is not None
        return self._unprompted

    @property
    def use_keys(self) -> range:
        """How often AI may have been used, where the work came up so often."""
        return range((self._occurrences or 0) + 1)

    @property
    def second_keys(self) -> range:
        """What the second question offers."""
        return range(self.total + 1)


def _number(text: str, most: int = rules.MOST_A_WEEK) -> int | None:
    return int(text) if text in {str(n) for n in range(most + 1)} else None


class UsageFileForm(forms.Form):
    """A file of usage figures."""

    file = forms.FileField(
        label=_("File of usage figures"),
        max_length=1_000,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/tab-separated-values"}),
        error_messages={"required": _("Choose a file first."), "missing": _("Choose a file first.")},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(file_problem("too_large"))
        return file

    def refuse(self, failure: Unreadable | OtherFile) -> None:
        """Say beside the field why the file is not taken."""
        words = file_problem(failure.code, failure.line) if isinstance(failure, Unreadable) else other_file(failure)
        self.add_error("file", words)


class CoverageForm(forms.Form):
    """The word of whoever imports that a file covers everything people use."""

    covers_all_tools = forms.BooleanField(
        label=_("Nobody uses another AI tool for this work"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


def asked_review(given: Mapping[str, Any]) -> ReviewAsked:
    """What the log is asked for. Nonsense in an address is as if it were not there."""
    try:
        week = date.fromisoformat(str(given.get("week", "")))
    except ValueError:
        week = None
    return ReviewAsked(
        # Further back than anybody could have been asked, and a day's arithmetic ends.
        week=week if week and week.year >= EARLIEST_YEAR else None,
        search=asked_text(given, "q"),
        only_discrepant=str(given.get("only", "")) == "discrepant",
        after=asked_id(given, "after"),
        before=asked_id(given, "before"),
    )


class ReviewForm(forms.Form):
    """That a week's log was looked through: in how many minutes, and what was seen."""

    minutes = forms.IntegerField(
        label=_("Minutes it took"),
        min_value=1,
        max_value=LONGEST_REVIEW,
        help_text=_("Planned are %(minutes)s. The estimate is made from what it really took.")
        % {"minutes": PLANNED_MINUTES},
        error_messages={"required": _("Say in whole minutes how long it took.")},
    )
    note = Words(
        label=_("What you noticed"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("Without names: whoever looks after the log reads it, and it stays."),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"form_key": uuid4()})

    def refuse(self) -> None:
        """The week is not, or no longer, one that can be looked through."""
        self.add_error(None, _("This week is not over, or nobody is asked about it. Choose another one."))


class ExportForm(forms.Form):
    """Which file is wanted, and what a lead says in their own words."""

    kind = forms.ChoiceField(
        label=_("File"),
        error_messages={
            "required": _("Choose which file is to be made."),
            "invalid_choice": _("Choose one of the files that stand here."),
        },
    )
    words = forms.CharField(
        label=_("What you learned"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("It stands in the report as you write it. Whoever reads the report reads this, so no names."),
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, kinds: Sequence[ExportKind]) -> None:
        super().__init__(data, initial={"form_key": uuid4()})
        offered: Any = self.fields["kind"]
        offered.choices = [(kind.value, kind.value) for kind in kinds]

    def clean_kind(self) -> ExportKind:
        return ExportKind(self.cleaned_data["kind"])

    def clean_words(self) -> str:
        # Line by line: a report keeps its paragraphs, and nothing that cannot be printed.
        return "\n".join(filter(None, map(one_line, self.cleaned_data["words"].splitlines())))


LINK_REFUSALS: dict[str, str | Promise] = {
    "not_launched": _("There is nothing to read before the launch."),
    "many": _("Twenty links are open already. Take one back first, so that somebody keeps an eye on them."),
}


class EvidenceLinkForm(forms.Form):
    """Who may read the evidence by a link, and for how long."""

    name = Words(label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    mail = forms.CharField(
        label=_("Mail address"),
        max_length=MAIL_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("One person. The link is theirs alone; everybody who may see the evidence sees that you sent it."),
    )
    days = forms.TypedChoiceField(
        label=_("It opens for"),
        choices=lambda: [(days, ngettext("%d day", "%d days", days) % days) for days in LINK_DAYS],
        initial=LINK_DAYS[1],
        coerce=int,
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"form_key": uuid4()})

    def clean_mail(self) -> str:
        mail = clean_mail(self.cleaned_data["mail"])
        if mail is None:
            raise forms.ValidationError(_("This cannot be a mail address. Please look at it once more."))
        return mail

    def refuse(self, code: str) -> None:
        """Say why no link was sent."""
        self.add_error(None, str(LINK_REFUSALS[code]))


PRICE_WORDS: dict[str, str | Promise] = {
    "champion_hour": _("An hour of a champion"),
    "hour": _("An hour of those who take part"),
    "licences": _("Licences, for the whole programme"),
    "other": _("Other cost, for the whole programme"),
}


class PricesForm(forms.Form):
    """The customer's own figures, each from a low to a high end. What is known to the penny has one end."""

    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        help_text=_("Its three letters. For example: EUR, GBP, USD."),
        error_messages={"invalid": _("Please give the three letters of a currency, such as EUR.")},
    )
    other_what = Words(
        label=_("What is the other cost?"),
        required=False,
        max_length=WHAT_LENGTH,
        help_text=_("For example: rooms, an expert’s days. Whoever reads the figures reads this."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name in PRICES:
            most = MOST_MONEY if name in {"licences", "other"} else MOST_AN_HOUR
            for end, words in (("low", _("from")), ("high", _("to"))):
                self.fields[f"{name}_{end}"] = forms.DecimalField(
                    label=words, min_value=0, max_value=most, max_digits=12, decimal_places=2, required=False
                )

    @property
    def pairs(self) -> list[tuple[str | Promise, Any, Any]]:
        """Each price with its two fields."""
        return [(PRICE_WORDS[name], self[f"{name}_low"], self[f"{name}_high"]) for name in PRICES]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for name in PRICES:
            low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
            if low is None and high is not None:
                self.add_error(f"{name}_low", _("Please give the lower end, too."))
            elif low is not None and high is not None and high < low:
                self.add_error(f"{name}_high", _("This is below the lower end."))
        return values

    @property
    def prices(self) -> dict[str, tuple[Decimal, Decimal] | None]:
        """Clean values, both ends or none."""
        found: dict[str, tuple[Decimal, Decimal] | None] = {}
        for name in PRICES:
            low, high = self.cleaned_data[f"{name}_low"], self.cleaned_data[f"{name}_high"]
            found[name] = None if low is None else (low, low if high is None else high)
        return found
