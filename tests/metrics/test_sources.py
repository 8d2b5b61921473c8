"""Reading AI tools' exports: what is recognised, how it is written, and what is wrong with which line."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.tenancy.rules.sheets import Unreadable
from metrics import sources
from metrics.sources import others
from metrics.sources.chatgpt import shows_activity
from metrics.sources.shape import OtherFile, Row, out_of_time
from tests.metrics.usage import HEADER, LATER, export, line

WEDNESDAY = LATER + timedelta(days=3)
LAST_DAY = LATER + timedelta(days=6)


def read(content: bytes) -> list[Row]:
    return list(sources.read(*sources.open_export(content)))


def one(**cells: str) -> Row:
    (row,) = read(export(line("ada@x.de", **cells)))
    return row


def codes(row: Row) -> list[str]:
    return [problem.code for problem in row.problems]


# --- what a file looks like ------------------------------------------------------------------------------------------


def test_a_line_says_who_was_active_when() -> None:
    idle, active = read(export(line("Ada@X.de"), line("b@x.de", days=[WEDNESDAY, LATER])))
    assert (idle.line, idle.login, idle.starts_on, idle.ends_on, idle.is_active) == (
        2,
        "ada@x.de",
        LATER,
        LAST_DAY,
        False,
    )
    assert (active.is_active, active.first_active_on, active.last_active_on) == (True, LATER, WEDNESDAY)
    assert idle.problems == active.problems == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_separator_mark_and_case_of_headings_do_not_matter(delimiter: str, mark: bytes, case: object) -> None:
    header, _, rows = export(line("ada@x.de"), delimiter=delimiter).decode().partition("\n")
    content = mark + case(header).encode() + b"\n" + rows.encode()  # type: ignore[operator]
    assert [(row.login, row.problems) for row in read(content)] == [("ada@x.de", [])]


def test_utf_16_as_spreadsheets_save_it_is_read() -> None:
    assert read(export(line("ada@x.de")).decode().encode("utf-16"))[0].login == "ada@x.de"


def test_columns_are_optional_and_come_in_any_order() -> None:
    columns = ["messages", "email", "period_start", "cadence"]
    (row,) = read(export(line("ada@x.de"), columns=columns))
    assert (row.login, row.starts_on, row.ends_on, row.is_active, row.problems) == (
        "ada@x.de",
        LATER,
        LAST_DAY,
        False,
        [],
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-06-28", "2026-07-04"),
        ("28.06.2026", "04.07.2026"),
        ("6/28/2026", "7/4/2026"),
        ("28/06/2026", "04/07/2026"),
        ("2026-06-28T00:00:00Z", "2026-07-04T23:59:59Z"),
        ("28 June 2026", "4 July 2026"),
        ("28. Juni 2026", "4. Juli 2026"),
    ],
)
def test_dates_are_read_as_they_are_written(first: str, last: str) -> None:
    row = one(period_start=first, period_end=last)
    assert (row.starts_on, row.ends_on, codes(row)) == (LATER, LAST_DAY, [])


@pytest.mark.parametrize(("first", "last"), [("7/5/2026", "7/11/2026"), ("05/07/2026", "11/07/2026")])
def test_a_week_of_seven_days_settles_which_part_of_a_date_is_the_day(first: str, last: str) -> None:
    assert one(period_start=first, period_end=last).starts_on == date(2026, 7, 5)


def test_headings_of_a_translated_table_are_read() -> None:
    text = "E-Mail;Kadenz;Zeitraumbeginn;Zeitraumende;Aktiv\nada@x.de;wöchentlich;28.06.2026;04.07.2026;falsch\n"
    (row,) = read(text.encode())
    assert (row.login, row.starts_on, row.is_active, row.problems) == ("ada@x.de", LATER, False, [])


# --- maps and activity -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("", False),
        ("0", False),
        ("0.0", False),
        ("12", True),
        ("{}", False),
        ("{'gpt-5': 0, 'o3': 0}", False),
        ("{'gpt-5': 7}", True),
        ('{"gpt-5": "3"}', True),
        ("__import__('os').system('exit 9')", False),
    ],
)
def test_maps_are_looked_at_and_never_evaluated(text: str, shows: bool) -> None:
    assert shows_activity(text) is shows


@given(st.text())
def test_any_text_may_stand_where_a_map_is_expected(text: str) -> None:
    assert shows_activity(text) in (True, False)


def test_whoever_shows_activity_is_not_called_idle() -> None:
    for cells in ({"messages": "4"}, {"model_to_messages": "{'o3': 1}"}, {"last_day_active_in_period": "2026-07-01"}):
        row = one(**cells)
        assert (row.is_active, codes(row)) == (True, ["contradicts"])


def test_silence_is_not_idleness() -> None:
    columns = [name for name in HEADER if "messages" not in name]
    (row,) = read(export(line("ada@x.de", is_active=""), columns=columns))
    assert codes(row) == ["activity_unknown"]
    assert row.blocked


def test_without_the_column_counts_of_nothing_say_idle() -> None:
    columns = [name for name in HEADER if name != "is_active"]
    assert not read(export(line("ada@x.de"), columns=columns))[0].is_active


def test_a_department_may_be_a_list_and_a_map_may_span_lines() -> None:
    row = one(department='["Tax", "Audit"]', model_to_messages="{'gpt-5': 0,\n 'o3': 0}")
    assert (row.login, row.is_active, row.problems) == ("ada@x.de", False, [])


# --- problems by line ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"email": ""}, "no_login"),
        ({"email": "x" * 300}, "login_wrong"),
        ({"email": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"}, "hashed"),
        ({"period_start": "soon"}, "period_wrong"),
        ({"period_end": "2026-07-05"}, "period_wrong"),
        ({"period_start": "2026-02-30"}, "period_wrong"),
    ],
)
def test_a_line_that_cannot_be_read_is_left_out_by_name(cells: dict[str, str], code: str) -> None:
    good, bad = read(export(line("b@x.de"), line("ada@x.de", **cells)))
    assert (good.blocked, codes(bad), bad.blocked) == (False, [code], True)


def test_a_day_outside_the_week_is_left_out_alone() -> None:
    row = one(first_day_active_in_period="2026-06-01", is_active="true")
    assert (row.is_active, row.first_active_on, codes(row), row.blocked) == (True, None, ["day_outside"], False)


def test_a_line_with_a_comma_too_many_is_left_out() -> None:
    content = export(line("ada@x.de")).rstrip(b"\r\n") + b",more\r\n"
    assert codes(read(content)[0]) == ["too_many_cells"]


def test_a_line_of_another_cadence_among_weeks_is_left_out() -> None:
    good, bad = read(export(line("a@x.de"), line("b@x.de", cadence="Monthly")))
    assert (codes(good), codes(bad)) == ([], ["cadence"])


def test_a_line_may_lie_too_early_or_not_be_over() -> None:
    row = one()
    assert out_of_time(row, today=LAST_DAY + timedelta(days=1), since=LATER) is None
    over = out_of_time(row, today=LAST_DAY, since=LATER)
    early = out_of_time(row, today=LAST_DAY + timedelta(days=30), since=LAST_DAY + timedelta(days=1))
    assert (over and over.code, early and early.code) == ("not_over", "too_early")


@given(st.lists(st.text(max_size=30), min_size=len(HEADER), max_size=len(HEADER)))
def test_no_cell_breaks_the_reading(cells: list[str]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([HEADER, list(line("a@x.de").values()), cells])
    content = text.getvalue().encode("utf-8", "replace")
    try:
        rows = read(content)
    except (Unreadable, OtherFile):
        return  # the text itself breaks off
    for row in rows:
        assert row.blocked or (row.starts_on and row.ends_on and row.login)
        assert not {"\t", "\n", "\x00"} & set(row.login)


# --- other files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cadence", ["daily", "monthly"])
def test_days_and_months_are_refused_by_name(cadence: str) -> None:
    last = LATER if cadence == "daily" else LATER + timedelta(days=29)
    for cells in ({"cadence": cadence.title()}, {"cadence": "", "period_end": last.isoformat()}):
        with pytest.raises(OtherFile) as refused:
            one(**cells)
        assert (refused.value.code, refused.value.what) == ("cadence", cadence)


@pytest.mark.parametrize(("column", "named"), [("email", "email"), ("period_start", "period_start")])
def test_a_column_that_nothing_can_stand_for_is_named(column: str, named: str) -> None:
    with pytest.raises(OtherFile) as refused:
        read(export(line("ada@x.de"), columns=[name for name in HEADER if name != column]))
    assert (refused.value.code, refused.value.what) == ("lacks", named)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "Report Refresh Date,User Principal Name,Display Name,Last Activity Date,Microsoft Teams Copilot Last Activity Date",
            others.M365,
        ),
        ("User Principal Name;Prompts submitted for all Copilot apps;Active Usage Days for all apps", others.M365),
        ("PersonId\tMetricDate\tTotal Copilot actions taken\tOrganization", others.VIVA),
        ("PersonId\tFecha\tAcciones de Copilot realizadas", others.VIVA),
        ("RecordId,CreationDate,RecordType,Operation,UserId,AuditData", others.PURVIEW),
        ("Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used", others.GITHUB),
        ("day,enterprise_id,user_id,user_login,user_initiated_interaction_count", others.GITHUB),
        ("email,account_uuid,product,model,total_requests,total_prompt_tokens", others.CLAUDE),
        ("user,claude_code_sessions", others.CLAUDE),
        ("id.time,id.uniqueQualifier,actor.email,events.name", others.GEMINI),
        ("userPrincipalName,displayName,surname,mail,givenName,objectId,accountEnabled", others.PEOPLE),
        ("Name,Work email,Department", others.PEOPLE),
    ],
)
def test_another_vendors_table_is_called_by_its_name(header: str, name: str) -> None:
    with pytest.raises(OtherFile) as refused:
        read(f"{header}\n1,2,3\n".encode())
    assert (refused.value.code, refused.value.what) == ("other_vendor", name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"day":"2026-07-01","user_login":"ada"}\n', others.GITHUB),
        ('{"value":[{"copilotChatLastActivityDate":""}]}', others.M365),
        ('{"data":[{"user":{},"chat_metrics":{}}]}', others.CLAUDE),
        ('{"items":[{"id":{"applicationName":"gemini_in_workspace_apps"}}]}', others.GEMINI),
    ],
)
def test_another_vendors_json_is_called_by_its_name(text: str, name: str) -> None:
    with pytest.raises(OtherFile) as refused:
        read(text.encode())
    assert refused.value.what == name


def test_what_nobody_exports_is_unknown_and_what_is_no_table_unreadable() -> None:
    with pytest.raises(OtherFile) as refused:
        read(b"colour,taste\nred,sweet\n")
    assert refused.value.code == "unknown"
    for content, code in (
        (b"", "empty"),
        (b'{"a": 1}', "not_a_table"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04", "spreadsheet"),
    ):
        with pytest.raises(Unreadable) as broken:
            read(content)
        assert broken.value.code == code
