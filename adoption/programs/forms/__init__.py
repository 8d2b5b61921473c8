"""What people type about programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Program
from adoption.programs.queries import READY_WORDS
from adoption.programs.queries.units import Unit, unit_of
from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person

Words = str | Promise

REFUSALS: dict[str, Words] = {
    "nobody_to_ask": _("Nobody leads this pod at present, so there is nobody to ask."),
    "no_address": _("Please give it a name with letters in it: its address is made from them."),
    "name_taken": _("Another programme already has this name. Please choose another."),
    "address_reserved": _("This word alone is an address of Murmuration’s own. Please add another word."),
    "not_monday": _("A programme starts on a Monday."),
    "weeks": _("A programme takes eight to twelve weeks."),
    "arm_pods": _("Nobody is in a pod yet. Name a champion and form a pod first."),
    "arm_comparison": _("Nobody is in the comparison group yet. Without one there is nothing to compare with."),
    "explores": _("An exploratory programme has no comparison group: nothing is compared in it."),
    "compares": _(
        "A comparison group is chosen already. Take its teams out first: in such a programme nothing is compared."
    ),
    "too_many_explore": _("An exploratory programme takes sixteen people at most, so that each of them is helped."),
    "launched": _("The programme has been launched; who takes part is fixed."),
    "baseline_open": _("The baseline is open already."),
    "mode_differs": _(
        "Another programme on the same work measures it the other way. One answer about a week serves both, so choose the "
        "same under “What is measured”."
    ),
    "in_a_pod": _("Somebody of these teams sits in a pod by now. Nothing was changed; please choose again."),
    "not_launched": _("Nothing is fixed before the launch, so there is nothing to make another version of."),
    "not_launched_yet": _("It has not been launched, so there is nothing to replace."),
    "closed": _("The programme is closed; what it was measured by stands."),
    "not_closed": _("It is not closed yet: something is still asked of people. It closes by itself."),
    "stopped": _("It was stopped, so nothing of it is changed any more. A new draft can be made from it."),
    "closes_itself": _("Its ninety days are over, and everything was asked. It closes by itself."),
    "no_stop_reason": _("Please say why. It stands on its page and beside every step that is left out."),
    "not_discarded": _("People were asked already, and were let go. A new draft can be made from it."),
    "not_ended": _("Its phase has not ended yet. What it taught is written down after it."),
    "lesson_number": _("Please give both, the number and what it is of, or neither."),
    "too_many_lessons": _("Twelve are the most, so that the next one reads them. Take one away first."),
    "no_reason": _("Please say why: it stands beside every figure from then on."),
    "no_exemption_reason": _("Please say why there is no suitable work for them."),
    "no_main_look": _("Please choose one of the looks that are offered."),
    "icc": _("Please give a number from 0.05 to 0.5."),
    "nothing_different": _("This is what it is measured by already."),
    "numbers": _("Please give numbers that a programme can have: up to 200 pods of 2 to 20 people."),
    "too_many_rules": _("Fifty of one kind are the most. Please use a department or a line that holds them together."),
    "not_eligible": _(
        "Somebody of them may not take part by the rules. Nothing was changed: leave them out, or change the rules under “Arms”."
    ),
    "nobody_there": _("Nobody in the directory fits that. Please write it as the directory does."),
    "empty_team": _("Nobody of one of these teams may take part. Nothing was changed; please choose again."),
    "drawn_already": _("Lots were drawn already. Take them back first: it stays in the audit trail."),
    "lots": _("Please give numbers of teams and a seed that lots can be drawn with."),
    "too_few_teams": _("There are not so many teams of which nobody is in a group or leads yet."),
    "in_neither": _("Please choose somebody who is in one of the two groups."),
    "start_passed": _(
        "Its first week has begun, and a baseline comes before it. Please change the draft, to start later."
    ),
    "no_baseline": _("Open the baseline first: two weeks of it, before anything changes."),
    "attention_settled": _("This has come off the list already."),
    "day_seven_open": _(
        "A day 7 is answered, not talked away: ask their champion for it, or put it off with a reason."
    ),
    "step_to_agree_on": _(
        "What did not work on day 7 is closed by a step that is agreed on and confirmed, not by a word. Agree on the step, or put "
        "it off with a reason."
    ),
    "phase_over": _("The active phase is over; nobody is to be helped along any more."),
    "until_past": _("Please choose a day that is still to come."),
    "until_far": _("Please choose a day within the next six weeks: until %(last)s."),
    "step_done": _("This has happened already."),
    "step_skipped": _("This has been left out already."),
    "step_as_promised": _("This stands as it was promised."),
    "step_fixed": _("This is fixed by the launch, so that nobody can choose afterwards what counts."),
    "step_written": _("The calendar has been written meanwhile. Please look there, and change it there."),
    "no_room": _("There is no day left to which it could be moved. It can be left out."),
    "outside_leeway": _("Please choose a day from %(first)s to %(last)s."),
    "before_survey": _("Its reminder goes out on %(day)s. Move the reminder first, or choose an earlier day."),
    "after_survey": _("Its survey goes out on %(day)s. A reminder comes after it."),
    "week_closed": _("This week takes no more answers, so there is nothing left to ask."),
    "day_passed": _("The day it was promised for has passed. Choose another day, or leave it as it is."),
}


def refusal_words(code: str, missing: Sequence[str] = ()) -> list[str]:
    """Why something cannot be done now, as sentences: one for each thing that is missing, else one for the code."""
    return [str(REFUSALS.get(name) or READY_WORDS.get(name, name)) for name in missing or [code]]


def refusal_sentence(code: str, days: Mapping[str, date]) -> str:
    """A refusal as a sentence, with the days it names."""
    return refusal_words(code)[0] % {name: date_format(day, "j F") for name, day in days.items()}


def asked_program(slug: str) -> Program:
    """The programme that an address names, with its work and its organisation. Raises Http404 where there is none."""
    found: Program = get_object_or_404(Program.objects.select_related("workflow", "organization"), slug=slug)
    return found


def asked_ids(given: QueryDict, name: str) -> list[UUID]:
    """The public ids that boxes of one name carry. Nonsense is as if it were not there."""
    found = []
    for text in given.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def asked_units(given: QueryDict) -> list[Unit]:
    """The units that boxes carry, once each. Nonsense is as if it were not there."""
    return sorted({unit for key in given.getlist("unit") if (unit := unit_of(key))})


class LaterForm(forms.Form):
    """Until when something rests, and why."""

    until = DayField(label=_("Until"), help_text=_("Then it is back on the list by itself. At most six weeks."))
    reason = forms.CharField(
        label=_("Why"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: on a project abroad until then. Other leads read it, and so may the person."),
    )

    def __init__(self, data: QueryDict | None, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(weeks=1)})
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + rules.LONGEST_SNOOZE).isoformat(),
        }

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the day."""
        self.add_error("until", refusal_sentence(code, days))


