"""What a row of the programme floor is, one room a subject."""

from adoption.programs.models.curriculum import PlannedContent, PlannedContentQuerySet
from adoption.programs.models.design import Design
from adoption.programs.models.lessons import Lesson, LessonAnswer, LessonQuerySet
from adoption.programs.models.packs import Pack, PackElement, PackElementQuerySet, PackQuerySet, PackTest
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
    Wish,
    Workflow,
    WorkflowQuerySet,
)
from adoption.programs.models.readiness import (
    Acknowledgement,
    AcknowledgementQuerySet,
    Policy,
    PolicyQuerySet,
    Preparation,
    PreparationQuerySet,
)

__all__ = [
    "Acknowledgement",
    "AcknowledgementQuerySet",
    "Assignment",
    "AssignmentQuerySet",
    "Attention",
    "AttentionQuerySet",
    "Design",
    "Exemption",
    "Lesson",
    "LessonAnswer",
    "LessonQuerySet",
    "Objection",
    "ObjectionQuerySet",
    "Pack",
    "PackElement",
    "PackElementQuerySet",
    "PackQuerySet",
    "PackTest",
    "PlannedContent",
    "PlannedContentQuerySet",
    "Policy",
    "PolicyQuerySet",
    "Preparation",
    "PreparationQuerySet",
    "Program",
    "ProgramQuerySet",
    "Specification",
    "Step",
    "StepQuerySet",
    "Wish",
    "Workflow",
    "WorkflowQuerySet",
]
