"""The faces of the asking floor for people: those who answer, and the lead."""

from surveys.views.answering import own_pulse, own_survey, pulse, survey, waiting_surveys
from surveys.views.checks import (
    check,
    own_check,
)
from surveys.views.matrix import (
    matrix,
    skills_ask,
    skills_close,
    skills_remind,
    tasks,
    work,
    work_new,
    work_out,
    workflow,
    workflow_back,
    workflow_retire,
    workflows,
)
from surveys.views.nominations import (
    nomination,
    nominations,
    nominations_close,
    nominations_remind,
    own_nomination,
)
from surveys.views.outputs import output_back, outputs, ratings, round_close, round_new
from surveys.views.questions import preview, question_away, question_down, question_up, questions
from surveys.views.rating import own_rating, rating
from surveys.views.skills import own_skills, skills
from surveys.views.surveys import surveys, wave, wave_close, wave_remind, wave_reopen

__all__ = [
    "check",
    "matrix",
    "nomination",
    "nominations",
    "nominations_close",
    "nominations_remind",
    "output_back",
    "outputs",
    "own_check",
    "own_nomination",
    "own_pulse",
    "own_rating",
    "own_skills",
    "own_survey",
    "preview",
    "pulse",
    "question_away",
    "question_down",
    "question_up",
    "questions",
    "rating",
    "ratings",
    "round_close",
    "round_new",
    "skills",
    "skills_ask",
    "skills_close",
    "skills_remind",
    "survey",
    "surveys",
    "tasks",
    "waiting_surveys",
    "wave",
    "wave_close",
    "wave_remind",
    "wave_reopen",
    "work",
    "work_new",
    "work_out",
    "workflow",
    "workflow_back",
    "workflow_retire",
    "workflows",
]
