"""The readiness board: what is open, what shows it, what is done without; the policy; context packs."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs import actions, queries
from adoption.programs.actions import NotReady, Refused, WrongState
from adoption.programs.models import Acknowledgement, Pack, PackElement, Policy, Preparation, Program
from adoption.programs.queries.packs import pack_state, roles_without_pack
from adoption.programs.queries.policy import reading_of
from adoption.programs.queries.readiness import board
from adoption.programs.rules import Act, State, next_act
from adoption.programs.rules.packs import Fitness, Verdict, fitness
from adoption.programs.rules.readiness import Item, Standing, is_enough_acknowledged, is_link, standing
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Person
from champions.actions.agreements import record_sponsorship
from surveys.actions import open_wave
from surveys.rules import WaveKind
from tests.factories import AT, PersonFactory, World
from tests.practice import practise
from tests.readying import collect_baseline, make_ready
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def at(name: str, program: Program, *parts: object) -> str:
    return reverse(name, args=["meridian", program.slug, *parts])


def state(program: Program, item: Item) -> Standing:
    return next(line.standing for line in board(program, at=AT).lines if line.item is item)


def published(world: World, *, red_lines: str = "Never a client’s name.") -> Policy:
    return actions.publish_policy(
        organization=world.organization, words="You may draft.", red_lines=red_lines, by=world.lead.person, at=AT
    )


def filled(pack: Pack) -> None:
    for element in PackElement.objects.filter(pack=pack):
        actions.put_element(
            pack=pack,
            element=element,
            name=element.name,
            found_at="Wiki",
            owner=Person.objects.order_by("pk")[0],
            by=None,
            at=AT,
        )


def tried(pack: Pack, verdict: Verdict) -> None:
    actions.record_test(pack=pack, task="The Brenner report", verdict=verdict, note="", by=None, at=AT)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme of which everything is there but what this file is about."""
    with enter(meridian):
        made = with_baseline(meridian)
        open_wave(program=made.program, kind=WaveKind.BASELINE, at=AT)
        collect_baseline(made, at=AT)
        return made


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_line_is_open_shown_or_done_without_and_what_came_about_was_not_done_without() -> None:
    assert standing(is_met=False, is_waived=False) is Standing.OPEN
    assert standing(is_met=False, is_waived=True) is Standing.WAIVED
    assert standing(is_met=True, is_waived=True) is Standing.SHOWN


@pytest.mark.parametrize(("read", "of", "enough"), [(0, 0, False), (3, 4, False), (4, 5, True), (5, 5, True)])
def test_four_in_five_are_enough_to_have_read_it(read: int, of: int, enough: bool) -> None:
    assert is_enough_acknowledged(read, of) is enough


def test_a_generic_test_is_a_foundation_question_whatever_else_is_there() -> None:
    assert fitness([True, True], Verdict.GENERIC) is Fitness.FOUNDATION
    assert fitness([True, False], Verdict.GOOD) is Fitness.INCOMPLETE
    assert fitness([], None) is Fitness.INCOMPLETE
    assert fitness([True], None) is Fitness.UNTESTED
    assert fitness([True], Verdict.GOOD) is Fitness.READY


def test_evidence_that_is_nothing_but_an_address_is_a_link() -> None:
    assert is_link("https://wiki.example/showcase")
    assert not is_link("See https://wiki.example/showcase")
    assert not is_link("javascript:alert(1)")


def test_what_is_open_after_the_baseline_is_the_next_act() -> None:
    assert next_act(State.BASELINE, ["policy"]) is Act.MAKE_READY
    assert next_act(State.BASELINE, ["policy", "baseline"]) is Act.WAIT_FOR_BASELINE


# --- the board -------------------------------------------------------------------------------------------------------


