"""What people type about what a programme learned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adoption.programs.forms import refusal_words
from adoption.programs.queries.lessons import PAGE_WORDS, SETTING_WORDS
from adoption.programs.rules.design import MOST_PODS, Page
from adoption.programs.rules.lessons import LESSON_LENGTH, LESSON_PAGES, LessonKind, Setting


class LessonForm(forms.Form):
    """One lesson: a sentence, where it is of use, and a number if it proposes one."""

    kind = forms.TypedChoiceField(
        label=_("Would you do it again?"),
        coerce=LessonKind,
        choices=[
            (LessonKind.AGAIN.value, _("Yes, again")),
            (LessonKind.NOT_AGAIN.value, _("No, not again")),
            (LessonKind.CHANGE.value, _("Yes, but changed")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What did you learn?"),
        max_length=LESSON_LENGTH,
        help_text=_(
            "One sentence about programmes, never about a person. For example: begin after the quarter’s close."
        ),
    )
    page = forms.TypedChoiceField(
        label=_("Where is it of use?"),
        coerce=Page,
        choices=[(page.value, PAGE_WORDS[page]) for page in LESSON_PAGES],
        help_text=_("At this step the next draft is offered it."),
    )
    setting = forms.TypedChoiceField(
        label=_("Does it propose a number?"),
        coerce=Setting,
        empty_value=None,
        required=False,
        choices=[("", _("No")), *((setting.value, words) for setting, words in SETTING_WORDS.items())],
    )
    number = forms.IntegerField(label=_("Which"), min_value=1, max_value=MOST_PODS, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if (values.get("setting") is None) != (values.get("number") is None) and not self.errors:
            missing = "number" if values.get("setting") else "setting"
            self.add_error(missing, " ".join(refusal_words("lesson_number")))
        return values

    def refuse(self, code: str) -> None:
        """Say a refusal beside the words."""
        self.add_error("words", " ".join(refusal_words(code)))
