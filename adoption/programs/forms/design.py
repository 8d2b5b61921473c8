"""What people type while they design a programme, step by step."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.forms import refusal_words
from adoption.programs.models import Design, Program
from adoption.programs.queries import start_choices
from adoption.programs.rules import Checkpoint, Mode, Template
from adoption.programs.rules.arms import MOST_SEED
from adoption.programs.rules.design import (
    MOST_PODS,
    WORDS_LENGTH,
    Field,
    Finding,
    Tier,
    main_look,
    main_looks_of,
)
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import people_called
from adoption.tenancy.rules import TEXT_LENGTH

Words = str | Promise

LOOK_WORDS: dict[Checkpoint, Words] = {
    Checkpoint.S30: _("Day 30"),
    Checkpoint.S56: _("Week 8"),
    Checkpoint.SE: _("End of the phase"),
}
FIELD_WORDS: dict[Field, Words] = {
    Field.DEPARTMENT: _("Department"),
    Field.JOB_ROLE: _("Role"),
    Field.LOCATION: _("Location"),
    Field.LINE: _("Everybody below"),
}


class StepForm(forms.Form):
    """One step. Each says which of its fields a refusal is about; what is about none stands above all."""

    ABOUT: dict[str, str] = {}

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        field = self.ABOUT.get(code)
        self.add_error(field if field in self.fields else None, " ".join(refusal_words(code)))


class WorkForm(StepForm):
    """The work, and whether AI is the answer to what is in its way."""

    ABOUT = {"no_address": "name", "name_taken": "name", "address_reserved": "name", "start_passed": "name"}

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Short; people see it in their mails. For example: Client reports.")
    )
    workflow = forms.CharField(
        label=_("The one workflow"),
        max_length=rules.NAME_LENGTH,
        help_text=_("A piece of work that recurs. For example: drafting client reports."),
    )
    aim = forms.CharField(
        label=_("What should come of this work?"),
        max_length=WORDS_LENGTH,
        required=False,
        help_text=_("The outcome, not the tool. For example: clients have their report within two days."),
    )
    obstacle = forms.CharField(
        label=_("What is in the way today?"),
        max_length=WORDS_LENGTH,
        required=False,
        help_text=_("Ask those who do it. For example: three people wait for one figure."),
    )
    finding = forms.TypedChoiceField(
        label=_("Would AI take that out of the way?"),
        coerce=Finding,
        empty_value=None,
        required=False,
        choices=[
            (Finding.AI.value, _("Yes: it is writing, reading, sorting or searching")),
            (Finding.OTHER.value, _("No: something else has to be mended first")),
            (Finding.UNSURE.value, _("Nobody knows yet")),
        ],
        widget=forms.RadioSelect,
    )
    # The same on every press of this form.
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    like = forms.SlugField(widget=forms.HiddenInput, required=False)
    # Where the matrix showed the gap: who may take part, until somebody changes the rules.
    role = forms.CharField(max_length=TEXT_LENGTH, widget=forms.HiddenInput, required=False)


class TemplateForm(StepForm):
    """What sort of programme it is, and how far people should come."""

    ABOUT = dict.fromkeys(("compares", "too_many_explore", "template"), "template")

    template = forms.TypedChoiceField(
        label=_("What sort of programme?"),
        coerce=Template,
        choices=[
            (
                Template.PEER_CHAMPIONS.value,
                _("Peer champions: eight to twelve weeks, pods of eight around a colleague who is ahead"),
            ),
            (
                Template.REPLACEMENT.value,
                _("Replacement: thirty days for a team that was trained once and works as before"),
            ),
            (Template.FUNCTION_COHORT.value, _("Function cohort: ninety days with a whole function")),
            (
                Template.EXPLORATORY.value,
                _("Exploratory: sixteen people at most, where there are too few early adopters; nothing is compared"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    tier = forms.TypedChoiceField(
        label=_("How far should people come?"),
        coerce=Tier,
        choices=[
            (Tier.LITERACY.value, _("Literacy: they understand what AI can do, and what is never done with it")),
            (Tier.FLUENCY.value, _("Fluency: they use it in their own work, every day")),
            (Tier.COMPETENCE.value, _("Competence: they build workflows that others use")),
        ],
        widget=forms.RadioSelect,
    )


class DatesForm(StepForm):
    """When, against what, and what it is measured by."""

    ABOUT = {
        "not_monday": "starts_on",
        "start_passed": "starts_on",
        "weeks": "weeks",
        "no_main_look": "primary_look",
        "icc": "least_icc",
        "numbers": "pods",
    }

    starts_on = forms.TypedChoiceField(
        label=_("Starts on"),
        coerce=date.fromisoformat,
        help_text=_("The Monday of week 1. The two weeks before it are the baseline."),
    )
    weeks = forms.TypedChoiceField(
        label=_("Length"), coerce=int, help_text=_("Never open-ended: that is what makes it measurable.")
    )
    comparison = forms.CharField(
        label=_("What the comparison group gets instead"),
        max_length=200,
        help_text=_("So that a reader of the evidence knows what the pods are compared with."),
    )
    mode = forms.TypedChoiceField(
        label=_("How often does this work come up for one person?"),
        coerce=Mode,
        choices=[
            (Mode.WEEKLY.value, _("Every week: uses a week count")),
            (Mode.OPPORTUNITY.value, _("Less often: the share of its occasions done with AI counts")),
        ],
        widget=forms.RadioSelect,
    )
    primary_look = forms.TypedChoiceField(
        label=_("The main look"),
        coerce=Checkpoint,
        help_text=_("The one on which it is judged. Adoption comes first, always."),
    )
    pods = forms.IntegerField(label=_("Pods planned"), min_value=1, max_value=MOST_PODS)
    pod_size = forms.IntegerField(label=_("People in each"), min_value=2, max_value=20)
    teams = forms.IntegerField(
        label=_("Teams to compare with"),
        min_value=0,
        max_value=MOST_PODS,
        help_text=_("Of about the same size."),
    )
    least_icc = forms.DecimalField(
        label=_("Resemblance of people in one pod, assumed at least"),
        max_digits=3,
        decimal_places=2,
        min_value=rules.LEAST_ICC,
        max_value=rules.MOST_ICC,
        help_text=_("From 0.05 to 0.5. The higher, the wider the interval. Leave it unless somebody has measured it."),
    )

    def __init__(self, *args: Any, program: Program, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: dict[str, Sequence[tuple[Any, Any]]] = {
            # With its own day, which may be nearer than a new programme's: a step that is saved again moves nothing silently.
            "starts_on": [
                (day.isoformat(), date_format(day, "j F Y"))
                for day in sorted({program.starts_on, *start_choices(today=today)})
            ],
            "weeks": [(n, _("%(n)d weeks") % {"n": n}) for n in rules.lengths_of(program.template)],
            "primary_look": [(look.value, LOOK_WORDS[look]) for look in main_looks_of(program.template)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if not program.is_compared:
            for name in ("comparison", "teams"):
                del self.fields[name]


def said_of_work(program: Program, design: Design) -> dict[str, Any]:
    """What the first step says so far."""
    return {
        "name": program.name,
        "workflow": program.workflow.name,
        "aim": design.aim,
        "obstacle": design.obstacle,
        "finding": design.finding,
    }


def said_of_template(program: Program, design: Design) -> dict[str, Any]:
    """What the second step says so far."""
    return {"template": program.template, "tier": design.tier}


def said_of_dates(program: Program, design: Design) -> dict[str, Any]:
    """What the third step says so far."""
    return {
        "starts_on": program.starts_on.isoformat(),
        "weeks": program.weeks,
        "comparison": program.comparison,
        "mode": program.mode,
        "primary_look": main_look(design.primary_look, program.template),
        "pods": design.pods,
        "pod_size": design.pod_size,
        "teams": design.teams,
        "least_icc": design.least_icc,
    }


class RuleForm(forms.Form):
    """One more value of who may take part."""

    field = forms.TypedChoiceField(
        label=_("By"), coerce=Field, choices=[(field.value, words) for field, words in FIELD_WORDS.items()]
    )
    value = forms.CharField(
        label=_("Which"),
        max_length=TEXT_LENGTH,
        help_text=_("As the directory writes it. For a line: the name or mail address of who heads it."),
        widget=forms.TextInput(attrs={"list": "departments", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("field") is Field.LINE and values.get("value"):
            found: list[Person] = people_called(values["value"], self.on)
            if len(found) == 1:
                values["value"] = str(found[0].public_id)
            elif found:
                names = ", ".join(one.mail or one.name for one in found)
                self.add_error("value", _("Several people fit. Please give the address: %(names)s.") % {"names": names})
            else:
                self.add_error("value", _("Nobody is called that."))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the value."""
        self.add_error("value", " ".join(refusal_words(code)))


class DrawForm(forms.Form):
    """How many teams lots decide about, and the seed."""

    pods = forms.IntegerField(label=_("Teams for pods"), min_value=1, max_value=MOST_PODS)
    teams = forms.IntegerField(label=_("Teams to compare with"), min_value=1, max_value=MOST_PODS)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=MOST_SEED,
        required=False,
        help_text=_("Any number, thrown in front of others at best. Left empty, the machine takes one. It is kept."),
    )

    def clean_seed(self) -> int:
        given: int | None = self.cleaned_data["seed"]
        return secrets.randbelow(MOST_SEED + 1) if given is None else given

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        self.add_error("pods" if code == "too_few_teams" else None, " ".join(refusal_words(code)))
