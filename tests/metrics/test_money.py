"""What a programme costs and what comes of it: ranges by the customer's figures, through the gate, the same everywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from html import unescape
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint
from adoption.tenancy.models import AuditEvent
from champions.models import Champion, TimeAnswer, TimeCheck
from metrics.actions.exports import make_export
from metrics.actions.links import send_link
from metrics.actions.money import set_prices
from metrics.exports import files
from metrics.models import Export, Prices
from metrics.queries.evidence import evidence
from metrics.queries.money import Money, Told, money
from metrics.rules.exports import NEEDS, ExportKind
from metrics.rules.money import Line, Range
from metrics.views import money as money_page
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.test_exports import made, rows_of_sheet
from tests.metrics.trials import Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")

PAGE = "/o/meridian/p/client-reports/money/"
PRICES_PAGE = f"{PAGE}prices/"
TABLE = "/o/meridian/p/client-reports/money.csv"
API = "/api/v1/o/meridian/p/client-reports/money/"
# What the API calls a column of the two tables.
COLUMN_OF = {
    "line": "line",
    "name": "name",
    "said": "figure",
    "low": "low",
    "high": "high",
    "unit": "unit",
    "n": "n",
    "basis": "rests_on",
    "why": "not_known_because",
    "meaning": "definition",
}
GIVEN: dict[str, Any] = {
    "champion_hour": (Decimal(50), Decimal(60)),
    "hour": (Decimal(30), Decimal(40)),
    "licences": (Decimal(1000), Decimal(1000)),
}


# --- a programme -----------------------------------------------------------------------------------------------------


def tell_minutes(trial: Trial) -> None:
    """Everybody in pods took 100 minutes before, and takes 40 to 63 now, in each pod some less and some more, once a week."""
    at = trial.at(trial.program.ends_on)
    people = [person for pod in trial.pods for person in pod]
    for kind in (WaveKind.BASELINE, WaveKind.POST):
        wave = Wave.objects.create(program=trial.program, kind=kind, opened_at=at - timedelta(days=14), closes_at=at)
        for place, person in enumerate(people):
            ask = Ask.objects.create(wave=wave, person=person, asked_at=at - timedelta(days=14))
            told = (
                {"minutes": 100}
                if kind is WaveKind.BASELINE
                else {"minutes": 40 + 3 * (place % 8) + place // 8, "times": 2}
            )
            for item, number in told.items():
                Answer.objects.create(
                    ask=ask, item=item, item_version=1, version=1, number=number, valid_at=at, recorded_at=at
                )


def lead(trial: Trial, world: World, answers: int) -> None:
    """A champion who kept four hours a week free, as far as they said."""
    start = trial.program.starts_on
    champion = Champion.objects.create(
        program=trial.program, person=world.champion.person, named_at=trial.at(start - timedelta(days=20))
    )
    for number in range(answers):
        due = start + timedelta(weeks=2 * number + 2)
        check = TimeCheck.objects.create(champion=champion, due_on=due, instrument_version=1, asked_at=trial.at(due))
        TimeAnswer.objects.create(check_asked=check, version=1, hours=4, recorded_at=trial.at(due))


def price(trial: Trial, given: Mapping[str, Any] = GIVEN) -> Prices:
    return set_prices(program=trial.program, currency="EUR", prices=given, other_what="", by=None, at=AT)


@pytest.fixture
def ended(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods of eight: seventeen work differently, three of the others say nothing."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        tell_minutes(made)
        made.look(Checkpoint.SE, (6, 6, 5), (2, 2, 1), silent=made.pods[2][5:])
        lead(made, meridian, answers=5)
        yield made


def lines(found: Money) -> dict[Line, Told]:
    return {one.line: one for one in found.lines}


@pytest.mark.django_db
def test_every_line_is_a_range_from_the_customers_figures_and_the_frozen_look(ended: Trial) -> None:
    assert money(ended.program, Audience.EXECUTIVE, at=AT).lines == ()
    price(ended)
    for audience in (Audience.LEAD, Audience.EXECUTIVE):
        found = lines(money(ended.program, audience, at=AT))
        ends = {line: (one.low, one.high) for line, one in found.items()}
        assert ends[Line.CHAMPION_HOURS] == (40, 40)
        assert ends[Line.CHAMPION_TIME] == (2000, 2400)
        assert ends[Line.TOTAL] == (3000, 3400)
        assert ends[Line.ADOPTERS] == (17, 20)
        assert ends[Line.PER_ADOPTER] == (150, 200)
        saving = evidence(ended.program, audience, at=AT).time[0].saving
        assert saving.n == 24
        assert saving.low is not None
        assert saving.high is not None
        low, high = Range(Decimal(24 * saving.low) / 60, Decimal(24 * saving.high) / 60).outwards()
        assert high is not None
        assert ends[Line.HOURS] == (low, high)
        assert ends[Line.VALUE] == (30 * low, 40 * high)
        assert ends[Line.PAYBACK] == Range(Decimal(3000) / (40 * high), Decimal(3400) / (30 * low)).outwards()
        assert found[Line.OTHER].why == "Nobody has entered it."
        assert found[Line.TOTAL].basis == "Without: Other cost."
        assert found[Line.TOTAL].said == "EUR 3,000 to 3,400"
        assert found[Line.PER_ADOPTER].n == 24


@pytest.mark.django_db
def test_what_is_not_known_says_why_and_is_never_zero(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(3,), teams=(3,))
        price(made, {"licences": (Decimal(10), Decimal(20))})
        found = lines(money(made.program, Audience.LEAD, at=AT))
        assert found[Line.CHAMPION_HOURS].why == "Nobody leads in it."
        assert (found[Line.TOTAL].low, found[Line.TOTAL].high) == (10, 20)
        assert found[Line.ADOPTERS].why == found[Line.PER_ADOPTER].why == "No look is frozen yet."
        made.look(Checkpoint.S56, (3,), (0,))
        found = lines(money(made.program, Audience.EXECUTIVE, at=AT))
        for line in (Line.ADOPTERS, Line.PER_ADOPTER):
            assert (found[line].low, found[line].high, found[line].n) == (None, None, None)
            assert "to protect people" in found[line].why
        assert "end of the phase" in found[Line.HOURS].why
        assert found[Line.PAYBACK].said == "not known"
        price(made, {})
        assert lines(money(made.program, Audience.LEAD, at=AT))[Line.TOTAL].why == "No cost is known yet."
        # Where nothing was agreed and little was said, nothing bounds what it cost.
        lead(made, meridian, answers=2)
        price(made)
        found = lines(money(made.program, Audience.LEAD, at=AT))
        assert found[Line.CHAMPION_HOURS].said == "16 or more"
        assert (found[Line.TOTAL].low, found[Line.TOTAL].high) == (1800, None)


@pytest.mark.django_db
def test_page_api_table_and_workbook_say_the_same_to_the_digit(
    ended: Trial, meridian: World, client_as: ClientAs
) -> None:
    price(ended)
    for reader in (meridian.lead, meridian.executive):
        client = client_as(reader)
        text = " ".join(unescape(client.get(PAGE).content.decode()).split())
        told = client.get(API).json()
        table = list(csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))
        audience = Audience.LEAD if reader is meridian.lead else Audience.EXECUTIVE
        file = made(ended, ExportKind.EVIDENCE_SHEET, audience)
        sheet = rows_of_sheet(bytes(file.content or b""), "Money")
        assert [one["line"] for one in told["lines"]] == [line.value for line in Line]
        for one, row, cells in zip(told["lines"], table, sheet, strict=True):
            for words in (one["name"], one["said"], one["basis"], one["why"], one["meaning"]):
                assert words in text
            for key, column in COLUMN_OF.items():
                assert cells[column] == (one[key] if one[key] != "" else None)
                assert row[column] == ("" if one[key] is None else str(one[key]))
            assert cells["as_of"] == row["as_of"] == told["as_of"]
            assert cells["purpose"] == row["purpose"] == told["purpose"]
        assert told["prices"]["licences_low"] == "1000.00"
    for other in (meridian.champion, meridian.admin):
        for address in (PAGE, TABLE, API, PRICES_PAGE):
            assert client_as(other).get(address).status_code == HTTPStatus.FORBIDDEN
    assert client_as(meridian.executive).get(PRICES_PAGE).status_code == HTTPStatus.FORBIDDEN


def sheets(export: Export) -> list[str]:
    return openpyxl.load_workbook(io.BytesIO(bytes(export.content or b""))).sheetnames


@pytest.mark.django_db
def test_a_workbook_has_no_sheet_of_money_without_figures_nor_for_who_came_by_a_link(ended: Trial) -> None:
    assert "Money" not in sheets(made(ended, ExportKind.EVIDENCE_SHEET))
    price(ended)
    assert sheets(made(ended, ExportKind.EVIDENCE_SHEET)) == ["Summary", "Figures", "Money", "Definitions"]
    # Who may ask for the file may open the page.
    assert NEEDS[ExportKind.EVIDENCE_SHEET] is money_page.permission  # type: ignore[attr-defined]
    link = send_link(
        program=ended.program,
        name="Robin Board",
        mail="robin@board.example",
        days=7,
        form_key=uuid4(),
        by=ended.world.executive.person,
        at=AT,
    )
    Export.objects.filter(link=link).update(kind=ExportKind.EVIDENCE_SHEET)
    sent = Export.objects.get(link=link)
    make_export(export_id=sent.pk, write=files.write, at=AT)
    sent.refresh_from_db()
    assert sheets(sent) == ["Summary", "Figures", "Definitions"]


@pytest.mark.django_db
def test_figures_are_entered_kept_and_refused_beside_their_field(
    ended: Trial, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.lead)
    assert "Enter your figures" in client.get(PAGE).content.decode()
    assert "has not entered" in client_as(meridian.executive).get(PAGE).content.decode()
    given = {"currency": "eur", "hour_low": "30", "hour_high": "40.5", "licences_low": "1000", "other_what": "Rooms"}
    for wrong, words in (
        ({"currency": "euro"}, "three letters"),
        ({"hour_low": ""}, "lower end, too"),
        ({"hour_high": "20"}, "below the lower end"),
        ({"hour_low": "-1"}, "greater than or equal to 0"),
    ):
        answer = client.post(PRICES_PAGE, {**given, **wrong})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in answer.content.decode()
        assert "Rooms" in answer.content.decode()
    for _ in range(2):
        assert client.post(PRICES_PAGE, given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        kept = Prices.objects.get()
        assert (kept.currency, kept.hour_high, kept.licences_high) == ("EUR", Decimal("40.50"), Decimal(1000))
        (act,) = AuditEvent.objects.filter(verb="money.priced")
        assert "30" not in str(act.detail), "what something costs is not written into the trail"
        for broken in ({"currency": "eur"}, {"hour_low": None}, {"hour_high": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Prices.objects.update(**broken)
    body = {"currency": "GBP", "hour_low": "10", "hour_high": "12"}
    sent = client.put(API, body, content_type="application/json").json()
    assert (sent["prices"]["currency"], sent["prices"]["licences_low"]) == ("GBP", None)
    half = client.put(API, {**body, "hour_high": None}, content_type="application/json")
    assert half.json()["errors"][0]["field"] == "hour_high"
    executive = client_as(meridian.executive).put(API, body, content_type="application/json")
    assert executive.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.django_db
def test_it_takes_the_same_queries_for_one_champion_and_for_three(ended: Trial, meridian: World) -> None:
    price(ended)
    counts = []
    for people in ([], [meridian.member.person, meridian.lead.person]):
        for person in people:
            Champion.objects.create(program=ended.program, person=person, named_at=AT)
        with CaptureQueriesContext(connection) as asked:
            program = Program.objects.select_related("organization").get(pk=ended.program.pk)
            assert money(program, Audience.LEAD, at=AT).lines
        counts.append(len(asked))
    assert len(set(counts)) == 1
