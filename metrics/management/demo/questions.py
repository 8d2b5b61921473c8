"""What members of the demo asked their champions in a running programme, and a step that was agreed on for one of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from adoption.programs.rules import State
from adoption.tenancy.rules import mint_secret
from metrics.management.demo.history import Life
from pods.actions import questions, remedies
from pods.models import FollowUp, Pod
from pods.queries import members_of
from pods.queries.remedies import proposal
from pods.rules import Approach, Cause, Hindrance, SolvedBy

ANSWERED = "How do I stop it from inventing figures?"
ANSWER = (
    "Let it mark what is missing\nWrite at the end of the prompt: use only figures from the notes; where one is missing, write "
    "[figure missing]. Then search for the brackets before it goes out."
)
OPEN = "Which of our old proposals may I put in, and which not?"
WITHOUT_A_NAME = (
    "Does anybody else need longer with it than without?",
    "What do I say when my client asks whether a machine wrote this?",
)
# What a step needs to know, by what day 7 found.
DETAILS = {
    Cause.OBSTACLE: "The tables: everything around them has to be written anew",
    Cause.CONTEXT_PACK: "This month’s report for the largest client",
    Cause.GENERIC_EXAMPLES: "The monthly report\nThe deviation note\nThe summary for the board\nThe client’s questions\nThe outlook",
}


def ask_champions(life: Life) -> None:
    """In each running pod two questions by name and two without one; for one who got stuck, a step that is under way."""
    agreed = False
    today = life.now.date()
    for pod in Pod.objects.select_related("program__organization", "champion__person").in_name_order():
        if pod.program.state is not State.LAUNCHED or pod.champion is None:
            continue
        champion, members = pod.champion.person, members_of(pod, on=today)
        asked = questions.ask(
            pod=pod, words=ANSWERED, form_key=uuid4(), by=members[3], at=life.at(today - timedelta(days=6))
        )
        questions.answer_question(
            question=asked,
            solved_by=SolvedBy.CHAMPION,
            answer=ANSWER,
            prompt=None,
            by=champion,
            at=life.at(today - timedelta(days=5)),
        )
        questions.ask(pod=pod, words=OPEN, form_key=uuid4(), by=members[1], at=life.at(today - timedelta(days=1)))
        for words in WITHOUT_A_NAME:
            questions.ask_without_name(pod=pod, words=words, key=mint_secret(), by=members[2], on=today)
        stuck = FollowUp.objects.filter(session__pod=pod, fixed=False).select_related("person").order_by("pk").first()
        if stuck and not agreed:
            agreed = True
            cause = Cause(stuck.cause)
            step = proposal(pod.program, stuck.person, Hindrance(cause.value), by=champion, on=today)
            remedies.open_remedy(
                program=pod.program,
                person=stuck.person,
                hindrance=step.hindrance,
                approach=Approach.WITH_THEM_ALONE,
                # Where nobody was seen using it, one of the others shows them.
                detail=DETAILS.get(cause) or next(one.name for one in members if one != stuck.person),
                owner=step.owner,
                due_on=step.due_on,
                by=champion,
                at=life.now,
            )
    questions.hand_over_questions(at=life.now)
