"""Prompts: written in versions, reviewed by another champion, used by three people, stale after four weeks."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, AuditEvent
from champions import rules
from champions.actions.prompts import (
    STALE,
    improve_prompt,
    look_after_stale,
    put_prompt_back,
    review_prompt,
    set_prompt_aside,
    share_prompt,
    try_prompt,
)
from champions.models import Champion, Prompt, PromptNeed, PromptReview, PromptTry, PromptVersion
from champions.queries.privacy.kit import export_kit
from champions.queries.prompts import history_of, look_at_prompt, newest_version, shelf, stale_wanted
from champions.rules import Part, ReviewVerdict, Shipping
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program
from tests.stock import a_prompt, another_champion, make_champion
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def prompt(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        make_champion(meridian)
        return a_prompt(meridian)


def on_shelf(world: World, at: Any = AT, **asked: Any) -> Any:
    return shelf(at=at, zone=world.organization.zone, **asked)


def improved(prompt: Prompt, world: World, **changes: Any) -> PromptVersion:
    given = {
        "text": "Draft for {{client}}.",
        "reason": "Shorter",
        "review_step": "Read it",
        "needs": [],
        "upon": 1,
        "by": world.champion.person,
        "at": AT,
        **changes,
    }
    return improve_prompt(prompt=prompt, **given)


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("For {{client}} and {{ deadline date }}, again {{client}}", ["client", "deadline date"]),
        ("{{größe}}", ["größe"]),
        ("{client} {{ 7 * 7 }} {{}} {{ }} {{-x}}", []),
        ("", []),
    ],
)
def test_gaps_are_names_in_double_braces_each_once(text: str, found: list[str]) -> None:
    assert rules.gaps(text) == found


def test_a_gap_that_is_left_empty_stays_as_it_stands() -> None:
    assert rules.fill("{{ client }}: {{notes}} {{client}}", {"client": "Acme", "notes": " "}) == "Acme: {{notes}} Acme"


def test_two_versions_differ_word_by_word() -> None:
    assert rules.differences("Write it short for them", "Write it very short") == [
        (Part.SAME, "Write it "),
        (Part.GONE, "short for them"),
        (Part.NEW, "very short"),
    ]
    assert rules.differences("same", "same") == [(Part.SAME, "same")]


@pytest.mark.parametrize(("days", "stale"), [(0, False), (27, False), (28, True)])
def test_a_prompt_is_stale_on_the_28th_day_without_use(days: int, stale: bool) -> None:
    assert rules.is_stale(AT.date() - timedelta(days=days), AT.date()) is stale


# --- writing ---------------------------------------------------------------------------------------------------------


def test_only_champions_write_and_a_title_is_there_once_a_workflow(
    meridian: World, prompt: Prompt, enter: Enter
) -> None:
    with enter(meridian):
        again = {"text": "x", "review_step": "", "needs": [], "at": AT}
        with pytest.raises(Refused, match="title_taken"):
            share_prompt(workflow=prompt.workflow, title=prompt.title, by=meridian.champion.person, **again)
        with pytest.raises(Refused, match="not_a_champion"):
            share_prompt(workflow=prompt.workflow, title="Other", by=meridian.member.person, **again)
        assert Prompt.objects.count() == 1


def test_a_version_is_written_upon_the_one_before_and_says_why(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        second = another_champion(meridian)
        improved(prompt, meridian, by=second)
        with pytest.raises(Refused, match="changed_meanwhile"):
            improved(prompt, meridian, text="Mine")
        with pytest.raises(Refused, match="nothing_changed"):
            improved(prompt, meridian, upon=2)
        newest, first = history_of(prompt, on=AT.date())
        assert (newest.version.number, newest.version.author, newest.version.reason) == (2, second, "Shorter")
        assert [part for part, _ in first.changes] == [Part.SAME]
        # Whoever made it still looks after it.
        prompt.refresh_from_db()
        assert prompt.owner == meridian.champion.person


def test_a_review_is_another_champions_and_reaches_the_author(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        version = newest_version(prompt)
        word = {"version": version, "verdict": ReviewVerdict.GOOD, "note": "", "at": AT}
        with pytest.raises(Refused, match="own_version"):
            review_prompt(**word, by=meridian.champion.person)
        with pytest.raises(Refused, match="not_a_champion"):
            review_prompt(**word, by=meridian.member.person)
        second = another_champion(meridian)
        assert not on_shelf(meridian)[0].is_reviewed
        review_prompt(**word, by=second)
        review_prompt(**{**word, "verdict": ReviewVerdict.CHANGE, "note": "Say for whom"}, by=second)
        assert PromptReview.objects.get().note == "Say for whom"
        assert not on_shelf(meridian)[0].is_reviewed
        review_prompt(**word, by=second)
        assert on_shelf(meridian)[0].is_reviewed
        assert Message.objects.get(kind="prompt_reviewed").person == meridian.champion.person
        # A new version is reviewed anew.
        improved(prompt, meridian)
        assert not on_shelf(meridian)[0].is_reviewed


def test_set_aside_it_leaves_the_shelf_and_comes_back(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        for _ in range(2):
            set_prompt_aside(prompt=prompt, by=meridian.champion.person, at=AT)
        assert on_shelf(meridian) == []
        put_prompt_back(prompt=prompt, by=meridian.champion.person, at=AT)
        assert len(on_shelf(meridian)) == 1
        assert AuditEvent.objects.filter(verb="prompt.set_aside").count() == 1


# --- using -----------------------------------------------------------------------------------------------------------


def test_three_people_for_whom_it_worked_within_28_days_make_it_part_of_the_work(
    meridian: World, prompt: Prompt, enter: Enter
) -> None:
    with enter(meridian):
        people = PersonFactory.create_batch(3)
        for person in people[:2]:
            try_prompt(prompt=prompt, worked=True, because="", by=person, at=AT)
        try_prompt(prompt=prompt, worked=False, because="Too long", by=people[2], at=AT)
        assert on_shelf(meridian)[0].shipping is Shipping.STALE
        # The same day's word is changed, not doubled.
        try_prompt(prompt=prompt, worked=True, because="", by=people[2], at=AT)
        assert PromptTry.objects.count() == 3
        assert on_shelf(meridian)[0].shipping is Shipping.SHIPPED
        later = AT + timedelta(days=27)
        assert on_shelf(meridian, at=later)[0].shipping is Shipping.SHIPPED
        gone = on_shelf(meridian, at=AT + timedelta(days=28))[0]
        assert (gone.shipping, gone.is_stale) == (Shipping.STALE, True)


def test_without_an_owner_or_a_check_it_is_never_part_of_the_work(
    meridian: World, prompt: Prompt, enter: Enter
) -> None:
    with enter(meridian):
        for person in PersonFactory.create_batch(3):
            try_prompt(prompt=prompt, worked=True, because="", by=person, at=AT)
        improved(prompt, meridian, review_step="")
        assert on_shelf(meridian)[0].shipping is Shipping.UNFINISHED
        improved(prompt, meridian, upon=2, reason="With a check")
        Prompt.objects.update(owner=None)
        assert on_shelf(meridian)[0].shipping is Shipping.UNFINISHED
        # Whoever improves it looks after it.
        second = another_champion(meridian)
        improved(prompt, meridian, upon=3, text="Other", by=second)
        assert on_shelf(meridian)[0].prompt.owner == second
        assert on_shelf(meridian)[0].shipping is Shipping.SHIPPED


def test_who_tried_is_in_no_trail_and_what_got_in_the_way_names_nobody(
    meridian: World, prompt: Prompt, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        before = AuditEvent.objects.count()
        try_prompt(prompt=prompt, worked=False, because="Too long", by=meridian.member.person, at=AT)
        assert AuditEvent.objects.count() == before
    address = reverse("prompt", args=["meridian", prompt.public_id])
    page = client_as(meridian.champion).get(address).content.decode()
    assert "Too long" in page
    assert meridian.member.person.name not in page
    assert "Too long" not in client_as(meridian.lead).get(address).content.decode()


def test_nobody_tries_it_for_28_days_and_the_owner_is_told_once(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        fresh = Prompt.objects.select_related("owner", "organization").get()
        again = look_after_stale(prompt=fresh, at=AT + timedelta(days=10))
        assert again == AT.replace(hour=8) + timedelta(days=28)  # nine in London's summer
        assert not Message.objects.filter(kind="prompt_stale").exists()
        late = AT + timedelta(days=28)
        for _ in range(2):
            assert look_after_stale(prompt=fresh, at=late) is None
        message = Message.objects.get(kind="prompt_stale")
        assert message.person == meridian.champion.person
        assert stale_wanted(message=message, at=late)
        assert Agenda.objects.filter(task=STALE, row_id=prompt.pk).exists()
        try_prompt(prompt=prompt, worked=True, because="", by=meridian.member.person, at=late + timedelta(hours=1))
        assert not stale_wanted(message=message, at=late)


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("report", True),
        ("reprot notes", False),
        ("repport", True),  # a slip in a title
        ("figures", False),
        ("draft notes", True),  # both in the text
        ('"draft the report"', True),
        ("'; DROP TABLE", False),
        ("((", False),
    ],
)
def test_words_are_found_in_title_and_text_and_slips_in_titles(
    meridian: World, prompt: Prompt, enter: Enter, search: str, found: bool
) -> None:
    with enter(meridian):
        assert bool(on_shelf(meridian, search=search)) is found


def test_only_the_newest_version_is_searched_and_a_workflow_narrows(
    meridian: World, prompt: Prompt, enter: Enter
) -> None:
    with enter(meridian):
        improved(prompt, meridian, text="Compose the dossier")
        assert on_shelf(meridian, search="dossier")
        assert not on_shelf(meridian, search="draft")
        assert on_shelf(meridian, workflow=prompt.workflow.public_id)
        assert not on_shelf(meridian, workflow=prompt.public_id)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_gap_is_filled_by_a_form_and_nothing_of_it_is_kept(
    meridian: World, prompt: Prompt, client_as: ClientAs
) -> None:
    client = client_as(meridian.member)
    address = reverse("prompt", args=["meridian", prompt.public_id])
    page = client.post(address, {"gap-1": "Acme <b>", "gap-2": ""}).content.decode()
    assert "Draft the report for Acme &lt;b&gt; from these notes:\n{{ notes }}" in page
    assert "Acme" not in client.get(address).content.decode()
    part = client.post(address, {"gap-1": "Acme"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="prompt-text">')


def test_a_champion_writes_and_another_improves_on_the_page(
    meridian: World, prompt: Prompt, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    given = {"workflow": str(prompt.workflow.public_id), "title": "Minutes", "text": "Sum up", "review_step": "Read it"}
    assert client.post(reverse("prompt-new", args=["meridian"]), given).status_code == HTTPStatus.FOUND
    answer = client.post(reverse("prompt-new", args=["meridian"]), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "There is a prompt of this name" in answer.content.decode()
    improve = reverse("prompt-improve", args=["meridian", prompt.public_id])
    answer = client.post(improve, {"text": "New text", "upon": 1})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "New text" in answer.content.decode()
    assert client.post(improve, {"text": "New text", "upon": 1, "reason": "Plainer"}).status_code == HTTPStatus.FOUND
    answer = client.post(improve, {"text": "Third", "upon": 1, "reason": "Mine"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Third" in answer.content.decode()
    history = client.get(reverse("prompt-history", args=["meridian", prompt.public_id])).content.decode()
    assert "<ins>" in history
    assert "Plainer" in history
    old = client.get(reverse("prompt", args=["meridian", prompt.public_id]) + "?version=1").content.decode()
    assert "This is version 1. Version 2 is the one that counts." in old
    nowhere = client.get(reverse("prompt", args=["meridian", prompt.public_id]) + "?version=9")
    assert nowhere.status_code == HTTPStatus.NOT_FOUND


def test_a_member_says_whether_it_worked_and_gives_a_reason_where_not(
    meridian: World, prompt: Prompt, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.member)
    address = reverse("prompt-tried", args=["meridian", prompt.public_id])
    answer = client.post(address, {"worked": "no", "because": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "what got in the way" in answer.content.decode()
    assert client.post(address, {"worked": "no", "because": "Too long"}).status_code == HTTPStatus.FOUND
    assert client.post(address, {"worked": "yes"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        tried = PromptTry.objects.get()
        assert (tried.worked, tried.because, tried.person) == (True, "", meridian.member.person)


def test_a_word_counts_for_the_version_that_was_read(
    meridian: World, prompt: Prompt, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="notices")
        Champion.objects.create(program=program, person=meridian.executive.person, named_at=AT)
    client, place = client_as(meridian.executive), [meridian.organization.slug, prompt.public_id]
    page = client.get(reverse("prompt", args=place)).content.decode()
    assert page.count('<input type="hidden" name="version" value="1">') == 2
    with enter(meridian):
        improved(prompt, meridian)
    for read in ("1", "", "x"):
        answer = client.post(reverse("prompt-review", args=place), {"verdict": "good", "version": read})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "read that one first" in answer.content.decode()
    assert '<input type="hidden" name="version" value="2">' in answer.content.decode()
    client.post(reverse("prompt-tried", args=place), {"worked": "yes", "version": "1"})
    with enter(meridian):
        assert not PromptReview.objects.exists()
        assert PromptTry.objects.get().version.number == 1
    client.post(reverse("prompt-review", args=place), {"verdict": "good", "version": "2"})
    client.post(reverse("prompt-tried", args=place), {"worked": "yes", "version": "9"})
    with enter(meridian):
        assert PromptReview.objects.get().version.number == PromptTry.objects.get().version.number == 2


def test_what_champions_write_is_not_there_for_members_leads_and_managers(
    meridian: World, prompt: Prompt, client_as: ClientAs
) -> None:
    id_ = prompt.public_id
    for somebody in (meridian.member, meridian.lead, meridian.executive, meridian.admin):
        client = client_as(somebody)
        assert client.get(reverse("prompt", args=["meridian", id_])).status_code == HTTPStatus.OK
        assert client.get(reverse("kit", args=["meridian"])).status_code == HTTPStatus.OK
        for name in ("prompt-improve", "prompt-review", "prompt-aside", "prompt-back"):
            answer = client.post(reverse(name, args=["meridian", id_]), {"verdict": "good"})
            assert answer.status_code == HTTPStatus.NOT_FOUND, name
        assert client.post(reverse("prompt-new", args=["meridian"])).status_code == HTTPStatus.NOT_FOUND


def test_the_shelf_and_a_prompt_ask_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, prompt: Prompt, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.member)
    places = [reverse("kit", args=["meridian"]), reverse("prompt", args=["meridian", prompt.public_id])]
    places += [f"{places[0]}?q=report", reverse("prompt-history", args=["meridian", prompt.public_id])]
    with enter(meridian):
        try_prompt(prompt=prompt, worked=True, because="", by=PersonFactory.create(), at=AT)
    counts = [_count(client, place) for place in places]
    with enter(meridian):
        second = another_champion(meridian)
        for number in range(2):
            more = a_prompt(meridian, title=f"Report {number}")
            try_prompt(prompt=more, worked=False, because=f"Number {number}", by=PersonFactory.create(), at=AT)
            try_prompt(prompt=prompt, worked=True, because="", by=PersonFactory.create(), at=AT)
            improved(prompt, meridian, upon=number + 1, text=f"Text {number}")
            review_prompt(version=newest_version(prompt), verdict=ReviewVerdict.GOOD, note="", by=second, at=AT)
    assert [_count(client, place) for place in places] == counts


def _count(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == HTTPStatus.OK
    return len(asked)


# --- the database, and who leaves ------------------------------------------------------------------------------------


def test_the_database_refuses_nonsense(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        version = newest_version(prompt)
        person = meridian.member.person
        tried = {"prompt": prompt, "version": version, "person": person, "tried_on": AT.date(), "said_at": AT}
        PromptTry.objects.create(**tried, worked=True)
        reviewed = {"version": version, "reviewed_at": AT}
        wrong: dict[str, Any] = {
            "prompt_public_id": lambda: Prompt.objects.create(
                workflow=prompt.workflow, title="x", made_at=AT, public_id=prompt.public_id
            ),
            "prompt_title_not_empty": lambda: Prompt.objects.create(workflow=prompt.workflow, title="", made_at=AT),
            "prompt_title": lambda: Prompt.objects.create(workflow=prompt.workflow, title=prompt.title, made_at=AT),
            "prompt_version_once": lambda: PromptVersion.objects.create(prompt=prompt, number=1, written_at=AT),
            "prompt_version_with_reason": lambda: PromptVersion.objects.create(prompt=prompt, number=2, written_at=AT),
            "prompt_need_has_name": lambda: PromptNeed.objects.create(version=version, name=""),
            "prompt_review_verdict": lambda: PromptReview.objects.create(**reviewed, verdict="maybe", note="x"),
            "prompt_review_says_what": lambda: PromptReview.objects.create(**reviewed, verdict="change"),
            "prompt_try_once_a_day": lambda: PromptTry.objects.create(**tried, worked=True),
            "prompt_try_says_why": lambda: PromptTry.objects.create(
                **{**tried, "tried_on": "2026-01-01"}, worked=False
            ),
        }
        for name, write in wrong.items():
            with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
                write()
        PromptReview.objects.create(**reviewed, reviewer=person, verdict="good")
        with pytest.raises(IntegrityError, match="prompt_review_once"), transaction.atomic():
            PromptReview.objects.create(**reviewed, reviewer=person, verdict="good")


def test_erased_a_champion_leaves_the_text_and_nothing_that_names_them(
    meridian: World, prompt: Prompt, enter: Enter
) -> None:
    with enter(meridian):
        champion = meridian.champion.person
        try_prompt(prompt=prompt, worked=True, because="", by=champion, at=AT)
        held = export_kit(person=champion)
        assert [one["title"] for one in held["prompts_owned"]] == [prompt.title]
        assert len(held["prompt_versions"]) == len(held["prompts_tried"]) == 1
        erase_person(person=champion, by=None, at=AT)
        kept = on_shelf(meridian)[0]
        assert (kept.prompt.owner, kept.version.author_id) == (None, None)
        assert not PromptTry.objects.exists()


def test_another_companys_prompts_are_not_found(meridian: World, harbour: World, prompt: Prompt, enter: Enter) -> None:
    with enter(harbour):
        assert shelf(search="report", at=AT, zone="Europe/Berlin") == []


def test_a_look_at_a_prompt_counts_gaps_of_its_own_version(meridian: World, prompt: Prompt, enter: Enter) -> None:
    with enter(meridian):
        improved(prompt, meridian, text="No gaps now")
        rows = Prompt.objects.select_related("workflow", "owner", "organization")
        looked = {"filled": {"gap-1": "Acme"}, "person": meridian.member.person, "at": AT}
        newest = look_at_prompt(rows.get(), number=None, **looked)
        first = look_at_prompt(rows.get(), number=1, **looked)
        assert newest is not None
        assert first is not None
        assert (newest.gaps, newest.is_newest) == ([], True)
        assert ([gap.value for gap in first.gaps], first.is_newest) == (["Acme", ""], False)
