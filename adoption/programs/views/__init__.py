"""The programme floor's pages, one room a subject."""

from adoption.programs.views.arms import arms, arms_draw, arms_match, arms_people, arms_rule, arms_teams
from adoption.programs.views.attention import (
    attention_ask,
    attention_back,
    attention_done,
    attention_everywhere,
    attention_later,
    attention_list,
    attention_unask,
)
from adoption.programs.views.calendar import calendar, step, step_back, step_move, step_skip
from adoption.programs.views.comparison import comparison
from adoption.programs.views.lessons import lesson_out, lessons
from adoption.programs.views.listing import overlap, program_archive, program_unarchive, programs
from adoption.programs.views.measure import exemption_new, exemption_withdraw, measure, measure_mode
from adoption.programs.views.packs import element, element_out, pack, pack_check, pack_discard, pack_test, packs
from adoption.programs.views.policy import own_policy, policy, policy_ask, policy_new
from adoption.programs.views.program import baseline_open, launch, program
from adoption.programs.views.readiness import readiness, readiness_item, readiness_unwaive, readiness_waive
from adoption.programs.views.stopping import program_stop, program_stop_back
from adoption.programs.views.template import template
from adoption.programs.views.waiting import waiting_programs
from adoption.programs.views.wizard import lesson_again, program_change, program_new, program_step

__all__ = [
    "arms",
    "arms_draw",
    "arms_match",
    "arms_people",
    "arms_rule",
    "arms_teams",
    "attention_ask",
    "attention_back",
    "attention_done",
    "attention_everywhere",
    "attention_later",
    "attention_list",
    "attention_unask",
    "baseline_open",
    "calendar",
    "comparison",
    "element",
    "element_out",
    "exemption_new",
    "exemption_withdraw",
    "launch",
    "lesson_again",
    "lesson_out",
    "lessons",
    "measure",
    "measure_mode",
    "overlap",
    "own_policy",
    "pack",
    "pack_check",
    "pack_discard",
    "pack_test",
    "packs",
    "policy",
    "policy_ask",
    "policy_new",
    "program",
    "program_archive",
    "program_change",
    "program_new",
    "program_step",
    "program_stop",
    "program_stop_back",
    "program_unarchive",
    "programs",
    "readiness",
    "readiness_item",
    "readiness_unwaive",
    "readiness_waive",
    "step",
    "step_back",
    "step_move",
    "step_skip",
    "template",
    "waiting_programs",
]
