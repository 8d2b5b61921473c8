"""A prompt, a word on it, and whether it worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import PackElement, Workflow
from adoption.tenancy.forms.members import Words
from champions import rules
from champions.forms.kit import KitForm, LongText, by_id, choices_of
from champions.models import PromptVersion
from champions.queries.kit import REVIEW_WORDS
from champions.rules import ReviewVerdict


@dataclass(frozen=True)
class RoleNeeds:
    """What one role's packs offer, folded unless something of it is chosen or it is their own."""

    role: str
    options: list[BoundWidget]
    is_open: bool


class PromptForm(KitForm):
    """A prompt, or a new version of one: then without its name and its work, and with a reason."""

    refused_beside = {
        "title_taken": "title",
        "changed_meanwhile": "text",
        "nothing_changed": "text",
        "need_in_no_pack": "needs",
    }

    workflow = forms.ChoiceField(label=_("For which work"))
    title = Words(label=_("Name"), max_length=rules.TITLE_LENGTH, help_text=_("What comes out of it, in a few words."))
    text = LongText(
        label=_("The prompt"),
        rows=12,
        max_length=rules.PROMPT_LENGTH,
        help_text=_("What differs each time goes into double braces, {{client}}: the page then asks for it."),
    )
    review_step = Words(
        label=_("How is the output checked before anybody else sees it?"),
        max_length=rules.LINE_LENGTH,
        required=False,
        help_text=_("Without a check it is never called part of the work."),
    )
    needs = forms.MultipleChoiceField(
        label=_("What it needs from the context packs"), widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = Words(
        label=_("Why this version"),
        max_length=rules.LINE_LENGTH,
        help_text=_("What went wrong with the one before, or works better now."),
    )
    upon = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**15 - 1)

    def __init__(
        self,
        data: Any,
        *,
        elements: Sequence[PackElement],
        workflows: Sequence[Workflow] = (),
        upon: PromptVersion | None = None,
        needed: Sequence[PackElement] = (),
        given: Mapping[str, Any] | None = None,
        role: str = "",
    ) -> None:
        initial: dict[str, Any] = dict(given or {})
        if upon:
            initial = {"text": upon.text, "review_step": upon.review_step, "upon": upon.number}
            initial["needs"] = [str(one.public_id) for one in needed]
        super().__init__(data, initial=initial)
        self.elements = by_id(elements)
        self.role = role
        self.fields["needs"].choices = [(key, one.name) for key, one in self.elements.items()]  # type: ignore[attr-defined]
        self.workflows = by_id(workflows)
        for name in ("workflow", "title") if upon else ("reason", "upon"):
            del self.fields[name]
        if not upon:
            choices = [(key, one.name) for key, one in self.workflows.items()]
            self.fields["workflow"].choices = choices  # type: ignore[attr-defined]

    def clean_workflow(self) -> Workflow:
        chosen: Workflow = self.workflows[self.cleaned_data["workflow"]]
        return chosen

    def clean_needs(self) -> list[PackElement]:
        return [self.elements[key] for key in self.cleaned_data["needs"]]

    def needs_by_role(self) -> list[RoleNeeds]:
        """The boxes of `needs`, one's own role first."""
        groups = groupby(self["needs"].subwidgets, key=lambda one: self.elements[str(one.data["value"])].pack.role)
        found = [(role, list(options)) for role, options in groups]
        rows = [
            RoleNeeds(role, some, role == self.role or len(found) == 1 or any(one.data["selected"] for one in some))
            for role, some in found
        ]
        return sorted(rows, key=lambda one: one.role != self.role)


class ReviewForm(KitForm):
    """A word on a version."""

    verdict = forms.TypedChoiceField(
        label=_("Your word on it"), coerce=ReviewVerdict, choices=choices_of(REVIEW_WORDS), widget=forms.RadioSelect
    )
    note = Words(label=_("What should change, or what is good"), max_length=rules.LINE_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("verdict") == ReviewVerdict.CHANGE and not values.get("note") and "note" not in self.errors:
            self.add_error("note", _("Please say what should change."))
        return values


class TryForm(KitForm):
    """Whether it worked. The two buttons say which."""

    worked = forms.TypedChoiceField(
        label=_("Did it work?"), coerce=lambda said: said == "yes", choices=[("yes", _("Yes")), ("no", _("No"))]
    )
    because = Words(
        label=_("What got in the way?"),
        max_length=rules.LINE_LENGTH,
        required=False,
        help_text=_("Champions read it to improve the prompt, and not who said it."),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("worked") is False and not values.get("because") and "because" not in self.errors:
            self.add_error("because", _("Please say in a few words what got in the way."))
        return values


def asked_version(given: Mapping[str, Any], name: str = "version") -> int | None:
    """The number of a version an address names, or None."""
    text = str(given.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def asked_gaps(given: Mapping[str, Any]) -> dict[str, str]:
    """What an address fills into the gaps of a prompt: ?gap-1=Acme."""
    keys = [f"gap-{place}" for place in range(1, rules.MOST_GAPS + 1)]
    return {key: str(given[key]).replace("\x00", "")[: rules.TEXT_LENGTH] for key in keys if given.get(key)}
