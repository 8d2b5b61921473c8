"""Who may take part, matched and drawn comparison groups, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from adoption.programs import actions
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.arms import add_rule, compare_teams, draw_lots, drop_rule, withdraw_lots
from adoption.programs.actions.design import forget_in_designs
from adoption.programs.forms import REFUSALS
from adoption.programs.models import Assignment, Design, Program
from adoption.programs.queries.arms import balance_of, eligible_page, how_assigned, matched, members_of_team, teams_page
from adoption.programs.queries.design import design_of, eligible_people, power_now, power_of
from adoption.programs.queries.privacy import export_programs
from adoption.programs.queries.units import unit_of
from adoption.programs.rules import Arm, Assigned
from adoption.programs.rules.arms import lots
from adoption.programs.rules.design import Field
from adoption.tenancy.models import AuditEvent, Person
from champions.actions import name_champion
from pods.actions import form_pod
from pods.actions.seating import reseat
from pods.queries.forming import candidates
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program, some_people
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

TODAY = AT.date()
PAGE: dict[str, Any] = {"search": "", "after": None, "before": None, "on": TODAY}


@pytest.fixture
def program(meridian: World, enter: Enter) -> Iterator[Program]:
    """A draft, inside its company."""
    with enter(meridian):
        made = make_program(meridian, name="reports")
        yield Program.objects.select_related("workflow", "organization").get(pk=made.pk)


def teams(number: int, *, roles: tuple[str, ...] = ("Consultant", "Analyst"), **fields: Any) -> list[Person]:
    """Heads of new teams, by name, each with one report of every role."""
    heads = [PersonFactory.create(name=f"Head {letter}", **fields) for letter in "ABCDEFGHIJ"[:number]]
    for head in heads:
        for role in roles:
            PersonFactory.create(manager=head, job_role=role, **fields)
    return heads


def at(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.organization.slug, *args])


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_find_people_by_department_role_place_and_line(program: Program) -> None:
    (tax,) = teams(1, department="Tax", location="Leeds")
    deep = PersonFactory.create(manager=Person.objects.filter(manager=tax)[0], department="Tax", job_role="Clerk")
    gone = PersonFactory.create(department="Tax", left_on=TODAY)
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    assert design_of(program).eligible_people == 4
    add_rule(program=program, field=Field.LINE, value=str(tax.public_id), by=None, at=AT)
    found = set(eligible_people(design_of(program).who, on=TODAY))
    assert {tax, gone}.isdisjoint(found)
    assert deep in found
    design = add_rule(program=program, field=Field.JOB_ROLE, value="Clerk", by=None, at=AT)
    assert (design.eligible_people, design.counted_on) == (1, TODAY)
    audited = AuditEvent.objects.filter(verb="program.eligible").count()
    add_rule(program=program, field=Field.JOB_ROLE, value="Clerk", by=None, at=AT)
    assert AuditEvent.objects.filter(verb="program.eligible").count() == audited == 3
    design = drop_rule(program=program, field=Field.JOB_ROLE, value="Clerk", by=None, at=AT)
    assert design.eligible_people == 3
    with pytest.raises(Refused, match="nobody_there"):
        add_rule(program=program, field=Field.LOCATION, value="Atlantis", by=None, at=AT)


def test_rules_are_typed_on_the_page_and_what_fits_nobody_is_said_beside_it(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    teams(2, department="Tax")
    client, page = client_as(meridian.lead), at(meridian, "program-arms", program.slug)
    rule = at(meridian, "arms-rule", program.slug)
    for sent in ({"field": "department", "value": "Tex"}, {"field": "line", "value": "Nobody"}, {"field": "x"}):
        refused = client.post(rule, sent)
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, sent
    assert 'value="Nobody"' in client.post(rule, {"field": "line", "value": "Nobody"}).content.decode()
    assert client.post(rule, {"field": "department", "value": "Tax"})["Location"] == page
    client.post(rule, {"field": "line", "value": "Head A"})
    told = client.get(page).content.decode()
    assert "<b>2 people</b> may take part" in told
    assert "Head A" in told
    client.post(rule, {"drop": "department:Tax"})
    client.post(rule, {"count": "1"})
    assert client.post(rule, {"drop": "nonsense:Tax"}).status_code == HTTPStatus.NOT_FOUND
    assert set(design_of(program).eligible) == {"line"}
    people = client.get(at(meridian, "arms-people", program.slug)).content.decode()
    assert "Analyst" in people


@pytest.mark.parametrize("number", [1, 3])
def test_teams_and_people_come_page_by_page_at_the_same_number_of_queries(
    program: Program, django_assert_num_queries: Any, number: int
) -> None:
    heads = teams(number, department="Tax")
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    design = design_of(program)
    with django_assert_num_queries(3):
        found = teams_page(program, design, **PAGE)
    assert [(one.manager, one.people, one.is_free) for one in found.rows] == [(head, 2, True) for head in heads]
    with django_assert_num_queries(2):
        assert len(eligible_page(program, design, **PAGE).rows) == 3 * number


def test_pages_go_on_and_back_and_a_search_finds_by_name(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adoption.programs.queries.arms.TEAMS_SHOWN", 2)
    heads = teams(5, department="Tax")
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    design, seen, after = design_of(program), [], None
    while True:
        page = teams_page(program, design, **PAGE | {"after": after})
        seen += [one.manager for one in page.rows]
        if page.next is None:
            break
        after = page.next
    assert seen == heads
    back = teams_page(program, design, **PAGE | {"before": page.previous})
    assert [one.manager for one in back.rows] == heads[2:4]
    assert [one.manager for one in teams_page(program, design, **PAGE | {"search": "head b"}).rows] == [heads[1]]


# --- the comparison group --------------------------------------------------------------------------------------------


def test_a_matched_group_has_the_pods_roles_and_leaves_out_teams_of_champions(
    meridian: World, program: Program, client_as: ClientAs
) -> None:
    wanted = [PersonFactory.create(job_role=role) for role in ("Consultant", "Consultant", "Analyst", "Analyst")]
    actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=wanted, by=None, at=AT)
    (lawyers,) = teams(1, roles=("Counsel", "Counsel"))
    led, *alike = teams(4)
    champion = Person.objects.filter(manager=led)[0]
    name_champion(program=program, person=champion, by=meridian.lead.person, at=AT)
    found = matched(program, design_of(program), on=TODAY)
    managers = [manager for manager, _ in found.teams]
    assert (found.people, found.wanted, len(managers)) == (4, 4, 2)
    assert set(managers) < set(alike)
    assert found == matched(program, design_of(program), on=TODAY)
    assert champion not in members_of_team(program, design_of(program), led, on=TODAY)
    client = client_as(meridian.lead)
    proposed = client.get(at(meridian, "arms-match", program.slug)).content.decode()
    assert all(f"Team of {one.name}" in proposed for one in managers)
    assert lawyers.name not in proposed
    sent = {"team": [str(one.public_id) for one in managers]}
    client.post(at(meridian, "arms-teams", program.slug), sent)
    again = client.post(at(meridian, "arms-teams", program.slug), sent)
    assert again.status_code == HTTPStatus.FOUND
    balance = balance_of(program)
    assert [(row.label, row.pods, row.comparison) for row in balance.roles] == [("Analyst", 2, 2), ("Consultant", 2, 2)]
    page = client.get(at(meridian, "program-arms", program.slug)).content.decode()
    assert "How alike the two groups are" in page
    assert client.post(at(meridian, "arms-teams", program.slug), {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_teams_go_in_all_or_none(program: Program) -> None:
    first, second = teams(2)
    seated = Person.objects.filter(manager=second)[0]
    actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=[seated], by=None, at=AT)
    with pytest.raises(Refused, match="in_a_pod"):
        compare_teams(program=program, managers=[first, second], by=None, at=AT)
    assert not Assignment.objects.in_arm(Arm.COMPARISON).exists()
    with pytest.raises(Refused, match="empty_team"):
        compare_teams(program=program, managers=[seated], by=None, at=AT)


# --- lots ------------------------------------------------------------------------------------------------------------


def test_where_the_directory_knows_no_managers_a_department_at_a_place_is_a_team(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    """As it is after an import whose file says nothing of managers."""
    where = {"department": "Tax & Audit", "location": "Łódź"}
    learning = [PersonFactory.create(job_role="Analyst", **where) for _ in range(4)]
    staying = [PersonFactory.create(job_role="Analyst", **where) for _ in range(2)]
    elsewhere = [PersonFactory.create(job_role="Analyst", department="Legal", location="") for _ in range(2)]
    nowhere = PersonFactory.create(job_role="Driver", department="", location="")
    champion = name_champion(program=program, person=PersonFactory.create(**where), by=None, at=AT)
    form_pod(program=program, champion=champion, name="Tern", members=learning, by=None, at=AT)
    client, page = client_as(meridian.lead), at(meridian, "program-arms", program.slug)
    there = at(meridian, "program-comparison", program.slug)
    for place in (page, there):
        told = client.get(place).content.decode()
        assert "Tax &amp; Audit, Łódź" in told
        assert "2 people in no group yet, 4 are in one" in " ".join(told.split())
        assert "No department and no place" in told
        searched = client.get(place, {"q": "audit"}).content.decode()
        assert "Audit, Łódź" in searched
        assert "No department and no place" not in searched
    # Proposed are those who do what the pod does.
    proposal = matched(program, design_of(program), on=TODAY)
    assert {unit.name for unit, _mix in proposal.units} == {"Tax & Audit, Łódź", "Legal"}
    assert proposal.people == 4 == 2 * proposal.number
    offered = client.get(at(meridian, "arms-match", program.slug)).content.decode()
    keys = re.findall(r'name="unit" value="([^"]+)"', offered)
    assert len(keys) == 2
    client.post(at(meridian, "arms-teams", program.slug), {"unit": [unescape(one) for one in keys]})
    compared = Assignment.objects.current().in_arm(Arm.COMPARISON).filter(program=program)
    assert {(one.person, one.cluster) for one in compared} == {
        *((person, "Tax & Audit, Łódź") for person in staying),
        *((person, "Legal") for person in elsewhere),
    }
    # What is gone meanwhile, and nonsense, is refused whole.
    for unit in (unescape(keys[0]), "nonsense", "department=Tax"):
        refused = client.post(there, {"unit": unit})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(there, {"unit": urlencode({"department": "", "location": ""})})
    assert compared.get(person=nowhere).cluster == "No department and no place"


def test_lots_are_drawn_once_kept_with_their_seed_and_drawn_again_by_anybody(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    heads = {str(one.public_id): one for one in teams(6, department="Tax")}
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    client, page = client_as(meridian.lead), at(meridian, "arms-draw", program.slug)
    assert client.post(page, {"pods": "5", "teams": "5", "seed": "7"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"pods": "0", "teams": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert design_of(program).drawn is None
    assert client.post(page, {"pods": "2", "teams": "3", "seed": "7"}).status_code == HTTPStatus.FOUND
    design = design_of(program)
    order = lots(7, heads)
    assert design.drawn == {
        "seed": 7,
        "on": TODAY.isoformat(),
        "of": 6,
        "pods": order[:2],
        "comparison": order[2:5],
    }
    compared = set(Assignment.objects.in_arm(Arm.COMPARISON).values_list("person__manager__public_id", flat=True))
    assert {str(one) for one in compared} == set(order[2:5])
    assert AuditEvent.objects.get(verb="program.drawn").detail["seed"] == 7
    # A second press, or another wish, draws nothing anew.
    again = client.post(page, {"pods": "2", "teams": "3", "seed": "8"})
    assert str(REFUSALS["drawn_already"]) in again.content.decode()
    assert "7" in client.get(at(meridian, "program-arms", program.slug)).content.decode()
    client.post(page, {"back": "1"})
    assert design_of(program).drawn is None
    assert not Assignment.objects.exists()
    assert AuditEvent.objects.filter(verb="program.drawing_withdrawn").count() == 1
    # A seed of the machine's own is kept as well.
    client.post(page, {"pods": "1", "teams": "1"})
    assert (design_of(program).drawn or {})["seed"] >= 0


def test_where_managers_are_not_known_lots_are_drawn_of_whole_units(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    (head,) = teams(1, department="Tax")
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    units: dict[str, list[Person]] = {}
    for place in ("Bremen", "Łódź", ""):
        key = urlencode({"department": "Tax", "location": place})
        units[key] = [PersonFactory.create(department="Tax", location=place) for _ in range(3)]
    # Of one unit somebody is in a group, and in another somebody leads: lots leave both alone.
    touched = [PersonFactory.create(department="Tax", location="Kiel") for _ in range(2)]
    in_pod(program, touched[0])
    leading = PersonFactory.create(department="Tax", location="Mainz")
    PersonFactory.create(department="Tax", location="Mainz")
    name_champion(program=program, person=leading, by=None, at=AT)
    client, page = client_as(meridian.lead), at(meridian, "arms-draw", program.slug)
    assert client.post(page, {"pods": "3", "teams": "2", "seed": "4"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"pods": "2", "teams": "2", "seed": "4"}).status_code == HTTPStatus.FOUND
    order = lots(4, [str(head.public_id), *units])
    design = design_of(program)
    drawn = design.drawn or {}
    by_arm = {"pods": order[:2], "comparison": order[2:]}
    assert drawn["of"] == 4
    for arm, keys in by_arm.items():
        assert drawn[arm] == [key for key in keys if key not in units]
        assert drawn["units"][arm] == design.units_drawn(arm) == [key for key in keys if key in units]
    assert design.drawn_by_arm == {"pods": 2, "comparison": 2}
    compared = set(Assignment.objects.current().in_arm(Arm.COMPARISON).values_list("person", flat=True))
    for key, people in units.items():
        assert ({one.pk for one in people} <= compared) is (key in by_arm["comparison"])
        assert compared.isdisjoint(one.pk for one in people) is (key in by_arm["pods"])
    told = " ".join(client.get(at(meridian, "program-arms", program.slug)).content.decode().split())
    assert "Of 4 free teams 2 learn in pods and 2 are compared with them." in told
    assert "are drawn by department and place" in told
    assert "Manager not known" in told
    arms = client.get(f"/api/v1/o/meridian/p/{program.slug}/arms/").json()
    assert arms["lots"]["units"] == drawn["units"]
    assert arms["without_manager"]["comparison"] == sum(len(units[key]) for key in by_arm["comparison"] if key in units)
    # Lots have decided once everybody of what they drew is there and nobody else.
    assert how_assigned(program, design, on=TODAY) is Assigned.CHOSEN
    actions.unassign(program=program, people=[touched[0]], by=None, at=AT)
    for key in by_arm["pods"]:
        in_pod(program, *(units.get(key) or Person.objects.filter(manager=head)))
    assert how_assigned(program, design, on=TODAY) is Assigned.LOTS
    late = PersonFactory.create(department="Tax", location=unit_place(design.units_drawn("pods")[0]))
    assert how_assigned(program, design, on=TODAY) is not Assigned.LOTS
    in_pod(program, late)
    assert how_assigned(program, design, on=TODAY) is Assigned.LOTS
    in_pod(program, touched[0])
    assert how_assigned(program, design, on=TODAY) is not Assigned.LOTS
    client.post(page, {"back": "1"})
    assert not Assignment.objects.current().in_arm(Arm.COMPARISON).exists()


def unit_place(key: str) -> str:
    found = unit_of(key)
    assert found
    return found.location


def test_lots_and_a_match_take_every_free_team(program: Program, django_assert_num_queries: Any) -> None:
    heads = [PersonFactory.create(name=f"Head {number:03}", department="Tax") for number in range(320)]
    for head in heads:
        PersonFactory.create(manager=head, job_role="Analyst", department="Tax")
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    analysts = [PersonFactory.create(job_role="Analyst", department="Tax") for _ in range(310)]
    actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=analysts, by=None, at=AT)
    design = design_of(program)
    with django_assert_num_queries(7):
        assert len(matched(program, design, on=TODAY).teams) == 310
    design = draw_lots(program=program, seed=11, pods=1, teams=2, by=None, at=AT)
    assert design.drawn is not None
    assert design.drawn["of"] == 320
    assert [*design.drawn["pods"], *design.drawn["comparison"]] == lots(11, [str(one.public_id) for one in heads])[:3]


def in_pod(program: Program, *people: Person) -> None:
    actions.assign(program=program, arm=Arm.PODS, cluster="Elbe", people=list(people), by=None, at=AT)


def test_lots_have_decided_while_everybody_of_the_drawn_teams_and_nobody_else_is_where_they_put_them(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    heads = {str(one.public_id): one for one in teams(4, department="Tax")}
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    design = draw_lots(program=program, seed=5, pods=1, teams=2, by=None, at=AT)
    (drawn,) = (design.drawn or {})["pods"]
    first, second = Person.objects.filter(manager=heads[drawn]).in_name_order()
    in_pod(program, first)
    # Of two who may take part one was picked.
    assert how_assigned(program, design, on=TODAY) is Assigned.CHOSEN
    in_pod(program, second)
    assert how_assigned(program, design, on=TODAY) is Assigned.LOTS
    page = client_as(meridian.lead).get(at(meridian, "program-launch", program.slug)).content.decode()
    assert "lots decided, team by team" in page
    stranger = PersonFactory.create(job_role="Analyst", department="Tax")
    in_pod(program, stranger)
    assert how_assigned(program, design, on=TODAY) is Assigned.CHOSEN


def test_groups_are_matched_where_they_are_alike_in_roles_that_are_known(program: Program) -> None:
    design = design_of(program)
    for arm in Arm:
        people = [PersonFactory.create(job_role=role) for role in ("Consultant", "Analyst") for _ in range(5)]
        actions.assign(program=program, arm=arm, cluster="Elbe", people=people, by=None, at=AT)
    assert how_assigned(program, design, on=TODAY) is Assigned.MATCHED
    Person.objects.filter(pk__in=Assignment.objects.values("person")).update(job_role="")
    assert how_assigned(program, design, on=TODAY) is Assigned.CHOSEN


def test_before_the_launch_it_is_said_what_the_groups_as_they_are_could_tell(
    meridian: World, client_as: ClientAs, program: Program, django_assert_num_queries: Any
) -> None:
    def group(arm: Arm, *sizes: int) -> None:
        for number, size in enumerate(sizes):
            people = [PersonFactory.create() for _ in range(size)]
            actions.assign(program=program, arm=arm, cluster=f"{arm} {number}", people=people, by=None, at=AT)

    client, design = client_as(meridian.lead), design_of(program)
    places = [at(meridian, name, program.slug) for name in ("program-launch", "program")]
    group(Arm.PODS, 6)
    assert "As they are now" not in client.get(places[0]).content.decode()
    group(Arm.COMPARISON, 14)
    for place in places:
        told = " ".join(client.get(place).content.decode().split())
        assert "As they are now: 6 people in pods (1), 14 in teams compared with them (1)." in told
        assert "with fewer than three pods or twenty people in a group none will be shown" in told
    assert "Nothing could be compared" in client.get(places[0]).content.decode()
    Assignment.objects.all().delete()
    group(Arm.PODS, 8, 8, 8)
    group(Arm.COMPARISON, 8, 8, 8)
    with django_assert_num_queries(1):
        even = power_now(program, design)
    planned = power_of(Design(program=program, pods=3, pod_size=8, teams=3))
    assert even.points == planned.points
    assert even.is_weak
    Assignment.objects.filter(cluster="pods 0").update(cluster="pods 1")
    # Sixteen and eight tell less than three times eight, and two pods tell nothing.
    assert power_now(program, design).points is None
    group(Arm.PODS, *[8] * 9)
    group(Arm.COMPARISON, *[8] * 9)
    assert not power_now(program, design).is_weak
    assert "Only a very large" not in client.get(places[0]).content.decode()


def test_once_the_baseline_is_open_no_lots_are_drawn_and_after_the_launch_no_rule_changes(program: Program) -> None:
    teams(2)
    given: dict[str, Any] = {"program": program, "by": None, "at": AT}
    Program.objects.update(baseline_opened_at=AT)
    program.refresh_from_db()
    for act in (lambda: draw_lots(seed=1, pods=1, teams=1, **given), lambda: withdraw_lots(**given)):
        with pytest.raises(WrongState, match="baseline_open"):
            act()
    Program.objects.update(launched_at=AT + timedelta(days=1), fixed={})
    for late in (
        lambda: add_rule(field=Field.DEPARTMENT, value="Tax", **given),
        lambda: compare_teams(managers=[], **given),
    ):
        with pytest.raises(WrongState, match="launched"):
            late()


def test_whoever_is_erased_is_in_no_rule_and_no_lots(program: Program) -> None:
    heads = teams(3, department="Tax")
    add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
    design = draw_lots(program=program, seed=3, pods=1, teams=2, by=None, at=AT)
    for head in heads:
        Design.objects.update(eligible={"line": [str(head.public_id)]})
        assert {one["by"] for one in export_programs(person=head)["heads"]} == {"rule"}
        forget_in_designs(person=head, at=AT)
    design.refresh_from_db()
    assert (design.eligible, design.drawn) == (
        {"line": []},
        {"seed": 3, "on": TODAY.isoformat(), "of": 3, "pods": [], "comparison": []},
    )
    assert export_programs(person=heads[0])["heads"] == []


def test_an_exploratory_programme_has_people_and_no_comparison(
    meridian: World, client_as: ClientAs, program: Program
) -> None:
    some_people(meridian, 2)
    Program.objects.update(template="exploratory")
    client = client_as(meridian.lead)
    assert client.get(at(meridian, "program-arms", program.slug)).status_code == HTTPStatus.OK
    for name in ("arms-match", "arms-draw"):
        assert client.get(at(meridian, name, program.slug)).status_code == HTTPStatus.NOT_FOUND
    for other in (meridian.champion, meridian.executive):
        assert client_as(other).get(at(meridian, "program-arms", program.slug)).status_code == HTTPStatus.FORBIDDEN


def test_the_rules_bind_every_way_into_a_group(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        manager = PersonFactory.create(department="Board")
        head = PersonFactory.create(department="Tax", manager=manager)
        tax = [PersonFactory.create(name=f"Tax {n}", department="Tax", manager=manager) for n in range(2)]
        law = [PersonFactory.create(name=f"Law {n}", department="Legal", manager=manager) for n in range(2)]
        before = some_people(meridian, 1)
        actions.assign(program=program, arm=Arm.PODS, cluster="Before", people=before, by=None, at=AT)
        champion = name_champion(program=program, person=head, by=None, at=AT)
        add_rule(program=program, field=Field.DEPARTMENT, value="Tax", by=None, at=AT)
        found = {
            one.person.pk: (one.is_chosen, one.is_barred)
            for one in candidates(program, champion, chosen=None, team=None, search="", on=TODAY)
        }
        assert found == {one.pk: (True, False) for one in tax} | {one.pk: (False, True) for one in law}
        given: dict[str, Any] = {"by": None, "at": AT}
        for way in (
            lambda: actions.assign(program=program, arm=Arm.COMPARISON, cluster="B", people=law, **given),
            lambda: form_pod(program=program, champion=champion, name="A", members=[*tax, law[0]], **given),
        ):
            with pytest.raises(Refused, match="not_eligible"):
                way()
        pod = form_pod(program=program, champion=champion, name="A", members=tax, **given)
        with pytest.raises(Refused, match="not_eligible"):
            reseat(pod=pod, people=law[:1], **given)
        # Whoever is in a group already stays in the programme, and may change pods.
        assert reseat(pod=pod, people=before, **given) == 1
        second = name_champion(program=program, person=PersonFactory.create(manager=manager), **given)
    page = reverse("pod-new", args=["meridian", program.slug, second.public_id])
    client = client_as(meridian.lead)
    assert "Not by the rules" in client.get(page).content.decode()
    refused = client.post(page, {"form": "1", "name": "C", "member": [str(law[0].public_id)]})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "may not take part by the rules" in refused.content.decode()
    sent = {"champion": str(second.person.public_id), "name": "C", "people": [str(law[0].public_id)]}
    answer = client.post(reverse("api-pods", args=["meridian", program.slug]), sent, content_type="application/json")
    assert answer.json()["errors"][0]["code"] == "not_eligible"
