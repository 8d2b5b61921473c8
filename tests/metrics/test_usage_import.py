"""Importing usage figures: what a file does to weeks, what it must not do, and taking it back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from adoption.tenancy.actions import agenda
from adoption.tenancy.actions.files import AnotherImportOpen
from adoption.tenancy.actions.people import add_alias
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, AuditEvent, Person
from adoption.tenancy.queries.files import same_file_before
from adoption.tenancy.rules.files import OPEN_FOR
from adoption.tenancy.rules.sheets import Unreadable
from adoption.tenancy.tasks import carry_out, heartbeat
from adoption.tenancy.walls import organization
from metrics.actions import imports, weeks
from metrics.models import ArmWeek, DirtyWeek, UseWeek, VendorFile, VendorOutcome, VendorRow, VendorWeek
from metrics.queries import imports as queries
from metrics.queries.privacy import export_person
from metrics.queries.weeks import decide_weeks
from metrics.rules import Via, Week, WeekState
from metrics.sources import MOST_BYTES, OtherFile
from tests.factories import AT, PersonFactory, World, make_meridian
from tests.house.processes import PATIENCE_SECONDS
from tests.metrics.usage import COVERED_WEEK, EARLIER, LATER, export, idle, line
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme whose people are asked about the covered week. Call inside the company."""
    with enter(meridian):
        return with_baseline(meridian)


@pytest.fixture
def inside(meridian: World, enter: Enter, running: Running) -> Iterator[Running]:
    with enter(meridian):
        yield running


def bring(content: bytes, *, covers: bool = False, by: Person | None = None) -> VendorFile:
    return imports.import_usage(file_name="usage.csv", content=content, covers_all_tools=covers, by=by, at=AT)


def preview(content: bytes) -> VendorFile:
    return imports.begin_import(file_name="usage.csv", content=content, by=None, at=AT)


def say(running: Running, person: Person, total: int) -> None:
    weeks.record_check_in(
        person=person,
        workflow=running.program.workflow,
        week=COVERED_WEEK,
        total=total,
        unprompted=total,
        via=Via.PAGE,
        at=running.at(COVERED_WEEK + timedelta(weeks=1)),
    )


def decided(running: Running, person: Person) -> Week:
    return decide_weeks(running.program.workflow, [person.pk], [COVERED_WEEK])[person.pk, COVERED_WEEK]


def told(file: VendorFile) -> list[tuple[int, str]]:
    """Line and code of every problem."""
    rows = VendorRow.objects.filter(file=file).with_problems().order_by("line")
    return [(row.line, problem["code"]) for row in rows for problem in row.problems]


def mails(people: list[Person]) -> list[str]:
    return [str(person.mail) for person in people]


# --- what a file does to weeks ---------------------------------------------------------------------------------------


def test_a_silent_week_becomes_zero_only_when_all_tools_are_covered(inside: Running) -> None:
    person = inside.members[0]
    plain = bring(idle(person.mail))
    assert decided(inside, person).state is WeekState.MISSING
    imports.undo_import(file=plain, by=None, at=AT)
    vouched = bring(idle(person.mail), covers=True)
    week = decided(inside, person)
    assert (week.state, week.total, week.source) == (WeekState.ZERO, 0, "vendor")
    assert queries.effects_of(vouched)["counted"].zeros == 1


def test_a_week_that_is_covered_in_part_stays_unknown(inside: Running) -> None:
    bring(export(line(str(inside.members[0].mail), LATER)), covers=True)
    assert decided(inside, inside.members[0]).state is WeekState.MISSING


def test_a_single_active_day_leaves_the_week_unknown(inside: Running) -> None:
    mail = str(inside.members[0].mail)
    bring(export(line(mail, EARLIER, days=[EARLIER]), line(mail, LATER)), covers=True)
    # The active Sunday belongs to the week before, but which days of that period were active is not known.
    assert decided(inside, inside.members[0]).state is WeekState.MISSING


