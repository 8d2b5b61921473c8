"""A champion's own story for an objection, and what is remembered of a talk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.forms.members import Words
from champions import rules
from champions.forms.kit import KitForm, LongText, SomebodyField, choices_of
from champions.models import Story, Talk
from champions.queries.kit import STATE_WORDS
from champions.rules import TalkState


class StoryForm(KitForm):
    """A champion's own story for an objection."""

    worried = LongText(label=_("What I worried about"), max_length=rules.TEXT_LENGTH)
    tried = LongText(label=_("What I tried"), max_length=rules.TEXT_LENGTH)
    found = LongText(label=_("What I found"), max_length=rules.TEXT_LENGTH)
    published = forms.BooleanField(label=_("Let other champions and leads read it"), required=False)

    def __init__(self, data: Any, *, own: Story | None) -> None:
        initial: dict[str, Any] = {}
        if own:
            initial = {"worried": own.worried, "tried": own.tried, "found": own.found}
            initial["published"] = own.published_at is not None
        super().__init__(data, initial=initial)


class TalkForm(KitForm):
    """What a champion remembers of a talk."""

    refused_beside = {"not_agreed": "agreed", "yourself": "member"}

    state = forms.TypedChoiceField(
        label=_("Where it stands"),
        coerce=TalkState,
        choices=choices_of(STATE_WORDS),
        widget=forms.RadioSelect,
        help_text=_("All four are fine. An objection that is respected is not a failure."),
    )
    their_words = LongText(label=_("In their words"), max_length=rules.TEXT_LENGTH, required=False)
    own_answer = LongText(label=_("What you honestly answered"), max_length=rules.TEXT_LENGTH, required=False)
    next_step = Words(label=_("Next step"), max_length=rules.LINE_LENGTH, required=False)
    member = SomebodyField(label=_("With whom"), required=False)
    agreed = forms.BooleanField(label=_("They agreed to be named here"), required=False)

    def __init__(self, data: Any, *, talk: Talk, on: date) -> None:
        initial = {
            "state": talk.state,
            "their_words": talk.their_words,
            "own_answer": talk.own_answer,
            "next_step": talk.next_step,
            # Of two who are called the same, the address says which.
            "member": (talk.member.mail or talk.member.name) if talk.member else "",
            "agreed": talk.member is not None,
        }
        super().__init__(data, initial=initial)
        self.fields["member"].on = on  # type: ignore[attr-defined]