class MoveForm(forms.Form):
    """The day to which a step is moved."""

    to = DayField(label=_("Move to"))

    def __init__(self, *args: Any, room: tuple[date, date] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if room:
            first, last = room
            self.fields["to"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
            self.fields["to"].help_text = _("From %(first)s to %(last)s.") % {
                "first": date_format(first, "j F"),
                "last": date_format(last, "j F"),
            }

    def refuse(self, code: str, days: Mapping[str, date]) -> None:
        """Say a refusal beside the day."""
        self.add_error("to", refusal_sentence(code, days))


class SkipForm(forms.Form):
    """Why a step is left out."""

    reason = forms.CharField(
        label=_("Why is it left out?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: the company is closed that week. It stands in the calendar and in the audit trail."),
    )


class StopForm(forms.Form):
    """Why a programme is stopped."""

    reason = forms.CharField(
        label=_("Why is it stopped?"),
        max_length=rules.REASON_LENGTH,
        error_messages={"required": _("Please say why. It stands on its page and beside every step that is left out.")},
        help_text=_(
            "For example: the tool was withdrawn. It stands on its page, and leads and executives read it there."
        ),
    )


class MeasureForm(forms.Form):
    """Another version of what a programme is measured by, and why."""

    primary_look = forms.TypedChoiceField(
        label=_("The main look"),
        coerce=rules.Checkpoint,
        choices=[
            (rules.Checkpoint.S30.value, _("Day 30")),
            (rules.Checkpoint.S56.value, _("Week 8")),
            (rules.Checkpoint.SE.value, _("End of the phase")),
        ],
        help_text=_("Before it a difference is only called clear by the stricter interval."),
    )
    least_icc = forms.DecimalField(
        label=_("Resemblance of people in one pod, assumed at least"),
        max_digits=3,
        decimal_places=2,
        help_text=_("From 0.05 to 0.5. The higher, the wider the interval."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: the vendor’s release moved the work of week 8. It stands in the audit trail."),
    )

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        field = {"no_main_look": "primary_look", "icc": "least_icc"}.get(code, "reason")
        self.add_error(field, " ".join(refusal_words(code)))


class ModeForm(forms.Form):
    """How often the work comes up, and so what uses are held against."""

    mode = forms.TypedChoiceField(
        label=_("How often does this work come up for one person?"),
        coerce=rules.Mode,
        choices=[
            (rules.Mode.WEEKLY.value, _("Every week: uses a week count")),
            (rules.Mode.OPPORTUNITY.value, _("Less often: the share of its occasions done with AI counts")),
        ],
        widget=forms.RadioSelect,
        help_text=_("It can be changed until the baseline opens: from then on people are asked in this way."),
    )


class ExemptForm(forms.Form):
    """Somebody in one of the two groups who has no suitable workflow."""

    person: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who has no suitable workflow?"),
        queryset=None,
        to_field_name="public_id",
        empty_label=_("Please choose"),
        error_messages={"invalid_choice": REFUSALS["in_neither"]},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: moved to another task in May. Leads read it, and so may the person."),
    )

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
