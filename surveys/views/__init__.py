"""The faces of the asking floor for people: those who answer, and the lead."""

from surveys.views.answering import own_pulse, own_survey, pulse, survey, waiting_surveys
from surveys.views.questions import preview, question_away, question_down, question_up, questions
from surveys.views.surveys import surveys, wave, wave_close, wave_remind, wave_reopen

__all__ = [
    "own_pulse",
    "own_survey",
    "preview",
    "pulse",
    "question_away",
    "question_down",
    "question_up",
    "questions",
    "survey",
    "surveys",
    "waiting_surveys",
    "wave",
    "wave_close",
    "wave_remind",
    "wave_reopen",
]
