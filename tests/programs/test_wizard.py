"""A programme designed step by step: saved at each, left and taken up again; nothing is made twice."""

from __future__ import annotations

import uuid
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs import actions
from adoption.programs.actions.curriculum import leave_out
from adoption.programs.actions.design import draft_program, settle_measure
from adoption.programs.forms import REFUSALS
from adoption.programs.models import Design, PackElement, PlannedContent, Program
from adoption.programs.queries.design import design_of
from adoption.programs.queries.privacy import export_programs
from adoption.programs.rules import Arm, Checkpoint, State, Template
from adoption.programs.rules.design import Finding, Page, Tier
from adoption.programs.views.timeline import draw
from adoption.tenancy.actions.closures import close_days
from adoption.tenancy.models import AuditEvent
from tests.factories import AT, LeaveFactory, PersonFactory, World
from tests.practice import STARTS_ON, make_program, some_people
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

WORK = {
    "name": "Client reports",
    "workflow": "Client report drafting",
    "aim": "Clients have their report within two days",
    "obstacle": "Three people wait for one figure",
    "finding": "ai",
}
DATES = {
    "starts_on": "2026-08-03",
    "weeks": "8",
    "comparison": "A book",
    "mode": "weekly",
    "primary_look": "S30",
    "pods": "4",
    "pod_size": "7",
    "teams": "5",
    "least_icc": "0.10",
}


def at(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.organization.slug, *args])


def test_five_steps_make_a_draft_which_is_saved_at_each(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.lead)
    steps = [at(meridian, "program-step", "client-reports", page) for page in Page]
    assert client.post(at(meridian, "program-new"), WORK)["Location"] == steps[1]
    given = {"template": "peer_champions", "tier": "competence"}
    assert client.post(steps[1], given)["Location"] == steps[2]
    assert client.post(steps[2], DATES)["Location"] == steps[3]
    assert client.post(steps[3])["Location"] == steps[4]
    with enter(meridian):
        program, design = Program.objects.get(), Design.objects.get()
        assert (program.state, program.starts_on, program.weeks, program.comparison) == (
            State.DRAFT,
            date(2026, 8, 3),
            8,
            "A book",
        )
        assert (design.aim, design.finding, design.tier) == (WORK["aim"], Finding.AI, Tier.COMPETENCE)
        assert (design.pods, design.pod_size, design.teams, design.primary_look) == (4, 7, 5, Checkpoint.S30)
        audited = AuditEvent.objects.count()
    # Taken up again each step says what it said; sent once more, it changes nothing.
    for page, said in ((steps[0], WORK["aim"]), (steps[1], "Competence"), (steps[2], "A book")):
        assert said in client.get(page).content.decode()
    for page, sent in ((steps[0], WORK), (steps[1], given), (steps[2], DATES)):
        client.post(page, sent)
    review = client.get(steps[4]).content.decode()
    assert "Still open before the launch" in review
    assert review.count("btn-primary") == 1
    with enter(meridian):
        assert AuditEvent.objects.count() == audited


def test_a_form_sent_twice_or_after_going_back_is_one_draft(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.lead)
    key = {"form_key": str(uuid.uuid4())}
    for name in ("Client reports", "Client reports", "Reports for clients"):
        answer = client.post(at(meridian, "program-new"), {**WORK, **key, "name": name})
        assert answer["Location"] == at(meridian, "program-step", "client-reports", "template")
    other = client.post(at(meridian, "program-new"), {**WORK, "form_key": str(uuid.uuid4())})
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(REFUSALS["name_taken"]) in other.content.decode()
    assert WORK["obstacle"] in other.content.decode()
    with enter(meridian):
        assert Program.objects.get().name == "Reports for clients"
        Program.objects.update(baseline_opened_at=AT)
    late = client.post(at(meridian, "program-new"), {**WORK, **key}, follow=True)
    assert str(REFUSALS["baseline_open"]) in late.content.decode()


