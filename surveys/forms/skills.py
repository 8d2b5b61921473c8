"""What somebody says of their own work, and what a lead says of a role's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Workflow
from adoption.programs.rules import NAME_LENGTH
from adoption.tenancy.forms.members import Words
from adoption.tenancy.forms.people import DayField
from surveys import rules
from surveys.forms.surveys import REFUSALS, item_field
from surveys.models import RoleWork, SkillsAsk
from surveys.queries.skills import HOURS_WORDS, LEVEL_WORDS, OwnWork, instrument_of
from surveys.rules.skills import WHY_LENGTH, Fit

SKILLS_REFUSALS: dict[str, str | Promise] = {
    "skills_open": _("Everybody is being asked already."),
    "nothing_to_ask": _("Say first which workflows belong to which role: there is nothing to ask about yet."),
    "too_few_asked": _(
        "So few people have a job role that no figure could come of it. Please add roles to the directory."
    ),
    "off_without_reason": _("Please say why: it stands on the matrix in its place."),
    "workflow_retired": _("This workflow is retired. Bring it back first."),
    "workflow_taken": _("There is a workflow of this name already."),
    "workflow_asked_about": _(
        "A programme asks about it, and before and after have to be the same words. Its name stays."
    ),
    "workflow_in_use": _("A programme is on it, so it stays until that one is closed."),
    "not_open": _("Nobody is being asked just now."),
    "closed": _("It is closed and published already."),
}


def skills_refusal(code: str, days: Mapping[str, date | datetime] | None = None) -> str:
    """A refusal in words, with the days it names."""
    words = str(SKILLS_REFUSALS.get(code) or REFUSALS[code])
    return words % {name: date_format(day, "j F") for name, day in (days or {}).items()}


class OwnWorkForm(forms.Form):
    """Two questions a workflow, and the one task in words. Nothing is required: what is left out is missing, never zero."""

    def __init__(self, ask: SkillsAsk, works: Sequence[OwnWork], data: Any = None) -> None:
        self.works = tuple(works)
        items = {item.key: item for item in instrument_of(ask).items}
        said: dict[str, str] = {"anchor": ask.anchor}
        for one in works:
            said |= {self._name("level", one): one.level, self._name("hours", one): one.hours}
        super().__init__(data, initial=said)
        for one in works:
            for key in ("level", "hours"):
                self.fields[self._name(key, one)] = item_field(items[key])
        field = item_field(items["anchor"])
        field.help_text = _("Your lead reads it without your name, once ten people have written. Please name nobody.")
        self.fields["anchor"] = field
        self._items = items

    @staticmethod
    def _name(key: str, one: OwnWork) -> str:
        return f"{key}-{one.workflow.public_id}"

    @property
    def shown(self) -> Iterable[tuple[OwnWork, list[tuple[BoundField, rules.Item]]]]:
        """The workflows with their two fields."""
        for one in self.works:
            yield one, [(self[self._name(key, one)], self._items[key]) for key in ("level", "hours")]

    def clean(self) -> dict[str, Any]:
        self.given: dict[Workflow, tuple[int | None, str]] = {}
        pair = (self._items["level"], self._items["hours"])
        for one in self.works:
            typed = {item.key: str(self.data.get(self._name(item.key, one), ""))[:40] for item in pair}
            clean, wrong = rules.check_items(pair, typed)
            for key in wrong:
                self.add_error(self._name(key, one), str(_("Please choose one of the answers.")))
            level = clean.get("level")
            self.given[one.workflow] = (None if level is None else int(level), clean.get("hours", ""))
        clean, wrong = rules.check_items((self._items["anchor"],), {"anchor": str(self.data.get("anchor", ""))})
        if wrong:
            self.add_error(
                "anchor", str(_("That is longer than we can keep: 1,000 characters at most. Please shorten it."))
            )
        self.anchor: str = clean.get("anchor", "")
        return clean


class RoleWorkForm(forms.Form):
    """A workflow in a role: what it needs, how it looks, and whether AI has a place in it."""

    role = forms.ChoiceField(
        label=_("Role"), error_messages={"invalid_choice": _("Please choose a role of the directory.")}
    )
    workflow: forms.ModelChoiceField[Workflow] = forms.ModelChoiceField(
        label=_("Workflow"), queryset=None, to_field_name="public_id", empty_label=_("Please choose")
    )
    needed = forms.TypedChoiceField(
        label=_("Skill it needs with AI"),
        coerce=int,
        choices=[(number, words) for number, words in enumerate(LEVEL_WORDS)],
        initial=3,
        help_text=_("How well somebody in this role should be able to do it with AI."),
    )
    seen_level = forms.TypedChoiceField(
        label=_("Skill as you see it today"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("I cannot say")), *enumerate(LEVEL_WORDS)],
        help_text=_("It stands beside what people say, and for it where they are too few."),
    )
    seen_hours = forms.ChoiceField(
        label=_("Hours a week for one person, as you see it"),
        required=False,
        choices=[("", _("I cannot say")), *((one.value, words) for one, words in HOURS_WORDS.items())],
    )
    data_allowed = forms.BooleanField(label=_("Its data may enter approved tools"), required=False, initial=True)
    fit = forms.TypedChoiceField(
        label=_("Has AI a place in it?"),
        coerce=Fit,
        choices=[
            (Fit.SUITABLE.value, _("Yes")),
            (Fit.UNSUITABLE.value, _("No: nothing of it is worth doing with AI")),
            (Fit.RED_LINE.value, _("Never: a red line")),
        ],
        initial=Fit.SUITABLE.value,
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=WHY_LENGTH,
        help_text=_("It stands on the matrix in its place. For example: a person has to sign each one."),
    )

    def __init__(self, data: Any = None, *, roles: Sequence[str], work: RoleWork | None = None, role: str = "") -> None:
        said: dict[str, Any] = {"role": role}
        if work is not None:
            said = {
                "needed": work.needed,
                "seen_level": "" if work.seen_level is None else work.seen_level,
                "seen_hours": work.seen_hours,
                "data_allowed": work.data_allowed,
                "fit": work.fit,
                "because": work.because,
            }
        super().__init__(data, initial={key: value for key, value in said.items() if value is not None})
        if work is not None:
            del self.fields["role"], self.fields["workflow"]
        else:
            self.fields["role"].choices = [(one, one) for one in roles]  # type: ignore[attr-defined]
            self.fields["workflow"].queryset = Workflow.objects.current().in_name_order()  # type: ignore[attr-defined]

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field it is about."""
        self.add_error("because" if code == "off_without_reason" else None, skills_refusal(code))


