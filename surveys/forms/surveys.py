"""What people type into a survey, and what a lead types about one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.rules import one_line
from surveys import rules
from surveys.rules import Item, ItemKind, Problem

Words = str | Promise

PROBLEMS: dict[Problem, Words] = {
    Problem.NOT_A_NUMBER: _("Please give a whole number, such as 45."),
    Problem.NOT_A_CHOICE: _("Please choose one of the answers."),
    Problem.TOO_LARGE: _("That is more than we can write down. Please check the number."),
    Problem.MORE_THAN: _("That is more often than you did the task. Please check both numbers."),
    Problem.TOO_LONG: _("That is longer than we can keep: 1,000 characters at most. Please shorten it."),
}
REFUSALS: dict[str, Words] = {
    "not_open": _("This survey is not open, so nobody can be reminded of it."),
    "reminded": _("There were two reminders already. Somebody who did not answer twice will not answer a third time."),
    "reminded_lately": _("There was a reminder lately. The next one can go out on %(day)s."),
    "closed": _("This survey is closed already."),
    "open": _("This survey is open already."),
    "frozen": _("The programme has gone on from here: what this survey said is fixed."),
    "until": _("Please choose a day that is still to come, until %(last)s."),
    "asked": _("This survey has been opened; its questions are fixed, so that everybody is asked the same."),
    "enough": _("Five questions of your own are as many as one survey takes. Take one away first."),
    "nominations_launched": _("The programme is launched: champions are chosen before it."),
    "nominations_open": _("Everybody is being asked already."),
    "nominations_reminded": _("There was a reminder already, and one is enough."),
    "too_few_asked": _("So few people are there that each could tell who named whom. Please ask more departments."),
    "oneself": _("Please name colleagues, not yourself."),
    "enough_named": _("Three names are enough. Take one away first."),
    "options": _("A choice needs two to eight answers, each on a line of its own."),
    "not_collected": _(
        "Outputs are collected from the opening of the baseline to the closing, of people who take part."
    ),
    "to_come": _("This day is still to come. An output is registered once it exists."),
    "of_before": _(
        "Work of before %(day)s had to be registered before the launch: chosen now, it would be chosen knowing more."
    ),
    "rated": _("Somebody has rated it already, so it stays."),
    "taken_back": _("Whoever made it has taken it back meanwhile. There is nothing to say of it any more."),
    "round_open": _("A round is open. The next one can be opened when it is closed."),
    "round_closed": _("This round is closed: it takes no more ratings."),
    "nothing_to_rate": _("Please choose at least one output and name at least two people who rate."),
    "knows": _("You have just seen which outputs are of before and which of later, so somebody else has to rate."),
    "allot_nobody": _("An output has only its own author to rate it. Please name somebody else as well."),
    "allot_second": _("One output in five is rated twice, so please name at least two people who did not make them."),
    "allot_many": _("That is more than 40 outputs for one person. Please name more people, or choose fewer outputs."),
}


def refusal_sentence(code: str, days: Mapping[str, date]) -> str:
    """A refusal in words, with the days it names."""
    return str(REFUSALS[code]) % {name: date_format(day, "j F") for name, day in days.items()}


def words_of(item: Item, words: str) -> str:
    """The instrument's words in the reader's language; a lead's own as they were written."""
    return words if item.language or not words else gettext(words)


def asked_back(item: Item, number: int) -> str:
    """What is asked beside a number that is unusual."""
    least, most = item.usual
    if number < least:
        return _(
            "That is less than %(least)s. Is it right? If so, send your answers once more; it counts as you say it."
        ) % {"least": least}
    return _(
        "That is more than %(most)s. Is it right? If so, send your answers once more; it counts as you say it."
    ) % {"most": most}


class _Free:
    """Whatever comes is taken as it is: the rules say once what is wrong with it, rather than Django too."""

    def validate(self, value: Any) -> None:
        """Left to `rules.check_items`."""

    def run_validators(self, value: Any) -> None:
        """Left to `rules.check_items`."""


class _Text(_Free, forms.CharField):
    pass


class _Choice(_Free, forms.ChoiceField):
    pass


class SurveyForm(forms.Form):
    """The questions of a survey over what was answered before. Nothing is required: what is left out is missing, never zero.

    A page says in `before` what it showed. Only what differs from that was touched on it, so that a page left open on another
    device takes nothing back. Without `before` everything posted counts, and what is not posted is taken back.
    """

    def __init__(self, items: Sequence[Item], stored: Mapping[str, str], data: Any = None) -> None:
        self.items = tuple(items)
        self.stored = {item.key: stored.get(item.key, "") for item in items}
        super().__init__(data, initial=self.stored)
        for item in items:
            self.fields[item.key] = _shared_field(item, get_language())
        self.shown = _before(data.get("before")) if data is not None else None
        # What counts now, by item, as typed; and what of it may be written down.
        self.given: dict[str, str] = dict(self.stored)
        self.answers: dict[str, Any] = {}
        # What is asked back of unusual numbers, by item; and those numbers, as the page sends them once they are right.
        self.asked_back: dict[str, str] = {}
        self.sure = ""

    def clean(self) -> dict[str, Any]:
        # Line ends as we keep them; a browser sends others.
        sent = {key: str(self.data.get(key, "")).replace("\r\n", "\n") for key in self.stored}
        typed = {key: text[: 2 * rules.TEXT_LENGTH] for key, text in sent.items()}
        if self.shown is None:
            self.given = typed
        else:
            touched = {key: text for key, text in typed.items() if text != self.shown.get(key, "")}
            self.given = self.stored | touched
        _clean, wrong = rules.check_items(self.items, self.given)
        # Where something cannot be written down, what was said before stands, if it still goes with the rest.
        standing = {key: self.stored[key] for key in wrong}
        self.answers, at_odds = rules.check_items(self.items, self.given | standing)
        for key, problem in (at_odds | wrong).items():
            self.add_error(key, str(PROBLEMS[problem]))
        doubted = rules.unusual(self.items, self.answers)
        self.sure = " ".join(f"{key}={number}" for key, number in doubted.items())
        known = str(self.data.get("sure", "")).split()
        self.asked_back = {
            item.key: asked_back(item, doubted[item.key])
            for item in self.items
            if item.key in doubted and f"{item.key}={doubted[item.key]}" not in known
        }
        return self.answers

    @property
    def before(self) -> str:
        """What a page says it showed: every question that is asked now, with what was answered.

        What cannot be kept is not among it: sent again as it is, it is wrong again rather than taken for untouched.
        """
        known = self.given if self.is_bound else self.stored
        kept = known | {key: self.stored[key] for key in self.errors if key in self.stored}
        return json.dumps({item.key: kept[item.key] for item in rules.asked(self.items, known)})

    @property
    def unseen(self) -> list[str]:
        """Questions that are asked after these answers and were not on the page."""
        if self.shown is None:
            return []
        return [
            item.key
            for item in rules.asked(self.items, self.given)
            if item.key not in self.shown and not self.given[item.key]
        ]


