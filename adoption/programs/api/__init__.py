"""Programmes for machines, one room a subject."""

from adoption.programs.api.programs import OneProgram, Programs, TemplateOfProgram

__all__ = ["OneProgram", "Programs", "TemplateOfProgram"]
