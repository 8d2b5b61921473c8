"""What a prompt needs from the context packs: real rows, by the names they had, and what keeps one from relying on them."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.programs import actions
from adoption.programs.actions import Refused
from adoption.programs.models import Pack, PackElement, Program
from adoption.programs.queries.packs import elements_for
from adoption.programs.rules.packs import Verdict
from champions import rules
from champions.actions.prompts import improve_prompt, share_prompt
from champions.models import Prompt, PromptNeed
from champions.queries.needs import needed_still, needs_of
from champions.queries.prompts import history_of, newest_version, shelf
from champions.rules import Part, Shortcoming
from tests.factories import AT, World
from tests.pods.test_api import Machine
from tests.practice import make_program
from tests.stock import make_champion
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

TODAY = AT.date()


@pytest.fixture
def program(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        make_champion(meridian)
        return Program.objects.select_related("workflow").get()


def a_pack(program: Program, world: World, *, role: str = "Analyst", complete: bool = True) -> Pack:
    """A role's pack with what every pack holds, looked through today."""
    pack = actions.begin_pack(program=program, role=role, by=None, at=AT)
    if complete:
        PackElement.objects.filter(pack=pack).update(found_at="The team’s folder", owner=world.lead.person)
    return actions.check_pack(pack=pack, by=None, at=AT)


def a_prompt_of(program: Program, world: World, *needs: PackElement, title: str = "Report from notes") -> Prompt:
    return share_prompt(
        workflow=program.workflow,
        title=title,
        text="Draft the report",
        review_step="",
        needs=needs,
        by=world.champion.person,
        at=AT,
    )


def improved(prompt: Prompt, world: World, *needs: PackElement, upon: int = 1, text: str = "Draft the report") -> Any:
    return improve_prompt(
        prompt=prompt,
        text=text,
        reason="Other needs",
        review_step="",
        needs=needs,
        upon=upon,
        by=world.champion.person,
        at=AT,
    )


def lacking(prompt: Prompt, on: Any = TODAY) -> list[tuple[Shortcoming, ...]]:
    version = newest_version(prompt)
    return [one.shortcomings for one in needs_of([version], on)[version.pk]]


# --- rules and what is offered ---------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_and_of_what_is_gone_only_that() -> None:
    fine = {"is_there": True, "is_complete": True, "is_generic": False, "is_out_of_date": False}
    assert rules.shortcomings(**fine) == ()
    assert rules.shortcomings(**{**fine, "is_complete": False, "is_generic": True, "is_out_of_date": True}) == (
        Shortcoming.INCOMPLETE,
        Shortcoming.GENERIC,
        Shortcoming.OUT_OF_DATE,
    )
    assert rules.shortcomings(**{**fine, "is_there": False, "is_complete": False}) == (Shortcoming.GONE,)


