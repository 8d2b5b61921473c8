"""What people type about an organisation: what it is called, what it promises its people, and that there be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.forms.members import Words
from adoption.tenancy.models import Organization
from adoption.tenancy.models.organization import ChampionView

# Then there is nothing to choose, and it is said.
IN_ONE_LANGUAGE = len(settings.LANGUAGES) == 1


class NameForm(forms.Form):
    """What an organisation is called, and how it writes times."""

    # What one began to change; somebody else may have saved meanwhile.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    name = Words(label=_("Name"), max_length=120, help_text=_("As people know it: it stands in every mail."))
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        widget=forms.Select(attrs={"translate": "no"}),
        help_text=_(
            "For everybody whose directory entry names no zone of their own. Texts, dates and numbers are in British English."
        )
        if IN_ONE_LANGUAGE
        else _("For everybody whose directory entry names no zone of their own."),
    )
    locale = forms.ChoiceField(
        label=_("Language, and how dates and numbers are written"),
        choices=settings.LANGUAGES,
        widget=forms.HiddenInput if IN_ONE_LANGUAGE else forms.Select,
    )


class PromisesForm(forms.Form):
    """How small a group may be whose figures are shown, and what champions see. `least` is what has been promised so far."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    smallest_group = forms.IntegerField(
        label=_("Smallest group whose figures are shown"),
        max_value=rules.MOST_GROUP,
        help_text=_("Of fewer people no share, no median and no comparison is shown to anybody. Five is the least."),
    )
    smallest_group_executive = forms.IntegerField(
        label=_("Smallest group shown to executives"),
        max_value=rules.MOST_GROUP,
        help_text=_("They know the people less and decide about more. Ten is the least, and never fewer than above."),
    )
    champion_view = forms.ChoiceField(
        label=_("What champions see of their own pod"),
        choices=ChampionView.choices,
        widget=forms.RadioSelect,
        help_text=_("Inside a champion's own reporting line it is always only what a member shares."),
    )

    def __init__(self, *args: Any, least: Mapping[str, int] = rules.LEAST_GROUPS, **options: Any) -> None:
        super().__init__(*args, **options)
        self.least = least
        for field, number in least.items():
            self.fields[field].widget.attrs["min"] = number

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


class StartForm(NameForm, PromisesForm):
    """An organisation that is not there yet, and who looks after it."""

    version = None  # type: ignore[assignment]
    # The same on every press of this form: what is made carries it as its public id.
    key = forms.UUIDField(widget=forms.HiddenInput)
    slug = Words(
        label=_("Short name"),
        max_length=200,
        required=False,
        help_text=_(
            "Its part of every address, for good: small letters, digits and hyphens. Left empty, it is taken from the name."
        ),
    )
    person = Words(label=_("Your own name"), max_length=rules.NAME_LENGTH)
    leads = forms.BooleanField(label=_("I run the programmes as well, as L&D lead"), required=False)

    field_order = ("key", "name", "slug", "zone", "locale", "person", "leads")

    def clean_slug(self) -> str:
        typed = self.cleaned_data["slug"].lower()
        slug = typed or rules.slug_of(self.cleaned_data.get("name", ""))
        if slug in rules.RESERVED_SLUGS:
            raise forms.ValidationError(_("This word is kept for Murmuration itself. Choose another one."))
        if not typed and not slug and self.cleaned_data.get("name"):
            raise forms.ValidationError(
                _("The name has no Latin letter to make an address of. Write a short name in Latin letters or digits.")
            )
        if typed and (rules.slug_of(typed) != typed or len(typed) > rules.SLUG_LENGTH):
            raise forms.ValidationError(
                _("Up to 60 small letters and digits, with single hyphens between. For example: %(example)s."),
                params={"example": rules.slug_of(typed) or "acme"},
            )
        return slug

    def refuse_taken(self, slug: str) -> None:
        """Say that another organisation has the address, and propose one."""
        self.add_error(
            "slug",
            forms.ValidationError(
                _(
                    "There is an organisation at this address already. Choose another short name, for example %(other)s."
                ),
                params={"other": f"{slug[: rules.SLUG_LENGTH - 2]}-2"},
            ),
        )


def said_of(organization: Organization, form: type[forms.Form]) -> dict[str, Any]:
    """What an organisation says so far, for the fields of a form."""
    return {field: getattr(organization, field) for field in form.base_fields}


def promised(organization: Organization) -> dict[str, int]:
    """The thresholds that hold, and below which nobody goes."""
    return {field: getattr(organization, field) for field in rules.LEAST_GROUPS}
