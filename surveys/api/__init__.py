"""The faces of the asking floor for machines, one room a subject."""

from surveys.api.checks import OneCheck, OwnChecks
from surveys.api.nominations import NominationCount, NominationReminder, Nominations
from surveys.api.ratings import OwnOutputs, ProgramRatings
from surveys.api.skills import OneRoleWork, OneWorkflow, SkillsMatrix, Workflows
from surveys.api.surveys import OwnSurveys, ProgramSurveys

__all__ = [
    "NominationCount",
    "NominationReminder",
    "Nominations",
    "OneCheck",
    "OneRoleWork",
    "OneWorkflow",
    "OwnChecks",
    "OwnOutputs",
    "OwnSurveys",
    "ProgramRatings",
    "ProgramSurveys",
    "SkillsMatrix",
    "Workflows",
]
