"""What is typed about a champion's agreed time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.people import DayField
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import calling_card, people_called
from adoption.tenancy.rules import TEXT_LENGTH
from champions.forms.naming import refusal_of
from champions.models import Agreement, Champion, Sponsorship
from champions.queries.agreements import usual_hours
from champions.rules.agreements import BUDGET_LENGTH, MOST_HOURS, REASON_LENGTH, WORK_LENGTH, is_outside, plain, share

AGREEMENT_REFUSALS: dict[str, str | Promise] = {
    "outside": _("That is not 10 to 15 % of the contracted hours. If it must be so, please say why."),
    "turned_round": _("The last day lies before the first one."),
    "span": _("Please choose days that are not over, a year at most."),
    "no_manager": _("The directory knows no manager to agree with. Please ask your lead to add one."),
    "stepped_down": _("This champion has stepped down; there is nothing to agree."),
    "changed_meanwhile": _("Something else was proposed meanwhile. Please read it again."),
}
_FIELDS = {"turned_round": "to_on", "span": "to_on"}


def agreement_refusal(code: str) -> str:
    """Why something about an agreement cannot be done now, as a sentence."""
    return str(AGREEMENT_REFUSALS.get(code) or refusal_of(code))


class HoursKept(forms.DecimalField):
    """Hours a week, with a point or a comma, in quarters or as people say them. None at all is a number too."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        options.setdefault("decimal_places", 2)
        super().__init__(min_value=0, max_value=MOST_HOURS, max_digits=4, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


class AgreementForm(forms.Form):
    """What comes off the plate, hours a week, from and to. Outside 10 to 15 % a reason is wanted."""

    work = forms.CharField(
        label=_("What comes off the plate"),
        max_length=WORK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Named work, and who does it instead or that nobody does. “Less” is not enough."),
    )
    hours = HoursKept(label=_("Hours a week kept free"))
    contracted = HoursKept(label=_("Contracted hours a week"), decimal_places=1)
    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("To"))
    outside_because = forms.CharField(
        label=_("Why less or more"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=_("Only where it is not 10 to 15 % of the contracted hours."),
    )

    def __init__(self, data: Any = None, *, champion: Champion, before: Agreement | None) -> None:
        known = champion.person.contracted_hours
        usual = usual_hours(known)
        initial: dict[str, Any] = {
            "contracted": plain(known) if known else None,
            "hours": plain(usual[0]) if usual else None,
            "from_on": champion.program.starts_on,
            "to_on": champion.program.ends_on,
        }
        if before:
            initial |= {name: getattr(before, name) for name in ("work", "hours", "contracted", "from_on", "to_on")}
            initial |= {name: plain(initial[name]) for name in ("hours", "contracted")}
            initial["outside_because"] = before.outside_because
        super().__init__(data, initial=initial)
        if usual:
            words = _("10 to 15 %% of %(contracted)s hours: %(least)s to %(most)s.")
            self.fields["hours"].help_text = words % {
                "contracted": plain(known) if known else known,
                "least": plain(usual[0]),
                "most": plain(usual[1]),
            }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        hours, contracted = values.get("hours"), values.get("contracted")
        if hours is not None and not hours:
            self.add_error(
                "hours", _("No hours are no time. Please agree some, or tell your lead that it does not work.")
            )
        elif contracted is not None and not contracted:
            self.add_error("contracted", _("Please give the hours a week of the contract."))
        elif hours and contracted and is_outside(hours, contracted) and not values.get("outside_because"):
            usual = usual_hours(contracted) or (hours, hours)
            words = _(
                "That is %(share)s %% of the contracted hours; 10 to 15 %% would be %(least)s to %(most)s hours. If it must be "
                "so, please say why."
            )
            said = words % {
                "share": share(hours, contracted),
                "least": plain(usual[0]),
                "most": plain(usual[1]),
            }
            self.add_error("outside_because", said)
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field it is about."""
        self.add_error(_FIELDS.get(code), agreement_refusal(code))


class WaiverForm(forms.Form):
    """Why a champion starts without an agreement."""

    reason = forms.CharField(
        label=_("Why do they start without an agreement?"),
        max_length=REASON_LENGTH,
        help_text=_("For example: the manager is away until the second week. It stands beside the champion."),
    )


class SponsorshipForm(forms.Form):
    """Who stands for the champions' time, and which line of the budget pays for it."""

    who = forms.CharField(
        label=_("Sponsor: name or mail address"),
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("An executive. They are told when a champion runs out of time."),
    )
    budget_line = forms.CharField(
        label=_("Budget line"), max_length=BUDGET_LENGTH, help_text=_("For example: cost centre 4711, learning, 2027.")
    )

    def __init__(self, data: Any = None, *, before: Sponsorship | None, on: date) -> None:
        known = {"budget_line": before.budget_line} if before else {}
        if before and before.sponsor:
            known["who"] = calling_card(before.sponsor)
        super().__init__(data, initial=known)
        self.on = on
        self.sponsor: Person | None = None

    def clean_who(self) -> str:
        text = str(self.cleaned_data["who"])
        found = people_called(text, self.on)
        if not found:
            raise forms.ValidationError(_("Nobody in the directory is called that, or has that address."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people are called that. Please give the mail address."))
        self.sponsor = found[0]
        return text
