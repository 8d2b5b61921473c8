"""When a follow-up is due."""

from __future__ import annotations

from datetime import datetime

from adoption.programs import rules as programs
from adoption.programs.models import Program, Step
from adoption.programs.tasks import calendar_step
from adoption.tenancy.tasks import promised
from champions.actions.leaders import look_at_leaders
from pods import actions
from pods.actions import champions, follow_ups, leaders, questions, remedies, replacement
from pods.models import FollowUp, LeaderPlan, Meeting, Remedy


@promised(actions.FOLLOW_UP_DUE)
def follow_up_due(row_id: int, *, at: datetime) -> datetime | None:
    """Remind the champion, once; of somebody who is away on that day, when they are back."""
    for follow_up in FollowUp.objects.due(at).filter(pk=row_id):
        actions.remind_champion(follow_up=follow_up, at=at)
        return None
    for follow_up in FollowUp.objects.unanswered().filter(pk=row_id):
        return actions.await_return(follow_up=follow_up, at=at)
    return None


@promised(questions.HAND_OVER_QUESTIONS)
def hand_over_questions(row_id: int, *, at: datetime) -> datetime:
    """Show what was asked without a name, each morning; whether or not anything was."""
    return questions.hand_over_questions(at=at)


@promised(remedies.REMEDY_DUE)
def remedy_due(row_id: int, *, at: datetime) -> datetime | None:
    """The day of a step has come: its owner is told, unless it is closed; of somebody who is not there, when they are back."""
    for remedy in Remedy.objects.open().filter(pk=row_id).select_related("owner", "person", "program__organization"):
        return remedies.remind_of_remedy(remedy=remedy, at=at)
    return None


@promised(follow_ups.FOLLOW_UP_ALONE)
def follow_up_alone(row_id: int, *, at: datetime) -> None:
    """The meeting did not come about: the member can answer alone."""
    for follow_up in FollowUp.objects.due(at).filter(pk=row_id).select_related("person"):
        follow_ups.ask_member(follow_up=follow_up, at=at)


@calendar_step(programs.LOOK_AT_CHAMPIONS)
def look_at_champions(step: Step, *, at: datetime) -> None:
    """Who is about to stop, and who has; and which leaders nobody has seen use it."""
    actions.look_at_champions(program=step.program, at=at)
    look_at_leaders(program=step.program, at=at)


@promised(champions.LONE_PODS)
def look_for_lone_pods(row_id: int, *, at: datetime) -> datetime | None:
    """A champion was erased, has left or is about to: look, and again when the next one leaves."""
    for program in Program.objects.filter(pk=row_id).select_related("organization"):
        return champions.look_for_lone_pods(program=program, at=at)
    return None


@calendar_step(programs.LOOK_FOR_ONE_TO_ONES)
def look_for_one_to_ones(step: Step, *, at: datetime) -> None:
    """Who has had no one-to-one yet."""
    replacement.look_for_one_to_ones(program=step.program, at=at)


@promised(actions.MEETING_SOON)
def meeting_soon(row_id: int, *, at: datetime) -> datetime | None:
    """Remind of a planned session on the working day before; of one that was moved, when that is due."""
    rows = Meeting.objects.unlogged().filter(pk=row_id)
    for meeting in rows.select_related("pod__champion__person", "pod__organization"):
        return actions.remind_of_meeting(meeting=meeting, at=at)
    return None


@promised(leaders.WITH_LEADER_SOON)
def with_leader_soon(row_id: int, *, at: datetime) -> datetime | None:
    """Remind a leader and a lead of their one-to-one on the working day before; of one that was moved, when that is due."""
    for plan in LeaderPlan.objects.open().filter(pk=row_id).select_related("leader", "held_by"):
        return leaders.remind_with_leader(plan=plan, at=at)
    return None