@pytest.mark.parametrize(("said", "discrepant"), [(0, False), (2, False), (3, True), (6, True)])
def test_an_answer_is_never_lowered_and_a_contradiction_is_flagged(
    inside: Running, said: int, discrepant: bool
) -> None:
    person = inside.members[0]
    say(inside, person, said)
    file = bring(idle(person.mail), covers=True)
    week = decided(inside, person)
    assert (week.total, week.source, week.discrepant) == (said, "self", discrepant)
    assert queries.effects_of(file)["counted"].discrepant == int(discrepant)


def test_messages_are_never_uses(inside: Running) -> None:
    mail = str(inside.members[0].mail)
    bring(export(*(line(mail, day, days=[day], messages="400") for day in (EARLIER, LATER))), covers=True)
    assert decided(inside, inside.members[0]).state is WeekState.MISSING


def test_a_commit_marks_the_weeks_it_bears_on_and_the_heartbeat_decides_them(inside: Running) -> None:
    weeks.drain(at=AT)
    person = inside.members[0]
    bring(idle(person.mail), covers=True)
    assert Agenda.objects.open().filter(task=weeks.DRAIN, due_at__lte=AT).exists()
    marked = set(DirtyWeek.objects.values_list("person", "week"))
    assert marked == {(person.pk, COVERED_WEEK + timedelta(weeks=number)) for number in (-1, 0, 1)}
    weeks.drain(at=AT)
    assert UseWeek.objects.get(person=person, week=COVERED_WEEK).state == WeekState.ZERO
    assert ArmWeek.objects.get(week=COVERED_WEEK, arm="pods").observed == 1


