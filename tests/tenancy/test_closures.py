"""Days on which nobody works: noted before they count, taken back as far as they do not, and no mail on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from adoption.tenancy.actions.closures import Refused, close_days, open_again
from adoption.tenancy.models import AuditEvent, Closure, Person
from adoption.tenancy.queries.closures import at_work_in, closed_by_place, closed_everywhere, closures
from adoption.tenancy.rules import days_of, first_open_to_change, is_shut, local_date, working_instant
from tests.factories import AT, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = reverse("organization-closures", kwargs={"org": "meridian"})
TODAY = local_date(AT, "Europe/London")
MONDAY = first_open_to_change(TODAY)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
JSON: dict[str, Any] = {"content_type": "application/json"}


def close(world: World, first: date, last: date | None = None, location: str = "", at: datetime = AT) -> Closure:
    return close_days(
        organization=world.organization,
        name="Holidays",
        starts_on=first,
        ends_on=last or first,
        location=location,
        by=world.admin.person,
        at=at,
    )


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "closed", "opens"),
    [
        # Thursday, 24 December: closed to the Friday, then a weekend.
        pytest.param((2026, 12, 24, 10), {(12, 24), (12, 25)}, (2026, 12, 28, 9), id="over the weekend"),
        pytest.param((2026, 12, 23, 18), {(12, 24), (12, 25), (12, 28)}, (2026, 12, 29, 9), id="after hours before it"),
        pytest.param((2026, 12, 23, 10), {(12, 24)}, (2026, 12, 23, 10), id="on an open day at once"),
        pytest.param((2026, 12, 24, 7), {(12, 24)}, (2026, 12, 25, 9), id="before hours on a closed day"),
        pytest.param((2026, 12, 26, 10), {(12, 26)}, (2026, 12, 28, 9), id="a weekend that is closed anyway"),
    ],
)
def test_working_hours_skip_closed_days(
    at: tuple[int, ...], closed: set[tuple[int, int]], opens: tuple[int, ...]
) -> None:
    days = {date(2026, month, day) for month, day in closed}
    found = working_instant(datetime(*at, tzinfo=UTC), "Europe/London", days)  # type: ignore[arg-type, misc]
    assert found == datetime(*opens, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_a_week_is_shut_when_each_of_its_working_days_is() -> None:
    days = days_of([(MONDAY, MONDAY + 2 * DAY), (MONDAY + 3 * DAY, MONDAY + 4 * DAY)])
    assert is_shut(MONDAY, days)
    assert not is_shut(MONDAY, days - {MONDAY})
    assert not is_shut(MONDAY + WEEK, days)


# --- acts ------------------------------------------------------------------------------------------------------------


def test_closed_days_are_noted_once_and_on_record(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = close(meridian, MONDAY)
        assert close(meridian, MONDAY) == made
        noted = AuditEvent.objects.get(verb="closure.noted")
        assert noted.detail == {"starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat()}
        open_again(organization=meridian.organization, closure=made, by=meridian.admin.person, at=AT)
        assert not Closure.objects.exists()
        assert AuditEvent.objects.filter(verb="closure.withdrawn").count() == 1


@pytest.mark.parametrize(
    ("first", "last", "location", "field", "code"),
    [
        (MONDAY - DAY, MONDAY, "", "starts_on", "counted"),
        (MONDAY, MONDAY - DAY, "", "ends_on", "ends_before_start"),
        (MONDAY, MONDAY + timedelta(days=92), "", "ends_on", "too_long"),
        (MONDAY, MONDAY, "Atlantis", "location", "nobody_there"),
    ],
)
def test_what_is_counted_or_mistyped_is_refused(
    meridian: World, enter: Enter, first: date, last: date, location: str, field: str, code: str
) -> None:
    with enter(meridian), pytest.raises(Refused) as refusal:
        close(meridian, first, last, location)
    assert (refusal.value.field, refusal.value.code) == (field, code)


def test_taking_back_leaves_what_is_counted(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = close(meridian, MONDAY, MONDAY + 2 * WEEK)
        later = AT + WEEK
        open_again(organization=meridian.organization, closure=made, by=None, at=later)
        made.refresh_from_db()
        assert made.span == (MONDAY, MONDAY + WEEK - DAY)
        with pytest.raises(Refused, match="counted"):
            open_again(organization=meridian.organization, closure=made, by=None, at=later)


def test_days_and_people_of_a_place(meridian: World, enter: Enter, django_assert_num_queries: Any) -> None:
    with enter(meridian):
        hamburg, london = PersonFactory(location="Hamburg"), PersonFactory(location="London")
        close(meridian, MONDAY + WEEK)
        close(meridian, MONDAY + WEEK + DAY, MONDAY + WEEK + 4 * DAY, "Hamburg")
        with django_assert_num_queries(1):
            assert closed_everywhere(MONDAY, MONDAY + 2 * WEEK) == {MONDAY + WEEK}
        with django_assert_num_queries(1):
            found = closed_by_place(MONDAY, MONDAY + 2 * WEEK)
        assert found.everywhere == found.at("London") == {MONDAY + WEEK}
        assert found.places == {"Hamburg": {MONDAY + WEEK + number * DAY for number in range(5)}}
        assert found.at("Hamburg") == found.places["Hamburg"]
        both = Person.objects.filter(pk__in=[hamburg.pk, london.pk])
        assert list(at_work_in(both, MONDAY + WEEK)) == [london]
        assert set(at_work_in(both, MONDAY)) == {hamburg, london}
        close(meridian, MONDAY + WEEK, MONDAY + WEEK + 6 * DAY)
        assert not at_work_in(both, MONDAY + WEEK).exists()
        with django_assert_num_queries(1):
            assert len(closures(on=TODAY).ahead) == 3


# --- pages -----------------------------------------------------------------------------------------------------------


def test_an_administrator_notes_closed_days_and_takes_them_back(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.admin)
    given = {"name": "Outing", "starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat(), "location": ""}
    told = client.post(PAGE, given, follow=True).content.decode()
    for words in ("Outing", "Everywhere", "keep the weeks they were frozen with"):
        assert words in told
    wrong = client.post(PAGE, {**given, "starts_on": "2020-01-01"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "counted, and stays" in wrong.content.decode()
    with enter(meridian):
        back = reverse("closure-back", args=["meridian", Closure.objects.get().public_id])
    assert "taken back" in client.post(back, follow=True).content.decode()
    assert client.post(back).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("who", ["lead", "member", "executive", "champion"])
def test_only_an_administrator_does(meridian: World, client_as: ClientAs, enter: Enter, who: str) -> None:
    client = client_as(getattr(meridian, who))
    with enter(meridian):
        made = close(meridian, MONDAY)
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    back = reverse("closure-back", args=["meridian", made.public_id])
    assert client.post(back).status_code == HTTPStatus.FORBIDDEN
    root = "/api/v1/o/meridian/closures/"
    given = {"name": "Outing", "starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat()}
    assert client.post(root, given, **JSON).status_code == HTTPStatus.FORBIDDEN
    # A lead plans with them.
    assert client.get(root).status_code == (HTTPStatus.OK if who == "lead" else HTTPStatus.FORBIDDEN)


def test_another_company_has_its_own(meridian: World, harbour: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        made = close(meridian, MONDAY)
    client = client_as(harbour.admin)
    assert client.get("/api/v1/o/harbour/closures/").json() == {"items": []}
    assert client.delete(f"/api/v1/o/harbour/closures/{made.public_id}/").status_code == HTTPStatus.NOT_FOUND
    back = reverse("closure-back", args=["harbour", made.public_id])
    assert client.post(back).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        assert Closure.objects.count() == 1


def test_machines_note_list_and_take_back(meridian: World, client_as: ClientAs) -> None:
    client, root = client_as(meridian.admin), "/api/v1/o/meridian/closures/"
    given = {"name": "Outing", "starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat()}
    made = client.post(root, given, **JSON)
    assert made.status_code == HTTPStatus.CREATED
    assert client.get(root).json()["items"] == [made.json()]
    early = client.post(root, {**given, "starts_on": "2020-01-01"}, **JSON)
    assert (early.status_code, early.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "counted")
    assert client.delete(f"{root}{made.json()['id']}/").status_code == HTTPStatus.NO_CONTENT


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_closure_as_for_three(
    meridian: World, client_as: ClientAs, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        for one in range(number):
            close(meridian, MONDAY + one * WEEK)
    client = client_as(meridian.admin)
    client.get(PAGE)
    with django_assert_num_queries(11):
        client.get(PAGE)
