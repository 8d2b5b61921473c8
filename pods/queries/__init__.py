"""Reads of the practice floor."""

from pods.queries.champions import ChampionLook, champion_looks
from pods.queries.follow_ups import (
    Due,
    Queued,
    due_words,
    facts_of_follow_up,
    follow_up_queue,
    follow_up_wanted,
    left_alone,
)
from pods.queries.forming import (
    Candidate,
    Concerns,
    Listed,
    ProgramPods,
    candidates,
    concerns,
    every_champion_has_a_pod,
    free_name,
    pods_of,
    program_pods,
)
from pods.queries.lines import lines_among, lines_said, reports_to
from pods.queries.places import Places, Waiting, guides, leads_a_pod, places_of, waiting_for
from pods.queries.pod import Held, PodLook, Talk, Wanted, attention_of, look_at, members_of
from pods.queries.privacy import export_pods, seen_of_pods
from pods.queries.words import CAUSE_WORDS, REMEDIES, SAYINGS, SENTENCES, SESSION_WORDS

__all__ = [
    "CAUSE_WORDS",
    "REMEDIES",
    "SAYINGS",
    "SENTENCES",
    "SESSION_WORDS",
    "Candidate",
    "ChampionLook",
    "Concerns",
    "Due",
    "Held",
    "Listed",
    "Places",
    "PodLook",
    "ProgramPods",
    "Queued",
    "Talk",
    "Waiting",
    "Wanted",
    "attention_of",
    "candidates",
    "champion_looks",
    "concerns",
    "due_words",
    "every_champion_has_a_pod",
    "export_pods",
    "facts_of_follow_up",
    "follow_up_queue",
    "follow_up_wanted",
    "free_name",
    "guides",
    "leads_a_pod",
    "left_alone",
    "lines_among",
    "lines_said",
    "look_at",
    "members_of",
    "places_of",
    "pods_of",
    "program_pods",
    "reports_to",
    "seen_of_pods",
    "waiting_for",
]