def test_a_file_about_most_who_are_asked_marks_whole_weeks_and_they_are_decided_in_batches(
    inside: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    weeks.drain(at=AT)
    silent, told = inside.compared[0], inside.members
    # Of six who are asked.
    file = bring(idle(*mails(told)), covers=True)
    whole = {(None, COVERED_WEEK + timedelta(weeks=number)) for number in (-1, 0, 1)}
    monkeypatch.setattr(weeks, "DRAIN_AT_MOST", 2)
    for state in (WeekState.ZERO, WeekState.MISSING):
        assert set(DirtyWeek.objects.values_list("person", "week")) == whole
        # One whole week at a time, as it has more people than a go takes.
        assert [weeks.drain(at=AT) for _ in range(4)] == [1, 1, 1, 0]
        rows = UseWeek.objects.filter(week=COVERED_WEEK)
        assert dict(rows.values_list("person", "state")) == dict.fromkeys((one.pk for one in told), state)
        assert not rows.filter(person=silent).exists()
        if state is WeekState.ZERO:
            imports.undo_import(file=file, by=None, at=AT)
    assert ArmWeek.objects.get(week=COVERED_WEEK, arm="pods").observed == 0


# --- whom it finds ---------------------------------------------------------------------------------------------------


def test_people_are_found_by_mail_in_any_case_and_by_other_addresses(inside: Running) -> None:
    by_mail, by_alias, missing = inside.members
    add_alias(person=by_alias, address="upn@tenant.example", by=None, at=AT)
    file = bring(export(line(str(by_mail.mail).upper()), line("UPN@tenant.example"), line("stranger@x.de")))
    assert set(VendorWeek.objects.values_list("person", flat=True)) == {by_mail.pk, by_alias.pk}
    assert (file.counts["people"], file.counts["asked"], file.counts["strangers"]) == (2, 6, 1)
    assert missing.pk not in VendorWeek.objects.values_list("person", flat=True)


def test_two_lines_of_one_person_are_read_as_one(inside: Running) -> None:
    person = inside.members[0]
    mail = str(person.mail)
    add_alias(person=person, address="second@account.example", by=None, at=AT)
    wednesday = LATER + timedelta(days=3)
    file = preview(
        export(line(mail), line(mail.upper(), days=[wednesday]), line("second@account.example", days=[LATER]))
    )
    assert told(file) == [(3, "joined"), (4, "joined")]
    imports.ask_commit(file=file, covers_all_tools=False, by=None, at=AT)
    row = VendorWeek.objects.get()
    assert (row.is_active, row.first_active_on, row.last_active_on) == (True, LATER, wednesday)


def test_of_people_nobody_asks_and_of_weeks_nobody_is_asked_about_nothing_is_kept(
    inside: Running, meridian: World
) -> None:
    outsider, member = str(meridian.manager.mail), str(inside.members[0].mail)
    file = bring(export(line(outsider), line(member)))
    assert (file.counts["people"], file.counts["unasked"], VendorWeek.objects.count()) == (1, 1, 1)


def test_a_file_of_strangers_says_so_and_keeps_nothing(inside: Running) -> None:
    file = preview(export(line("a@x.de"), line("A@x.de"), line("b@x.de")))
    assert (file.counts["strangers"], file.counts["stranger_lines"], file.counts["people"]) == (2, 3, 0)
    with pytest.raises(imports.NotReady):
        imports.ask_commit(file=file, covers_all_tools=True, by=None, at=AT)
    assert [row.login for row in queries.strangers_page(file).rows] == ["a@x.de", "a@x.de", "b@x.de"]


# --- when its weeks lie ----------------------------------------------------------------------------------------------


def test_last_years_and_coming_weeks_are_left_out_by_line(inside: Running) -> None:
    mail = str(inside.members[0].mail)
    file = preview(
        export(line(mail, EARLIER), line(mail, EARLIER - timedelta(weeks=52)), line(mail, LATER + timedelta(weeks=1)))
    )
    assert told(file) == [(3, "too_early"), (4, "not_over")]
    sentences = [problem.sentence for row in queries.problems_page(file).rows for problem in row.problems]
    assert "Is this last year’s file?" in sentences[0]
    assert "is not over: it ends on 11 July 2026" in sentences[1]


def test_before_any_programme_nothing_is_kept(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        file = preview(idle(meridian.member.person.mail))
        assert (file.counts["people"], file.counts["asked"], file.counts["unasked"]) == (0, 0, 2)


# --- again -----------------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(inside: Running) -> None:
    content = idle(*mails(inside.members))
    bring(content, covers=True)
    weeks.drain(at=AT)
    before = list(VendorWeek.objects.values())
    again = preview(content)
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 6)
    with pytest.raises(imports.NotReady):
        imports.ask_commit(file=again, covers_all_tools=False, by=None, at=AT)
    assert list(VendorWeek.objects.values()) == before
    assert not DirtyWeek.objects.exists()
    assert same_file_before(again) is not None


def test_somebody_found_since_makes_the_same_file_say_something_new(inside: Running) -> None:
    known, found_later = inside.members[:2]
    content = idle(known.mail, "upn@tenant.example")
    bring(content)
    add_alias(person=found_later, address="upn@tenant.example", by=None, at=AT)
    again = preview(content)
    assert (again.counts["new"], again.counts["unchanged"]) == (2, 2)


def test_a_newer_file_supersedes_and_the_older_one_is_kept(inside: Running) -> None:
    person = inside.members[0]
    mail = str(person.mail)
    bring(idle(mail), covers=True)
    restated = preview(export(line(mail, EARLIER, days=[EARLIER + timedelta(days=2)]), line(mail, LATER)))
    assert (restated.counts["changed"], restated.counts["unchanged"]) == (1, 1)
    assert queries.effects_of(restated)["vouched"].reopened == 1
    imports.ask_commit(file=restated, covers_all_tools=True, by=None, at=AT + timedelta(minutes=1))
    assert decided(inside, person).state is WeekState.MISSING
    assert VendorWeek.objects.filter(person=person).count() == 4


def test_undoing_is_one_act_and_older_figures_count_again(inside: Running) -> None:
    person = inside.members[0]
    mail = str(person.mail)
    bring(idle(mail), covers=True)
    restated = preview(export(line(mail, EARLIER, days=[EARLIER + timedelta(days=2)]), line(mail, LATER)))
    imports.ask_commit(file=restated, covers_all_tools=True, by=None, at=AT + timedelta(minutes=1))
    weeks.drain(at=AT)
    imports.undo_import(file=restated, by=None, at=AT + timedelta(minutes=2))
    assert DirtyWeek.objects.filter(person=person, week=COVERED_WEEK).exists()
    assert decided(inside, person).state is WeekState.ZERO
    assert AuditEvent.objects.filter(verb="usage_import.undone").count() == 1
    with pytest.raises(imports.CannotUndo):
        imports.undo_import(file=restated, by=None, at=AT + timedelta(minutes=3))


def test_undoing_an_older_file_takes_nothing_of_a_newer_one_away(inside: Running) -> None:
    person = inside.members[0]
    older = bring(export(line(str(person.mail), EARLIER)), covers=True)
    newer = preview(idle(person.mail))
    imports.ask_commit(file=newer, covers_all_tools=True, by=None, at=AT + timedelta(minutes=1))
    imports.undo_import(file=older, by=None, at=AT + timedelta(minutes=2))
    assert decided(inside, person).state is WeekState.ZERO


def test_what_is_not_committed_cannot_be_undone(inside: Running) -> None:
    with pytest.raises(imports.CannotUndo):
        imports.undo_import(file=preview(idle(inside.members[0].mail)), by=None, at=AT)


# --- the way of a file -----------------------------------------------------------------------------------------------


def test_a_preview_stores_nothing_but_itself(inside: Running) -> None:
    file = preview(idle(inside.members[0].mail, "stranger@x.de"))
    assert (VendorRow.objects.count(), VendorWeek.objects.count(), DirtyWeek.objects.count()) == (4, 0, 0)
    assert not VendorRow.objects.filter(target__isnull=False).exclude(login="").exists()
    assert file.content


@pytest.mark.parametrize("end", ["commit", "discard"])
def test_the_preview_vanishes_with_the_file(inside: Running, end: str) -> None:
    file = preview(idle(inside.members[0].mail, "stranger@x.de"))
    if end == "commit":
        imports.ask_commit(file=file, covers_all_tools=False, by=None, at=AT)
    else:
        imports.discard_import(file=file, by=None, at=AT)
    file.refresh_from_db()
    assert (file.content, VendorRow.objects.count()) == (None, 0)
    assert AuditEvent.objects.filter(verb=f"usage_import.{end}ted" if end == "commit" else "usage_import.discarded")


def test_one_file_is_open_at_a_time(inside: Running) -> None:
    first = preview(idle(inside.members[0].mail))
    with pytest.raises(AnotherImportOpen) as refused:
        preview(idle(inside.members[1].mail))
    assert refused.value.other == first
    with pytest.raises(IntegrityError), transaction.atomic():
        VendorFile.objects.create(source="chatgpt", file_name="b", file_hash="1" * 64, uploaded_at=AT)


def test_what_is_committed_is_not_discarded_and_what_is_discarded_not_committed(inside: Running) -> None:
    done = bring(idle(inside.members[0].mail))
    with pytest.raises(imports.NotReady):
        imports.discard_import(file=done, by=None, at=AT)
    thrown = preview(idle(inside.members[1].mail))
    for _ in range(2):
        imports.discard_import(file=thrown, by=None, at=AT)
    with pytest.raises(imports.NotReady):
        imports.ask_commit(file=thrown, covers_all_tools=False, by=None, at=AT)
    assert AuditEvent.objects.filter(verb="usage_import.discarded").count() == 1


def test_an_open_file_is_dropped_after_a_week(inside: Running) -> None:
    file = preview(idle(inside.members[0].mail))
    assert imports.forget_import(file_id=file.pk, at=AT + timedelta(days=6)) == AT + OPEN_FOR
    assert imports.forget_import(file_id=file.pk, at=AT + OPEN_FOR) is None
    file.refresh_from_db()
    assert file.discarded_at == AT + OPEN_FOR
    assert imports.forget_import(file_id=file.pk, at=AT + OPEN_FOR) is None


def test_a_file_that_breaks_off_is_a_failure_by_line_and_leaves_nothing(inside: Running) -> None:
    good = export(*(line(f"a{number}@x.de") for number in range(300)))
    file = preview(good + b'Weekly,"2026-06-28\n' + good)
    assert (file.failure, file.failure_line, file.staged_at) == ("open_quote", 302, None)
    assert not VendorRow.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"colour,taste\nred,sweet\n", b"Name,Work email\nAda,ada@x.de\n"]
)
def test_a_wrong_file_is_refused_before_anything_is_stored(inside: Running, content: bytes) -> None:
    with pytest.raises((Unreadable, OtherFile)):
        preview(content)
    assert not VendorFile.objects.exists()


