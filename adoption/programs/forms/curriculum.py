"""What a lead types about one content of a programme's plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.queries.curriculum import (
    DELIVERY_WORDS,
    NO_SESSION_WORDS,
    PHASE_WORDS,
    REFUSAL_WORDS,
    SESSION_WORDS,
)
from adoption.programs.rules.curriculum import (
    MOST_MINUTES,
    MOST_TIMES,
    OWN_KEY,
    WORDS_LENGTH,
    Content,
    Delivery,
    Phase,
    Refusal,
    SessionKind,
)

Words = str | Promise

CURRICULUM_REFUSALS: dict[str, Words] = {
    **{code.value: words for code, words in REFUSAL_WORDS.items()},
    "launched_curriculum": _("The programme has been launched; its plan stands as it was."),
    "no_such_role": _("Nobody in the pods has this role."),
    "no_such_content": _("The plan has no such content."),
    "content_twice": _("The same content stands in the plan twice."),
    "content_missing": _("Every content of the template is named: taken, or left out with its reason."),
    "too_many_contents": _("Twenty of one’s own are as many as a plan takes. People learn by doing few things often."),
    "no_reason_to_leave_out": _("Please say why: whoever plans a session reads it."),
}
_ALONE = "alone"
_FIELDS = {
    Refusal.NOT_FOR_TIER: "delivery",
    Refusal.TOGETHER_AGAIN: "kind",
    Refusal.NO_SESSION: "kind",
    Refusal.NO_SUCH_PHASE: "phase",
    Refusal.MINUTES: "doing",
    Refusal.TIMES: "times",
}


def curriculum_refusal(code: str) -> str:
    """A refusal in words."""
    return str(CURRICULUM_REFUSALS[code])


def _kind(value: str) -> SessionKind | None:
    return None if value == _ALONE else SessionKind(value)


class ContentForm(forms.Form):
    """How one content is learnt; of the lead's own also what it is, when, and how often."""

    words = forms.CharField(
        label=_("What is learnt?"),
        max_length=WORDS_LENGTH,
        help_text=_("For example: our own checklist before anything goes out."),
    )
    phase = forms.TypedChoiceField(label=_("In which phase?"), coerce=Phase)
    kind = forms.TypedChoiceField(
        label=_("In which session?"),
        coerce=_kind,
        choices=[*((kind.value, words) for kind, words in SESSION_WORDS.items()), (_ALONE, NO_SESSION_WORDS)],
    )
    delivery = forms.TypedChoiceField(
        label=_("How does it come to people?"),
        coerce=Delivery,
        choices=[(delivery.value, words) for delivery, words in DELIVERY_WORDS.items()],
        widget=forms.RadioSelect,
    )
    doing = forms.IntegerField(label=_("Minutes doing"), min_value=0, max_value=MOST_MINUTES)
    explaining = forms.IntegerField(
        label=_("Minutes explaining"),
        min_value=0,
        max_value=MOST_MINUTES,
        help_text=_("One minute of it to three of doing, over the whole plan."),
    )
    times = forms.IntegerField(label=_("How often?"), min_value=1, max_value=MOST_TIMES)
    # The same on every press of one form, so that a second one adds nothing.
    key = forms.SlugField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any, *, content: Content | None, phases: Collection[Phase]) -> None:
        initial = {
            "phase": Phase.EMBEDDING.value if Phase.EMBEDDING in phases else next(iter(phases)).value,
            "kind": SessionKind.REFLECTION.value,
            "delivery": Delivery.LIVE.value,
            "doing": 12,
            "explaining": 3,
            "times": 1,
            "key": f"{OWN_KEY}{uuid4().hex[:12]}",
        }
        if content:
            initial = {
                name: getattr(content, name)
                for name in ("words", "phase", "kind", "delivery", "doing", "explaining", "times", "key")
            } | {"kind": content.kind or _ALONE}
        super().__init__(data, initial=initial)
        self.content = content
        self.fields["phase"].choices = [(one.value, PHASE_WORDS[one]) for one in phases]  # type: ignore[attr-defined]
        if content:
            del self.fields["key"]
            if not content.is_own:
                for name in ("words", "phase", "times"):
                    del self.fields[name]

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not key.startswith(OWN_KEY):
            raise forms.ValidationError(_("The plan has no such content."))
        return key

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("delivery") is Delivery.ON_DEMAND:
            # What comes at any time has no session.
            values["kind"] = None
        return values

    @property
    def said(self) -> Content:
        """The content as it was typed, once that is in order."""
        values = self.cleaned_data
        return replace(self.content, **values) if self.content else Content(**values)

    def refuse(self, code: str) -> None:
        """Say a refusal beside the field that it is about."""
        field = _FIELDS.get(Refusal(code)) if code in set(Refusal) else None
        self.add_error(field if field in self.fields else None, curriculum_refusal(code))


class LeaveOutForm(forms.Form):
    """Why a content is left out."""

    reason = forms.CharField(
        label=_("Why is it left out?"),
        max_length=rules.REASON_LENGTH,
        help_text=_("For example: everybody here has done it in spring. Whoever plans a session reads it."),
    )
