"""What an organisation has promised: thresholds only rise, nobody overwrites somebody unseen, every change is on record."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from adoption.tenancy.actions.organizations import (
    SettingsEditedMeanwhile,
    SlugTaken,
    ThresholdLowered,
    change_organization,
    create_organization,
)
from adoption.tenancy.models import AuditEvent, Organization
from tests.factories import AT, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def admin(meridian: World, client_as: ClientAs) -> Client:
    return client_as(meridian.admin)


PAGE = reverse("organization-settings", kwargs={"org": "meridian"})
PROMISES = reverse("organization-promises", kwargs={"org": "meridian"})
SAID: dict[str, dict[str, str]] = {
    PAGE: {"name": "Meridian Quokka", "zone": "Europe/London", "locale": "en-gb"},
    PROMISES: {"smallest_group": "5", "smallest_group_executive": "10", "champion_view": "by_name"},
}


def form(page: str, **more: Any) -> dict[str, Any]:
    return {"version": "1", **SAID[page], **more}


def stored() -> Organization:
    return Organization.objects.get(slug="meridian")


def test_thresholds_rise_and_never_fall(meridian: World, enter: Enter) -> None:
    def change(version: int, **changes: Any) -> Organization:
        with enter(meridian):
            return change_organization(
                organization=meridian.organization, version=version, changes=changes, by=meridian.admin.person, at=AT
            )

    assert change(1, smallest_group=7).smallest_group == 7
    with pytest.raises(ThresholdLowered) as caught:
        change(2, smallest_group=6)
    assert (caught.value.field, caught.value.least) == ("smallest_group", 7)
    with pytest.raises(ThresholdLowered):
        change(2, smallest_group=11)
    with pytest.raises(SettingsEditedMeanwhile):
        change(1, name="Other")
    with pytest.raises(KeyError):
        change(2, slug="other")
    assert stored().version == 2
    with enter(meridian):
        event = AuditEvent.objects.get(verb="organization.changed")
    assert event.detail == {"fields": ["smallest_group"]}


def test_the_database_too_refuses_what_was_not_promised(meridian: World) -> None:
    for wrong in ({"smallest_group": 4}, {"smallest_group_executive": 9}, {"smallest_group": 20}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organization.objects.filter(pk=meridian.organization.pk).update(**wrong)


def test_an_address_is_taken_once(meridian: World) -> None:
    given: dict[str, Any] = {"name": "Other", "zone": "Europe/London", "locale": "en-gb", "at": AT}
    with pytest.raises(SlugTaken):
        create_organization(slug="meridian", **given)
    for wrong in ({"slug": "Not A Slug"}, {"slug": "other", "zone": "Mars"}, {"slug": "other", "name": ""}):
        with pytest.raises(ValidationError):
            create_organization(**{**given, **wrong})


def test_settings_are_saved_from_the_page(admin: Client) -> None:
    assert 'value="Meridian Quokka"' in admin.get(PAGE).text
    assert 'min="5"' in admin.get(PROMISES).text
    assert admin.post(PAGE, form(PAGE, name="Meridian & Partners"))["Location"] == PAGE
    answer = admin.post(PROMISES, form(PROMISES, version="2", smallest_group="8", champion_view="shared_only"))
    assert answer["Location"] == PROMISES
    assert (stored().name, stored().smallest_group, stored().champion_view) == ("Meridian & Partners", 8, "shared_only")
    assert "Meridian &amp; Partners" in admin.get("/o/meridian/").text
    assert "only what you share" in admin.get("/o/meridian/me/").text


def test_machines_of_administrators_read_the_settings(admin: Client, meridian: World, client_as: ClientAs) -> None:
    found = admin.get("/api/v1/o/meridian/settings/").json()
    assert (found["short_name"], found["name"], found["smallest_group"]) == ("meridian", "Meridian Quokka", 5)
    assert client_as(meridian.lead).get("/api/v1/o/meridian/settings/").status_code == HTTPStatus.FORBIDDEN


def test_what_others_saved_meanwhile_is_not_overwritten_unseen(admin: Client) -> None:
    admin.post(PROMISES, form(PROMISES, smallest_group="6"))
    stale = admin.post(PAGE, form(PAGE, name="Typed by hand"))
    assert stale.status_code == HTTPStatus.CONFLICT
    assert 'value="Typed by hand"' in stale.text
    assert 'name="version" value="2"' in stale.text
    assert stored().name == "Meridian Quokka"
    assert admin.post(PAGE, form(PAGE, name="Typed by hand", version="2"))["Location"] == PAGE
    assert stored().name == "Typed by hand"
    # What the others raised meanwhile is not lowered again by a second look.
    stale = admin.post(PROMISES, form(PROMISES))
    assert stale.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "People were promised at least 6" in stale.text
    stale = admin.post(PROMISES, form(PROMISES, smallest_group="9"))
    assert stale.status_code == HTTPStatus.CONFLICT
    assert 'value="9"' in stale.text


@pytest.mark.parametrize(
    ("page", "wrong", "words"),
    [
        (PROMISES, {"smallest_group": "4"}, "People were promised at least 5"),
        (PROMISES, {"smallest_group_executive": "9"}, "People were promised at least 10"),
        (PROMISES, {"smallest_group": "12"}, "never see smaller groups than others: at least 12"),
        (PROMISES, {"smallest_group": "-1"}, "People were promised at least 5"),
        (PROMISES, {"smallest_group": str(2**63)}, "1000"),
        (PROMISES, {"smallest_group": "five"}, "whole number"),
        (PROMISES, {"smallest_group": "\x00"}, "to mend"),
        (PAGE, {"name": ""}, "to mend"),
        (PAGE, {"name": "\x00"}, "to mend"),
        (PAGE, {"name": "x" * 500}, "120"),
        (PAGE, {"zone": "Mars/Phobos"}, "to mend"),
        (PAGE, {"locale": "tlh"}, "to mend"),
        (PROMISES, {"champion_view": "everything"}, "to mend"),
        (PAGE, {"version": str(2**63)}, "to mend"),
        (PAGE, {"version": "x"}, "to mend"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_beside_its_cause(admin: Client, page: str, wrong: dict[str, str], words: str) -> None:
    answer = admin.post(page, form(page, **wrong))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert answer.text.count("to mend. Nothing was lost") == 1
    assert stored().version == 1
