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
    reword_of_program,
    settle_attention,
    unask_guide,
    unmeet_attention,
)
from adoption.programs.actions.calendar import do_step, move_step, restore_step, skip_step
from adoption.programs.actions.drafts import change_draft
from adoption.programs.actions.measure import choose_mode, exempt, respecify, withdraw_exemption
from adoption.programs.actions.objections import object_to, take_back_objection
from adoption.programs.actions.packs import (
    begin_pack,
    check_pack,
    discard_pack,
    put_element,
    record_test,
    take_element,
)
from adoption.programs.actions.policy import POLICY, acknowledge, ask_to_read, publish_policy
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
from adoption.programs.actions.readiness import prepare, waive_item, withdraw_item_waiver
from adoption.programs.actions.refusals import NotReady, Refused, WrongState, refuse_settled
from adoption.programs.actions.replacement import draft_replacement
from adoption.programs.actions.template import choose_template
from adoption.programs.actions.workflows import add_workflow, rename_workflow, restore_workflow, retire_workflow

__all__ = [
    "POLICY",
    "NotReady",
    "Refused",
    "WrongState",
    "acknowledge",
    "add_workflow",
    "ask_guide",
    "ask_to_read",
    "assign",
    "begin_pack",
    "change_draft",
    "check_pack",
    "choose_mode",
    "choose_template",
    "close",
    "create_program",
    "discard_pack",
    "do_step",
    "draft_replacement",
    "end",
    "erase_person",
    "exempt",
    "follow",
    "handle_attention",
    "launch",
    "meet_attention",
    "move_step",
    "object_to",
    "open_baseline",
    "prepare",
    "publish_policy",
    "put_element",
    "put_off_attention",
    "raise_attention",
    "raise_many",
    "raise_of_program",
    "record_test",
    "refuse_settled",
    "rename_workflow",
    "reopen_attention",
    "respecify",
    "restore_step",
    "restore_workflow",
    "retire_workflow",
    "reword_of_program",
    "settle_attention",
    "skip_step",
    "take_back_objection",
    "take_element",
    "unask_guide",
    "unassign",
    "unmeet_attention",
    "waive_item",
    "withdraw_exemption",
    "withdraw_item_waiver",
]
