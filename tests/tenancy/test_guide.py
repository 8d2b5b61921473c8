"""The first steps on the home of those who begin: told from what is stored, put away at will, gone after the launch."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.programs.actions import publish_policy
from adoption.programs.models import Program
from adoption.tenancy.models import AuditEvent
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization
from tests.factories import AT, MembershipFactory, OrganizationFactory, PersonFactory, World
from tests.practice import practise
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")

HEADING = "From here to the first launch"
STEP = re.compile(r"<h3>([^<]+) <span>([^<]+)</span></h3>")


def steps(client: Client, org: str) -> list[str]:
    """The stage of each step, in order."""
    text = client.get(f"/o/{org}/").text
    guide = text[text.index(HEADING) :] if HEADING in text else ""
    return [stage for _words, stage in STEP.findall(guide[: guide.find("</ol>")])]


def test_an_empty_organization_has_everything_before_it_and_one_thing_next(client_as: ClientAs, db: None) -> None:
    company = OrganizationFactory.create(slug="acme")
    with organization(company.pk):
        both = MembershipFactory.create(roles=[Role.ADMINISTRATOR, Role.LEAD])
    client = client_as(both.identity)
    assert steps(client, "acme") == ["done", "next", *["later"] * 6]
    with organization(company.pk):
        PersonFactory.create_batch(5)
        lead = MembershipFactory.create(roles=[Role.LEAD])
    assert steps(client, "acme") == ["done", "done", "done", "next", *["later"] * 4]
    # A lead's colleague looks after the settings; what is done stays visible.
    assert steps(client_as(lead.identity), "acme") == ["done", "done", "done", "next", *["later"] * 4]


def test_what_is_another_roles_turn_says_so(meridian: World, client_as: ClientAs) -> None:
    assert steps(client_as(meridian.admin), "meridian")[3:] == ["a colleague’s turn"] * 5
    assert steps(client_as(meridian.lead), "meridian")[3:] == ["next", *["later"] * 4]


@pytest.mark.parametrize("who", ["executive", "owner", "member"])
def test_nobody_else_is_shown_it(meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(meridian.everybody[who])
    assert HEADING not in client.get("/o/meridian/").text
    assert client.post("/o/meridian/guide/away/").status_code == HTTPStatus.FORBIDDEN


def test_it_follows_the_programme_and_goes_with_the_first_launch(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client, lead = client_as(meridian.lead), meridian.lead.person
    program = practise(meridian).program
    assert steps(client, "meridian")[3:] == ["done", "next", "done", "later", "later"]
    with enter(meridian):
        words, lines = "Client names stay out.", "No client data."
        publish_policy(organization=meridian.organization, words=words, red_lines=lines, by=lead, at=AT)
        Program.objects.update(baseline_opened_at=AT)
    assert steps(client, "meridian")[3:] == ["done", "done", "done", "done", "next"]
    assert f'href="/o/meridian/p/{program.slug}/"' in client.get("/o/meridian/").text
    with enter(meridian):
        Program.objects.update(launched_at=AT, fixed={})
    assert steps(client, "meridian") == []


def test_put_away_it_stays_away_for_that_person_until_they_want_it_back(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    for _ in range(2):
        assert client.post("/o/meridian/guide/away/")["Location"] == "/o/meridian/"
    text = client.get("/o/meridian/").text
    assert HEADING not in text
    assert "The first steps are put away." in text
    assert 'action="/o/meridian/guide/back/"' in text
    assert HEADING in client_as(meridian.admin).get("/o/meridian/").text
    assert client_as(harbour.lead).post("/o/meridian/guide/away/").status_code == HTTPStatus.NOT_FOUND
    client.post("/o/meridian/guide/back/")
    assert HEADING in client.get("/o/meridian/").text
    with enter(meridian):
        verbs = AuditEvent.objects.filter(verb__startswith="guide.").order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["guide.put_away", "guide.taken_out"]


def test_it_asks_the_same_with_one_row_and_with_three_and_one_question_once_a_programme_was_launched(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)

    def questions() -> int:
        client.get("/o/meridian/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/o/meridian/")
        return len(asked)

    before = questions()
    with enter(meridian):
        PersonFactory.create_batch(3)
    assert questions() == before
    practise(meridian)
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    # Of the five it takes to tell the steps the first says that there are none.
    assert questions() == before - 4