def test_what_cannot_be_is_said_beside_its_field_and_nothing_of_the_step_is_kept(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        actions.assign(
            program=program, arm=Arm.COMPARISON, cluster="Tax", people=some_people(meridian, 2), by=None, at=AT
        )
    client = client_as(meridian.lead)
    for page, sent, field in (
        ("dates", {**DATES, "starts_on": "2026-08-04"}, "starts_on"),
        ("dates", {**DATES, "weeks": "13"}, "weeks"),
        ("dates", {**DATES, "least_icc": "0.01"}, "least_icc"),
        ("dates", {**DATES, "pods": "0"}, "pods"),
        ("dates", {**DATES, "primary_look": "S90"}, "primary_look"),
        ("template", {"template": "exploratory", "tier": "literacy"}, "template"),
        ("template", {"template": "nonsense", "tier": "fluency"}, "template"),
        ("work", {**WORK, "name": "x" * 61}, "name"),
    ):
        answer = client.post(at(meridian, "program-step", program.slug, page), sent)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, sent
        assert list(answer.context["form"].errors) == [field]
        assert "mm-summary" in answer.content.decode()
    with enter(meridian):
        assert not Design.objects.exists()
        assert Program.objects.get().starts_on == STARTS_ON


def test_the_summary_says_what_is_typed_before_it_is_saved(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    client = client_as(meridian.lead)
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wizard-summary"}
    dates = at(meridian, "program-step", program.slug, "dates")
    small = client.get(dates, {**DATES, "pods": "2"}, **htmx).content.decode()
    assert "no difference could be told from nothing" in small
    assert "<h1" not in small
    large = client.get(dates, {**DATES, "pods": "12", "teams": "12", "least_icc": "0.05"}, **htmx).content.decode()
    assert "<b>25 points</b>" not in large
    assert "points</b> from nothing" in large
    cohort = client.get(
        at(meridian, "program-step", program.slug, "template"),
        {"template": "function_cohort", "tier": "literacy"},
        **htmx,
    ).content.decode()
    assert "13 weeks" in cohort
    assert "Nobody works differently because they understand." in cohort
    with enter(meridian):
        assert not Design.objects.exists()
        assert Program.objects.get().template == Template.PEER_CHAMPIONS


def test_quiet_weeks_and_leave_are_pointed_out(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        people = some_people(meridian, 10)
        actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=people, by=None, at=AT)
        for person in people[:3]:
            LeaveFactory(person=person, starts_on=date(2026, 8, 10), ends_on=date(2026, 8, 14))
        Program.objects.update(starts_on=date(2026, 8, 3))
    page = client_as(meridian.lead).get(at(meridian, "program-step", program.slug, "dates")).content.decode()
    assert "Week of 10 August" in page
    assert "Week of 3 August" not in page


def test_closed_days_are_pointed_out_with_the_nearest_better_start(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        Program.objects.update(starts_on=date(2026, 8, 24))
        company = {"organization": meridian.organization, "by": None, "at": AT}
        # The first week of the baseline, and the day of the launch.
        close_days(**company, name="Holidays", starts_on=date(2026, 8, 10), ends_on=date(2026, 8, 13))
        close_days(**company, name="Bank holiday", starts_on=date(2026, 8, 24), ends_on=date(2026, 8, 24))
    client, page = client_as(meridian.lead), at(meridian, "program-step", program.slug, "dates")
    told = " ".join(client.get(page).content.decode().split())
    for words in (
        "Mon 10 August 2026: a week of the baseline",
        "Mon 24 August 2026: the launch",
        "A start on <b>31 August 2026</b> falls",
        "closed on most of its days",
    ):
        assert words in told
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wizard-summary"}
    other = client.get(page, {**DATES, "starts_on": "2026-08-31"}, **htmx).content.decode()
    assert "Falls into closed days" not in other


def test_a_step_that_is_saved_again_leaves_the_start_where_it_is(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        near = date(2026, 7, 20)
        Program.objects.update(starts_on=near)
    client, page = client_as(meridian.lead), at(meridian, "program-step", program.slug, "dates")
    assert '<option value="2026-07-20" selected>' in client.get(page).content.decode()
    client.post(page, {**DATES, "starts_on": "2026-07-20"})
    with enter(meridian):
        assert Program.objects.get().starts_on == near


def test_another_draft_takes_over_all_but_the_people(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        before = make_program(meridian, name="reports")
        actions.choose_template(program=before, template=Template.FUNCTION_COHORT, by=None, at=AT)
        settle_measure(
            program=before, primary_look=Checkpoint.SE, least_icc=design_of(before).least_icc,
            pods=9, pod_size=8, teams=9, by=None, at=AT,
        )  # fmt: skip
        actions.assign(program=before, arm=Arm.PODS, cluster="Elbe", people=some_people(meridian, 2), by=None, at=AT)
        leave_out(program=before, role="", key="tools", reason="IT has shown them", by=None, at=AT)
        pack = actions.begin_pack(program=before, role="Analyst", by=None, at=AT)
        owner = meridian.member.person
        actions.put_element(
            pack=pack, element=None, name="Style guide", found_at="The wiki", owner=owner, by=None, at=AT
        )
        actions.check_pack(pack=pack, by=None, at=AT)
    client = client_as(meridian.lead)
    page = client.get(at(meridian, "program-new"), {"like": before.slug}).content.decode()
    assert f'name="like" value="{before.slug}"' in page
    client.post(at(meridian, "program-new"), {**WORK, "like": before.slug})
    with enter(meridian):
        made = Program.objects.get(slug="client-reports")
        design = design_of(made)
        assert (made.template, made.weeks, made.comparison) == ("function_cohort", 13, before.comparison)
        assert (design.primary_look, design.pods, design.drawn) == (Checkpoint.SE, 9, None)
        # It is what the draft says of itself, before the launch fixes it.
        assert made.measure.primary_look is Checkpoint.SE
        assert "End of phase, main look: " in draw(made, AT.date()).said
        assert not made.assignments.exists()
        assert PlannedContent.objects.get(program=made, key="tools").left_out == "IT has shown them"
        copy = made.packs.get()
        assert (copy.role, copy.checked_on, copy.tests.exists()) == ("Analyst", None, False)
        kept = PackElement.objects.get(pack=copy, name="Style guide")
        assert (kept.found_at, kept.owner) == ("The wiki", owner)
        # The earlier one keeps its own.
        assert PlannedContent.objects.filter(program=before, key="tools").count() == before.packs.count() == 1


def test_a_programme_that_is_begun_where_the_gap_is_is_for_that_role(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        PersonFactory.create(job_role="Analyst")
    client, page = client_as(meridian.lead), at(meridian, "program-new")
    asked = client.get(page, {"workflow": "Client reports", "role": "Analyst"}).content.decode()
    assert "Only people in the role Analyst may take part" in asked
    nobody = client.post(page, {**WORK, "role": "Alchemist"})
    assert (nobody.status_code, str(REFUSALS["nobody_there"]) in nobody.content.decode()) == (422, True)
    client.post(page, {**WORK, "role": "Analyst"})
    with enter(meridian):
        assert Design.objects.get().who.job_roles == ("Analyst",)


def test_whoever_has_no_suitable_work_is_left_out_for_a_reason(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        [person] = some_people(meridian, 1)
        actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=[person], by=None, at=AT)
        with pytest.raises(actions.Refused, match="no_exemption_reason"):
            actions.exempt(program=program, person=person, reason=" ", by=None, at=AT)
    client, page = client_as(meridian.lead), at(meridian, "exemption-new", program.slug)
    assert client.post(page, {"person": str(person.public_id)}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = client.post(page, {"person": str(person.public_id), "reason": "Moved to audits"}, follow=True)
    assert "Moved to audits" in said.content.decode()
    with enter(meridian):
        assert export_programs(person=person)["no_suitable_workflow"][0]["because"] == "Moved to audits"


def test_the_launch_fixes_what_was_chosen_and_nothing_changes_it_silently(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = draft_program(
            name="Reports", workflow="Reports", aim="", obstacle="", finding=None, starts_on=STARTS_ON,
            comparison="A book", form_key=uuid.uuid4(), by=None, at=AT,
        )  # fmt: skip
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={"primary_look": "S56"})
        with pytest.raises(actions.WrongState, match="launched"):
            settle_measure(
                program=program, primary_look=Checkpoint.S30, least_icc=design_of(program).least_icc,
                pods=6, pod_size=8, teams=6, by=None, at=AT,
            )  # fmt: skip
        for change in (
            lambda: Design.objects.update(primary_look="S30"),
            lambda: Design.objects.update(least_icc="0.20"),
            lambda: Design.objects.update(tier="literacy"),
            lambda: Program.objects.update(fixed={"primary_look": "S30"}),
            lambda: Program.objects.update(mode="opportunity"),
            lambda: Program.objects.update(template="function_cohort", weeks=13),
        ):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()
        # What is no measure may be forgotten still.
        Design.objects.update(eligible={}, drawn=None)
    answer = client_as(meridian.lead).post(at(meridian, "program-step", program.slug, "dates"), DATES, follow=True)
    assert str(REFUSALS["baseline_open"]) in answer.content.decode()
    with enter(meridian):
        assert Program.objects.get().fixed == {"primary_look": "S56"}


def test_the_database_refuses_a_design_that_makes_no_sense(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        key = uuid.uuid4()
        Design.objects.create(program=program, changed_at=AT, form_key=key)
        other = make_program(meridian, name="notices")
        for constraint, act in (
            ("design_of_program", lambda: Design.objects.create(program=program, changed_at=AT)),
            ("design_form_key", lambda: Design.objects.create(program=other, changed_at=AT, form_key=key)),
            ("design_finding", lambda: Design.objects.update(finding="perhaps")),
            ("design_tier", lambda: Design.objects.update(tier="mastery")),
            ("design_primary_look", lambda: Design.objects.update(primary_look="S90")),
            ("design_least_icc", lambda: Design.objects.update(least_icc="0.60")),
            ("design_numbers", lambda: Design.objects.update(pods=0)),
            ("design_counted_on_a_day", lambda: Design.objects.update(eligible_people=3)),
            ("program_weeks", lambda: Program.objects.update(template="function_cohort")),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                act()


def test_machines_design_measure_and_draw_as_the_pages_do(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        for head in some_people(meridian, 3):
            some_people(meridian, 2, manager=head)
    root, client = f"/api/v1/o/meridian/p/{program.slug}", client_as(meridian.lead)
    json = {"content_type": "application/json"}
    given = {**client.get(f"{root}/design/").json(), "tier": "competence", "pods": 12, "teams": 12, "least_icc": 0.1}
    for told_alone in ("points", "points_now", "warnings"):
        given.pop(told_alone)
    told = client.put(f"{root}/design/", given, **json).json()
    assert (told["tier"], told["least_icc"], told["primary_look"]) == ("competence", 0.1, "S56")
    assert told["points"] > 20
    wrong = client.put(f"{root}/design/", {**given, "least_icc": 0.01}, **json)
    assert wrong.status_code == HTTPStatus.BAD_REQUEST
    lots = client.post(f"{root}/arms/lots/", {"pods": 1, "teams": 2, "seed": 7}, **json)
    assert (lots.status_code, lots.json()["lots"]["seed"]) == (HTTPStatus.CREATED, 7)
    again = client.post(f"{root}/arms/lots/", {"pods": 1, "teams": 2, "seed": 8}, **json)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "drawn_already")
    assert client.get(f"{root}/arms/").json() == lots.json()
    assert client.delete(f"{root}/arms/lots/").json()["in_comparison"] == 0
    nobody = client.post(f"{root}/arms/rules/", {"field": "department", "value": "Atlantis"}, **json)
    assert nobody.json()["errors"][0]["code"] == "nobody_there"
    rows = client.get(f"{root}/launch/").json()["rows"]
    assert {"end", "post-survey"} <= {row["key"] for row in rows}
    # Silently nothing is changed after the launch; another version has its reason.
    assert client.get(f"{root}/measure/").json() == {"items": []}
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={"primary_look": "S56", "least_icc": 0.1})
    for late in (
        client.put(f"{root}/design/", {**given, "primary_look": "S30"}, **json),
        client.post(f"{root}/arms/rules/", {"field": "line", "value": str(meridian.manager.public_id)}, **json),
    ):
        assert (late.status_code, late.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "launched")
    silent = client.post(f"{root}/measure/", {"primary_look": "S30", "least_icc": 0.1, "reason": " "}, **json)
    assert silent.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}
    made = client.post(f"{root}/measure/", {"primary_look": "S30", "least_icc": 0.1, "reason": "Late"}, **json)
    assert [(one["version"], one["primary_look"], one["reason"]) for one in made.json()["items"]] == [
        (1, "S56", ""),
        (2, "S30", "Late"),
    ]
    assert client.get(f"{root}/launch/").status_code == HTTPStatus.NOT_FOUND
    assert client_as(meridian.executive).get(f"{root}/arms/").status_code == HTTPStatus.FORBIDDEN
