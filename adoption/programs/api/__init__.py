"""Programmes for machines, one room a subject."""

from adoption.programs.api.programs import LOCATION, PROGRAM, OneProgram, Programs, TemplateOfProgram

__all__ = ["LOCATION", "PROGRAM", "OneProgram", "Programs", "TemplateOfProgram"]
