"""What somebody would show their pod, in two minutes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pods import rules


class ShowingForm(forms.Form):
    """I used AI to do this; it took so long instead of so long; here is the output."""

    task = forms.CharField(
        label=_("What do you use it for?"),
        max_length=rules.FINISHED_LENGTH,
        help_text=_("One real piece of work. Two minutes, the output on the screen, no slides."),
    )
    minutes_now = forms.IntegerField(
        label=_("Minutes it takes now"), required=False, min_value=1, max_value=rules.MOST_MINUTES
    )
    minutes_before = forms.IntegerField(
        label=_("Minutes it took before"), required=False, min_value=1, max_value=rules.MOST_MINUTES
    )