def test_somebody_gone_since_the_preview_is_left_out(inside: Running) -> None:
    gone = PersonFactory.create()
    file = preview(idle(inside.members[0].mail))
    VendorRow.objects.filter(file=file, period_start=EARLIER).update(target=gone.pk)
    gone.delete()
    imports.ask_commit(file=file, covers_all_tools=False, by=None, at=AT)
    assert set(VendorWeek.objects.values_list("person", flat=True)) == {inside.members[0].pk}


def test_the_database_refuses_nonsense(inside: Running) -> None:
    file = bring(idle(inside.members[0].mail))
    for change in ({"content": b"x"}, {"discarded_at": AT}, {"committed_at": None, "undone_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VendorFile.objects.filter(pk=file.pk).update(**change)
    for row in ({"line": 2, "outcome": VendorOutcome.NEW}, {"line": 3, "outcome": VendorOutcome.NEW, "target": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VendorRow.objects.create(file=file, **row)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        VendorWeek.objects.update(is_active=True)


@pytest.mark.parametrize("more", [1, 3])
def test_a_preview_asks_the_same_of_the_database_for_one_and_for_three(
    inside: Running, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    content = idle(*mails(inside.members[:more]))
    file = preview(content)
    VendorFile.objects.filter(pk=file.pk).update(staged_at=None)
    with django_assert_num_queries(21):
        imports.stage_import(file_id=file.pk, at=AT)


# --- who a person is -------------------------------------------------------------------------------------------------


def test_erasing_a_person_takes_their_figures_and_every_open_file(inside: Running) -> None:
    person = inside.members[0]
    bring(idle(*mails(inside.members)))
    open_file = preview(export(line("somebody.erased@x.de")))
    erase_person(person=person, by=None, at=AT)
    open_file.refresh_from_db()
    assert open_file.discarded_at == AT
    assert open_file.content is None
    assert VendorWeek.objects.count() == 4


def test_a_person_is_told_what_tools_said_of_them(inside: Running) -> None:
    person = inside.members[0]
    imports.undo_import(file=bring(export(line(str(person.mail), days=[LATER]))), by=None, at=AT)
    (said,) = export_person(person=person)["tools"]
    assert said == {
        "tool": "chatgpt",
        "from": "2026-06-28",
        "to": "2026-07-04",
        "active": True,
        "first_active_day": "2026-06-28",
        "last_active_day": "2026-06-28",
        "counts": False,
    }


def test_another_company_shares_nothing(meridian: World, harbour: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        bring(idle(*mails(running.members)), covers=True)
    with enter(harbour):
        theirs = with_baseline(harbour)
        file = preview(idle(*mails(running.members)))
        assert (file.counts["strangers"], file.counts["people"]) == (3, 0)
        assert not VendorWeek.objects.exists()
        assert decided(theirs, theirs.members[0]).state is WeekState.MISSING


# --- pages -----------------------------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, *, follow: bool = True) -> Any:
    file = SimpleUploadedFile("usage.csv", content, content_type="text/csv")
    return client.post(reverse("usage-imports", args=["meridian"]), {"file": file}, follow=follow)


def page(name: str, file: VendorFile) -> str:
    return reverse(name, args=["meridian", file.public_id])


def test_the_whole_way_on_pages(meridian: World, running: Running, client_as: ClientAs, enter: Enter) -> None:
    owner = client_as(meridian.owner)
    first = owner.get(reverse("usage-imports", args=["meridian"]))
    assert "Nothing has been imported yet" in first.text
    with enter(meridian):
        say(running, running.members[1], 5)
    looked = upload(owner, idle(*mails(running.members), "stranger@x.de"))
    assert "ChatGPT Enterprise, weekly analytics" in looked.text
    assert "Sunday 21 June 2026 to Saturday 4 July 2026" in looked.text
    assert "3 of the 6 whose weeks are asked about then" in looked.text
    assert "2 silent weeks with zero, if you tick the box below" in looked.text
    assert "with one answer: somebody said three uses or more" in looked.text
    assert "stranger@x.de" in looked.text
    with enter(meridian):
        file = VendorFile.objects.get()
    done = owner.post(page("usage-import-commit", file), {"covers_all_tools": "on"}, follow=True)
    assert "Imported: figures of 3 people" in done.text
    assert "nobody uses another one for this work" in done.text
    assert "stranger@x.de" not in done.text
    listed = owner.get(reverse("usage-imports", args=["meridian"]))
    assert "covers 3 of 6 people" in listed.text
    asked = owner.get(page("usage-import-undo", file))
    assert "Undo the import of usage.csv?" in asked.text
    undone = owner.post(page("usage-import-undo", file), follow=True)
    assert "This import was undone" in undone.text
    assert "Every week is decided again without it" in undone.text
    again = owner.post(page("usage-import-undo", file), follow=True)
    assert "There is nothing to undo" in again.text
    with enter(meridian):
        assert AuditEvent.objects.filter(verb="usage_import.undone").count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "This is a spreadsheet, not a CSV file"),
        (b"%PDF-", "Export the figures as a CSV file instead"),
        (b"colour,taste\nred,sweet\n", "Nobody’s export that we know has these columns"),
        (b"Name,Work email\nAda,a@x.de\n", "This is a list of people"),
        (b"Report Time,Login,Last Activity At\n1,2,3\n", "This is an export from GitHub Copilot"),
        (b"PersonId,MetricDate,Total Copilot actions taken\n1,2,3\n", "This is a person query from Viva Insights"),
        (
            b"User Principal Name,Copilot Chat Last Activity Date\na,b\n",
            "This is a usage report of Microsoft 365 Copilot",
        ),
        (export(line("a@x.de", cadence="Monthly")), "These are monthly figures of ChatGPT Enterprise"),
        (
            export(line("a@x.de"), columns=["cadence", "period_start", "is_active", "messages"]),
            "without the column “email”",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_beside_the_field(
    meridian: World, client_as: ClientAs, content: bytes, sentence: str
) -> None:
    answer = upload(client_as(meridian.owner), content)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.text
    assert 'id="id_file_error"' in answer.text


def test_a_file_as_large_as_promised_is_read_although_others_may_not_be(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    lines = [line(str(person.mail), groups="x" * 100_000) for person in running.members[:2]] * 106
    content = export(*lines)
    assert settings.MOST_UPLOAD_BYTES < len(content) < MOST_BYTES
    owner = client_as(meridian.owner)
    assert upload(owner, content, follow=False).status_code == HTTPStatus.FOUND
    with enter(meridian):
        file = VendorFile.objects.get()
        imports.stage_import(file_id=file.pk, at=AT)
        file.refresh_from_db()
        assert (file.size, file.failure, file.counts["people"]) == (len(content), "", 2)
    for where, most in (("usage/", 64), ("people/import/", 20)):
        size = str((most + 1) * 1024**2)
        answer = owner.generic(
            "POST", f"/o/meridian/{where}", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=size
        )
        assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert f"One file may hold {most} MB" in answer.text


def test_no_file_is_said_kindly(meridian: World, client_as: ClientAs) -> None:
    answer = client_as(meridian.owner).post(reverse("usage-imports", args=["meridian"]))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose a file first." in answer.text


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([line("a@x.de", EARLIER - timedelta(weeks=52))], "Is it an old file?"),
        ([line("9f86d081884c7d659a2feaa0c55ad015")], "It holds hashes where addresses should be"),
        ([line("a@x.de")], "Is it another organisation’s file?"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    meridian: World, running: Running, client_as: ClientAs, lines: list[dict[str, str]], sentence: str
) -> None:
    answer = upload(client_as(meridian.owner), export(*lines))
    assert "Nothing in this file can be used" in answer.text
    assert sentence in answer.text
    assert "Import the figures" not in answer.text


@pytest.mark.parametrize("who", ["lead", "admin", "executive", "member", "champion"])
def test_only_system_owners_come_in(meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(meridian.everybody[who])
    assert client.get(reverse("usage-imports", args=["meridian"])).status_code == HTTPStatus.FORBIDDEN
    assert upload(client, b"").status_code == HTTPStatus.FORBIDDEN
    assert "Usage imports" not in client.get("/o/meridian/").text


def test_another_companys_file_is_nowhere(
    meridian: World, harbour: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        file = preview(idle(*mails(running.members)))
    for name in ("usage-import", "usage-import-commit", "usage-import-undo", "usage-import-problems"):
        address = reverse(name, args=["harbour", file.public_id])
        for method in ("get", "post"):
            answer = getattr(client_as(harbour.owner), method)(address)
            assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
    with enter(meridian):
        assert not VendorWeek.objects.exists()


def test_a_page_says_that_the_file_came_before_and_where_it_cannot_be_read(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    owner = client_as(meridian.owner)
    content = idle(running.members[0].mail)
    assert "Exactly this file" not in upload(owner, content).text
    with enter(meridian):
        first = VendorFile.objects.get()
    owner.post(page("usage-import-commit", first))
    assert "Exactly this file was imported on" in upload(owner, content).text
    with enter(meridian):
        VendorFile.objects.open().update(staged_at=None, failure="open_quote", failure_line=3)
        again = VendorFile.objects.open().get()
    broken = owner.get(page("usage-import", again)).text
    assert "Line 3: A quotation mark is opened and never closed." in broken
    assert f'action="{page("usage-import-discard", again)}"' in broken


def test_a_second_file_says_whose_the_first_is(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    owner = client_as(meridian.owner)
    upload(owner, idle(running.members[0].mail))
    answer = upload(owner, idle(running.members[1].mail))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Your file was not taken" in answer.text
    assert meridian.owner.person.name in answer.text


def test_a_second_tab_commits_nothing_twice(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    owner = client_as(meridian.owner)
    upload(owner, idle(running.members[0].mail))
    with enter(meridian):
        file = VendorFile.objects.get()
    for _ in range(2):
        done = owner.post(page("usage-import-commit", file), follow=True)
        assert "Imported: figures of one person" in done.text
    thrown = owner.post(page("usage-import-discard", file), follow=True)
    assert "has been imported already" in thrown.text
    with enter(meridian):
        assert VendorWeek.objects.count() == 2
        assert AuditEvent.objects.filter(verb="usage_import.committed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_commit_once() -> None:
    world = make_meridian()
    with organization(world.organization.pk):
        running = with_baseline(world)
        file = preview(idle(*mails(running.members)))
    together = threading.Barrier(8)

    def click(_number: int) -> None:
        try:
            together.wait(timeout=PATIENCE_SECONDS)
            with organization(world.organization.pk):
                imports.ask_commit(file=file, covers_all_tools=False, by=None, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(8)))
    with organization(world.organization.pk):
        assert VendorWeek.objects.count() == 6
        assert AuditEvent.objects.filter(verb="usage_import.committed").count() == 1


def test_problems_as_a_file_hold_no_formulas(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    owner = client_as(meridian.owner)
    upload(owner, export(line("=cmd|'/c calc'!a0"), line("+stranger@x.de"), line(str(running.members[0].mail))))
    with enter(meridian):
        file = VendorFile.objects.get()
    answer = owner.get(page("usage-import-problems", file))
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "'=cmd|'/c calc'!a0" in text
    assert "'+stranger@x.de" in text
    assert not [cell for row in text.splitlines() for cell in row.split(",") if cell.startswith(("=", "+", "@"))]


def test_a_large_file_is_worked_on_while_one_waits(
    meridian: World,
    running: Running,
    client_as: ClientAs,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    celery_runs_at_once: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(imports, "AT_ONCE_LINES", 0)
    owner = client_as(meridian.owner)
    waiting = upload(owner, idle(running.members[0].mail))
    assert "The file is being read" in waiting.text
    assert 'hx-trigger="every 1s"' in waiting.text
    with enter(meridian):
        file = VendorFile.objects.get()
    htmx = {"HX-Request": "true", "HX-Target": "import-progress"}
    assert "<h1" not in owner.get(page("usage-import", file), headers=htmx).text
    with django_capture_on_commit_callbacks(execute=True):
        heartbeat()
    assert owner.get(page("usage-import", file), headers=htmx)["HX-Refresh"] == "true"
    asked = owner.post(page("usage-import-commit", file), follow=True)
    assert "The figures are being imported" in asked.text
    with django_capture_on_commit_callbacks(execute=True):
        heartbeat()
    assert "Imported: figures of one person" in owner.get(page("usage-import", file)).text


def test_a_worker_killed_half_way_leaves_nothing_and_the_next_one_finishes(
    meridian: World, running: Running, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 0)
    with enter(meridian):
        file = preview(idle(*mails(running.members)))
    (row,) = [row for row in agenda.claim_due(at=AT) if row.task == imports.STAGE]

    def killed(row_id: int, *, at: Any) -> None:
        imports.stage_import(file_id=row_id, at=at)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        carry_out(row.pk, killed, at=AT)
    with enter(meridian):
        assert not VendorRow.objects.exists()
    carry_out(row.pk, lambda row_id, *, at: imports.stage_import(file_id=row_id, at=at), at=AT)
    with enter(meridian):
        file.refresh_from_db()
        assert (file.staged_at, VendorRow.objects.count()) == (AT, 6)


@pytest.mark.parametrize("more", [1, 3])
def test_pages_ask_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World,
    running: Running,
    client_as: ClientAs,
    enter: Enter,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with enter(meridian):
        for number in range(more):
            days = [EARLIER + timedelta(days=number)]
            bring(export(line(str(running.members[0].mail), EARLIER, days=days)), by=meridian.owner.person)
        file = preview(export(*(line(f"stranger{number}@x.de") for number in range(more))))
    owner = client_as(meridian.owner)
    for path, queries_made in ((reverse("usage-imports", args=["meridian"]), 12), (page("usage-import", file), 12)):
        owner.get(path)
        with django_assert_num_queries(queries_made):
            owner.get(path)


# --- what waits ------------------------------------------------------------------------------------------------------


def test_home_says_when_it_is_time_again(meridian: World, running: Running, client_as: ClientAs, enter: Enter) -> None:
    owner = client_as(meridian.owner)
    waiting = reverse("waiting-usage", args=["meridian"])
    assert waiting in owner.get("/o/meridian/").text
    assert "nothing has been imported yet" in owner.get(waiting).text
    with enter(meridian):
        file = bring(idle(*mails(running.members)))
    assert "Done for now" in owner.get(waiting).text
    with time_machine.travel(AT + timedelta(days=8), tick=False):
        assert "Bring in last week’s figures" in owner.get(waiting).text
    with enter(meridian):
        imports.undo_import(file=file, by=None, at=AT)
        preview(idle(*mails(running.members)))
    assert "Go on with the import" in owner.get(waiting, headers={"HX-Request": "true"}).text


def test_without_a_programme_nothing_waits(meridian: World, client_as: ClientAs) -> None:
    owner = client_as(meridian.owner)
    assert "nothing needs importing" in owner.get(reverse("waiting-usage", args=["meridian"])).text
    assert "No programme has begun yet" in owner.get(reverse("usage-imports", args=["meridian"])).text
