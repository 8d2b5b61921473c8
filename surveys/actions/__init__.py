"""Every write of the asking floor, one room a subject."""

from surveys.actions.answers import answer, take_pulse
from surveys.actions.checks import (
    answer_check,
)
from surveys.actions.nominations import (
    COUNT_NOMINATIONS,
    NOMINATION,
    NOMINATION_REMINDER,
    close_nominations,
    count_nominations,
    keep_tries,
    name_colleague,
    open_nominations,
    remind_nominations,
    take_name_away,
)
from surveys.actions.privacy import erase_person
from surveys.actions.questions import add_question, move_question, take_question_away
from surveys.actions.ratings import (
    ATTEND,
    RATING,
    attend_round,
    close_round,
    decline_rating,
    open_round,
    rate,
    register_output,
    take_output_back,
)
from surveys.actions.refusals import Refused, WaveClosed
from surveys.actions.waves import (
    PUBLISH,
    SURVEY,
    SURVEY_REMINDER,
    close_wave,
    open_wave,
    publish_wave,
    remind_wave,
    reopen_wave,
)

__all__ = [
    "ATTEND",
    "COUNT_NOMINATIONS",
    "NOMINATION",
    "NOMINATION_REMINDER",
    "PUBLISH",
    "RATING",
    "SURVEY",
    "SURVEY_REMINDER",
    "Refused",
    "WaveClosed",
    "add_question",
    "answer",
    "answer_check",
    "attend_round",
    "close_nominations",
    "close_round",
    "close_wave",
    "count_nominations",
    "decline_rating",
    "erase_person",
    "keep_tries",
    "move_question",
    "name_colleague",
    "open_nominations",
    "open_round",
    "open_wave",
    "publish_wave",
    "rate",
    "register_output",
    "remind_nominations",
    "remind_wave",
    "reopen_wave",
    "take_name_away",
    "take_output_back",
    "take_pulse",
    "take_question_away",
]
