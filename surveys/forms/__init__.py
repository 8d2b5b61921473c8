"""Input of the asking floor, one room a subject."""

from surveys.forms.checks import (
    CheckForm,
)
from surveys.forms.nominations import (
    AskAroundForm,
    NominationForm,
)
from surveys.forms.ratings import OutputForm, RatingForm, RoundForm
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
    "AskAroundForm",
    "CheckForm",
    "NominationForm",
    "OutputForm",
    "PulseForm",
    "QuestionForm",
    "RatingForm",
    "ReasonForm",
    "ReopenForm",
    "RoundForm",
    "SurveyForm",
    "refusal_sentence",
    "words_of",
]
