"""What people type about somebody in the directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.forms.members import Words, asked_id, asked_text
from adoption.tenancy.models import Person
from adoption.tenancy.queries import people as queries
from adoption.tenancy.queries.people import PeopleAsked, State
from adoption.tenancy.rules import cells

MOST_VERSION = 2**31 - 1
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


def asked_people(given: Mapping[str, Any]) -> PeopleAsked:
    """What a list of people is asked for. Nonsense in an address is as if it were not there."""
    state = str(given.get("state", ""))
    return PeopleAsked(
        search=asked_text(given, "q"),
        state=State(state) if state in set(State) else State.HERE,
        department=asked_text(given, "department"),
        after=asked_id(given, "after"),
        before=asked_id(given, "before"),
    )


class DayField(forms.DateField):
    """A day, from a picker or typed as people write it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"invalid": _("This is not a date. An example: 2026-11-30.")})
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            found = cells.read_date(rules.one_line(value), None)
            if found is None or not EARLIEST <= found <= LATEST:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            return found
        return super().to_python(value)


class HoursField(forms.CharField):
    """Hours a week with a point or a comma; offers what was probably meant."""

    def clean(self, value: Any) -> Decimal | None:
        text = rules.one_line(str(value or ""))
        if not text:
            return None
        hours, meant = cells.read_hours(text)
        if hours is None:
            if meant:
                words = {"value": text[:20], "meant": meant}
                raise forms.ValidationError(
                    _("%(value)s is more than a week holds. Did you mean %(meant)s?"), params=words
                )
            raise forms.ValidationError(_("Hours a week are a number up to 80. An example: 38.5."))
        return hours


class PersonForm(forms.Form):
    """Somebody's entry in the directory."""

    name = Words(label=_("Name"), max_length=rules.NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    mail = Words(
        label=_("Work e-mail"),
        max_length=rules.MAIL_LENGTH,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    external_id = Words(
        label=_("Number in the HR system"),
        max_length=rules.NAME_LENGTH,
        required=False,
        help_text=_("Keeps a person one person when their name or address changes."),
    )
    job_role = Words(label=_("Role"), max_length=rules.TEXT_LENGTH, required=False)
    department = Words(
        label=_("Department"),
        max_length=rules.TEXT_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"list": "departments", "autocomplete": "off"}),
    )
    location = Words(label=_("Location"), max_length=rules.TEXT_LENGTH, required=False)
    zone = Words(
        label=_("Time zone"),
        max_length=64,
        required=False,
        help_text=_("Empty means the organisation's. An example: Europe/Berlin."),
    )
    manager = Words(
        label=_("Manager"),
        max_length=rules.NAME_LENGTH + rules.MAIL_LENGTH + 3,
        required=False,
        widget=forms.TextInput(attrs={"list": "managers", "autocomplete": "off"}),
        help_text=_("A name, an address or a number."),
    )
    # Asked only when several people are called the same.
    manager_choice = forms.ChoiceField(label=_("Whom do you mean?"), required=False, widget=forms.HiddenInput)
    contracted_hours = HoursField(label=_("Hours a week"), required=False)
    despite_erasure = forms.BooleanField(
        label=_("They know that they are entered again"), required=False, widget=forms.HiddenInput
    )
    version = forms.IntegerField(min_value=1, max_value=MOST_VERSION, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean_mail(self) -> str | None:
        given = self.cleaned_data["mail"]
        if not given:
            return None
        mail = rules.clean_mail(given)
        if mail is None:
            meant = cells.mended_mail(given)
            if meant:
                raise forms.ValidationError(
                    _("This is not a mail address. Did you mean %(meant)s?"), params={"meant": meant}
                )
            raise forms.ValidationError(_("This is not a mail address. An example: noor@company.com."))
        return mail

    def clean_external_id(self) -> str | None:
        return self.cleaned_data["external_id"] or None

    def clean_zone(self) -> str:
        given = self.cleaned_data["zone"]
        if not given:
            return ""
        zone, meant = cells.read_zone(given)
        if not zone:
            if meant:
                raise forms.ValidationError(
                    _("This is not a time zone. Did you mean %(meant)s?"), params={"meant": meant}
                )
            raise forms.ValidationError(_("This is not a time zone. An example: Europe/Berlin."))
        return zone

    def clean_manager(self) -> Person | None:
        given = self.cleaned_data["manager"]
        if not given:
            return None
        found = queries.people_called(given, self.on)
        chosen = str(self.data.get("manager_choice", ""))
        for person in found:
            if str(person.public_id) == chosen:
                return person
        if not found:
            raise forms.ValidationError(_("Nobody in the directory is called that. Add them first, or leave it empty."))
        if len(found) > 1:
            self._offer(found)
            raise forms.ValidationError(_("Several people fit. Say below whom you mean."))
        return found[0]

    def _offer(self, people: list[Person]) -> None:
        choice = self.fields["manager_choice"]
        choice.choices = [  # type: ignore[attr-defined]
            (str(one.public_id), ", ".join(filter(None, (one.name, one.job_role, one.department, one.mail or ""))))
            for one in people[: queries.MOST_SUGGESTIONS]
        ]
        choice.widget = forms.RadioSelect(choices=choice.choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # An answer to a question that is no longer asked.
        self.errors.pop("manager_choice", None)
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The entry as typed, clean: what `change_person` and `add_person` take."""
        left_out = ("version", "manager_choice", "despite_erasure")
        return {field: value for field, value in self.cleaned_data.items() if field not in left_out}

    def offer_despite_erasure(self) -> None:
        """Ask whether somebody who was erased knows that they are entered again."""
        self.fields["despite_erasure"].widget = forms.CheckboxInput()

    def renew(self, version: int) -> None:
        """Let the next attempt be about another version of the entry."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]


def person_as_typed(person: Person) -> dict[str, Any]:
    """An entry as its form shows it."""
    hours = person.contracted_hours
    return {
        "name": person.name,
        "mail": person.mail or "",
        "external_id": person.external_id or "",
        "job_role": person.job_role,
        "department": person.department,
        "location": person.location,
        "zone": person.zone,
        "manager": queries.calling_card(person.manager) if person.manager else "",
        "contracted_hours": "" if hours is None else f"{hours.normalize():f}",
        "version": person.version,
    }


class LeaveForm(forms.Form):
    """A span of days in which somebody is away."""

    starts_on = DayField(label=_("First day away"))
    ends_on = DayField(
        label=_("Last day away"), required=False, help_text=_("Leave it empty when it is not known yet.")
    )


class WithdrawLeaveForm(forms.Form):
    """Which leave of a person is meant: they never have two that begin on one day."""

    starts_on = DayField()


class DepartureForm(forms.Form):
    """The first day on which somebody is no longer there."""

    left_on = DayField(label=_("First day they are no longer here"))


class AliasForm(forms.Form):
    """Another address or login of somebody."""

    address = Words(label=_("Another address or login"), max_length=rules.MAIL_LENGTH)
