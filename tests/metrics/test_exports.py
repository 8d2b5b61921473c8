"""Files of evidence: the figures of the page to the digit, made once behind it, and fetched by whoever asked for them alone."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pptx import Presentation

from adoption.disclosure.rules import Audience
from adoption.programs.rules import Checkpoint
from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Agenda, AuditEvent, Organization, RoleGrant
from adoption.tenancy.queries.privacy import export_person
from adoption.tenancy.rules import Role
from adoption.tenancy.tasks import carry_out
from metrics.actions.exports import FORGET, MAKE, ask_export, forget_export, make_export
from metrics.actions.privacy import erase_person
from metrics.actions.weeks import drain
from metrics.exports import files, told
from metrics.exports.evidence import COLUMNS
from metrics.models import Export
from metrics.queries.council import council
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence
from metrics.rules.exports import FILE_LASTS, REMEMBERED_FOR, ExportKind
from tests.conftest import ROOT
from tests.factories import AT, World
from tests.journeys.visitor import Page
from tests.language import CLOSES, LANGUAGE, left_over, outside, written
from tests.metrics.test_api import machine_of
from tests.metrics.trials import Trial, launched
from tests.tenancy.test_api import assert_problem
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PLACE = "/o/meridian/p/client-reports/"
EXPORTS = f"{PLACE}exports/"
API = f"/api/v1{PLACE}"
# Spaces that typesetting puts where a line ends.
Files = dict[ExportKind, bytes]


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams, with one frozen look."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), departments=3)
        made.look(Checkpoint.S56, (8, 7, 5), (2, 2, 1), silent=[made.pods[0][7], made.teams[2][7]])
        yield made


def made(trial: Trial, kind: ExportKind, audience: Audience = Audience.EXECUTIVE, words: str = "") -> Export:
    """A file, asked for and made."""
    by = trial.world.lead.person if audience is Audience.LEAD else trial.world.executive.person
    export = ask_export(
        program=trial.program, kind=kind, audience=audience, words=words, form_key=uuid4(), by=by, at=AT
    )
    make_export(export_id=export.pk, write=files.write, at=AT)
    export.refresh_from_db()
    return export


def read(trial: Trial, audience: Audience = Audience.EXECUTIVE) -> Evidence:
    return evidence(trial.program, audience, at=AT)


def squeezed(text: str) -> str:
    """Text without any space: where lines break is the typesetter's."""
    return "".join(text.split())


