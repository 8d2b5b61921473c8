"""The faces of the asking floor for machines, one room a subject."""

from surveys.api.ratings import OwnOutputs, ProgramRatings
from surveys.api.surveys import OwnSurveys, ProgramSurveys

__all__ = ["OwnOutputs", "OwnSurveys", "ProgramRatings", "ProgramSurveys"]
