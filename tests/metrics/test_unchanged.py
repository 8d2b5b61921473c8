"""Who has a page of evidence hears 304 as long as it would be the same for them, and never longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program, Specification, Workflow
from adoption.programs.rules import Checkpoint
from adoption.tenancy.models import Organization, Person, RoleGrant
from adoption.tenancy.rules import Role, local_date
from champions.models import Champion, Need
from metrics.actions.privacy import erase_person
from metrics.models import KeyLoss
from metrics.queries.stamp import stamp_of
from metrics.views.evidence import Asked, Prepared, prepare
from pods.models import Pod
from surveys.forms.surveys import _shared_field
from surveys.views.answering import _drawn_once
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
ALL = "/o/meridian/evidence/"
BOTH = pytest.mark.parametrize("address", [PAGE, ALL])


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams of eight, with one frozen look."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        made.look(Checkpoint.S56, (6, 6, 5), (2, 2, 1))
        yield made


def had(client: Client, address: str) -> dict[str, str]:
    """What a browser says that has the page, and is told that it is the same still."""
    kept = {"If-None-Match": client.get(address)["ETag"]}
    again = client.get(address, headers=kept)
    assert (again.status_code, again.content) == (304, b"")
    return kept


@BOTH
def test_a_page_that_came_compressed_is_known_again(
    trial: Trial, meridian: World, client_as: ClientAs, address: str
) -> None:
    client = client_as(meridian.executive)
    compressed = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=compressed)
    assert (first["Content-Encoding"], first["ETag"][:3]) == ("gzip", 'W/"')
    assert {"Accept-Encoding", "HX-Request"} <= {one.strip() for one in first["Vary"].split(",")}
    again = client.get(address, headers={**compressed, "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    # Each time of another length, so that nobody reads from it what is inside.
    assert len({len(client.get(address, headers=compressed).content) for _ in range(5)}) > 1


def changes(trial: Trial, reader: World) -> dict[str, Callable[[], object]]:
    """What makes another page of both addresses, one after another."""
    executive = reader.executive
    company = Organization.objects.filter(pk=reader.organization.pk)
    return {
        "a look frozen anew": lambda: trial.look(Checkpoint.S56, (6, 6, 5), (7, 7, 7), reason="Answers that came late"),
        "an erasure": lambda: erase_person(person=trial.pods[0][0], at=AT),
        "another erasure": lambda: KeyLoss.objects.update(lost_at=AT + timedelta(hours=1)),
        "another measure": lambda: Specification.objects.create(
            program=trial.program, version=2, reason="Larger", fixed=trial.program.fixed, made_at=AT
        ),
        "a threshold raised": lambda: company.update(smallest_group_executive=12),
        "the other threshold": lambda: company.update(smallest_group=6),
        "the company's name": lambda: company.update(name="Meridian & Sons"),
        "the programme's name": lambda: Program.objects.update(name="Reports to clients"),
        "the work's name": lambda: Workflow.objects.update(name="Reports"),
        "one's own name": lambda: Person.objects.filter(pk=executive.person.pk).update(name="Somebody else"),
        "something to do": lambda: Need.objects.create(
            wanted="Free Thursdays",
            owner=executive.person,
            asked_at=AT,
            asked_on=AT.date(),
            due_on=AT.date(),
        ),
        # Pods they lead join their navigation.
        "what one is": lambda: Pod.objects.create(
            program=trial.program,
            name="Finch",
            formed_at=AT,
            champion=Champion.objects.create(program=trial.program, person=executive.person, named_at=AT),
        ),
        # Now they read as leads do.
        "a role given": lambda: RoleGrant.objects.create(
            membership=executive.membership, role=Role.LEAD, granted_at=AT
        ),
        "a role taken away": lambda: RoleGrant.objects.filter(membership=executive.membership, role=Role.LEAD).delete(),
    }


@BOTH
def test_whatever_a_page_shows_and_to_whom_makes_another_page(
    address: str, trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    assert client.get(address)["Cache-Control"] == "private, no-cache"
    for what, change in changes(trial, meridian).items():
        kept = had(client, address)
        change()
        assert client.get(address, headers=kept).status_code == 200, what
    kept = had(client, address)
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        assert client.get(address, headers=kept).status_code == 200
    # Nobody else's page is theirs, be it of the same role.
    assert client_as(meridian.lead).get(address, headers=kept).status_code == 200
    again = client_as(meridian.executive)
    assert again.get(address, headers=kept).status_code == 200, "another session has another form"
    # Who may not look any more hears nothing, whatever they have.
    RoleGrant.objects.filter(membership=meridian.executive.membership).update(role=Role.MEMBER)
    assert client.get(address, headers=kept).status_code == 403


@BOTH
def test_another_language_is_another_page(
    address: str, trial: Trial, meridian: World, client_as: ClientAs, settings: Settings
) -> None:
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    client = client_as(meridian.executive)
    kept = had(client, address)
    other = client.get(address, headers={**kept, "Accept-Language": "de"})
    assert (other.status_code, 'lang="de"' in other.content.decode()) == (200, True)


def test_another_company_with_a_programme_of_the_same_name_has_another_page(
    harbour: World, meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    for world in (meridian, harbour):
        with enter(world):
            launched(world, pods=(8, 8, 8), teams=(8, 8, 8)).look(Checkpoint.S56, (6, 6, 5), (2, 2, 1))
    theirs = client_as(harbour.executive)
    for address in (PAGE, ALL):
        kept = had(client_as(meridian.executive), address)
        assert theirs.get(address.replace("meridian", "harbour"), headers=kept).status_code == 200
        assert theirs.get(address, headers=kept).status_code == 404


def test_what_is_said_once_is_nobodys_to_keep(trial: Trial, meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    for address in (PAGE, ALL):
        kept = had(client, address)
        given = {"currency": "EUR", "hour_low": "30", "hour_high": "40"}
        client.post("/o/meridian/p/client-reports/money/prices/", given)
        said = client.get(address, headers=kept)
        assert said.status_code == 200
        assert "Your figures are kept." in said.content.decode()
        assert "ETag" not in said
        assert said["Cache-Control"] == "private, no-store"
        assert client.get(address, headers=kept).status_code == 304


def test_a_programme_more_makes_another_page_of_all(
    trial: Trial, meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    for is_launched, name in ((False, "Draft"), (True, "Proposals")):
        kept = had(client, ALL)
        with enter(meridian):
            launched(meridian, name=name, pods=(3,), teams=(3,), is_launched=is_launched)
        assert client.get(ALL, headers=kept).status_code == 200


def test_asking_for_all_again_takes_the_same_queries_for_one_programme_and_for_three(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    client, counts = client_as(meridian.executive), []
    for name in ("Client reports", "Proposals", "Briefs"):
        with enter(meridian):
            launched(meridian, name=name, pods=(3,), teams=(3,)).freeze(Checkpoint.S56)
        kept = had(client, ALL)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ALL, headers=kept).status_code == 304
        assert not any("metrics_snapshotmetric" in query["sql"] for query in queries)
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_what_is_kept_in_a_process_is_kept_for_each_kind_of_reader_and_is_bounded(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    def parts(audience: Audience) -> Prepared:
        today = local_date(AT, trial.program.organization.zone)
        return prepare(Asked(stamp_of(trial.program), audience, today, "en-gb", trial.program, AT))

    assert parts(Audience.LEAD) is parts(Audience.LEAD)
    assert parts(Audience.LEAD) != parts(Audience.EXECUTIVE)
    # A lead who looked first leaves nothing of pods for an executive who looks next.
    pod = "Pod 01"
    assert pod in client_as(meridian.lead).get(PAGE).content.decode()
    assert pod not in client_as(meridian.executive).get(PAGE).content.decode()
    for kept in (prepare, _shared_field, _drawn_once):
        assert kept.cache_info().maxsize
