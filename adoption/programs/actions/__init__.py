"""Every write of the programme floor, one room a subject."""

from adoption.programs.actions.attention import (
    ask_guide,
    handle_attention,
    meet_attention,
    put_off_attention,
    raise_attention,
    raise_many,
    raise_of_program,
    reopen_attention,
    settle_attention,
    unask_guide,
)
from adoption.programs.actions.calendar import do_step, move_step, restore_step, skip_step
from adoption.programs.actions.drafts import change_draft
from adoption.programs.actions.measure import choose_mode, exempt, respecify, withdraw_exemption
from adoption.programs.actions.objections import object_to, take_back_objection
from adoption.programs.actions.programs import (
    assign,
    close,
    create_program,
    end,
    erase_person,
    follow,
    launch,
    open_baseline,
    unassign,
)
from adoption.programs.actions.refusals import NotReady, Refused, WrongState
from adoption.programs.actions.replacement import draft_replacement
from adoption.programs.actions.template import choose_template

__all__ = [
    "NotReady",
    "Refused",
    "WrongState",
    "ask_guide",
    "assign",
    "change_draft",
    "choose_mode",
    "choose_template",
    "close",
    "create_program",
    "do_step",
    "end",
    "erase_person",
    "draft_replacement",
    "exempt",
    "follow",
    "handle_attention",
    "launch",
    "meet_attention",
    "move_step",
    "object_to",
    "open_baseline",
    "put_off_attention",
    "raise_attention",
    "raise_many",
    "raise_of_program",
    "reopen_attention",
    "respecify",
    "restore_step",
    "settle_attention",
    "skip_step",
    "take_back_objection",
    "unask_guide",
    "unassign",
    "withdraw_exemption",
]