def test_offered_is_what_the_packs_of_the_work_hold_as_its_latest_programme_keeps_them(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        a_pack(program, meridian)
        a_pack(program, meridian, role="Writer")
        later = make_program(meridian, name="later")
        later.workflow = program.workflow
        later.starts_on = program.starts_on + timedelta(weeks=20)
        later.save()
        kept = a_pack(later, meridian)
        a_pack(make_program(meridian, name="other work"), meridian, role="Clerk")
        found = elements_for(program.workflow)
        assert [one.pack.role for one in found] == 5 * ["Analyst"] + 5 * ["Writer"]
        assert {one.pack_id for one in found if one.pack.role == "Analyst"} == {kept.pk}
        later.baseline_opened_at, later.closed_at = None, AT
        later.save()
        assert kept.pk not in {one.pack_id for one in elements_for(program.workflow)}


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_version_keeps_the_names_it_was_written_with(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        pack = a_pack(program, meridian)
        examples, readers = PackElement.objects.filter(pack=pack).order_by("pk")[:2]
        prompt = a_prompt_of(program, meridian, readers, examples)
        was = examples.name
        actions.put_element(
            pack=pack, element=examples, name="Two good reports", found_at="Here", owner=None, by=None, at=AT
        )
        actions.take_element(element=readers, by=None, at=AT)
        first, second = needs_of([newest_version(prompt)], TODAY)[newest_version(prompt).pk]
        assert (first.role, first.element, first.shortcomings) == ("Analyst", None, (Shortcoming.GONE,))
        assert (second.name, second.called_now, second.shortcomings) == (
            was,
            "Two good reports",
            (Shortcoming.INCOMPLETE,),
        )
        # The whole pack goes: the version reads as before.
        actions.discard_pack(pack=pack, by=None, at=AT)
        assert [one.name for one in history_of(prompt, on=TODAY)[0].needs] == [readers.name, was]


def test_a_next_version_says_what_is_needed_more_and_less(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        pack = a_pack(program, meridian)
        one, two, three = PackElement.objects.filter(pack=pack).order_by("pk")[:3]
        prompt = a_prompt_of(program, meridian, one, two)
        with pytest.raises(Refused, match="nothing_changed"):
            improved(prompt, meridian, two, one)
        improved(prompt, meridian, two, three)
        newest, first = history_of(prompt, on=TODAY)
        assert [(part, need.element) for part, need in newest.compared] == [
            (Part.GONE, one),
            (Part.SAME, two),
            (Part.NEW, three),
        ]
        assert [(part, need.element) for part, need in first.compared] == [(Part.SAME, one), (Part.SAME, two)]
        assert [need.element for need in newest.needs] == [two, three]


def test_what_is_in_no_pack_of_the_work_is_refused(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        elsewhere = a_pack(make_program(meridian, name="other work"), meridian)
        foreign = PackElement.objects.filter(pack=elsewhere).first()
        with pytest.raises(Refused, match="need_in_no_pack"):
            a_prompt_of(program, meridian, foreign)
        prompt = a_prompt_of(program, meridian)
        gone = PackElement.objects.filter(pack=a_pack(program, meridian)).first()
        actions.take_element(element=PackElement.objects.get(pk=gone.pk), by=None, at=AT)
        with pytest.raises(Refused, match="need_in_no_pack"):
            improved(prompt, meridian, gone)
        assert not PromptNeed.objects.exists()


def test_a_next_version_begins_with_what_is_there_and_with_what_a_later_programme_keeps(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        early = a_pack(program, meridian)
        examples, readers, words = PackElement.objects.filter(pack=early).order_by("pk")[:3]
        prompt = a_prompt_of(program, meridian, examples, readers, words)
        later = make_program(meridian, name="later")
        later.workflow, later.starts_on = program.workflow, program.starts_on + timedelta(weeks=20)
        later.save()
        # The later programme keeps the first alone, and the last one is in no pack any more.
        pack = a_pack(later, meridian)
        PackElement.objects.filter(pack=pack).exclude(name=examples.name).delete()
        actions.take_element(element=words, by=None, at=AT)
        version = newest_version(prompt)
        kept, lost = needed_still(needs_of([version], TODAY)[version.pk], elements_for(program.workflow))
        assert [one.pack_id for one in kept] == [pack.pk, early.pk]
        assert [one.name for one in lost] == [words.name]


# --- what is warned of -----------------------------------------------------------------------------------------------


def test_incomplete_generic_and_out_of_date_are_said_on_the_prompt_and_on_the_shelf(
    meridian: World, program: Program, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.member)
    with enter(meridian):
        pack = a_pack(program, meridian)
        element = PackElement.objects.filter(pack=pack).order_by("pk")[0]
        prompt = a_prompt_of(program, meridian, element)
        assert lacking(prompt) == [()]
        assert lacking(prompt, TODAY + timedelta(days=180)) == [()]
        assert lacking(prompt, TODAY + timedelta(days=181)) == [(Shortcoming.OUT_OF_DATE,)]
    place = reverse("prompt", args=["meridian", prompt.public_id])
    page = client.get(place).content.decode()
    assert f"Kept by {meridian.lead.person.name}." in page
    assert f"Last checked on {TODAY.day} {TODAY:%B %Y}." in page
    assert "Open the pack" not in page
    assert "came out generic" not in page
    with enter(meridian):
        given = {"pack": pack, "task": "A real report", "note": "", "by": None}
        actions.record_test(**given, verdict=Verdict.GENERIC, at=AT)
        PackElement.objects.filter(pk=element.pk).update(owner=None)
        assert lacking(prompt) == [(Shortcoming.INCOMPLETE, Shortcoming.GENERIC)]
    page = client.get(place).content.decode()
    assert "came out generic" in page
    assert "Nobody keeps it." in page
    assert "One thing it needs wants mending" in client.get(reverse("kit", args=["meridian"])).content.decode()
    with enter(meridian):
        # The newest test is the one that counts.
        actions.record_test(**given, verdict=Verdict.GOOD, at=AT + timedelta(hours=1))
        assert lacking(prompt) == [(Shortcoming.INCOMPLETE,)]
    assert "Open the pack" in client_as(meridian.lead).get(place).content.decode()


def test_prompts_are_found_by_what_they_need(
    meridian: World, program: Program, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        pack = a_pack(program, meridian)
        element = actions.put_element(
            pack=pack, element=None, name="Client facts", found_at="", owner=None, by=None, at=AT
        )
        other = PackElement.objects.filter(pack=pack).order_by("pk")[0]
        needing, not_needing = a_prompt_of(program, meridian, element), a_prompt_of(program, meridian, other, title="B")
        asked = {"at": AT, "zone": meridian.organization.zone}
        assert [one.prompt for one in shelf(search="facts", **asked)] == [needing]
        assert [one.prompt for one in shelf(needs=element.public_id, **asked)] == [needing]
        assert [one.prompt for one in shelf(needs=other.public_id, **asked)] == [not_needing]
        # Only what the newest version needs counts.
        improved(needing, meridian, other)
        assert shelf(search="facts", **asked) == []
        assert shelf(needs=element.public_id, **asked) == []
    client = client_as(meridian.lead)
    address = reverse("pack-element", args=["meridian", program.slug, pack.public_id, element.public_id])
    assert f"?needs={element.public_id}" in client.get(address).content.decode()
    shown = client.get(f"{reverse('kit', args=['meridian'])}?needs={element.public_id}").content.decode()
    assert "No prompt needs this from its context pack." in shown


def test_many_needs_are_as_many_queries_as_one(
    meridian: World, program: Program, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    with enter(meridian):
        elements = list(PackElement.objects.filter(pack=a_pack(program, meridian)).order_by("pk"))
        elements += PackElement.objects.filter(pack=a_pack(program, meridian, role="Writer")).order_by("pk")
        prompt = a_prompt_of(program, meridian, elements[0])
    places = [reverse(name, args=["meridian", prompt.public_id]) for name in ("prompt", "prompt-history")]
    places.append(reverse("kit", args=["meridian"]))

    def counts() -> list[int]:
        found = []
        for place in places:
            client.get(place)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(place).status_code == HTTPStatus.OK
            found.append(len(queries))
        return found

    before = counts()
    with enter(meridian):
        improved(prompt, meridian, *elements)
        a_prompt_of(program, meridian, *elements, title="Another")
    assert counts() == before


# --- pages and machines ----------------------------------------------------------------------------------------------


def test_a_champion_ticks_what_it_needs_and_sees_what_is_in_no_pack_any_more(
    meridian: World, program: Program, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    with enter(meridian):
        one, two = PackElement.objects.filter(pack=a_pack(program, meridian)).order_by("pk")[:2]
        bare = make_program(meridian, name="bare").workflow
    new = reverse("prompt-new", args=["meridian"])
    # Another piece of work brings what its packs hold, and only that part of the page.
    asked = f"{new}?workflow={program.workflow.public_id}"
    part = client.get(asked, headers={"HX-Request": "true"}).content.decode()
    assert f">{one.name}</label>" in part
    assert "Analyst</summary>" in part
    assert "<form" not in part
    bare_part = client.get(f"{new}?workflow={bare.public_id}", headers={"HX-Request": "true"}).content.decode()
    assert "No role has a context pack for this work yet" in bare_part
    given = {"workflow": program.workflow.public_id, "title": "Facts first", "text": "From the facts"}
    answer = client.post(new, {**given, "needs": ["nonsense"]})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(new, {**given, "needs": [two.public_id, one.public_id]}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        prompt = Prompt.objects.get(title="Facts first")
        assert {need.element for need in PromptNeed.objects.all()} == {one, two}
        actions.take_element(element=one, by=None, at=AT)
    improve = reverse("prompt-improve", args=["meridian", prompt.public_id])
    page = client.get(improve).content.decode()
    assert f"“{one.name}”" in page
    assert f'value="{two.public_id}"' in page
    assert page.count(" checked>") == 1
    body = {"text": "From the facts", "reason": "The examples are gone", "upon": 1, "needs": [two.public_id]}
    assert client.post(improve, body).status_code == HTTPStatus.FOUND
    history = client.get(reverse("prompt-history", args=["meridian", prompt.public_id])).content.decode()
    assert f"Removed: </span>{one.name}</del>" in history


def test_machines_read_what_can_be_needed_and_say_what_is(
    meridian: World, program: Program, client_as: ClientAs, enter: Enter
) -> None:
    champion, member = (Machine(client_as(None), meridian, who) for who in (meridian.champion, meridian.member))
    with enter(meridian):
        element = PackElement.objects.filter(pack=a_pack(program, meridian)).order_by("pk")[0]
        elsewhere = PackElement.objects.filter(pack=a_pack(make_program(meridian, name="other work"), meridian))[0]
    name = program.workflow.name
    assert member.get(f"/kit/prompts/needs/?workflow={name}").status_code == HTTPStatus.NOT_FOUND
    assert champion.get("/kit/prompts/needs/?workflow=None").status_code == HTTPStatus.BAD_REQUEST
    offered = champion.get(f"/kit/prompts/needs/?workflow={name}").json()["items"]
    assert offered[0] == {"id": str(element.public_id), "name": element.name, "role": "Analyst"}
    assert len(offered) == 5
    body = {"workflow": name, "title": "Three figures", "text": "From {{notes}}"}
    unknown = champion.send("post", "/kit/prompts/", {**body, "needs": [str(program.public_id)]})
    assert [one["code"] for one in unknown.json()["errors"]] == ["need_in_no_pack"]
    foreign = champion.send("post", "/kit/prompts/", {**body, "needs": [str(elsewhere.public_id)]})
    assert [(one["field"], one["code"]) for one in foreign.json()["errors"]] == [("needs", "need_in_no_pack")]
    made = champion.send("post", "/kit/prompts/", {**body, "needs": [str(element.public_id)]})
    [need] = made.json()["needs"]
    assert need == {
        "id": str(element.public_id),
        "name": element.name,
        "role": "Analyst",
        "found_at": "The team’s folder",
        "owner": {"id": str(meridian.lead.person.public_id), "name": meridian.lead.person.name},
        "checked_on": TODAY.isoformat(),
        "shortcomings": [],
    }
    with enter(meridian):
        actions.take_element(element=element, by=None, at=AT)
    path = f"/kit/prompts/{made.json()['id']}/"
    [need] = member.get(path).json()["needs"]
    gone = {"id": None, "found_at": "", "owner": None, "checked_on": None, "shortcomings": ["gone"]}
    assert need == {"name": element.name, "role": "Analyst", **gone}
    better = {"upon": 1, "text": "From {{notes}} three figures", "reason": "It counted words"}
    assert champion.send("post", f"{path}versions/", better).json()["needs"] == []
    assert [len(one["needs"]) for one in member.get(f"{path}versions/").json()["items"]] == [0, 1]


# --- before prompts and packs knew of each other ---------------------------------------------------------------------


def test_words_of_before_become_what_the_pack_has_in_their_place_and_stay_words_otherwise(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        a_pack(program, meridian)
        writers = a_pack(program, meridian, role="Writer")
        version = newest_version(a_prompt_of(program, meridian))
        champion = meridian.champion.person

        def carried_over() -> list[tuple[str, str]]:
            PromptNeed.objects.all().delete()
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE champions_promptversion SET pack = '{tone,sources,examples}' WHERE id = %s", [version.pk]
                )
                cursor.execute(import_module("champions.migrations.0008_prompt_needs").FROM_WORDS)
            return list(PromptNeed.objects.order_by("pk").values_list("role", "name"))

        # Two roles have it, and the author is of neither.
        champion.job_role = "Partner"
        champion.save()
        assert carried_over() == [
            ("", "Our tone"),
            ("", "Sources and figures to rely on"),
            ("", "Good examples of our own"),
        ]
        champion.job_role = "Writer"
        champion.save()
        tone, sources, examples = carried_over()
        assert tone == ("Writer", "The house’s own words and tone")
        assert sources == ("", "Sources and figures to rely on")
        assert examples == ("Writer", "Three good pieces of this work, as they went out")
        assert PromptNeed.objects.filter(element__pack=writers).count() == 2
        champion.job_role = "Partner"
        champion.save()
        writers.delete()
        assert carried_over()[0] == ("Analyst", "The house’s own words and tone")
        assert lacking(version.prompt)[1] == (Shortcoming.GONE,)
