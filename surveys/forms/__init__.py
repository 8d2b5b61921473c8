"""Input of the asking floor, one room a subject."""

from surveys.forms.checks import CheckForm, asked_check
from surveys.forms.nominations import AskAroundForm, NominationForm
from surveys.forms.ratings import OutputForm, RatingForm, RoundForm
from surveys.forms.skills import (
    AskAboutWorkForm,
    OwnWorkForm,
    RoleWorkForm,
    TaskForm,
    WorkflowForm,
    skills_refusal,
)
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
    "AskAboutWorkForm",
    "AskAroundForm",
    "CheckForm",
    "NominationForm",
    "OutputForm",
    "OwnWorkForm",
    "PulseForm",
    "QuestionForm",
    "RatingForm",
    "ReasonForm",
    "ReopenForm",
    "RoleWorkForm",
    "RoundForm",
    "SurveyForm",
    "TaskForm",
    "WorkflowForm",
    "asked_check",
    "refusal_sentence",
    "skills_refusal",
    "words_of",
]
