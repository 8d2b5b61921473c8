"""Input of the asking floor, one room a subject."""

from surveys.forms.surveys import (
    PulseForm,
    QuestionForm,
    ReasonForm,
    ReopenForm,
    SurveyForm,
    refusal_sentence,
    words_of,
)

__all__ = [
    "PulseForm",
    "QuestionForm",
    "ReasonForm",
    "ReopenForm",
    "SurveyForm",
    "refusal_sentence",
    "words_of",
]
