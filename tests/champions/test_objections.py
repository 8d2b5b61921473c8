"""Objections: a suggested story and one's own, talks for the champion alone, and a principle that is left in peace."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Person
from champions.actions.objections import describe_talk, forget_talk, log_talk, take_story_back, tell_story
from champions.models import Story, Talk
from champions.queries.objections import SCRIPTS, objections_for
from champions.queries.privacy.kit import export_kit
from champions.rules import TalkState, Worry
from tests.factories import AT, World
from tests.stock import another_champion, make_champion
from tests.worlds import ClientAs, Enter, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def champion(meridian: World, enter: Enter) -> Person:
    with enter(meridian):
        return make_champion(meridian)


def told(by: Person, *, worry: Worry = Worry.BLAME, published: bool = False) -> Story:
    return tell_story(
        worry=worry, worried="I feared it", tried="I tried it", found="I found out", published=published, by=by, at=AT
    )


def described(talk: Talk, by: Person, **changes: Any) -> Talk:
    given: dict[str, Any] = {
        "state": TalkState.OPEN,
        "their_words": "",
        "own_answer": "",
        "next_step": "",
        "member": None,
        "agreed": False,
        **changes,
    }
    return describe_talk(talk=talk, **given, by=by, at=AT)


def test_there_is_something_to_say_to_each_objection_but_the_principled_one() -> None:
    assert set(Worry) - set(SCRIPTS) == {Worry.PRINCIPLE}


def test_a_story_is_private_until_it_is_published(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        second = another_champion(meridian)
        told(champion)
        assert [one.own is not None for one in objections_for(champion).worries].count(True) == 1
        assert not any(one.others for one in objections_for(second).worries)
        told(champion, published=True)
        assert Story.objects.count() == 1
        [told_by] = [other.name for one in objections_for(second).worries for other in one.others]
        assert told_by == champion.name
        told(champion)
        assert not any(one.others for one in objections_for(second).worries)
        take_story_back(worry=Worry.BLAME, by=champion)
        assert not Story.objects.exists()
        with pytest.raises(Refused, match="not_a_champion"):
            told(meridian.member.person)


def test_the_own_story_stands_beside_the_suggested_one(meridian: World, champion: Person, client_as: ClientAs) -> None:
    client = client_as(meridian.champion)
    place = reverse("story", args=["meridian", "blame"])
    page = client.get(place).content.decode()
    assert str(SCRIPTS[Worry.BLAME].tried) in page.replace("&#x27;", "'")
    wrong = client.post(place, {"worried": "I feared it", "tried": "", "found": ""})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "I feared it" in wrong.content.decode()
    kept = client.post(place, {"worried": "I feared it", "tried": "It", "found": "Less"}, follow=True).content.decode()
    assert "Kept, for you alone." in kept
    assert "I feared it" in kept
    assert client.get(reverse("story", args=["meridian", "nonsense"])).status_code == HTTPStatus.NOT_FOUND
    client.post(reverse("story-back", args=["meridian", "blame"]))
    assert "I feared it" not in client.get(reverse("objections", args=["meridian"])).content.decode()


def test_one_tap_notes_a_talk_without_a_name(
    meridian: World, champion: Person, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    page = client.post(reverse("talk-new", args=["meridian", "more_work"]), follow=True).content.decode()
    assert "Noted as heard, without a name" in page
    with enter(meridian):
        talk = Talk.objects.get()
        assert (talk.member, talk.agreed_at, talk.state) == (None, None, TalkState.HEARD)
        assert not AuditEvent.objects.filter(verb__startswith="talk").exists()
    assert reverse("talk-forget", args=["meridian", talk.public_id]) in page
    client.post(reverse("talk-forget", args=["meridian", talk.public_id]))
    with enter(meridian):
        assert not Talk.objects.exists()


def test_somebody_is_named_only_if_they_agreed(
    meridian: World, champion: Person, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        talk = log_talk(worry=Worry.QUALITY, by=champion, at=AT)
        with pytest.raises(Refused, match="not_agreed"):
            described(talk, champion, member=meridian.member.person)
        with pytest.raises(Refused, match="yourself"):
            described(talk, champion, member=champion, agreed=True)
    client, place = client_as(meridian.champion), reverse("talk", args=["meridian", talk.public_id])
    given = {"state": "respected", "member": meridian.member.person.mail, "their_words": "Sounds hollow"}
    wrong = client.post(place, given)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Name them only if they agreed to it" in wrong.content.decode()
    nobody = client.post(place, {**given, "member": "Nobody At All", "agreed": "on"})
    assert "Nobody in the directory is called that" in nobody.content.decode()
    assert client.post(place, {**given, "agreed": "on"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        talk.refresh_from_db()
        assert (talk.member, talk.agreed_at) == (meridian.member.person, AT)
        # Whoever is named reads it in their own data.
        assert export_kit(person=meridian.member.person)["talks"][0]["their_words"] == "Sounds hollow"
        described(talk, champion)
        talk.refresh_from_db()
        assert (talk.member, talk.agreed_at) == (None, None)


def test_talks_are_the_champions_alone(meridian: World, champion: Person, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        second = another_champion(meridian)
        talk = described(log_talk(worry=Worry.QUALITY, by=second, at=AT), second, their_words="Sounds hollow")
        for act in (lambda: described(talk, champion), lambda: forget_talk(talk=talk, by=champion)):
            with pytest.raises(Refused, match="not_your_talk"):
                act()
        assert objections_for(champion).talks == []
    for somebody in (meridian.champion, meridian.lead, meridian.member, meridian.executive, meridian.admin):
        client = client_as(somebody)
        place = reverse("talk", args=["meridian", talk.public_id])
        assert client.get(place).status_code == HTTPStatus.NOT_FOUND
        assert client.post(reverse("talk-forget", args=["meridian", talk.public_id])).status_code == 404
        assert "Sounds hollow" not in client.get(reverse("objections", args=["meridian"])).content.decode()


def test_members_find_no_scripts_about_them_and_leads_read_without_writing(
    meridian: World, champion: Person, client_as: ClientAs
) -> None:
    for somebody in (meridian.member, meridian.executive, meridian.owner, meridian.admin):
        assert client_as(somebody).get(reverse("objections", args=["meridian"])).status_code == HTTPStatus.NOT_FOUND
    page = client_as(meridian.lead).get(reverse("objections", args=["meridian"])).content.decode()
    assert "I had this talk" not in page
    for name in ("story", "story-back", "talk-new"):
        answer = client_as(meridian.lead).post(reverse(name, args=["meridian", "blame"]))
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_principle_is_not_argued_with_and_its_quiet_path_is_shown(
    meridian: World, champion: Person, client_as: ClientAs
) -> None:
    page = client_as(meridian.champion).get(reverse("objections", args=["meridian"])).content.decode()
    part = page[page.index('id="worry-principle"') : page.index('id="worry-other"')]
    assert "nothing to win" in part
    assert reverse("week", args=["meridian"]) in part
    assert "What I tried" not in part


def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, champion: Person, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.champion), reverse("objections", args=["meridian"])

    with enter(meridian):
        told(champion)
        log_talk(worry=Worry.OTHER, by=champion, at=AT)
    one = asked(client, place)
    with enter(meridian):
        for name in ("Nadia", "Nils"):
            told(another_champion(meridian, name), published=True)
            log_talk(worry=Worry.OTHER, by=champion, at=AT)
    assert asked(client, place) == one


def test_the_database_refuses_nonsense(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        told(champion)
        kept = log_talk(worry=Worry.OTHER, by=champion, at=AT)
        story = {"person": champion, "worry": "quality", "worried": "x", "tried": "x", "found": "x", "written_at": AT}
        talk = {"champion": champion, "worry": "quality", "state": "open", "logged_at": AT}
        for model, name, values in (
            (Story, "story_once_a_worry", {**story, "worry": "blame"}),
            (Story, "story_worry", {**story, "worry": "rain"}),
            (Story, "story_has_three_parts", {**story, "found": ""}),
            (Talk, "talk_public_id", {**talk, "public_id": kept.public_id}),
            (Talk, "talk_worry", {**talk, "worry": "rain"}),
            (Talk, "talk_state", {**talk, "state": "won"}),
            (Talk, "talk_named_with_consent", {**talk, "member": meridian.member.person}),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                model.objects.create(**values)


def test_erased_either_of_a_talk_it_is_gone(meridian: World, champion: Person, enter: Enter) -> None:
    with enter(meridian):
        told(champion, published=True)
        described(log_talk(worry=Worry.OTHER, by=champion, at=AT), champion, member=meridian.member.person, agreed=True)
        log_talk(worry=Worry.OTHER, by=champion, at=AT)
        erase_person(person=meridian.member.person, by=None, at=AT)
        assert Talk.objects.count() == 1
        assert len(export_kit(person=champion)["own_stories"]) == 1
        erase_person(person=champion, by=None, at=AT)
        assert not Talk.objects.exists()
        assert not Story.objects.exists()