class WorkflowForm(forms.Form):
    """The name of a workflow."""

    name = Words(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_(
            "A piece of work that recurs, as the people who do it call it. For example: client report drafting."
        ),
    )

    def refuse(self, code: str) -> None:
        """Say a refusal beside the name."""
        self.add_error("name", skills_refusal(code))


class AskAboutWorkForm(forms.Form):
    """Until when everybody is asked."""

    until = DayField(label=_("Until"), help_text=_("Three weeks at most. Then it is published by itself."))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(weeks=2)})
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + rules.ANSWERED_WITHIN).isoformat(),
        }

    def refuse(self, code: str, days: Mapping[str, date | datetime]) -> None:
        """Say a refusal beside the day, or above the form where it is about something else."""
        self.add_error("until" if code == "until" else None, skills_refusal(code, days))


class TaskForm(forms.Form):
    """Which workflow a task is: one that is there, a new one by name, or none yet."""

    workflow: forms.ModelChoiceField[Workflow] = forms.ModelChoiceField(
        label=_("Workflow"), queryset=None, to_field_name="public_id", required=False, empty_label=_("None yet")
    )
    name = Words(label=_("Or a new one"), max_length=NAME_LENGTH, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["workflow"].queryset = Workflow.objects.current().in_name_order()  # type: ignore[attr-defined]