def pdf_in_words(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def text_of_pdf(content: bytes) -> str:
    return squeezed(pdf_in_words(content))


def slides_in_words(content: bytes) -> tuple[str, str]:
    """What stands on the slides, and in their notes."""
    shown, notes = [], []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                shown.append(shape.text_frame.text)
            if shape.has_table:
                shown += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
        notes.append(slide.notes_slide.notes_text_frame.text)
    return " ".join(shown), " ".join(notes)


def text_of_slides(content: bytes) -> tuple[str, str]:
    shown, notes = slides_in_words(content)
    return squeezed(shown), squeezed(notes)


def rows_of_sheet(content: bytes, sheet: str = "Figures") -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    return [dict(zip([str(one) for one in head], row, strict=True)) for row in rows]


# --- the same figures everywhere -------------------------------------------------------------------------------------


def assert_all_say_the_same(trial: Trial, client: Client, found: Files) -> None:
    """Every figure of the page's object, on the page, in the API, the table, the workbook, the slides and the PDF."""
    evidence_ = read(trial)
    page = squeezed(Page(client.get(f"{PLACE}evidence/").content.decode()).text)
    for figure in evidence_.figures:
        # Departments are on the page for the look that heads it alone.
        if figure.margin in {"arm", ""}:
            assert squeezed(told.said(figure)) in page, figure
    api = client.get(f"{API}evidence/").json()["figures"]
    table = list(csv.DictReader(io.StringIO(client.get(f"{PLACE}evidence.csv").content.decode("utf-8-sig"))))
    sheet = rows_of_sheet(found[ExportKind.EVIDENCE_SHEET])
    paper = text_of_pdf(found[ExportKind.EVIDENCE_PDF])
    slides, notes = text_of_slides(found[ExportKind.EVIDENCE_SLIDES])
    assert len(evidence_.figures) == len(api) == len(table) == len(sheet) > 10
    for figure, one, line, row in zip(evidence_.figures, api, table, sheet, strict=True):
        for name, column in (
            ("value", "value"),
            ("low", "low"),
            ("high", "high"),
            ("worst", "worst"),
            ("x", "x"),
            ("n", "n"),
        ):
            value = getattr(figure, name)
            assert one[name] == value
            assert line[column] == ("" if value is None else str(value))
            assert row[column] == value
        assert one["said"] == row["figure"] == line["figure"].removeprefix("'") == figure.said
    for text in (paper, slides):
        for one in told.tables(evidence_):
            for line in one.lines:
                for words in (line.when, line.group, line.said, line.interval, line.n, line.stands):
                    assert squeezed(words) in text, (one.measure, words)
        for words in (told.opening(evidence_), *told.beneath(evidence_), told.edition(evidence_), evidence_.purpose):
            assert squeezed(words) in text
    for one in told.tables(evidence_):
        assert squeezed(one.meaning) in paper
        assert squeezed(one.meaning) in notes


def all_files(trial: Trial) -> Files:
    kinds = (ExportKind.EVIDENCE_PDF, ExportKind.EVIDENCE_SLIDES, ExportKind.EVIDENCE_SHEET)
    return {kind: bytes(made(trial, kind).content or b"") for kind in kinds}


def test_every_figure_is_the_same_in_page_api_table_workbook_slides_and_pdf_and_all_move_with_a_fact(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    assert_all_say_the_same(trial, client, all_files(trial))
    before = read(trial)
    # Somebody who was silent says something of a week after all: the curve moves, and every file with it.
    week = trial.program.starts_on + timedelta(weeks=6)
    trial.say(week, {trial.pods[0][7]: 5})
    while drain(at=AT):
        pass
    moved = [one for one, other in zip(before.figures, read(trial).figures, strict=True) if one != other]
    assert moved
    assert_all_say_the_same(trial, client, all_files(trial))


def test_a_fact_that_comes_late_moves_each_frozen_figure_everywhere_once_it_is_taken_in(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        late = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        late.look(Checkpoint.S30, (6, 6, 5), (1, 2, 1))
        # Some more and some fewer: where all moved one way, the first version would stand, to protect them.
        for checkpoint in (Checkpoint.S56, Checkpoint.SE):
            late.look(checkpoint, (6, 6, 5), (6, 6, 1))
        before = read(late)
        for checkpoint in (Checkpoint.S56, Checkpoint.SE):
            late.look(checkpoint, (6, 6, 5), (2, 6, 8), reason="Answers that came late")
        after = read(late)
        moved = {
            (new.measure, new.look)
            for old, new in zip(before.figures, after.figures, strict=True)
            if (old.said, old.low, old.high) != (new.said, new.low, new.high)
        }
        assert {("adoption", "S56"), ("difference", "S56"), ("adoption", "SE"), ("difference", "SE")} <= moved
        assert not any(look == "S30" for _measure, look in moved)
        assert before.opening
        assert after.opening
        assert before.opening.text != after.opening.text
        assert_all_say_the_same(late, client_as(meridian.executive), all_files(late))


def test_slides_carry_charts_that_can_be_edited_with_the_figures_of_the_page(trial: Trial) -> None:
    content = bytes(made(trial, ExportKind.EVIDENCE_SLIDES).content or b"")
    charts = [
        shape.chart for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes if shape.has_chart
    ]
    weeks = read(trial).weeks
    for arm, series in zip(("pods", "comparison"), charts[0].plots[0].series, strict=True):
        said = [None if week.arms[arm].value is None else week.arms[arm].value / 100 for week in weeks]  # type: ignore[index,operator]
        assert list(series.values) == said
    assert "errBars" in charts[1].part.blob.decode()


def test_a_workbook_holds_no_formula_whatever_somebody_is_called(trial: Trial) -> None:
    trial.program.name = "=cmd|'/c calc'!A1"
    trial.program.save(update_fields=["name"])
    rows = rows_of_sheet(bytes(made(trial, ExportKind.EVIDENCE_SHEET).content or b""))
    assert {row["program"] for row in rows} == {"=cmd|'/c calc'!A1"}
    book = openpyxl.load_workbook(io.BytesIO(bytes(Export.objects.get().content or b"")))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert list(rows[0]) == list(COLUMNS)


def test_a_pdf_says_its_language_and_title_and_is_tagged_for_readers_who_do_not_see_it(trial: Trial) -> None:
    reader = pypdf.PdfReader(io.BytesIO(bytes(made(trial, ExportKind.EVIDENCE_PDF).content or b"")))
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en"  # type: ignore[index]
    assert catalog["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.metadata
    assert reader.metadata.title == "Evidence: Client reports"


def test_before_anything_is_frozen_files_say_so_and_lack_nothing(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        young = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        assert "Noverdictbefore" in text_of_pdf(bytes(made(young, ExportKind.EVIDENCE_PDF).content or b""))
        for kind in (ExportKind.EVIDENCE_SLIDES, ExportKind.EVIDENCE_SHEET):
            assert made(young, kind).size > 1000


def test_a_leads_report_tells_the_time_line_what_helped_and_the_leads_own_words(trial: Trial) -> None:
    words = "Protect the time first.\nThen begin."
    content = bytes(made(trial, ExportKind.REPORT, Audience.LEAD, words).content or b"")
    text = text_of_pdf(content)
    for said in ("Protect the time first.", "Then begin.", "How it went", "The programme was launched", "Every figure"):
        assert squeezed(said) in text
    assert "Pleasedonotpassiton" in text


def test_before_the_launch_the_pack_names_the_thresholds_that_the_company_has_raised(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        draft = launched(meridian, pods=(3,), teams=(3,), is_launched=False)
        Organization.objects.filter(pk=meridian.organization.pk).update(smallest_group=7, smallest_group_executive=14)
        draft.program.organization.refresh_from_db()
        said = [rule for _what, rule in council(draft.program, at=AT).thresholds[:2]]
    assert said == ["from 7 people on", "from 14 people on"]


def test_the_pack_for_the_works_council_says_what_is_stored_who_sees_it_and_what_was_done(trial: Trial) -> None:
    text = text_of_pdf(bytes(made(trial, ExportKind.COUNCIL, Audience.LEAD).content or b""))
    for said in (
        "from 10 people on",
        "from 5 people on",
        "90 days",
        "had a file made",
        "metrics_checkin",
    ):
        assert squeezed(said) in text
    # Acts, never who acted.
    for somebody in (trial.world.lead, trial.world.executive, trial.world.member):
        assert squeezed(somebody.person.name) not in text


@pytest.mark.usefixtures("bracketed")
@pytest.mark.parametrize("kind", ExportKind)
def test_every_text_of_a_file_can_be_translated(trial: Trial, kind: ExportKind) -> None:
    Organization.objects.filter(pk=trial.world.organization.pk).update(locale=LANGUAGE)
    content = bytes(made(trial, kind, Audience.LEAD).content or b"")
    if kind is ExportKind.EVIDENCE_SLIDES:
        said = [*slides_in_words(content)]
    elif kind is ExportKind.EVIDENCE_SHEET:
        summary, figures, definitions = openpyxl.load_workbook(io.BytesIO(content))
        # The figures have the columns and values of the CSV file, which machines read.
        assert figures["A1"].value == COLUMNS[0]
        cells = [cell for sheet in (summary, definitions) for row in sheet.iter_rows(values_only=True) for cell in row]
        said = [one for one in cells if isinstance(one, str)]
    else:
        said = [pdf_in_words(content)]
    assert any(CLOSES in one for one in said)
    assert left_over([found for one in said for found in outside(one)[0]], written()) == []


# --- asked for, made, fetched ----------------------------------------------------------------------------------------


def ask(client: Client, kind: str = "evidence_pdf", key: object = "", **more: str) -> Any:
    return client.post(EXPORTS, {"kind": kind, "form_key": str(key or uuid4()), **more})


def carry(world: World, task: str = MAKE) -> None:
    """What the worker does with what was promised."""
    for row in Agenda.objects.open().filter(organization=world.organization, task=task):
        carry_out(row.pk, {MAKE: _make, FORGET: _forget}[task])


def _make(row_id: int, *, at: Any) -> None:
    make_export(export_id=row_id, write=files.write, at=at)


def _forget(row_id: int, *, at: Any) -> Any:
    return forget_export(export_id=row_id, at=at)


def test_a_file_is_asked_for_watched_and_fetched_without_a_script(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    page = client.get(EXPORTS).content.decode()
    assert "Evidence, as slides" in page
    assert "Report of the programme" not in page
    answer = ask(client, "evidence_sheet")
    assert answer.status_code == 302
    where = answer["Location"]
    waiting = client.get(where).content.decode()
    assert "Your file is being made" in waiting
    assert f'href="{where}"' in waiting
    assert client.get(f"{where}file/")["Location"] == where
    polls = {"HX-Request": "true", "HX-Target": "export-progress"}
    assert "<html" not in client.get(where, headers=polls).content.decode()
    carry(meridian)
    assert client.get(where, headers=polls)["HX-Refresh"] == "true"
    assert "Your file is ready" in client.get(where).content.decode()
    file = client.get(f"{where}file/")
    assert file["Content-Disposition"] == 'attachment; filename="evidence-client-reports.xlsx"'
    assert rows_of_sheet(file.content)
    assert "no-store" in file["Cache-Control"]
    assert AuditEvent.objects.filter(verb="export.asked").count() == 1


def test_pressing_twice_is_one_file_and_so_is_the_same_wish_while_it_is_made(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    client, key = client_as(meridian.executive), uuid4()
    first, again = (ask(client, key=key)["Location"] for _ in range(2))
    assert first == again == ask(client)["Location"]
    carry(meridian)
    assert ask(client, key=key)["Location"] == first
    assert ask(client)["Location"] != first
    # The page's other buttons carry the same key.
    assert ask(client, "evidence_slides", key=key)["Location"] != first
    assert Export.objects.count() == 3


def test_a_worker_that_dies_leaves_nothing_half_made_and_the_next_one_makes_it(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    where = ask(client_as(meridian.executive))["Location"]

    def dies(export: Export, *, at: Any) -> bytes:
        raise MemoryError

    (row,) = Agenda.objects.open().filter(task=MAKE)
    carry_out(row.pk, lambda row_id, at: make_export(export_id=row_id, write=dies, at=at))
    assert "tried again by itself" in client_as(meridian.executive).get(where).content.decode()
    assert Export.objects.get().made_at is None
    carry(meridian)
    export = Export.objects.get()
    assert export.size == len(bytes(export.content or b"")) > 0
    # Rung once more, nothing is made anew.
    agenda.wake(task=MAKE, row_id=export.pk, due_at=AT)
    carry(meridian)
    assert Export.objects.get().made_at == export.made_at


def test_nobody_else_fetches_a_file_nor_whoever_may_read_less_by_then(
    harbour: World, trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    export = made(trial, ExportKind.EVIDENCE_PDF, Audience.LEAD)
    where = f"{EXPORTS}{export.public_id}/"
    assert client_as(meridian.lead).get(f"{where}file/").status_code == 200
    for somebody in (meridian.executive, harbour.lead):
        for address in (where, f"{where}file/"):
            assert client_as(somebody).get(address).status_code == 404
    assert client_as(meridian.member).get(f"{where}file/").status_code == 403
    RoleGrant.objects.filter(membership=meridian.lead.membership).update(role=Role.EXECUTIVE)
    assert client_as(meridian.lead).get(f"{where}file/").status_code == 404
    assert str(export.public_id) not in client_as(meridian.lead).get(EXPORTS).content.decode()


def test_an_executive_cannot_ask_for_what_is_for_leads_and_is_told_so(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    for kind in ("report", "council", "everything", ""):
        answer = ask(client_as(meridian.executive), kind)
        assert answer.status_code == 422
        assert "Choose" in answer.content.decode()
    assert ask(client_as(meridian.lead), "report", words="Begin\u0007 small.\r\n\r\nThen grow.").status_code == 302
    assert Export.objects.get().words == "Begin small.\nThen grow."
    too_long = ask(client_as(meridian.lead), "report", words="x" * 2001)
    assert too_long.status_code == 422
    assert "x" * 2001 in too_long.content.decode()


def test_after_a_day_the_file_is_gone_and_after_a_month_that_there_was_one(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    export = made(trial, ExportKind.EVIDENCE_SHEET)
    where = f"{EXPORTS}{export.public_id}/"
    assert forget_export(export_id=export.pk, at=AT) == AT + FILE_LASTS
    over = AT + FILE_LASTS + REMEMBERED_FOR
    # The page and the address say so before any worker came by.
    with time_machine.travel(AT + FILE_LASTS, tick=False):
        client = client_as(meridian.executive)
        assert "The time of this file is over" in client.get(where).content.decode()
        assert client.get(f"{where}file/")["Location"] == where
    assert forget_export(export_id=export.pk, at=AT + FILE_LASTS) == over
    assert Export.objects.get().content is None
    assert forget_export(export_id=export.pk, at=over) is None
    assert not Export.objects.exists()


def test_a_list_of_one_and_of_three_take_as_many_queries(trial: Trial, meridian: World, client_as: ClientAs) -> None:
    client, counts = client_as(meridian.executive), []
    for kind in (ExportKind.EVIDENCE_SHEET, ExportKind.EVIDENCE_PDF, ExportKind.EVIDENCE_SLIDES):
        made(trial, kind)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(EXPORTS).status_code == 200
        counts.append(len(queries))
        assert not any('"metrics_export"."content"' in query["sql"] for query in queries)
    assert counts[0] == counts[2]


def test_what_somebody_asked_for_is_theirs_to_take_home_and_goes_with_them(trial: Trial, meridian: World) -> None:
    made(trial, ExportKind.REPORT, Audience.LEAD, "Small steps.")
    held = export_person(person=meridian.lead.person)["metrics"]["files_asked_for"]
    assert [(one["kind"], one["words"]) for one in held] == [("report", "Small steps.")]
    erase_person(person=meridian.lead.person, at=AT)
    assert not Export.objects.exists()


# --- for machines ----------------------------------------------------------------------------------------------------


def test_a_machine_asks_waits_and_fetches_as_the_page_does(trial: Trial, meridian: World) -> None:
    executive, lead = (machine_of(meridian, one.membership) for one in (meridian.executive, meridian.lead))
    asked = executive.call("POST", f"{API}exports/", {"kind": "evidence_sheet"})
    assert asked.status_code == 202
    row = asked.json()
    assert (row["state"], row["file"], row["audience"]) == ("being_made", None, "executive")
    assert_problem(executive.call("GET", f"{API}exports/{row['id']}/file/"), "not-found")
    carry(meridian)
    row = executive.call("GET", f"{API}exports/{row['id']}/").json()
    assert (row["state"], row["file_name"]) == ("ready", "evidence-client-reports.xlsx")
    assert rows_of_sheet(executive.call("GET", row["file"]).content)
    assert [one["id"] for one in executive.call("GET", f"{API}exports/").json()["items"]] == [row["id"]]
    for address in (f"{API}exports/{row['id']}/", row["file"]):
        assert_problem(lead.call("GET", address), "not-found")
    assert_problem(executive.call("POST", f"{API}exports/", {"kind": "council"}), "forbidden")
    assert_problem(executive.call("POST", f"{API}exports/", {"kind": "pdf"}), "invalid")
    assert UUID(lead.call("POST", f"{API}exports/", {"kind": "council"}).json()["id"])


def test_the_web_process_does_without_what_writes_files() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            """
import sys, django
django.setup()
import adoption.urls
print(sorted({name.split('.')[0] for name in sys.modules} & {'typst', 'pptx', 'lxml', 'PIL', 'xlsxwriter'}))
""",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip().splitlines()[-1] == "[]"
