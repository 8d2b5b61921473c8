"""Files of people: whatever bytes come, rows and sentences come out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.tenancy.rules import cells, sheets
from adoption.tenancy.rules import people_file as rules
from adoption.tenancy.rules.cells import DateOrder
from adoption.tenancy.rules.people_file import Row, Shape, open_sheet, propose, read_rows
from adoption.tenancy.rules.safe_csv import safe_cell, write_csv
from adoption.tenancy.rules.sheets import Unreadable

ENTRA = (
    "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,usageLocation\r\n"
    "jb@meridian.onmicrosoft.com,Jonas Becker,Becker,Jonas.Becker@meridian.example,Jonas,a1,Member,Consultant,Delivery,True,DE\r\n"
    "ir@meridian.onmicrosoft.com,Ines Roth,Roth,,Ines,a2,Member,Lead,Delivery,False,DE\r\n"
)
BAMBOO = (
    "id,displayName,firstName,lastName,jobTitle,workEmail,department,division,location\n"
    "17,Noor de Vries,Noor,de Vries,Analyst,noor@harbour.example,Ops,North,Utrecht\n"
)
WORKDAY = (
    "FILENUMBER,FIRST_NAME,LAST_NAME,EMAIL_ADDRESS,MANAGER_ID,JOBTITLE,DEPARTMENT,HIREDATE,TERMINATION_DATE,ON_LEAVE\n"
    "0017,Ada,Lovelace,ada@x.example,0001,Analyst,Engines,2019-01-01,,Yes\n"
    "0001,Grace,Hopper,grace@x.example,,Admiral,Engines,2010-01-01,31/12/2026,No\n"
)


def rows_of(text: str | bytes, order: DateOrder | None = None) -> list[Row]:
    sheet = open_sheet(text.encode() if isinstance(text, str) else text)
    return list(read_rows(sheet, propose(sheet.header).mapping, order))


def only(text: str, order: DateOrder | None = None) -> Row:
    (row,) = rows_of(text, order)
    return row


def codes(row: Row) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.field, problem.suggestion) for problem in row.problems]


def test_entra_keeps_the_login_beside_the_address() -> None:
    first, second = rows_of(ENTRA)
    assert propose(open_sheet(ENTRA.encode()).header).shape is Shape.ENTRA
    assert (first.mail, first.aliases) == ("jonas.becker@meridian.example", ("jb@meridian.onmicrosoft.com",))
    assert (first.external_id, first.name, first.job_role, first.active) == ("a1", "Jonas Becker", "Consultant", True)
    # Without a mailbox the login is the address.
    assert (second.mail, second.aliases, second.active) == ("ir@meridian.onmicrosoft.com", (), False)


def test_bamboo() -> None:
    proposal = propose(open_sheet(BAMBOO.encode()).header)
    assert (proposal.shape, proposal.sure) == (Shape.BAMBOO, True)
    row = only(BAMBOO)
    assert (row.external_id, row.mail, row.department, row.location) == ("17", "noor@harbour.example", "Ops", "Utrecht")


def test_workday_is_looked_at_by_a_person_first() -> None:
    proposal = propose(open_sheet(WORKDAY.encode()).header)
    assert (proposal.shape, proposal.sure) == (Shape.WORKDAY, False)
    ada, grace = rows_of(WORKDAY)
    assert (ada.external_id, ada.name, ada.manager, ada.on_leave) == ("0017", "Ada Lovelace", "0001", True)
    assert (grace.left_on, grace.on_leave) == (date(2026, 12, 31), False)


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("\ufeffName;E-Mail;Abteilung\r\nJörg;j@x.de;Büro\r\n".encode(), "utf-8-sig", ";"),
        ("Name;E-Mail;Abteilung\nJörg;j@x.de;Büro\n".encode(), "utf-8", ";"),
        ("Name;E-Mail;Abteilung\r\nJörg;j@x.de;Büro\r\n".encode("cp1252"), "cp1252", ";"),
        ("Name\tE-Mail\tAbteilung\nJörg\tj@x.de\tBüro\n".encode("utf-16"), "utf-16", "\t"),
        ("Name\tE-Mail\tAbteilung\nJörg\tj@x.de\tBüro\n".encode("utf-16-le"), "utf-16-le", "\t"),
        ("Name,E-Mail,Abteilung\rJörg,j@x.de,Büro\r".encode(), "utf-8", ","),
        ("sep=|\nName|E-Mail|Abteilung\nJörg|j@x.de|Büro\n".encode(), "utf-8", "|"),
        ('\n"Name","E-Mail","Abteilung"\n"Jörg","j@x.de","Büro"\n'.encode(), "utf-8", ","),
    ],
)
def test_every_dialect(content: bytes, encoding: str, delimiter: str) -> None:
    sheet = open_sheet(content)
    assert (sheet.dialect.encoding, sheet.dialect.delimiter) == (encoding, delimiter)
    row = only(content)  # type: ignore[arg-type]
    assert (row.name, row.sort_name, row.mail, row.department) == ("Jörg", "jorg", "j@x.de", "Büro")


def test_a_guess_is_called_a_guess() -> None:
    assert open_sheet("Name;E-Mail\nJörg;j@x.de\n".encode("cp1252")).dialect.guessed
    assert not open_sheet("Name;E-Mail\nJörg;j@x.de\n".encode()).dialect.guessed


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"name,mail\n", "header_only"),
        (b"name,mail\n,\n \t,\n", "header_only"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "spreadsheet"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1f\x8b\x08", "archive"),
        (b'{"people": []}', "not_a_table"),
        (b"<html></html>", "not_a_table"),
        (b"a," * 300 + b"\n1\n", "too_many_columns"),
        (b"x" * (sheets.MOST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_table(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        open_sheet(content)
    assert refusal.value.code == code


def test_a_quote_that_never_ends_is_named_with_its_line() -> None:
    sheet = open_sheet(b'name,mail\nAda,a@x.de\n"Ben,b@x.de\nCleo,c@x.de\n')
    with pytest.raises(Unreadable) as refusal:
        list(sheet.records())
    assert (refusal.value.code, refusal.value.line) == ("open_quote", 3)


@pytest.mark.parametrize("last", ['"Ben,b@x.de', '"Ben,b@x.de\n', '5" Ben,"b@x.de\n', '"Ben,b@x.de\n\n'])
def test_a_quote_that_is_open_at_the_end_is_named_on_the_last_line_too(last: str) -> None:
    sheet = open_sheet(f"name,mail\nAda,a@x.de\n{last}".encode())
    with pytest.raises(Unreadable) as refusal:
        list(sheet.records())
    assert (refusal.value.code, refusal.value.line) == ("open_quote", 3)


@pytest.mark.parametrize("last", ['5" Ben,b@x.de', '"Ben","b@x.de"\n', '"Ben\nB",b@x.de', '"""Ben""",b@x.de'])
def test_a_quote_that_ends_or_stands_alone_on_the_last_line_is_none_of_ours(last: str) -> None:
    assert len(rows_of(f"name,mail\nAda,a@x.de\n{last}")) == 2


def test_lines_are_those_of_the_file() -> None:
    rows = rows_of('name,mail,role\n\nAda,a@x.de,"two\nlines"\nBen,b@x.de,x\n')
    assert [(row.line, row.job_role) for row in rows] == [(3, "two lines"), (5, "x")]


def test_the_same_person_twice_by_letter_case() -> None:
    first, second = rows_of("name,mail\nAda,ada@x.de\nAda L,ADA@X.de\n")
    assert not first.problems
    assert [(p.code, p.value, p.suggestion, p.blocks) for p in second.problems] == [("repeated", "ada@x.de", "2", True)]


@pytest.mark.parametrize(
    ("text", "hours", "suggestion"),
    [
        ("38.5", Decimal("38.5"), ""),
        ("38,5", Decimal("38.5"), ""),
        ("38,5 h", Decimal("38.5"), ""),
        ("40 Stunden", Decimal("40.0"), ""),
        ("385", None, "38.5"),
        ("3850", None, "38.5"),
        ("0", None, ""),
        ("-4", None, ""),
        ("many", None, ""),
        ("NaN", None, ""),
        ("1e999", None, ""),
    ],
)
def test_hours(text: str, hours: Decimal | None, suggestion: str) -> None:
    assert cells.read_hours(text) == (hours, suggestion)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-04-03", None, date(2026, 4, 3)),
        ("2026-04-03T00:00:00", None, date(2026, 4, 3)),
        ("20260403", None, date(2026, 4, 3)),
        ("03.04.2026", None, date(2026, 4, 3)),
        ("3.4.26", None, date(2026, 4, 3)),
        ("03/04/2026", DateOrder.DAY_FIRST, date(2026, 4, 3)),
        ("03/04/2026", DateOrder.MONTH_FIRST, date(2026, 3, 4)),
        ("3 Apr 2026", None, date(2026, 4, 3)),
        ("3. März 2026", None, date(2026, 3, 3)),
        ("March 4, 2026", None, date(2026, 3, 4)),
        ("31.02.2026", None, None),
        ("soon", None, None),
    ],
)
def test_dates(text: str, order: DateOrder | None, day: date | None) -> None:
    assert cells.read_date(text, order) == day


@pytest.mark.parametrize(
    ("values", "order", "example"),
    [
        (["03/04/2026", "13/04/2026"], DateOrder.DAY_FIRST, ""),
        (["03/04/2026", "04/13/2026"], DateOrder.MONTH_FIRST, ""),
        (["03/04/2026", "05/06/2026"], None, "03/04/2026"),
        (["03.04.2026", "2026-01-02"], None, ""),
        (["04/04/2026"], None, ""),
    ],
)
def test_an_ambiguous_date_is_asked_about_not_guessed(values: list[str], order: DateOrder | None, example: str) -> None:
    lines = "".join(f"p{n}@x.de,P,{value}\n" for n, value in enumerate(values))
    sheet = open_sheet(f"mail,name,termination date\n{lines}".encode())
    question = rules.date_order(sheet, propose(sheet.header).mapping)
    assert (question.order, question.example) == (order, example)


@pytest.mark.parametrize(
    ("text", "zone", "suggestion"),
    [
        ("Europe/Berlin", "Europe/Berlin", ""),
        ("europe/berlin", "Europe/Berlin", ""),
        ("W. Europe Standard Time", "Europe/Berlin", ""),
        ("Berlin", "", "Europe/Berlin"),
        ("Europe/Brelin", "", "Europe/Berlin"),
        ("moon", "", ""),
    ],
)
def test_zones(text: str, zone: str, suggestion: str) -> None:
    assert cells.read_zone(text) == (zone, suggestion)


@pytest.mark.parametrize(
    ("text", "exact", "name"),
    [
        ("Jonas@X.de", "jonas@x.de", ""),
        ("Jonas Becker (10023)", "10023", "10023"),
        ("Jonas Becker <jonas@x.de>", "jonas@x.de", ""),
        ("Becker, Jonas", "Becker, Jonas", "jonas becker"),
        ("  ", "", ""),
        ("x" * 1000, "", ""),
    ],
)
def test_who_is_meant(text: str, exact: str, name: str) -> None:
    assert rules.read_manager(text) == (exact, name)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Ada,ada at x,,", [("mail_wrong", "mail", "")]),
        ("Ada,ada@@x.de,,", [("mail_wrong", "mail", "ada@x.de")]),
        ("Ada,,,", [("no_key", "mail", "")]),
        (f"Ada,ada@x.de,{'x' * 121},", [("too_long", "department", "120")]),
        ("Ada,ada@x.de,,385", [("hours_wrong", "contracted_hours", "38.5")]),
        ("Ada,ada@x.de,,38,extra", [("too_many_cells", "", "4")]),
        ("A\x00da,ada@x.de,,", [("control_characters", "name", "")]),
    ],
)
def test_problems_name_field_and_remedy(line: str, found: list[tuple[str, str, str]]) -> None:
    assert codes(only(f"name,mail,department,hours\n{line}\n")) == found


def test_letters_of_all_kinds() -> None:
    rows = rows_of("name,mail\nİpek 🐦,İpek@x.de\nمريم,m@x.de\nA\u202eb,c@x.de\n﷽,d@x.de\n")
    assert [row.name for row in rows] == ["İpek 🐦", "مريم", "Ab", "﷽"]
    assert rows[0].mail == "i̇pek@x.de"
    assert all(0 < len(row.sort_name) <= 400 for row in rows)


def test_columns_in_other_languages_and_templates() -> None:
    header = (
        "Anzeigename",
        "E-Mail-Adresse",
        "Name [jobTitle] Required",
        "Wochenstunden",
        "Führungskraft",
        "Personalnummer",
    )
    assert propose(header).mapping == {
        "name": [0],
        "mail": [1],
        "job_role": [2],
        "contracted_hours": [3],
        "manager": [4],
        "external_id": [5],
    }


@pytest.mark.parametrize(
    ("managers", "circles"),
    [
        ({1: 2, 2: 3}, set()),
        ({1: 1}, {1}),
        ({1: 2, 2: 1, 3: 1}, {1, 2}),
        ({1: 2, 2: 3, 3: 4, 4: 2, 5: 6}, {2, 3, 4}),
        ({n: n + 1 for n in range(100_000)}, set()),
    ],
)
def test_circles(managers: dict[int, int], circles: set[int]) -> None:
    assert rules.people_in_circles(managers) == circles


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=600)
    | st.builds(lambda tail: b"name,mail,hours,termination date,manager,upn\n" + tail, st.binary(max_size=600))
)
def test_no_bytes_make_it_fail(content: bytes) -> None:
    try:
        sheet = open_sheet(content)
        mapping = propose(sheet.header).mapping
        rules.date_order(sheet, mapping)
        sheet.examples()
        rows = list(read_rows(sheet, mapping, None))
    except Unreadable:
        return
    for row in rows:
        told = "\t".join(
            (row.name, row.sort_name, row.mail, row.external_id, row.department, row.manager, *row.aliases)
        )
        assert "\x00" not in told
        assert "\n" not in told
        told.encode()
        assert row.blocked or row.mail or row.external_id or row.aliases


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=20), min_size=6, max_size=6), min_size=1, max_size=5))
def test_no_text_makes_it_fail(cells: list[list[str]]) -> None:
    header = ["name", "mail", "hours", "zone", "manager", "upn"]
    content = write_csv([header, *cells])
    try:
        for row in read_rows(open_sheet(content), propose(header).mapping, DateOrder.DAY_FIRST):
            f"{row.name}{row.mail}{row.manager}{row.zone}".encode()
    except Unreadable:
        return


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("@x", "'@x"),
        ("  =x", "'  =x"),
        (-3, "-3"),
        (None, ""),
        ("plain", "plain"),
    ],
)
def test_no_cell_is_a_formula(value: object, written: str) -> None:
    assert safe_cell(value) == written
