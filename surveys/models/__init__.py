"""What a row of the asking floor is, one room a subject."""

from surveys.models.nominations import Nomination, NominationAsk, NominationAskQuerySet, NominationWave
from surveys.models.ratings import Allotment, Output, OutputMark, Rater, Rating, RatingRound
from surveys.models.skills import (
    Anchor,
    RoleWork,
    RoleWorkQuerySet,
    SkillAnswer,
    SkillFinding,
    SkillsAsk,
    SkillsAskQuerySet,
    SkillsWave,
)
from surveys.models.waves import Answer, Ask, Finding, PulseReply, Question, Wave

__all__ = [
    "Allotment",
    "Anchor",
    "Answer",
    "Ask",
    "Finding",
    "Nomination",
    "NominationAsk",
    "NominationAskQuerySet",
    "NominationWave",
    "Output",
    "OutputMark",
    "PulseReply",
    "Question",
    "Rater",
    "Rating",
    "RatingRound",
    "RoleWork",
    "RoleWorkQuerySet",
    "SkillAnswer",
    "SkillFinding",
    "SkillsAsk",
    "SkillsAskQuerySet",
    "SkillsWave",
    "Wave",
]
