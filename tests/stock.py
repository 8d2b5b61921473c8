"""A champion's kit with something in each of its drawers, for whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.walls import organization
from champions.actions.asks import ask_for, note_deed
from champions.actions.network import list_expert, write_card
from champions.actions.objections import describe_talk, log_talk, tell_story
from champions.actions.prompts import review_prompt, share_prompt, try_prompt
from champions.actions.tools import Evaluation, evaluate_tool
from champions.actions.wins import share_win, thank
from champions.models import Champion, Expert, LeaderDeed, Need, Prompt, Talk, Tool, Win
from champions.queries.prompts import newest_version
from champions.rules import LeaderAct, ReviewVerdict, TalkState, ToolVerdict, Worry
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program, practise


@dataclass(frozen=True)
class Stock:
    """One of each: what somebody else may act upon."""

    prompt: Prompt
    win: Win
    need: Need
    deed: LeaderDeed
    tool: Tool
    talk: Talk
    expert: Expert


def another_champion(world: World, name: str = "Nadia") -> Person:
    """A champion of a programme of their own, who is not `world.champion`."""
    person: Person = PersonFactory.create(name=f"{name} {world.canary.title()}")
    program = make_program(world, name=f"notices of {name.lower()}")
    Champion.objects.create(program=program, person=person, named_at=AT)
    return person


def make_champion(world: World) -> Person:
    """`world.champion` leads a programme: no pod, no session."""
    program = make_program(world, name="reports")
    Champion.objects.create(program=program, person=world.champion.person, named_at=AT)
    return world.champion.person


def a_prompt(world: World, *, title: str = "Report from notes", at: datetime = AT) -> Prompt:
    """A prompt of `world.champion`, for the first workflow there is."""
    return share_prompt(
        workflow=Workflow.objects.order_by("pk")[0],
        title=title,
        text="Draft the report for {{client}} from these notes:\n{{ notes }}",
        review_step="Read every figure against the notes",
        needs=[],
        by=world.champion.person,
        at=at,
    )


def a_win(by: Person, *, task: str = "draft the report", at: datetime = AT, **more: object) -> Win:
    """A win of somebody's."""
    given = {"workflow": None, "prompt": None, "asked_for": False, "hides_name": False, **more}
    return share_win(
        task=task,
        minutes_now=40,
        minutes_before=180,
        output="Nine pages",
        by=by,
        at=at,
        **given,  # type: ignore[arg-type]
    )


def an_ask(world: World, *, wanted: str = "Free Thursday mornings", at: datetime = AT) -> Need:
    """An ask of `world.champion`, which `world.executive` owns."""
    return ask_for(
        wanted=wanted,
        why="Meetings eat them",
        program=None,
        owner=world.executive.person,
        by=world.champion.person,
        at=at,
    )


def an_evaluation(**changes: object) -> Evaluation:
    """What an evaluation of a tool says."""
    says = {
        "tool": "Scribe",
        "task": "Minutes of a call",
        "verdict": ToolVerdict.WITH_CARE,
        "why": "It mixes up names",
        "data_allowed": "Internal calls",
        "data_forbidden": "Calls with clients",
        "for_whom": "Everybody in Delivery",
        "review_on": AT.date() + timedelta(days=90),
    }
    return Evaluation(**(says | changes))  # type: ignore[arg-type]


def stock(world: World) -> Stock:
    """A company's kit; filled when it is asked for first. Every text in it names the company."""
    practise(world)
    canary, champion, member, lead = world.canary, world.champion.person, world.member.person, world.lead.person
    with organization(world.organization.pk):
        found = Prompt.objects.filter(title=f"Report {canary}").select_related("workflow").first()
        return _stocked(found) if found else _fill(world, canary, champion, member, lead)


def _stocked(prompt: Prompt) -> Stock:
    return Stock(
        prompt=prompt,
        win=Win.objects.order_by("pk")[0],
        need=Need.objects.order_by("pk")[0],
        deed=LeaderDeed.objects.order_by("pk")[0],
        tool=Tool.objects.order_by("pk")[0],
        talk=Talk.objects.order_by("pk")[0],
        expert=Expert.objects.order_by("pk")[0],
    )


def _fill(world: World, canary: str, champion: Person, member: Person, lead: Person) -> Stock:
    prompt = share_prompt(
        workflow=Workflow.objects.order_by("pk")[0],
        title=f"Report {canary}",
        text=f"{canary}: draft the report for {{{{client}}}}",
        review_step=f"A {canary} reads it",
        needs=[],
        by=champion,
        at=AT,
    )
    version = newest_version(prompt)
    # Reviewed by somebody who is a champion no more.
    past = Champion.objects.create(program=practise(world).program, person=world.away, named_at=AT)
    review_prompt(version=version, verdict=ReviewVerdict.CHANGE, note=f"Shorter, {canary}", by=world.away, at=AT)
    past.delete()
    try_prompt(prompt=prompt, worked=False, because=f"Too {canary}", by=member, at=AT)
    win = share_win(
        task=f"draft the {canary} report",
        minutes_now=40,
        minutes_before=180,
        output=f"Nine pages of {canary}",
        workflow=None,
        prompt=prompt,
        asked_for=False,
        hides_name=False,
        by=member,
        at=AT,
    )
    thank(win=win, by=champion, at=AT)
    need = ask_for(
        wanted=f"A free {canary} morning", why=canary, program=None, owner=world.executive.person, by=champion, at=AT
    )
    note_deed(
        leader=world.executive.person,
        act=LeaderAct.SHARED_A_FAILURE,
        done_on=AT.date(),
        note=f"The {canary} offer",
        by=champion,
        at=AT,
    )
    evaluate_tool(says=an_evaluation(tool=f"Scribe {canary}", data_forbidden=canary), found=None, by=champion, at=AT)
    tell_story(
        worry=Worry.BLAME,
        worried=canary,
        tried=canary,
        found=canary,
        published=True,
        by=champion,
        at=AT,
    )
    talk = log_talk(worry=Worry.QUALITY, by=champion, at=AT)
    describe_talk(
        talk=talk,
        state=TalkState.RESPECTED,
        their_words=canary,
        own_answer=canary,
        next_step=canary,
        member=member,
        agreed=True,
        by=champion,
        at=AT,
    )
    write_card(solves=f"Reports of {canary}s", office_hours=f"The {canary} room", by=champion, at=AT)
    list_expert(person=lead, topic=f"Contracts with {canary}s", how=canary, by=champion, at=AT)
    assert need.owner == world.executive.person
    return _stocked(prompt)