def _before(text: Any) -> dict[str, str] | None:
    try:
        said = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else None


def item_field(item: Item) -> forms.Field:
    """The field of one question. Nothing is required."""
    words = words_of(item, item.words)
    if item.kind is ItemKind.NUMBER:
        return _Text(label=words, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    if item.kind is ItemKind.TEXT:
        area = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        told = _(
            "Your lead reads it word for word, without your name, once ten people have written; 90 days later it is deleted. "
            "Please name nobody."
        )
        return _Text(label=words, required=False, help_text=told, widget=area)
    options = [(option.key, words_of(item, option.words)) for option in item.options]
    return _Choice(label=words, required=False, choices=options, widget=forms.RadioSelect)


@lru_cache(maxsize=512)
def _shared_field(item: Item, _language: str | None) -> forms.Field:
    """The same field in everybody's form, made once a language: nothing about it changes with who answers, or what."""
    return item_field(item)


class PulseForm(forms.Form):
    """The anonymous part, sent in one go: it is kept nowhere until then, and nobody can find it again afterwards."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.items = rules.SAFETY.items
        for item in self.items:
            self.fields[item.key] = item_field(item)
        self.answers: dict[str, int] = {}

    def clean(self) -> dict[str, Any]:
        given = {item.key: str(self.data.get(item.key, ""))[:10] for item in self.items}
        clean, wrong = rules.check_items(self.items, given)
        self.answers = {key: int(choice) for key, choice in clean.items()}
        for key, problem in wrong.items():
            self.add_error(key, str(PROBLEMS[problem]))
        if not self.answers and not wrong:
            raise forms.ValidationError(_("Please answer at least one, or leave this page."))
        return clean


KINDS: dict[ItemKind, Words] = {
    ItemKind.CHOICE: _("A choice between answers"),
    ItemKind.SCALE: _("A scale from 1 to 5"),
    ItemKind.NUMBER: _("A whole number"),
    ItemKind.TEXT: _("A few sentences"),
}


def languages() -> list[tuple[str, str]]:
    """Every language a question can be written in, by its own name."""
    named = {code: str(info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info}
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


class QuestionForm(forms.Form):
    """A lead's own question."""

    words = forms.CharField(
        label=_("The question"),
        max_length=rules.WORDS_LENGTH,
        help_text=_("For example: What kept you from using it last week?"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=_("How it is answered"), choices=[(kind.value, words) for kind, words in KINDS.items()]
    )
    options = forms.CharField(
        label=_("The answers to choose from"),
        required=False,
        help_text=_("Only for a choice: two to eight, one a line."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language it is written in"),
        choices=languages,
        widget=forms.Select(attrs={"translate": "no"}),
        help_text=_("Your words are not translated; they are read out in this language."),
    )

    def __init__(self, data: Any = None, *, language: str) -> None:
        super().__init__(data, initial={"language": language})

    def clean_words(self) -> str:
        return one_line(self.cleaned_data["words"])

    def clean_options(self) -> list[str]:
        """One option a line, each once."""
        lines = [one_line(line) for line in self.cleaned_data["options"].splitlines()]
        options = list(dict.fromkeys(line for line in lines if line))
        if any(len(line) > rules.OPTION_LENGTH for line in options):
            raise forms.ValidationError(_("Please keep each answer under 80 characters."))
        return options

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field it is about."""
        self.add_error("options" if code == "options" else None, str(REFUSALS[code]))


class ReasonForm(forms.Form):
    """Why a survey is closed early."""

    reason = forms.CharField(
        label=_("Why is it closed early?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: everybody has answered. It stands on this page; please name nobody."),
    )

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal above the form."""
        self.add_error(None, refusal_sentence(code, days))


class ReopenForm(forms.Form):
    """Until when a closed survey takes answers again, and why."""

    until = DayField(label=_("Until the end of"), help_text=_("At most three weeks."))
    reason = forms.CharField(
        label=_("Why is it opened once more?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: the mails of one team did not arrive. It stands on this page; please name nobody."),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(days=7)})
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + rules.LONGEST_REOPENING).isoformat(),
        }

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the day it is about, else above the form."""
        self.add_error("until" if code == "until" else None, refusal_sentence(code, days))
