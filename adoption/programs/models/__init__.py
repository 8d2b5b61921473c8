"""What a row of the programme floor is, one room a subject."""

from adoption.programs.models.programs import (
    Assignment,
    AssignmentQuerySet,
    Attention,
    AttentionQuerySet,
    Exemption,
    Objection,
    ObjectionQuerySet,
    Program,
    ProgramQuerySet,
    Specification,
    Step,
    StepQuerySet,
    Workflow,
)

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Attention",
    "AttentionQuerySet",
    "Exemption",
    "Objection",
    "ObjectionQuerySet",
    "Program",
    "ProgramQuerySet",
    "Specification",
    "Step",
    "StepQuerySet",
    "Workflow",
]
