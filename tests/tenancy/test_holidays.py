"""Public holidays are looked at by country and region, and those that are ticked are noted at once and once."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from adoption.tenancy.actions.closures import Refused, close_days, close_several, open_several_again
from adoption.tenancy.models import AuditEvent, Closure, Organization
from adoption.tenancy.queries.holidays import countries, country_of, public_holidays, regions
from adoption.tenancy.rules import Closing, first_open_to_change, local_date
from tests.factories import AT, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = reverse("closures-holidays", kwargs={"org": "meridian"})
CLOSURES = reverse("organization-closures", kwargs={"org": "meridian"})
MONDAY = first_open_to_change(local_date(AT, "Europe/London"))
YEAR = {"starts_on": MONDAY.isoformat(), "ends_on": (MONDAY + timedelta(days=364)).isoformat()}
BAVARIA = {"country": "DE", "region": "BY", "location": "", **YEAR}
# From Monday, 6 July 2026 on, without the Sundays and Saturdays.
IN_BAVARIA = [
    date(2026, 12, 25),
    date(2027, 1, 1),
    date(2027, 1, 6),
    date(2027, 3, 26),
    date(2027, 3, 29),
    date(2027, 5, 6),
    date(2027, 5, 17),
    date(2027, 5, 27),
]


def noted() -> list[tuple[date, str, str]]:
    return [(one.starts_on, one.name, one.location) for one in Closure.objects.in_order()]


def found(country: str = "DE", region: str = "BY", locale: str = "en-gb", location: str = "") -> Any:
    span = {"first": MONDAY, "last": MONDAY + timedelta(days=364)}
    return public_holidays(country=country, region=region, location=location, locale=locale, **span)


# --- what is known ---------------------------------------------------------------------------------------------------


def test_countries_and_regions_are_called_as_people_do() -> None:
    names = dict(countries())
    assert (names["GB"], names["CD"], names["BA"]) == ("United Kingdom", "DR Congo", "Bosnia and Herzegovina")
    assert list(names.values()) == sorted(names.values())
    assert dict(regions("DE"))["BY"] == "Bayern"
    assert dict(regions("AT"))["9"] == "Wien"
    assert dict(regions("FR"))["971"] == "Guadeloupe"
    assert dict(regions("ES"))["Barcelona"] == "Barcelona"
    assert regions("JP") == []


def test_a_zone_is_of_one_country_or_of_none() -> None:
    assert [country_of(zone) for zone in ("Europe/London", "Europe/Stockholm", "UTC")] == ["GB", "SE", ""]


def test_each_country_and_region_has_an_answer(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        for country, _name in countries():
            for region in ("", *(code for code, _name in regions(country)[:1])):
                days = [one.day for one in found(country, region).days]
                assert days == sorted(set(days))


def test_working_days_are_offered_and_weekends_counted(
    meridian: World, enter: Enter, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        with django_assert_num_queries(1):
            look = found()
        assert [one.day for one in look.days] == IN_BAVARIA
        # German Unity Day, All Saints', the second day of Christmas and the first of May.
        assert look.on_weekends == 4
        assert look.open == look.days
        # Elsewhere fewer, and in the language of the place where it has no other.
        assert date(2027, 1, 6) not in [one.day for one in found(region="BE").days]
        assert found(locale="de").days[0].name == "Erster Weihnachtstag"
        # A substitute for what falls on a weekend.
        assert (date(2026, 12, 28), "Boxing Day (observed)") in [(one.day, one.name) for one in found("GB", "").days]


def test_what_is_noted_or_lies_in_what_is_noted_is_told(meridian: World, enter: Enter) -> None:
    def close(first: date, last: date, location: str = "") -> Closure:
        days = {"starts_on": first, "ends_on": last, "location": location}
        return close_days(organization=meridian.organization, name="Shut", **days, by=None, at=AT)

    with enter(meridian):
        PersonFactory(location="Leeds")
        over_christmas = close(date(2026, 12, 24), date(2027, 1, 1))
        in_leeds = close(date(2027, 1, 6), date(2027, 1, 6), "Leeds")
        everywhere = {one.day: one.noted for one in found().days if one.noted}
        assert everywhere == {date(2026, 12, 25): over_christmas, date(2027, 1, 1): over_christmas}
        in_place = {one.day: one.noted for one in found(location="Leeds").days if one.noted}
        assert in_place == {**everywhere, date(2027, 1, 6): in_leeds}


def test_the_library_is_loaded_by_whoever_uses_it_alone() -> None:
    code = "import adoption.tenancy.urls, sys; assert not [one for one in sys.modules if one.startswith('holidays')]"
    setup = "import django; django.setup(); "
    subprocess.run([sys.executable, "-c", setup + code], check=True)


# --- acts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 10])
def test_one_or_ten_are_noted_with_as_many_queries(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    wanted = [Closing("Shut", day := MONDAY + timedelta(days=7 * one), day, "Leeds") for one in range(number)]
    company = Organization.objects.get(slug="meridian")
    with enter(meridian):
        PersonFactory(location="Leeds")
        with django_assert_num_queries(9):
            made = close_several(organization=company, closings=wanted, by=None, at=AT)
        assert len(made) == number
        event = AuditEvent.objects.get(verb="closures.noted")
        days = {"starts_on": wanted[0].starts_on.isoformat(), "ends_on": wanted[-1].ends_on.isoformat()}
        assert event.detail == {"closures": number, **days}
        assert close_several(organization=company, closings=wanted, by=None, at=AT) == []
        with django_assert_num_queries(8):
            keys = [one.public_id for one in made]
            assert open_several_again(organization=company, closures=keys, by=None, at=AT) == number
        assert not Closure.objects.exists()
        assert open_several_again(organization=company, closures=keys, by=None, at=AT) == 0
        assert AuditEvent.objects.filter(verb__startswith="closures.").count() == 2


def test_of_several_one_that_is_refused_refuses_all(meridian: World, enter: Enter) -> None:
    wanted = [Closing("Shut", MONDAY, MONDAY), Closing("Shut", MONDAY - timedelta(days=1), MONDAY)]
    with enter(meridian):
        with pytest.raises(Refused, match="counted"):
            close_several(organization=meridian.organization, closings=wanted, by=None, at=AT)
        assert not Closure.objects.exists()


def test_what_is_counted_meanwhile_is_not_taken_back(meridian: World, enter: Enter) -> None:
    wanted = [Closing("Shut", MONDAY, MONDAY), Closing("Shut", later := MONDAY + timedelta(days=9), later)]
    company = meridian.organization
    with enter(meridian):
        made = close_several(organization=company, closings=wanted, by=None, at=AT)
        keys = [one.public_id for one in made]
        assert open_several_again(organization=company, closures=keys, by=None, at=AT + timedelta(days=7)) == 1
        assert [one.starts_on for one in Closure.objects.all()] == [MONDAY]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_page_begins_with_the_country_of_the_zone_and_a_year(meridian: World, client_as: ClientAs) -> None:
    page = client_as(meridian.admin).get(PAGE).content.decode()
    assert '<option value="GB" selected>United Kingdom</option>' in page
    assert "Scotland" in page
    assert f'value="{YEAR["starts_on"]}"' in page
    assert f'value="{YEAR["ends_on"]}"' in page
    assert "Note the ticked days" not in page


def test_the_regions_follow_the_country(meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.admin)
    part = client.get(PAGE, {"country": "DE"}, headers={"HX-Request": "true"}).content.decode()
    assert "Bayern" in part
    assert "<h1>" not in part
    assert "Choose one, or" not in part
    none = client.get(PAGE, {"country": "JP"}, headers={"HX-Request": "true"}).content.decode()
    assert "id_region" not in none
    # Without a script the page asks next, also where the region is one of the country before.
    for more in ({}, {"region": "SCT"}, {"region": "", "regions_of": "GB"}):
        step = client.get(PAGE, {"country": "DE", **YEAR, **more})
        assert step.status_code == HTTPStatus.OK
        assert "Choose one, or what holds in the whole country." in step.content.decode()
        assert "Christmas Day" not in step.content.decode()


def test_days_are_shown_ticked_and_those_noted_are_not(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        days = {"starts_on": date(2026, 12, 24), "ends_on": date(2027, 1, 1)}
        close_days(organization=meridian.organization, name="Winter break", **days, by=None, at=AT)
    page = client_as(meridian.admin).get(PAGE, BAVARIA).content.decode()
    boxes = re.findall(r'name="days" value="([\d-]+)" id="day-\d+"( \w+)', page)
    assert boxes == [(day.isoformat(), " disabled" if day < date(2027, 1, 2) else " checked") for day in IN_BAVARIA]
    assert page.count("Noted already: Winter break") == 2
    assert "4 more fall on weekends" in page
    assert "Thursday 6 May 2027" in page


def test_ticked_days_are_noted_once_and_taken_back_in_one_press(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.admin)
    with enter(meridian):
        own = close_days(
            organization=meridian.organization, name="Outing", starts_on=MONDAY, ends_on=MONDAY, by=None, at=AT
        )
    given = {**BAVARIA, "days": ["2026-12-25", "2027-01-06"]}
    told = client.post(PAGE, given, follow=True)
    assert told.redirect_chain == [(CLOSURES, 302)]
    page = told.content.decode()
    assert "2 closed days are noted." in page
    undo = re.search(r'action="([^"]+/back/\?noted=[^"]+)"', page)
    assert undo
    with enter(meridian):
        assert noted()[1:] == [(date(2026, 12, 25), "Christmas Day", ""), (date(2027, 1, 6), "Epiphany", "")]
    # Pressed again, from the page as it was.
    assert "noted already" in client.post(PAGE, given, follow=True).content.decode()
    with enter(meridian):
        assert Closure.objects.count() == 3
    assert "2 closed days are taken back." in client.post(undo[1], follow=True).content.decode()
    with enter(meridian):
        assert Closure.objects.get() == own
    assert "nothing to take back" in client.post(undo[1], follow=True).content.decode()


def test_what_cannot_be_is_said_beside_its_field(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.admin)
    for wrong, words in (
        ({"country": "XX"}, "Select a valid choice"),
        ({"location": "Atlantis"}, "Nobody in the directory"),
        ({"starts_on": "2020-01-01"}, "counted, and stays"),
        ({"ends_on": "2020-01-01"}, "comes before the first"),
        ({"ends_on": (MONDAY + timedelta(days=731)).isoformat()}, "Two years ahead are the most"),
        ({"starts_on": "soon"}, "This is not a date"),
    ):
        page = client.get(PAGE, {**BAVARIA, **wrong})
        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in page.content.decode()
    for days in ([], ["2027-01-02"], ["soon"]):
        refused = client.post(PAGE, {**BAVARIA, "days": days})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Tick one day at least." in client.post(PAGE, BAVARIA).content.decode()
    with enter(meridian):
        assert not Closure.objects.exists()


def test_a_place_has_its_own_and_where_there_are_none_the_page_says_so(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.admin)
    with enter(meridian):
        PersonFactory(location="Leeds")
    given = {**BAVARIA, "country": "GB", "region": "ENG", "location": "Leeds", "days": ["2026-08-31"]}
    client.post(PAGE, given)
    with enter(meridian):
        assert noted() == [(date(2026, 8, 31), "Late Summer Bank Holiday", "Leeds")]
    assert "No public holidays are known" in client.get(PAGE, {**BAVARIA, "country": "UA"}).content.decode()
    week = {**BAVARIA, "starts_on": "2026-10-01", "ends_on": "2026-10-04"}
    assert "falls on weekends" in client.get(PAGE, week).content.decode()
    done = {**given, "starts_on": "2026-08-31", "ends_on": "2026-08-31"}
    assert "All of them are noted already." in client.get(PAGE, done).content.decode()


@pytest.mark.parametrize("number", [1, 8])
def test_the_page_takes_as_many_queries_for_one_day_as_for_eight(
    meridian: World, client_as: ClientAs, django_assert_num_queries: Any, number: int
) -> None:
    ends_on = IN_BAVARIA[number - 1].isoformat()
    client = client_as(meridian.admin)
    client.get(PAGE)
    with django_assert_num_queries(11):
        page = client.get(PAGE, {**BAVARIA, "ends_on": ends_on})
    assert page.content.decode().count('name="days"') == number


@pytest.mark.parametrize("who", ["lead", "member", "executive", "champion"])
def test_only_an_administrator_takes_them_over(meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(getattr(meridian, who))
    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE, {**BAVARIA, "days": ["2026-12-25"]}).status_code == HTTPStatus.FORBIDDEN
    assert client.post(reverse("closures-back", args=["meridian"])).status_code == HTTPStatus.FORBIDDEN


# --- machines --------------------------------------------------------------------------------------------------------

ROOT = "/api/v1/o/meridian/closures/holidays/"
JSON: dict[str, Any] = {"content_type": "application/json"}


def test_machines_look_and_note(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.admin)
    look = client.get(ROOT, {"country": "DE", "region": "BY"}).json()
    assert [one["day"] for one in look["items"]] == [day.isoformat() for day in IN_BAVARIA]
    assert look["on_weekends"] == 4
    assert {"code": "BY", "name": "Bayern"} in look["regions"]
    one = client.post(ROOT, {"country": "DE", "region": "BY", "days": ["2026-12-25"]}, **JSON)
    assert one.status_code == HTTPStatus.CREATED
    assert [row["name"] for row in one.json()["items"]] == ["Christmas Day"]
    rest = client.post(ROOT, {"country": "DE", "region": "BY"}, **JSON).json()["items"]
    assert [row["starts_on"] for row in rest] == [day.isoformat() for day in IN_BAVARIA[1:]]
    assert client.post(ROOT, {"country": "DE", "region": "BY"}, **JSON).json() == {"items": []}
    assert all(row["is_noted"] for row in client.get(ROOT, {"country": "DE", "region": "BY"}).json()["items"])


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"country": "XX"}, "country", "invalid"),
        ({"region": "ENG"}, "region", "invalid"),
        ({"location": "Atlantis"}, "location", "nobody_there"),
        ({"starts_on": "2020-01-01"}, "starts_on", "counted"),
        ({"ends_on": "2026-07-05"}, "ends_on", "ends_before_start"),
        ({"ends_on": "2030-01-01"}, "ends_on", "too_far"),
        ({"days": ["2027-05-01"]}, "days", "invalid"),
    ],
)
def test_machines_are_told_what_is_wrong(
    meridian: World, client_as: ClientAs, wrong: dict[str, Any], field: str, code: str
) -> None:
    told = client_as(meridian.admin).post(ROOT, {"country": "DE", **wrong}, **JSON)
    assert told.status_code == HTTPStatus.BAD_REQUEST
    assert [(one["field"], one["code"]) for one in told.json()["errors"]] == [(field, code)]


def test_a_lead_looks_and_notes_none(meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.lead)
    assert client.get(ROOT, {"country": "GB"}).status_code == HTTPStatus.OK
    assert client.post(ROOT, {"country": "GB"}, **JSON).status_code == HTTPStatus.FORBIDDEN
    assert client_as(meridian.member).get(ROOT, {"country": "GB"}).status_code == HTTPStatus.FORBIDDEN
