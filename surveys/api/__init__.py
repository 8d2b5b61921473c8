"""The faces of the asking floor for machines, one room a subject."""

from surveys.api.ratings import OwnOutputs, ProgramRatings
from surveys.api.skills import OneRoleWork, OneWorkflow, SkillsMatrix, Workflows
from surveys.api.surveys import OwnSurveys, ProgramSurveys

__all__ = [
    "OneRoleWork",
    "OneWorkflow",
    "OwnOutputs",
    "OwnSurveys",
    "ProgramRatings",
    "ProgramSurveys",
    "SkillsMatrix",
    "Workflows",
]
