"""Thresholds, merges, the audit and the gate. Pure: no Django, no clock, no database, no randomness."""

from .arrangement import ArmArrangement, Arrangement, Group, UnknownGroup, arrange
from .facts import Block, Facts, ImpossibleFacts, Kind, Measure, Movement
from .gate import (
    Earlier,
    SecondLine,
    UnrelatedRelease,
    may_say_how_many,
    may_show_texts,
    publish,
    response_rate,
    with_leavers,
    without_some,
)
from .policy import Audience, ThresholdLowered, Thresholds
from .release import Cell, Display, Margin, Reason, Release, Table

__all__ = [
    "ArmArrangement",
    "Arrangement",
    "Audience",
    "Block",
    "Cell",
    "Display",
    "Earlier",
    "Facts",
    "Group",
    "ImpossibleFacts",
    "Kind",
    "Margin",
    "Measure",
    "Movement",
    "Reason",
    "Release",
    "SecondLine",
    "Table",
    "ThresholdLowered",
    "Thresholds",
    "UnknownGroup",
    "UnrelatedRelease",
    "arrange",
    "may_say_how_many",
    "may_show_texts",
    "publish",
    "response_rate",
    "with_leavers",
    "without_some",
]
