"""What people type about members and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.queries.members import ROLE_WORDS
from adoption.tenancy.rules import Permission, Role

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


class MailField(Words):
    """A mail address, as it is kept. Empty where none is asked for and none stands there."""

    widget = forms.EmailInput

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Work e-mail"), max_length=rules.MAIL_LENGTH, **options)

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        mail = rules.clean_mail(typed) if typed else ""
        if mail is None:
            raise forms.ValidationError(_("This is not a mail address. An example: noor@company.com."))
        return mail


def asked_text(given: Mapping[str, Any], name: str) -> str:
    """What a list is searched for. Nonsense in an address finds nothing, and refuses nothing."""
    return rules.one_line(str(given.get(name, "")))[: rules.TEXT_LENGTH]


def asked_id(given: Mapping[str, Any], name: str) -> UUID | None:
    """The public id an address names, or None when it is not one."""
    try:
        return UUID(str(given.get(name, "")))
    except ValueError:
        return None


def asked_ids(given: Mapping[str, Any], name: str, most: int) -> list[UUID]:
    """The public ids an address names one after another, with commas between them; what is none is left out."""
    named = str(given.get(name, "")).split(",")[:most]
    return [found for one in named if (found := asked_id({name: one}, name))]


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
    mail = MailField(
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Who is in the directory with this address is invited as they are; anybody else is added to it."),
    )
    roles = RolesField(initial=[Role.MEMBER.value])
    # Asked only of those who turn out to need it.
    despite_erasure = forms.BooleanField(
        label=_("They know that they are entered again"), required=False, widget=forms.HiddenInput
    )

    def offer_despite_erasure(self) -> None:
        """Ask whether somebody who was erased knows that they are entered again."""
        self.fields["despite_erasure"].widget = forms.CheckboxInput()


class InviteLine(forms.Form):
    """One line of a list of invitations: who, where to write, and as what. Empty when no address stands in it."""

    name = Words(
        required=False,
        max_length=rules.NAME_LENGTH,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    mail = MailField(
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    role = forms.TypedChoiceField(
        coerce=Role,
        choices=[(role.value, words.name) for role, words in ROLE_WORDS.items()],
        label=_("Role"),
        initial=Role.MEMBER.value,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("name") and values.get("mail") == "":
            self.add_error("mail", _("Where shall the invitation go?"))
        return values


class InviteLines(forms.BaseFormSet):
    """Several invitations at once."""

    def add_fields(self, form: InviteLine, index: int | None) -> None:
        # The columns have headings, the cells no room for labels: who listens hears the line as well.
        super().add_fields(form, index)
        for field in form.fields.values():
            said = {"label": field.label, "line": (index or 0) + 1}
            field.widget.attrs["aria-label"] = _("%(label)s, line %(line)d") % said

    def clean(self) -> None:
        seen: dict[str, int] = {}
        for number, line in enumerate(self.forms, start=1):
            mail = line.cleaned_data.get("mail") if hasattr(line, "cleaned_data") else ""
            if mail and mail in seen:
                line.add_error("mail", _("This address stands on line %(line)d already.") % {"line": seen[mail]})
            elif mail:
                seen[mail] = number

    @property
    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """What the lines say that name somebody, with their place."""
        return [(place, form.cleaned_data) for place, form in enumerate(self.forms) if form.cleaned_data.get("mail")]


InviteFormSet: type[InviteLines] = forms.formset_factory(  # type: ignore[assignment]
    InviteLine, formset=InviteLines, extra=0, max_num=rules.MOST_INVITED, absolute_max=rules.MOST_INVITED
)


class PasteForm(forms.Form):
    """A list of addresses as it stands in a mail or a table."""

    pasted = forms.CharField(
        label=_("Paste a list"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One person a line, with or without a name: Noor Haddad, noor@company.com"),
    )


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
