"""What a row of the champions' floor is."""

from champions.models.asks import (
    LeaderDeed,
    LeaderDeedQuerySet,
    Need,
    NeedQuerySet,
)
from champions.models.champion import Champion, ChampionQuerySet
from champions.models.network import (
    Card,
    Expert,
    ExpertQuerySet,
)
from champions.models.objections import (
    Story,
    StoryQuerySet,
    Talk,
    TalkQuerySet,
)
from champions.models.prompts import (
    Prompt,
    PromptQuerySet,
    PromptReview,
    PromptTry,
    PromptTryQuerySet,
    PromptVersion,
    PromptVersionQuerySet,
)
from champions.models.tools import (
    Tool,
    ToolQuerySet,
)
from champions.models.wins import (
    Thanks,
    Win,
    WinQuerySet,
)

__all__ = [
    "Card",
    "Champion",
    "ChampionQuerySet",
    "Expert",
    "ExpertQuerySet",
    "LeaderDeed",
    "LeaderDeedQuerySet",
    "Need",
    "NeedQuerySet",
    "Prompt",
    "PromptQuerySet",
    "PromptReview",
    "PromptTry",
    "PromptTryQuerySet",
    "PromptVersion",
    "PromptVersionQuerySet",
    "Story",
    "StoryQuerySet",
    "Talk",
    "TalkQuerySet",
    "Thanks",
    "Tool",
    "ToolQuerySet",
    "Win",
    "WinQuerySet",
]
