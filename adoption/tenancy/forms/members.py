"""What people type about members, tokens and the organisation itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models import Organization
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.queries.members import ROLE_WORDS
from adoption.tenancy.rules import Permission, Role

MOST_THRESHOLD = 1000

# What the API offers to machines. What only a person may do - roles, tokens, erasing - is not among it.
SCOPES: dict[Permission, str | Promise] = {
    Permission.SEE_DIRECTORY: _("Read the directory, with leave and departures"),
    Permission.EDIT_DIRECTORY: _("Add and change people, leave and departures"),
}


def scope_words(scope: str) -> str:
    """What a scope allows, in words."""
    return str(SCOPES.get(Permission(scope), scope)) if scope in set(Permission) else scope


LASTS = {30: _("30 days"), 90: _("90 days"), 365: _("a year")}

ROLE_CHOICES = [
    (role.value, format_lazy("{name}. {sees} {never}", name=words.name, sees=words.sees, never=words.never))
    for role, words in ROLE_WORDS.items()
]


class Words(forms.CharField):
    """A line of text without control characters. What cannot be written down is left out rather than refused."""

    def to_python(self, value: Any) -> str:
        return super().to_python(rules.one_line(value) if isinstance(value, str) else value) or ""


def asked_text(given: Mapping[str, Any], name: str) -> str:
    """What a list is searched for. Nonsense in an address finds nothing, and refuses nothing."""
    return rules.one_line(str(given.get(name, "")))[: rules.TEXT_LENGTH]


def asked_id(given: Mapping[str, Any], name: str) -> UUID | None:
    """The public id an address names, or None when it is not one."""
    try:
        return UUID(str(given.get(name, "")))
    except ValueError:
        return None


def asked_number(given: Mapping[str, Any], name: str) -> int | None:
    """The positive number an address names, or None when it is not one a row could have."""
    text = str(given.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def asked_role(given: Mapping[str, Any], name: str) -> Role | None:
    """The role an address names, or None when it is not one."""
    return Role(given[name]) if given.get(name) in set(Role) else None


class RolesField(forms.MultipleChoiceField):
    """One or more roles, each with the sentence that says what it sees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=ROLE_CHOICES,
            widget=forms.CheckboxSelectMultiple,
            label=_("Roles"),
            error_messages={"required": _("Choose at least one role.")},
            **options,
        )

    def clean(self, value: Any) -> frozenset[Role]:
        return frozenset(Role(role) for role in super().clean(value))


class InviteForm(forms.Form):
    """Roles for somebody of the directory."""

    roles = RolesField(initial=[Role.MEMBER.value])


class InviteByMailForm(forms.Form):
    """Somebody who may not be in the directory yet, and their roles."""

    name = Words(label=_("Name"), max_length=rules.NAME_LENGTH)
    mail = Words(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Who is in the directory with this address is invited as they are; anybody else is added to it."),
    )
    roles = RolesField(initial=[Role.MEMBER.value])
    # Asked only of those who turn out to need it.
    despite_erasure = forms.BooleanField(
        label=_("They know that they are entered again"), required=False, widget=forms.HiddenInput
    )

    def clean_mail(self) -> str:
        mail = rules.clean_mail(self.cleaned_data["mail"])
        if mail is None:
            raise forms.ValidationError(_("This is not a mail address. An example: noor@company.com."))
        return mail

    def offer_despite_erasure(self) -> None:
        """Ask whether somebody who was erased knows that they are entered again."""
        self.fields["despite_erasure"].widget = forms.CheckboxInput()


class RoleForm(forms.Form):
    """One role to give or to take away."""

    role = forms.TypedChoiceField(choices=ROLE_CHOICES, coerce=Role)
    act = forms.ChoiceField(choices=[("grant", _("Give")), ("revoke", _("Take away"))])


class TokenForm(forms.Form):
    """A key for a machine."""

    # Sent twice, it is one token: what is made carries this as its public id.
    once = forms.UUIDField(widget=forms.HiddenInput)
    name = Words(
        label=_("What it is for"),
        max_length=rules.TEXT_LENGTH,
        help_text=_("For example: nightly HR import. Name the machine, not a person."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing it may do.")},
    )
    lasts = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=lambda days: timedelta(days=int(days)),
        choices=list(LASTS.items()),
        initial=90,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, permissions: frozenset[Permission], **options: Any) -> None:
        super().__init__(*args, **options)
        # Nobody hands on what they may not do themselves.
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, words) for scope, words in SCOPES.items() if scope in permissions]


class OrganizationForm(forms.Form):
    """What an organisation has promised its people, starting from what it says now."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    name = Words(label=_("Name"), max_length=120)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        help_text=_("For everybody whose directory entry names no zone of their own."),
    )
    locale = forms.ChoiceField(label=_("Language, and how dates and numbers are written"), choices=settings.LANGUAGES)
    smallest_group = forms.IntegerField(
        label=_("Smallest group whose figures are shown"),
        max_value=MOST_THRESHOLD,
        help_text=_("It can be raised at any time and never lowered: people were promised at least this much company."),
    )
    smallest_group_executive = forms.IntegerField(
        label=_("Smallest group shown to executives"),
        max_value=MOST_THRESHOLD,
        help_text=_("At least ten, and never fewer than above. The same holds: up, never down."),
    )
    champion_view = forms.ChoiceField(
        label=_("What champions see of their own pod"),
        choices=ChampionView.choices,
        widget=forms.RadioSelect,
        help_text=_("Inside a champion's own reporting line it is always only what a member shares."),
    )

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        options["initial"] = {field: getattr(organization, field) for field in self.base_fields}
        super().__init__(*args, **options)
        self.least = {field: getattr(organization, field) for field in ("smallest_group", "smallest_group_executive")}
        for field, least in self.least.items():
            self.fields[field].widget.attrs["min"] = least

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for field, least in self.least.items():
            if values.get(field) is not None and values[field] < least:
                self.refuse_lowered(field, least)
        group, executive = values.get("smallest_group"), values.get("smallest_group_executive")
        if group is not None and executive is not None and executive < group:
            self.add_error(
                "smallest_group_executive",
                forms.ValidationError(
                    _("Executives never see smaller groups than others: at least %(group)d."), params={"group": group}
                ),
            )
        return values

    def refuse_lowered(self, field: str, least: int) -> None:
        """Say beside a threshold what it may be."""
        self.add_error(
            field,
            forms.ValidationError(
                _("People were promised at least %(least)d. It can be raised, never lowered."), params={"least": least}
            ),
        )
