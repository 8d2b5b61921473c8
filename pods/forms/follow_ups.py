"""The three questions of day 7."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pods import rules
from pods.forms.refusals import Words
from pods.queries import CAUSE_WORDS
from pods.rules import Cause, Used

USED_WORDS: dict[Used, Words] = {
    Used.YES: _("Yes"),
    Used.STOPPED: _("Tried, then stopped"),
    Used.NO: _("No"),
}
# What a champion may have seen or heard, in the order of the decision.
SIGN_WORDS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("The output was generic even for somebody who knows how, with the context pack loaded"),
    Cause.NO_SUITABLE_WORKFLOW: _("Nothing that they do every week suits it"),
    Cause.NO_OWN_WORKFLOW: _("They have not picked a piece of work of their own"),
    Cause.OBSTACLE: _("They hit something: an unclear prompt, heavy editing, slower than expected"),
    Cause.GENERIC_EXAMPLES: _("The examples were not like their job"),
    Cause.NO_PEER_SEEN: _("They have not seen a colleague use it"),
}


class FollowUpForm(forms.Form):
    """The three questions of day 7, what was seen, and whether it was fixed there and then."""

    used = forms.TypedChoiceField(
        label=_("Did they use it on real work?"),
        coerce=Used,
        choices=[(used.value, words) for used, words in USED_WORDS.items()],
        widget=forms.RadioSelect,
    )
    what_happened = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    what_failed = forms.CharField(
        label=_("Which part did not work?"),
        required=False,
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signs = forms.TypedMultipleChoiceField(
        label=_("What did you see? Tick everything that fits"),
        required=False,
        coerce=Cause,
        choices=[(cause.value, words) for cause, words in SIGN_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The first that fits, from the top, is written down as the cause."),
    )
    cause = forms.TypedChoiceField(
        label=_("Cause"),
        required=False,
        coerce=Cause,
        empty_value=None,
        choices=[("", _("As ticked above")), *((cause.value, words) for cause, words in CAUSE_WORDS.items())],
    )
    fixed = forms.TypedChoiceField(
        label=_("Did you fix it before you parted?"),
        required=False,
        coerce=lambda text: text == "yes",
        empty_value=None,
        choices=[("yes", _("Yes, it works now")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
    )
    leave_it = forms.BooleanField(
        label=_("They would rather not. Leave it there: no cause is written down, and nobody asks on"), required=False
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["cause"] = values.get("cause") or rules.suggest_cause(values.get("signs") or [])
        used = values.get("used")
        if used is Used.YES or values.get("leave_it"):
            values["cause"] = values["fixed"] = None
        elif used and values["cause"] is None:
            self.add_error("signs", _("Please tick what fits best, or leave it there with the last box."))
        elif used and values.get("fixed") is None and "fixed" not in self.errors:
            self.add_error("fixed", _("Please say whether it works now."))
        return values

    @property
    def answers(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("used", "what_happened", "what_failed", "cause", "fixed")
        return {name: self.cleaned_data[name] for name in names}


# The same signs, as whoever met them says it.
OWN_SIGN_WORDS: dict[Cause, Words] = {
    Cause.CONTEXT_PACK: _("What came out was generic, also for somebody who knows how"),
    Cause.NO_SUITABLE_WORKFLOW: _("Nothing that I do every week suits it"),
    Cause.NO_OWN_WORKFLOW: _("I have not picked a piece of work of my own"),
    Cause.OBSTACLE: _("I hit something: an unclear prompt, heavy editing, slower than expected"),
    Cause.GENERIC_EXAMPLES: _("The examples were not like my job"),
    Cause.NO_PEER_SEEN: _("I have not seen a colleague use it"),
}


class AloneForm(FollowUpForm):
    """The same three questions, answered by the member alone: nobody is there to fix anything."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["used"].label = _("Did you use it on real work?")
        self.fields["signs"].label = _("Which of these is it? Tick everything that fits")
        self.fields["signs"].help_text = ""
        self.fields["signs"].choices = [(cause.value, words) for cause, words in OWN_SIGN_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["leave_it"].label = _("I would rather leave it: ask me no further about this")
        for name in ("cause", "fixed"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        # Not fixed before somebody says so; without a cause the answers leave it out.
        self.cleaned_data["fixed"] = False
        return super().clean()
