"""What a row of the champions' floor is."""

from champions.models.agreements import Agreement, AgreementQuerySet, Sponsorship, Waiver
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
    PromptNeed,
    PromptNeedQuerySet,
    PromptQuerySet,
    PromptReview,
    PromptTry,
    PromptTryQuerySet,
    PromptVersion,
    PromptVersionQuerySet,
)
from champions.models.selection import Candidacy, CandidacyQuerySet, Offer, OfferQuerySet, Selection
from champions.models.time import TimeAnswer, TimeAnswerQuerySet, TimeCheck, TimeCheckQuerySet
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
    "Agreement",
    "AgreementQuerySet",
    "Candidacy",
    "CandidacyQuerySet",
    "Card",
    "Champion",
    "ChampionQuerySet",
    "Expert",
    "ExpertQuerySet",
    "LeaderDeed",
    "LeaderDeedQuerySet",
    "Need",
    "NeedQuerySet",
    "Offer",
    "OfferQuerySet",
    "Prompt",
    "PromptNeed",
    "PromptNeedQuerySet",
    "PromptQuerySet",
    "PromptReview",
    "PromptTry",
    "PromptTryQuerySet",
    "PromptVersion",
    "PromptVersionQuerySet",
    "Selection",
    "Sponsorship",
    "Story",
    "StoryQuerySet",
    "Talk",
    "TalkQuerySet",
    "Thanks",
    "TimeAnswer",
    "TimeAnswerQuerySet",
    "TimeCheck",
    "TimeCheckQuerySet",
    "Tool",
    "ToolQuerySet",
    "Waiver",
    "Win",
    "WinQuerySet",
]