def test_a_launch_names_what_is_open_and_goes_with_a_written_reason_for_each(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        with pytest.raises(NotReady) as refusal:
            actions.launch(program=running.program, by=None, at=AT)
        assert set(refusal.value.facts["missing"]) == {"policy", "sponsor", "showcase", "packs"}
        record_sponsorship(
            program=running.program, sponsor=meridian.executive.person, budget_line="4711", by=None, at=AT
        )
        make_ready(running.program, at=AT)
        launched = actions.launch(program=running.program, by=meridian.lead.person, at=AT)
        assert launched.launched_at == AT
        told = AuditEvent.objects.get(verb="readiness.launched_without")
        # The sponsor came about meanwhile: a reason was written, and nothing was done without.
        assert sorted(told.detail["fields"]) == ["packs", "policy", "showcase"]
        with pytest.raises(WrongState, match="launched_ready"):
            actions.waive_item(program=launched, item=Item.POLICY, reason="Later", by=None, at=AT)


def test_what_is_answered_by_what_was_done_is_not_ticked(meridian: World, running: Running, enter: Enter) -> None:
    given = {"owner": meridian.lead.person, "due_on": AT.date(), "by": meridian.lead.person, "at": AT}
    with enter(meridian):
        with pytest.raises(Refused, match="answered_by_itself"):
            actions.prepare(program=running.program, item=Item.PACKS, evidence="It is fine.", **given)
        actions.prepare(program=running.program, item=Item.SHOWCASE, evidence="12 August at ten.", **given)
        assert state(running.program, Item.SHOWCASE) is Standing.SHOWN
        actions.prepare(program=running.program, item=Item.SHOWCASE, evidence="", **given)
        assert state(running.program, Item.SHOWCASE) is Standing.OPEN
        with pytest.raises(Refused, match="waived_elsewhere"):
            actions.waive_item(program=running.program, item=Item.AGREEMENTS, reason="No", by=None, at=AT)
        with pytest.raises(Refused, match="waiver_without_reason"):
            actions.waive_item(program=running.program, item=Item.PACKS, reason=" ", by=None, at=AT)


def test_the_board_is_worked_through_on_the_page(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    program = running.program
    page = client.get(at("readiness", program)).content.decode()
    assert "4 things are open before the launch" in page
    bad = client.post(at("readiness-item", program, "showcase"), {"owner": "Nobody Here", "evidence": "12 August"})
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "12 August" in bad.content.decode()
    client.post(
        at("readiness-item", program, "showcase"),
        {"owner": meridian.lead.person.mail, "due_on": "2026-07-01", "evidence": "https://wiki.example/showcase"},
    )
    client.post(at("readiness-item", program, "packs"), {"owner": "", "due_on": "2026-07-01"})
    client.post(at("readiness-waive", program, "sponsor"), {"reason": "She is chosen in May."})
    page = client.get(at("readiness", program)).content.decode()
    for words in (
        'href="https://wiki.example/showcase"',
        "She is chosen in May.",
        "was due on 1 July",
        "wrote down why a launch does not wait",
        "2 things are open before the launch",
    ):
        assert words in page, words
    client.post(at("readiness-unwaive", program, "sponsor"))
    with enter(meridian):
        assert state(program, Item.SPONSOR) is Standing.OPEN
    assert client.get(at("readiness-item", program, "weather")).status_code == HTTPStatus.NOT_FOUND
    assert client_as(meridian.executive).get(at("readiness", program)).status_code == HTTPStatus.FORBIDDEN


def test_the_board_takes_the_same_queries_with_one_pack_and_with_three(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    counts = []
    for role in ("Consultant", "Analyst", "Partner"):
        with enter(meridian):
            actions.begin_pack(program=running.program, role=role, by=meridian.lead.person, at=AT)
        with CaptureQueriesContext(connection) as seen:
            client.get(at("readiness", running.program))
        counts.append(len(seen))
    assert counts[0] == counts[-1]


# --- the policy ------------------------------------------------------------------------------------------------------


def test_those_in_the_pods_are_asked_to_read_it_once_and_a_new_version_asks_again(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        with pytest.raises(Refused, match="no_policy"):
            actions.ask_to_read(program=running.program, by=None, at=AT)
        published(meridian)
        assert [actions.ask_to_read(program=running.program, by=None, at=AT) for _ in range(2)] == [3, 0]
        for person in running.members:
            actions.acknowledge(person=person, version=1, at=AT)
        assert state(running.program, Item.POLICY) is Standing.SHOWN
        # The same words are no new version.
        assert published(meridian).version == 1
        assert published(meridian, red_lines="Never a client’s name.\nNo decisions.").version == 2
        assert state(running.program, Item.POLICY) is Standing.OPEN
        assert Message.objects.filter(kind="policy").count() == 6
        with pytest.raises(Refused, match="policy_newer"):
            actions.acknowledge(person=running.members[0], version=1, at=AT)


def test_how_many_have_read_it_is_said_from_five_people_on(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = with_baseline(meridian, members=6)
        published(meridian)
        for person in made.members[:3]:
            actions.acknowledge(person=person, version=1, at=AT)
        assert reading_of(made.program, at=AT).percent == 50
        actions.unassign(program=made.program, people=made.members[:2], by=None, at=AT)
        assert reading_of(made.program, at=AT).percent is None


def test_it_is_read_by_mailed_link_and_only_the_button_says_so(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    person = running.members[0]
    with enter(meridian):
        published(meridian)
        actions.ask_to_read(program=running.program, by=None, at=AT)
        row = Acknowledgement.objects.get(person=person)
        link = mint(
            purpose=actions.POLICY,
            row_id=row.pk,
            person=person,
            address="a@b.example",
            expires_at=AT + timedelta(days=90),
            at=AT,
        )
    client = Client()
    page = client.get(link)["Location"]
    assert "Never a client’s name." in client.get(page).content.decode()
    with enter(meridian):
        assert not Acknowledgement.objects.given().exists()
    assert "Thank you" in client.post(page, {"version": "1"}, follow=True).content.decode()
    with enter(meridian):
        assert Acknowledgement.objects.given().get().person == person
    # Signed in, without having been asked.
    own = reverse("own-policy", args=["meridian"])
    assert "I have read it" in client_as(meridian.member).get(own).content.decode()
    client_as(meridian.member).post(own, {"version": "1"})
    with enter(meridian):
        assert Acknowledgement.objects.given().filter(person=meridian.member.person).exists()


def test_it_waits_at_home_for_whoever_is_asked_until_they_have_read_it(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client, waiting = client_as(meridian.member), reverse("waiting-programs", args=["meridian"])
    with enter(meridian):
        policy = published(meridian)
    assert "To read" not in client.get(waiting).content.decode()
    with enter(meridian):
        Acknowledgement.objects.create(policy=policy, person=meridian.member.person, asked_at=AT)
    assert reverse("own-policy", args=["meridian"]) in client.get(waiting).content.decode().split("To read")[1]
    client.post(reverse("own-policy", args=["meridian"]), {"version": "1"})
    assert "To read" not in client.get(waiting).content.decode()


def test_a_lead_publishes_it_on_the_page(meridian: World, client_as: ClientAs) -> None:
    new = reverse("policy-new", args=["meridian"])
    client = client_as(meridian.lead)
    bad = client.post(new, {"words": "You may draft.", "red_lines": ""})
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "You may draft." in bad.content.decode()
    client.post(new, {"words": "You may draft.", "red_lines": "Never a name."})
    assert (
        "Never a name." in client_as(meridian.executive).get(reverse("own-policy", args=["meridian"])).content.decode()
    )


# --- context packs ---------------------------------------------------------------------------------------------------


def test_a_generic_test_stops_the_launch_and_a_good_one_opens_it(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        Person.objects.filter(pk=running.members[0].pk).update(job_role="Consultant")
        assert roles_without_pack(running.program) == ["Consultant"]
        pack = actions.begin_pack(program=running.program, role="Consultant", by=None, at=AT)
        assert actions.begin_pack(program=running.program, role="Consultant", by=None, at=AT) == pack
        assert pack_state(pack).fitness is Fitness.INCOMPLETE
        filled(pack)
        assert pack_state(pack).fitness is Fitness.UNTESTED
        tried(pack, Verdict.GENERIC)
        found = board(running.program, at=AT)
        assert [one.pack for one in found.foundations] == [pack]
        assert state(running.program, Item.PACKS) is Standing.OPEN
        tried(pack, Verdict.GOOD)
        assert state(running.program, Item.PACKS) is Standing.SHOWN
        # Another role comes into a pod: it has no pack yet.
        Person.objects.filter(pk=running.members[1].pk).update(job_role="Analyst")
        assert state(running.program, Item.PACKS) is Standing.OPEN


def test_a_pack_is_filled_looked_through_and_tested_on_the_page(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    program = running.program
    client.post(at("packs", program), {"role": "Consultant"})
    with enter(meridian):
        pack = Pack.objects.get()
        element = PackElement.objects.order_by("id")[0]
    taken = client.post(at("pack", program, pack.public_id), {"name": element.name})
    assert taken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(at("pack", program, pack.public_id), {"name": "Glossary", "found_at": "Wiki"})
    client.post(
        at("pack-element", program, pack.public_id, element.public_id),
        {"name": "Three reports", "found_at": "Drive", "owner": meridian.lead.person.mail},
    )
    client.post(at("pack-check", program, pack.public_id))
    nothing = client.post(at("pack-test", program, pack.public_id), {"verdict": "good", "note": "It fitted."})
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "It fitted." in nothing.content.decode()
    page = client.post(
        at("pack-test", program, pack.public_id), {"task": "The Brenner report", "verdict": "generic"}, follow=True
    ).content.decode()
    for words in ("a foundation question", "Three reports", "The Brenner report", "Last looked through on 8 July 2026"):
        assert words in page, words
    with enter(meridian):
        assert pack_state(pack).complete == 1
    client.post(at("pack-element-out", program, pack.public_id, element.public_id))
    client.post(at("pack-discard", program, pack.public_id))
    with enter(meridian):
        assert not Pack.objects.exists()


# --- machines, privacy, the database ---------------------------------------------------------------------------------


def test_machines_read_and_work_through_the_same(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    root = f"/api/v1/o/meridian/p/{running.program.slug}"

    def put(address: str, body: object) -> dict[str, object]:
        return dict(client.put(address, body, content_type="application/json").json())

    lines = {line["item"]: line["state"] for line in client.get(f"{root}/readiness/").json()["lines"]}
    assert (lines["baseline"], lines["showcase"]) == ("shown", "open")
    put(f"{root}/readiness/showcase/", {"evidence": "12 August"})
    refused = put(f"{root}/readiness/packs/", {"evidence": "Fine"})
    assert refused["errors"][0]["code"] == "answered_by_itself"  # type: ignore[index]
    put(f"{root}/readiness/sponsor/waiver/", {"reason": "She is chosen in May."})
    said = client.post(
        "/api/v1/o/meridian/policy/",
        {"words": "You may draft.", "red_lines": ["Never a name."]},
        content_type="application/json",
    )
    assert said.status_code == HTTPStatus.CREATED
    assert put("/api/v1/o/meridian/policy/acknowledgement/", {"version": 1})["acknowledged_at"]
    made = client.post(f"{root}/packs/", {"role": "Consultant"}, content_type="application/json").json()
    tested = client.post(
        f"{root}/packs/{made['id']}/tests/",
        {"task": "The Brenner report", "verdict": "generic"},
        content_type="application/json",
    ).json()
    assert tested["state"] == "foundation"
    with enter(meridian):
        assert {state(running.program, item) for item in (Item.SHOWCASE,)} == {Standing.SHOWN}


def test_what_somebody_read_and_keeps_goes_with_them(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        person = PersonFactory.create()
        published(meridian)
        actions.acknowledge(person=person, version=1, at=AT)
        actions.prepare(
            program=running.program, item=Item.SHOWCASE, owner=person, due_on=None, evidence="Soon", by=None, at=AT
        )
        pack = actions.begin_pack(program=running.program, role="Consultant", by=None, at=AT)
        actions.put_element(pack=pack, element=None, name="Glossary", found_at="", owner=person, by=None, at=AT)
        said = queries.export_programs(person=person)
        assert [len(said[name]) for name in ("policy_read", "you_see_to", "you_keep")] == [1, 1, 1]
        erase_person(person=person, by=None, at=AT)
        assert not Acknowledgement.objects.exists()
        assert Preparation.objects.get(item="showcase").owner is None


def test_constraints_hold(meridian: World, enter: Enter) -> None:
    program = practise(meridian).program
    with enter(meridian):
        row = Preparation.objects.create(program=program, item="showcase")
        for change in ({"given_at": AT}, {"waived_at": AT}, {"item": "weather"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Preparation.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(IntegrityError, match="policy_says_something"), transaction.atomic():
            Policy.objects.create(version=1, words="", red_lines="", published_at=AT)
        pack = actions.begin_pack(program=program, role="Consultant", by=None, at=AT)
        with pytest.raises(IntegrityError, match="pack_test_verdict"), transaction.atomic():
            pack.tests.create(task="A report", verdict="brilliant", tested_at=AT)
