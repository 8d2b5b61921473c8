"""What this floor holds about a person, and who sees it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission
from pods.models import (
    AnonymousQuestion,
    Attendance,
    FollowUp,
    Invitee,
    LeaderPlan,
    Move,
    Question,
    Reflection,
    Remedy,
    Seat,
    Session,
    Showing,
)


def export_pods(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: seats, sessions they were in, and their follow-ups."""
    return {
        "seats": [
            {
                "pod": row.pod.name,
                "from": row.taken_at.isoformat(),
                "to": row.left_at.isoformat() if row.left_at else None,
            }
            for row in Seat.objects.filter(person=person).select_related("pod").order_by("id")
        ],
        "sessions": [
            {
                "kind": row.session.kind,
                "on": row.session.held_on.isoformat(),
                "work": row.session.work,
                "finished": row.session.finished,
                "how": row.session.written_down,
            }
            for row in Attendance.objects.filter(person=person).select_related("session").order_by("id")
        ],
        "invited_to": [
            {"kind": row.meeting.kind, "starts": row.meeting.starts_at.isoformat()}
            for row in Invitee.objects.filter(person=person).select_related("meeting").order_by("id")
        ],
        "one_to_ones_with_a_lead": [
            {"planned_for": row.starts_at.isoformat(), "work": row.work, "called_off": row.cancelled_at is not None}
            for row in LeaderPlan.objects.filter(leader=person).order_by("id")
        ],
        "moves": [
            {"kind": row.kind, "on": row.moved_on.isoformat(), "undone": row.undone_at is not None}
            for row in Move.objects.filter(person=person).order_by("id")
        ],
        "showings": [
            {
                "task": row.task,
                "minutes_now": row.minutes_now,
                "minutes_before": row.minutes_before,
                "offered": row.offered_at.isoformat(),
                "not_now": row.declined_at is not None,
            }
            for row in Showing.objects.filter(person=person).order_by("id")
        ],
        "follow_ups": [
            {
                "due": row.due_at.isoformat(),
                "answered": row.answered_at.isoformat() if row.answered_at else None,
                "used": row.used,
                "what_happened": row.what_happened,
                "what_failed": row.what_failed,
                "cause": row.cause,
                "fixed": row.fixed,
            }
            for row in FollowUp.objects.filter(person=person).order_by("id")
        ],
        "questions": [
            {
                "asked": row.asked_at.isoformat(),
                "words": row.words,
                "answer": row.answer,
                "solved_by": row.solved_by,
                "answered": row.answered_on.isoformat() if row.answered_on else None,
            }
            for row in Question.objects.filter(person=person).order_by("id")
        ],
        "steps": [
            {
                "program": row.program.name,
                "cause": row.hindrance,
                "in_particular": row.detail,
                "owner": row.owner.name if row.owner else None,
                "due": row.due_on.isoformat(),
                "done": row.done_at.isoformat() if row.done_at else None,
                "worked": row.worked,
                "result": row.result,
            }
            for row in Remedy.objects.filter(person=person).select_related("program", "owner").order_by("id")
        ],
        "questions_answered": [
            {"answer": row.answer, "answered": row.answered_on.isoformat() if row.answered_on else None}
            for rows in (Question.objects, AnonymousQuestion.objects)
            for row in rows.filter(answered_by=person).order_by("answered_on", "id")
        ],
        "reflections_written": [
            {
                "week": row.week.isoformat(),
                "worked": row.worked,
                "did_not": row.did_not,
                "next": row.next_time,
            }
            for row in Reflection.objects.filter(written_by=person).order_by("week", "id")
        ],
        "sessions_led": [
            {"kind": row.kind, "on": row.held_on.isoformat(), "note": row.note}
            for row in Session.objects.filter(Q(pod__champion__person=person) | Q(held_by=person)).order_by("id")
        ],
    }


def seen_of_pods(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Sessions you were in"),
            also=_("The champion who logged them."),
            remark=_("Leads see how many were there, never who. Attendance is never a result."),
        ),
        Holding(
            _("What you finished in a one-to-one, and how it was done"),
            also=_("The champion who held it, and whoever leads the pod after them."),
        ),
        Holding(
            _(
                "What is planned, written down and found on day 7 in a one-to-one that a lead holds with you as a leader"
            ),
            Permission.MANAGE_PROGRAMS,
            remark=_(
                "Between the two of you: no champion, executive or administrator sees it, and it is part of no figure."
            ),
        ),
        Holding(
            _("Sessions you are invited to"),
            also=_("Your own champion."),
            remark=_("They stand in your calendar. Leads see when and how many, never who."),
        ),
        Holding(
            _("What you offer to show your pod"),
            also=_("Whoever is invited to the pod’s next reflection."),
            remark=_("That you would rather not now is told to nobody."),
        ),
        Holding(
            _("That you changed pods, joined one late or left one"),
            Permission.MANAGE_PROGRAMS,
            remark=_("In the comparison you count where you were at the launch."),
        ),
        Holding(
            _("Your day-7 follow-ups: whether you used it, what happened, what did not work"),
            also=_("Your own champion."),
        ),
        Holding(
            _("Why it did not work, and whether it was fixed, where a follow-up ended so"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your own champion."),
            remark=_("Your name and the cause; never your words."),
        ),
        Holding(
            _("What you wrote about a week of the pod you lead"),
            also=_("Whoever leads the pod after you."),
            remark=_("When you are erased it stays with the pod, without your name."),
        ),
        Holding(
            _("A step that was agreed on for you: against what, whose, by when, and what came of it"),
            Permission.MANAGE_PROGRAMS,
            also=_("Whoever owns the step."),
        ),
        Holding(
            _("What you ask your champion by name, and the answer"),
            also=_("Your own champion, and an expert it is passed on to."),
            remark=_("Leads see how many questions are solved how, never which."),
        ),
        Holding(
            _("What you ask without your name"),
            remark=_(
                "It is not held about you: no row, message or log says that you asked. So it can neither be shown to you here nor "
                "erased with you; the key you kept opens it."
            ),
        ),
    ]
