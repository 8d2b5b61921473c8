"""What a lead types about what must be there before a launch, about the policy, and about a context pack."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import PackElement, Policy, Preparation
from adoption.programs.rules.packs import ELEMENT_LENGTH, NOTE_LENGTH, PLACE_LENGTH, TASK_LENGTH, Verdict
from adoption.programs.rules.readiness import BY_HAND, EVIDENCE_LENGTH, POLICY_LENGTH, Item
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH, one_line, sort_name

Words = str | Promise

READINESS_REFUSALS: dict[str, Words] = {
    "answered_by_itself": _("This is answered by what was done; nobody ticks it."),
    "waived_elsewhere": _("This is done without champion by champion, on the page of their time."),
    "waiver_without_reason": _("Please say why: it stands on the board and in the audit trail."),
    "launched_ready": _("The programme has been launched; its board stands as it was."),
    "policy_empty": _("Please give the words of the policy and at least one red line."),
    "no_policy": _("Publish the policy first."),
    "policy_newer": _("There is a newer version by now. Please read it."),
    "element_taken": _("This is in the pack already."),
    "pack_full": _("Twenty things are as many as a pack takes. An assistant reads fewer better."),
    "closed_packs": _("The programme is closed."),
}


def readiness_refusal(code: str) -> str:
    """A refusal in words."""
    return str(READINESS_REFUSALS[code])


class SomebodyField(forms.CharField):
    """Somebody of the directory by name or mail address; empty is nobody. Cleans to a person or None."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label,
            help_text=_("Name or mail address."),
            max_length=TEXT_LENGTH,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.on: date | None = None

    def clean(self, value: Any) -> Person | None:
        text = one_line(super().clean(value))
        if not text:
            return None
        assert self.on is not None, "The form says which day it is."
        here = Person.objects.here(self.on)
        found = list(here.addressed(text)) or list(here.filter(sort_name=sort_name(text))[:2])
        if not found:
            raise forms.ValidationError(_("Nobody in the directory is called that, or has that address."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are called that. Please give the mail address."))
        person: Person = found[0]
        return person


class PreparationForm(forms.Form):
    """Whose a line of the board is, by when, and what shows it."""

    owner = SomebodyField(label=_("Who sees to it"))
    due_on = DayField(label=_("By when"), required=False)
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=EVIDENCE_LENGTH,
        required=False,
        help_text=_("A sentence, or a link. For example: 12 May at ten, Dr Sommer has accepted."),
    )

    def __init__(self, data: Any = None, *, item: Item, before: Preparation | None, on: date) -> None:
        said: dict[str, Any] = {}
        if before is not None:
            owner = before.owner
            said = {
                "owner": (owner.mail or owner.name) if owner else "",
                "due_on": before.due_on,
                "evidence": before.evidence,
            }
        super().__init__(data, initial=said)
        self.fields["owner"].on = on  # type: ignore[attr-defined]
        if item not in BY_HAND:
            del self.fields["evidence"]

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, with no evidence where none can be given."""
        return {"evidence": "", **self.cleaned_data}


class ItemWaiverForm(forms.Form):
    """Why the launch does not wait for something."""

    reason = forms.CharField(
        label=_("Why does the launch not wait for it?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("It stands on the board and beside the launch. For example: the sponsor changes in May."),
    )


class PolicyForm(forms.Form):
    """Another version of the policy."""

    words = forms.CharField(
        label=_("What is allowed"),
        max_length=POLICY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Which tools, which data, who checks what goes out. Short enough to be read in two minutes."),
    )
    red_lines = forms.CharField(
        label=_("Red lines, one on each line"),
        max_length=POLICY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("What is never done. For example: No client’s name goes into a tool that is not approved."),
    )

    def __init__(self, data: Any = None, *, before: Policy | None) -> None:
        said = {"words": before.words, "red_lines": before.red_lines} if before else {}
        super().__init__(data, initial=said)


class PackForm(forms.Form):
    """Whose pack is begun."""

    role = forms.CharField(
        label=_("Role"), max_length=TEXT_LENGTH, help_text=_("As the directory writes it, so that it is found again.")
    )

    def clean_role(self) -> str:
        return one_line(self.cleaned_data["role"])


class ElementForm(forms.Form):
    """One thing in a pack: what, where it lives, who keeps it."""

    name = forms.CharField(label=_("What"), max_length=ELEMENT_LENGTH)
    found_at = forms.CharField(
        label=_("Where it lives"),
        max_length=PLACE_LENGTH,
        required=False,
        help_text=_("A link, or words that lead there. The thing itself is not kept here."),
    )
    owner = SomebodyField(label=_("Who keeps it"))

    def __init__(self, data: Any = None, *, element: PackElement | None = None, on: date) -> None:
        said: dict[str, Any] = {}
        if element is not None:
            owner = element.owner
            said = {
                "name": element.name,
                "found_at": element.found_at,
                "owner": (owner.mail or owner.name) if owner else "",
            }
        super().__init__(data, initial=said)
        self.fields["owner"].on = on  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_found_at(self) -> str:
        return one_line(self.cleaned_data["found_at"])


class PackTestForm(forms.Form):
    """How one real task came out with the pack loaded."""

    task = forms.CharField(
        label=_("The real task"),
        max_length=TASK_LENGTH,
        help_text=_("One of this week’s, not an exercise. For example: the quarterly report for Brenner."),
    )
    verdict = forms.TypedChoiceField(
        label=_("How did it come out?"),
        coerce=Verdict,
        choices=[
            (Verdict.GOOD.value, _("Good: fit for this role’s work, with the usual corrections")),
            (Verdict.GENERIC.value, _("Generic: it could have been anybody’s")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was missing, or what made it good"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
