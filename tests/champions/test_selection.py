"""Champions are found by what colleagues say: counted once, shown in words to the lead alone, declined without a trace."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Link, LinkHash, Message
from adoption.programs.actions import Refused as NotNow
from adoption.programs.models import Design, Program
from adoption.tenancy.models import AuditEvent, Person
from adoption.tenancy.rules import EXPORTERS, Role, permissions_of
from adoption.tenancy.tasks import heartbeat
from champions.actions import name_champion
from champions.actions.selection import (
    OFFER,
    OFFER_LINK,
    OfferGone,
    accept_offer,
    decline_offer,
    offer,
    record_nominations,
    settle_selection,
)
from champions.models import Candidacy, Champion, Offer, Selection
from champions.queries.selection import facts_of_offer, has_early_adopters, shortlist
from champions.rules.selection import Sought, Tries, candidates_wanted, sought, spread, tries
from surveys.actions import (
    NOMINATION,
    Refused,
    WaveClosed,
    close_nominations,
    count_nominations,
    keep_tries,
    name_colleague,
    open_nominations,
    remind_nominations,
    take_name_away,
)
from surveys.models import Nomination, NominationAsk, NominationWave
from tests.factories import AT, PersonFactory, World
from tests.journeys.visitor import Visitor
from tests.practice import make_program
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

UNTIL = AT.date() + timedelta(days=14)
LATER = AT + timedelta(days=15)


@pytest.fixture
def program(meridian: World, enter: Enter) -> Program:
    with enter(meridian):
        made: Program = make_program(meridian, name="reports", at=AT)
        return made


def colleagues(count: int, **more: Any) -> list[Person]:
    return [PersonFactory.create(**more) for _ in range(count)]


def ask_of(person: Person) -> NominationAsk:
    found: NominationAsk = NominationAsk.objects.select_related("wave").get(person=person)
    return found


def said_by(nominators: list[Person], nominee: Person, *, tries: str = "") -> None:
    for one in nominators:
        name_colleague(ask=ask_of(one), item="difficult", person=nominee, at=AT)
    if tries:
        keep_tries(ask=ask_of(nominee), tries=tries, at=AT, complete=True)


def a_candidate(program: Program, person: Person, *, nominators: int = 6) -> Candidacy:
    """Somebody whom several named and who says that they try AI."""
    others = colleagues(nominators)
    asked = {one.pk for one in others} | {person.pk}
    record_nominations(
        program=program,
        said=[(one.pk, person.pk) for one in others],
        asked=asked,
        says_so={person.pk},
        by=None,
        at=AT,
    )
    row: Candidacy = Candidacy.objects.select_related("selection__program", "person").get(person=person)
    return row


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nominators", "band"), [(1, Sought.SOME), (2, Sought.SOME), (3, Sought.SEVERAL), (6, Sought.MANY)]
)
def test_how_much_somebody_is_sought_out_is_said_in_bands(nominators: int, band: Sought) -> None:
    assert sought(nominators) is band


def test_one_sign_of_experimenting_is_enough_and_none_is_none() -> None:
    assert tries(says_so=True, seen=False) is Tries.SAYS_SO
    assert tries(says_so=False, seen=True) is Tries.SEEN
    assert tries(says_so=True, seen=True) is Tries.BOTH
    assert tries(says_so=False, seen=False) is None


@pytest.mark.parametrize(("people", "wanted"), [(0, 1), (15, 1), (16, 2), (150, 10)])
def test_one_candidate_is_wanted_for_fifteen_people(people: int, wanted: int) -> None:
    assert candidates_wanted(people) == wanted


def test_each_department_has_its_turn() -> None:
    assert spread([("Tax", 1), ("Tax", 2), ("Tax", 3), ("Deals", 4)], 3) == [1, 4, 2]
    assert spread([], 3) == []


# --- asking ----------------------------------------------------------------------------------------------------------


def test_everybody_in_scope_is_asked_once(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        tax = colleagues(6, department="Tax")
        open_nominations(program=program, departments=["Tax"], until=UNTIL, by=meridian.lead.person, at=AT)
        assert set(NominationAsk.objects.values_list("person_id", flat=True)) == {one.pk for one in tax}
        assert Message.objects.filter(kind=NOMINATION).count() == 6
        with pytest.raises(Refused, match="nominations_open"):
            open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)


@pytest.mark.parametrize(
    ("days", "departments", "code"), [(0, [], "until"), (22, [], "until"), (14, ["Nowhere"], "too_few_asked")]
)
def test_it_is_not_asked_for_ever_and_not_of_a_few(
    meridian: World, program: Program, enter: Enter, days: int, departments: list[str], code: str
) -> None:
    with enter(meridian), pytest.raises(Refused, match=code):
        open_nominations(
            program=program, departments=departments, until=AT.date() + timedelta(days=days), by=None, at=AT
        )


def test_three_colleagues_at_most_and_never_oneself(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        people = colleagues(5)
        open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        ask = ask_of(people[0])
        with pytest.raises(Refused, match="oneself"):
            name_colleague(ask=ask, item="difficult", person=people[0], at=AT)
        for one in people[1:4]:
            name_colleague(ask=ask, item="difficult", person=one, at=AT)
            name_colleague(ask=ask, item="difficult", person=one, at=AT)
        with pytest.raises(Refused, match="enough_named"):
            name_colleague(ask=ask, item="difficult", person=people[4], at=AT)
        take_name_away(ask=ask, item="difficult", person=people[1], at=AT)
        name_colleague(ask=ask, item="difficult", person=people[4], at=AT)
        assert Nomination.objects.filter(ask=ask).count() == 3


def test_one_reminder_and_not_at_once(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        colleagues(5)
        wave = open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        with pytest.raises(Refused, match="reminded_lately"):
            remind_nominations(wave=wave, by=None, at=AT + timedelta(days=1))
        keep_tries(ask=ask_of(meridian.member.person), tries="no", at=AT, complete=True)
        remind_nominations(wave=wave, by=None, at=AT + timedelta(days=4))
        reminded = Message.objects.filter(kind="nomination_reminder").values_list("person_id", flat=True)
        assert meridian.member.person.pk not in reminded
        with pytest.raises(Refused, match="nominations_reminded"):
            remind_nominations(wave=wave, by=None, at=AT + timedelta(days=8))


# --- counting --------------------------------------------------------------------------------------------------------


def test_counting_keeps_whoever_has_both_signs_and_deletes_every_name(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        boss = PersonFactory.create(department="Tax")
        asked_by_peers, only_sought = PersonFactory.create(department="Tax"), PersonFactory.create()
        only_manager = PersonFactory.create(manager=boss)
        peers = colleagues(6)
        wave = open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        said_by(peers, asked_by_peers, tries="often")
        said_by(peers, only_sought, tries="once")
        said_by([boss], only_manager, tries="often")
        assert count_nominations(wave=wave, at=AT + timedelta(days=1)) == wave.closes_at
        assert count_nominations(wave=wave, at=LATER) is None
        rows = list(Candidacy.objects.all())
        assert [(row.person, row.nominators, row.tries) for row in rows] == [(asked_by_peers, 6, Tries.SAYS_SO)]
        assert rows[0].eligible == NominationAsk.objects.count() - 1
        assert not Nomination.objects.exists()
        assert not NominationAsk.objects.exclude(tries="").exists()
        with pytest.raises(WaveClosed):
            name_colleague(ask=ask_of(peers[0]), item="difficult", person=boss, at=LATER)


def test_where_fewer_than_five_named_somebody_nothing_is_counted(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        nominee, peers = PersonFactory.create(), colleagues(4)
        wave = open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        said_by(peers, nominee, tries="often")
        close_nominations(wave=wave, by=meridian.lead.person, at=AT + timedelta(hours=1))
        assert Selection.objects.get().asked == NominationAsk.objects.count()
        assert not Candidacy.objects.exists()


def test_it_can_be_asked_again_and_the_new_count_replaces_the_old(
    meridian: World, program: Program, enter: Enter
) -> None:
    with enter(meridian):
        first, second, peers = PersonFactory.create(), PersonFactory.create(), colleagues(6)
        for nominee, at in ((first, AT), (second, LATER)):
            wave = open_nominations(
                program=program, departments=[], until=at.date() + timedelta(days=7), by=None, at=at
            )
            for one in peers:
                name_colleague(ask=ask_of(one), item="useful_ways", person=nominee, at=at)
            keep_tries(ask=ask_of(nominee), tries="often", at=at, complete=True)
            close_nominations(wave=wave, by=None, at=at + timedelta(hours=1))
        assert [row.person for row in Candidacy.objects.all()] == [second]
        assert NominationWave.objects.count() == 1


# --- the shortlist ---------------------------------------------------------------------------------------------------


def test_the_shortlist_says_bands_and_no_numbers_and_asks_for_more_where_there_are_too_few(
    meridian: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        Design.objects.create(program=program, pods=2, pod_size=8, changed_at=AT)
        row = a_candidate(program, meridian.champion.person, nominators=17)
    page = client_as(meridian.lead).get(reverse("shortlist", args=["meridian", program.slug])).content.decode()
    assert row.person.name in page
    assert "by many colleagues" in page
    assert "17" not in page.replace("17 ", "").split("<main")[1].split("asked")[0]
    assert "exploratory programme" in page
    assert row.person.job_role not in page.split("<main")[1]


def test_only_the_lead_sees_the_shortlist(
    meridian: World, harbour: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        row = a_candidate(program, meridian.champion.person)
    address = reverse("shortlist", args=["meridian", program.slug])
    ask = reverse("candidate-ask", args=["meridian", program.slug, row.public_id])
    for name, somebody in meridian.everybody.items():
        may = name == "lead"
        assert client_as(somebody).get(address).status_code == (HTTPStatus.OK if may else HTTPStatus.FORBIDDEN), name
    for path in (address, ask):
        assert client_as(harbour.lead).get(path).status_code == HTTPStatus.NOT_FOUND
        assert client_as(None).get(path).status_code == HTTPStatus.FOUND
    assert all("manage_programs" not in permissions_of({role}) for role in Role if role is not Role.LEAD)


@pytest.mark.parametrize("count", [1, 3])
def test_the_shortlist_costs_the_same_however_long_it_is(
    meridian: World,
    program: Program,
    enter: Enter,
    client_as: ClientAs,
    django_assert_num_queries: Any,
    count: int,
) -> None:
    with enter(meridian):
        a_candidate(program, meridian.champion.person)
        for person in colleagues(count - 1):
            Candidacy.objects.create(
                selection=Selection.objects.get(), person=person, nominators=4, eligible=9, tries=Tries.SEEN
            )
        with django_assert_num_queries(6):
            found = shortlist(program, at=AT)
    assert found
    assert len(found.candidates) == count


def test_once_it_is_settled_nothing_stays_of_those_not_chosen(
    meridian: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        Design.objects.create(program=program, pods=2, pod_size=8, changed_at=AT)
        row = a_candidate(program, meridian.champion.person)
        assert not has_early_adopters(program=program, at=AT)
    lead = client_as(meridian.lead)
    answer = lead.post(reverse("shortlist-settle", args=["meridian", program.slug]))
    assert answer.status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert not Candidacy.objects.exists()
        settle_selection(selection=row.selection, by=None, at=AT)
        # Too few to choose from stay too few when the list is deleted, and one who is named is not two.
        name_champion(program=program, person=row.person, by=None, at=AT)
        assert not has_early_adopters(program=program, at=AT)
        name_champion(program=program, person=meridian.member.person, by=None, at=AT)
        assert has_early_adopters(program=program, at=AT)
    page = lead.get(reverse("shortlist", args=["meridian", program.slug])).content.decode()
    assert row.person.name not in page.split("<main")[1]


# --- the question to a candidate -------------------------------------------------------------------------------------


def link_of(row: Offer, at: Any = AT) -> str:
    return mint(
        purpose=OFFER_LINK,
        row_id=row.pk,
        person=row.person,
        address=str(row.person.mail),
        expires_at=row.expires_at,
        at=at,
    )


def test_a_yes_makes_a_champion(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        Program.objects.filter(pk=program.pk).update(weeks=8)
        made = offer(candidacy=a_candidate(program, meridian.member.person), by=meridian.lead.person, at=AT)
        said = facts_of_offer(message=Message.objects.get(kind=OFFER), at=AT)["paragraphs"]
        assert "about eight colleagues for 8 weeks" in said[1]
        link = link_of(made)
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        window = Visitor().open(link)
        window.press("Yes, I would")
        assert "You are a champion" in window.page.heading
    with enter(meridian):
        assert Champion.objects.get(program=program).person == meridian.member.person
        assert not Offer.objects.exists()
        assert not Candidacy.objects.exists()


def test_a_no_leaves_nothing_that_anybody_could_read_later(
    meridian: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    person = meridian.member.person
    with enter(meridian):
        candidacy = a_candidate(program, person)
        before = set(AuditEvent.objects.filter(subject=person.public_id).values_list("pk", flat=True))
        made = offer(candidacy=candidacy, by=meridian.lead.person, at=AT)
        link = link_of(made)
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        window = Visitor().open(link)
        window.press("No, thank you")
        assert "Thank you for saying so" in window.page.heading
        Visitor().open(link, status=HTTPStatus.NOT_FOUND)
        page = client_as(meridian.lead).get(reverse("shortlist", args=["meridian", program.slug])).content.decode()
        assert person.name not in page.split("<main")[1]
    with enter(meridian):
        assert not Offer.objects.exists()
        assert not Candidacy.objects.exists()
        assert not Message.objects.filter(kind=OFFER).exists()
        assert not Link.objects.filter(purpose=OFFER_LINK).exists()
        assert set(AuditEvent.objects.filter(subject=person.public_id).values_list("pk", flat=True)) == before
        held = str([entry.load()(person=person) for entry in EXPORTERS])
        assert "offer" not in held
        with pytest.raises(OfferGone):
            accept_offer(offer=made, at=AT)
    assert not LinkHash.objects.filter(organization_id=meridian.organization.pk, link_row=made.pk).exists()


def test_silence_for_two_weeks_is_a_no(
    meridian: World, program: Program, enter: Enter, celery_runs_at_once: None
) -> None:
    with enter(meridian):
        offer(candidacy=a_candidate(program, meridian.member.person), by=meridian.lead.person, at=AT)
    with time_machine.travel(AT + timedelta(days=15), tick=False):
        heartbeat()
    with enter(meridian):
        assert not Offer.objects.exists()
        assert not Candidacy.objects.exists()


def test_an_offer_is_made_once_and_taken_back(
    meridian: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        row = a_candidate(program, meridian.member.person)
    lead = client_as(meridian.lead)
    for _ in range(2):
        lead.post(reverse("candidate-ask", args=["meridian", program.slug, row.public_id]))
    with enter(meridian):
        assert Offer.objects.count() == Message.objects.filter(kind=OFFER).count() == 1
    lead.post(reverse("candidate-unask", args=["meridian", program.slug, row.public_id]))
    with enter(meridian):
        assert not Offer.objects.exists()
        assert Candidacy.objects.exists()
        declined = offer(candidacy=row, by=meridian.lead.person, at=AT)
        decline_offer(offer=declined, at=AT)


def test_whoever_leads_or_cannot_be_reached_is_not_asked(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        row = a_candidate(program, PersonFactory.create(mail=None))
        with pytest.raises(NotNow, match="no_mail"):
            offer(candidacy=row, by=meridian.lead.person, at=AT)
        row = a_candidate(program, meridian.champion.person)
        name_champion(program=program, person=meridian.champion.person, by=None, at=AT)
        with pytest.raises(NotNow, match="leads_already"):
            offer(candidacy=row, by=meridian.lead.person, at=AT)


# --- the pages -------------------------------------------------------------------------------------------------------


def nomination_link(person: Person) -> str:
    ask = ask_of(person)
    return mint(purpose=NOMINATION, row_id=ask.pk, person=person, address=str(person.mail), expires_at=LATER, at=AT)


def test_colleagues_are_named_by_mail_without_a_script(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        twins = [PersonFactory.create(name="Tara Twin", department=one) for one in ("Tax", "Deals")]
        other = PersonFactory.create(name="Otto Only")
        colleagues(3)
        open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        me = meridian.member.person
        link = nomination_link(me)
    with time_machine.travel(AT, tick=False):
        window = Visitor().open(link)
        said = {"difficult": "Tara", "useful_ways": "Otto", "tries": "often"}
        window.press("Send", status=HTTPStatus.UNPROCESSABLE_ENTITY, **said)
        assert "Whom do you mean?" in window.page.text
        assert "Otto Only" in window.page.text
        window.press("Name Tara Twin, Deals")
        assert "Whom do you mean?" not in window.page.text
        window.press("Send", status=HTTPStatus.UNPROCESSABLE_ENTITY, difficult=me.name.split()[0])
        assert "Nobody here is called that" in window.page.text
        window.press("Send", difficult="")
        assert "Thank you" in window.page.heading
    with enter(meridian):
        ask = ask_of(me)
        assert {(row.item, row.nominee) for row in Nomination.objects.filter(ask=ask).select_related("nominee")} == {
            ("difficult", twins[1]),
            ("useful_ways", other),
        }
        assert (ask.tries, ask.completed_at) == ("often", AT)


def test_a_lead_asks_closes_and_finds_the_shortlist(
    meridian: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    lead = client_as(meridian.lead)
    address = reverse("nominations", args=["meridian", program.slug])
    with time_machine.travel(AT, tick=False):
        refused = lead.post(address, {"until": AT.date().isoformat()})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert lead.post(address, {"until": UNTIL.isoformat()}).status_code == HTTPStatus.FOUND
        assert "people are asked" in lead.get(address).content.decode()
        answer = lead.post(reverse("nominations-close", args=["meridian", program.slug]))
        assert answer["Location"] == reverse("shortlist", args=["meridian", program.slug])
        assert "Ask everybody once more" in lead.get(address).content.decode()


def test_machines_ask_everybody_remind_once_and_count_and_never_read_a_name(
    meridian: World, harbour: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    lead, root = client_as(meridian.lead), f"/api/v1/o/meridian/p/{program.slug}/nominations/"

    def send(client: Client, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        return getattr(client, method)(f"{root}{path}", body or {}, content_type="application/json")

    with time_machine.travel(AT, tick=False):
        assert lead.get(root).status_code == HTTPStatus.NOT_FOUND
        wrong = send(lead, "post", "", {"until": UNTIL.isoformat(), "departments": ["None"]})
        assert wrong.status_code == HTTPStatus.BAD_REQUEST
        past = send(lead, "post", "", {"until": AT.date().isoformat()})
        assert (past.status_code, past.json()["errors"][0]["field"]) == (HTTPStatus.CONFLICT, "until")
        made = send(lead, "post", "", {"until": UNTIL.isoformat()})
        assert (made.status_code, made.json()["open"]) == (HTTPStatus.CREATED, True)
        assert send(lead, "post", "", {"until": UNTIL.isoformat()}).status_code == HTTPStatus.CONFLICT
        assert send(lead, "post", "reminder/").json()["errors"][0]["code"] == "reminded_lately"
        for other in (meridian.champion, meridian.executive, meridian.admin):
            assert client_as(other).get(root).status_code == HTTPStatus.FORBIDDEN
        assert client_as(harbour.lead).get(root).status_code == HTTPStatus.NOT_FOUND
    with time_machine.travel(AT + timedelta(days=5), tick=False):
        assert send(lead, "post", "reminder/").status_code == HTTPStatus.NO_CONTENT
        assert send(lead, "post", "reminder/").json()["errors"][0]["code"] == "nominations_reminded"
        assert send(lead, "put", "count/").status_code == HTTPStatus.NO_CONTENT
        counted = lead.get(root).json()
    assert (counted["open"], counted["counted_at"] is None) == (False, False)
    assert set(counted) == {"departments", "asked", "opened_at", "closes_at", "counted_at", "open"}


def test_nobody_reads_or_answers_for_somebody_else(
    meridian: World, harbour: World, program: Program, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        colleagues(3)
        open_nominations(program=program, departments=[], until=UNTIL, by=None, at=AT)
        ask = ask_of(meridian.member.person)
    address = reverse("own-nomination", args=["meridian", ask.public_id])
    with time_machine.travel(AT, tick=False):
        assert client_as(meridian.member).get(address).status_code == HTTPStatus.OK
        for other in (meridian.champion, meridian.lead, meridian.admin):
            assert client_as(other).get(address).status_code == HTTPStatus.NOT_FOUND
        assert client_as(harbour.member).get(address).status_code == HTTPStatus.NOT_FOUND


def test_after_the_launch_nobody_is_asked(meridian: World, program: Program, enter: Enter) -> None:
    with enter(meridian):
        colleagues(5)
        Program.objects.filter(pk=program.pk).update(baseline_opened_at=AT, launched_at=AT, fixed={})
        with pytest.raises(Refused, match="nominations_launched"):
            open_nominations(program=program, departments=[], until=date(2026, 7, 20), by=None, at=AT)
