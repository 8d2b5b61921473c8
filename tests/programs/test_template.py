"""Too few early adopters: a draft becomes exploratory in one click, compares nothing, and can be changed back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.disclosure.rules import Audience
from adoption.programs import actions, queries
from adoption.programs.actions import NotReady, Refused, WrongState
from adoption.programs.models import Program
from adoption.programs.rules import EXPLORERS_AT_MOST, Arm, Checkpoint, State, Template
from adoption.tenancy.models import AuditEvent
from metrics.queries.baseline import baseline_collected
from metrics.queries.evidence import evidence
from metrics.rules import Metric
from tests.factories import AT, World
from tests.metrics.trials import launched
from tests.practice import make_program, some_people
from tests.readying import make_ready
from tests.running import draft
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db


def explore(program: Program, world: World, template: Template = Template.EXPLORATORY) -> Program:
    return actions.choose_template(program=program, template=template, by=world.lead.person, at=AT)


def test_one_click_makes_a_draft_exploratory_and_one_makes_it_what_it_was(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports", at=AT)
    there, back = (
        reverse("program-template", args=["meridian", program.slug, one.value])
        for one in (Template.EXPLORATORY, Template.PEER_CHAMPIONS)
    )
    page = reverse("program", args=["meridian", program.slug])
    comparison = reverse("program-comparison", args=["meridian", program.slug])
    client = client_as(meridian.lead)
    with time_machine.travel(AT, tick=False):
        assert client.get(there).status_code == HTTPStatus.METHOD_NOT_ALLOWED
        answer = client.post(there, follow=True)
        assert (answer.redirect_chain[-1][0], answer.status_code) == (page, HTTPStatus.OK)
        said = answer.content.decode()
        assert "never that it made a difference" in said
        assert "A comparison group is chosen" not in said
        # Back is offered with the message and on the page.
        assert said.count(back) == 2
        assert client.get(comparison).status_code == HTTPStatus.NOT_FOUND
        client.post(there)
        client.post(back)
        assert client.get(comparison).status_code == HTTPStatus.OK
        assert client.post(there.replace("exploratory", "nonsense")).status_code == HTTPStatus.NOT_FOUND
        for other in (meridian.champion, meridian.executive, meridian.admin):
            assert client_as(other).post(there).status_code == HTTPStatus.FORBIDDEN
    with enter(meridian):
        # What was pressed twice happened once.
        assert AuditEvent.objects.filter(verb="program.template_chosen").count() == 2


def test_an_exploratory_programme_takes_nobody_to_compare_with_and_sixteen_at_most(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        program = explore(make_program(meridian, name="reports", at=AT), meridian)
        people = some_people(meridian, EXPLORERS_AT_MOST + 1)
        more = {"by": meridian.lead.person, "at": AT, "program": program}
        with pytest.raises(Refused, match="explores"):
            actions.assign(arm=Arm.COMPARISON, cluster="Tax", people=people[:1], **more)
        with pytest.raises(Refused, match="too_many_explore"):
            actions.assign(arm=Arm.PODS, cluster="Elbe", people=people, **more)
        actions.assign(arm=Arm.PODS, cluster="Elbe", people=people[:-1], **more)
        # The same people again are not twice as many.
        actions.assign(arm=Arm.PODS, cluster="Weser", people=people[:4], **more)
        with pytest.raises(Refused, match="too_many_explore"):
            actions.assign(arm=Arm.PODS, cluster="Elbe", people=people[-1:], **more)


def test_a_draft_that_compares_already_or_is_large_stays_what_it_is(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        compared = draft(meridian).program
        with pytest.raises(Refused, match="compares"):
            explore(compared, meridian)
        large = make_program(meridian, name="notices", at=AT)
        people = some_people(meridian, EXPLORERS_AT_MOST + 1)
        actions.assign(program=large, arm=Arm.PODS, cluster="Elbe", people=people, by=None, at=AT)
        with pytest.raises(Refused, match="too_many_explore"):
            explore(large, meridian)


def test_its_baseline_is_opened_and_asked_for_in_one_group_and_then_it_is_what_it_is(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        running = draft(meridian, compared=1)
        actions.unassign(program=running.program, people=running.compared, by=None, at=AT)
        program = explore(running.program, meridian)
        look = queries.look_at(program, at=running.at(program.starts_on))
        assert "arm_comparison" not in [one.name for one in look.readiness]
        program = actions.open_baseline(program=program, by=None, at=running.at(program.created_at.date()))
        assert program.state is State.BASELINE
        assert not baseline_collected(program=program, at=AT)
        make_ready(program, at=AT)
        with pytest.raises(NotReady) as refusal:
            actions.launch(program=program, by=None, at=AT)
        assert refusal.value.facts["missing"] == ["baseline"]
        with pytest.raises(WrongState, match="baseline_open"):
            explore(program, meridian, Template.PEER_CHAMPIONS)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(template=Template.PEER_CHAMPIONS)
        other = make_program(meridian, name="notices", at=AT)
        with pytest.raises(IntegrityError, match="program_template"), transaction.atomic():
            Program.objects.filter(pk=other.pk).update(template="nonsense")


def test_machines_choose_it_with_the_same_refusals(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        program, compared = make_program(meridian, name="reports", at=AT), draft(meridian).program
    root = "/api/v1/o/meridian/p"
    client = client_as(meridian.lead)
    given = {"template": "exploratory"}
    with time_machine.travel(AT, tick=False):
        told = client.put(f"{root}/{program.slug}/template/", given, content_type="application/json").json()
        assert told["template"] == client.get(f"{root}/{program.slug}/").json()["template"] == "exploratory"
        refused = client.put(f"{root}/{compared.slug}/template/", given, content_type="application/json")
        wrong = client.put(f"{root}/{compared.slug}/template/", {"template": "x"}, content_type="application/json")
        executive = client_as(meridian.executive).put(
            f"{root}/{program.slug}/template/", given, content_type="application/json"
        )
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "compares")
    assert (wrong.status_code, executive.status_code) == (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN)


def test_its_evidence_says_what_happened_and_never_that_it_made_a_difference(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 8), teams=(), is_launched=False)
        program = explore(trial.program, meridian)
        at = trial.at(program.starts_on)
        fixed = {
            "spec_version": "1.0",
            "primary": "adoption",
            "primary_look": "S56",
            "thresholds": {"group": 5, "executive": 10},
        }
        Program.objects.filter(pk=program.pk).update(baseline_opened_at=at, launched_at=at, fixed=fixed)
        program.refresh_from_db()
        trial = replace(trial, program=program)
        trial.look(Checkpoint.S0, (0, 0), ())
        trial.look(Checkpoint.S30, (6, 5), ())
        later = trial.at(program.starts_on + timedelta(days=50))
        found = evidence(program, Audience.EXECUTIVE, at=later)
        assert not [one for one in found.figures if one.measure is Metric.DIFFERENCE and one.value is not None]
    address = f"/o/meridian/p/{program.slug}/evidence/"
    with time_machine.travel(later, tick=False):
        for reader in (meridian.executive, meridian.lead):
            page = client_as(reader).get(address)
            assert page.status_code == HTTPStatus.OK
            assert "This programme explores: nothing is compared in it." in page.content.decode()
