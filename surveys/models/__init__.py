"""What a row of the asking floor is, one room a subject."""

from surveys.models.waves import Answer, Ask, Finding, PulseReply, Question, Wave

__all__ = [
    "Answer",
    "Ask",
    "Finding",
    "PulseReply",
    "Question",
    "Wave",
]
