"""Reads of the asking floor, one room a subject."""

from surveys.queries.asking import (
    baseline_collected,
    facts_of_survey,
    given_answers,
    items_of_ask,
    items_of_survey,
    open_surveys,
    own_item,
    preview_wave,
    survey_wanted,
    takes_pulse,
    version_of,
)
from surveys.queries.privacy import (
    SENTENCES,
    export_person,
    seen_of_surveys,
)
from surveys.queries.results import (
    Result,
    findings_of,
    results_of,
)
from surveys.queries.returns import (
    ARM_WORDS,
    KIND_WORDS,
    ArmReturns,
    Progress,
    Survey,
    WaveStatus,
    own_questions,
    progress,
    surveys_of,
    thresholds_of,
    wave_statuses,
)

__all__ = [
    "ARM_WORDS",
    "KIND_WORDS",
    "SENTENCES",
    "ArmReturns",
    "Progress",
    "Result",
    "Survey",
    "WaveStatus",
    "baseline_collected",
    "export_person",
    "facts_of_survey",
    "findings_of",
    "given_answers",
    "items_of_ask",
    "items_of_survey",
    "open_surveys",
    "own_item",
    "own_questions",
    "preview_wave",
    "progress",
    "results_of",
    "seen_of_surveys",
    "survey_wanted",
    "surveys_of",
    "takes_pulse",
    "thresholds_of",
    "version_of",
    "wave_statuses",
]
