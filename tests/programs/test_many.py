"""Many programmes: found and laid aside, nobody counted twice, and what one learned offered to the next."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.disclosure.rules import Audience
from adoption.programs import actions
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.archive import archive
from adoption.programs.actions.lessons import answer_lesson, write_lesson
from adoption.programs.models import Lesson, LessonAnswer, Program
from adoption.programs.queries import listing
from adoption.programs.queries.design import design_of
from adoption.programs.queries.lessons import suggestions
from adoption.programs.queries.listing import overlap_page, programs_page, roll_up
from adoption.programs.rules import Arm, State, Template
from adoption.programs.rules.design import Page
from adoption.programs.rules.lessons import MOST_LESSONS, LessonKind, Setting
from adoption.tenancy.models import AuditEvent, Person
from tests.factories import AT, World
from tests.practice import make_program, some_people
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

TODAY = AT.date()
MARKS = ("baseline_opened_at", "launched_at", "ended_at", "followed_at", "closed_at")


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def reach(program: Program, state: State) -> Program:
    """A programme as far as a state; how it came there is told elsewhere."""
    marks: dict[str, Any] = dict.fromkeys(MARKS[: list(State).index(state)], AT)
    if "launched_at" in marks:
        marks["fixed"] = {}
    Program.objects.filter(pk=program.pk).update(**marks)
    return Program.objects.select_related("workflow", "organization").get(pk=program.pk)


def running(world: World, name: str, *people: Person, arm: Arm = Arm.PODS) -> Program:
    """A programme whose baseline is open, with these people in one group."""
    program = make_program(world, name=name)
    actions.assign(program=program, arm=arm, cluster=f"Of {name}", people=people, by=None, at=AT)
    return reach(program, State.BASELINE)


# --- the list --------------------------------------------------------------------------------------------------------


def test_programmes_are_found_by_name_work_and_state_and_come_page_by_page(
    meridian: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PROGRAMS_SHOWN", 2)
    with enter(meridian):
        made = [make_program(meridian, name=name) for name in ("Alpha", "Beta", "Gamma")]
        reach(made[0], State.LAUNCHED)
        first = programs_page(on=TODAY)
        assert [one.program.pk for one in first.rows] == [made[2].pk, made[1].pk]
        assert (first.previous, first.listed, first.archived, first.is_long) == (None, 3, 0, True)
        second = programs_page(after=first.next, on=TODAY)
        assert ([one.program.pk for one in second.rows], second.next) == ([made[0].pk], None)
        back = programs_page(before=second.previous, on=TODAY)
        assert (back.rows, back.previous) == (first.rows, None)
        for asked in ({"search": "bet"}, {"search": f"{meridian.canary} beta"}):
            assert [one.program.pk for one in programs_page(**asked, on=TODAY).rows] == [made[1].pk]  # type: ignore[arg-type]
        by_state = {state: len(programs_page(state=state, on=TODAY).rows) for state in State}
        assert by_state == {state: {State.DRAFT: 2, State.LAUNCHED: 1}.get(state, 0) for state in State}


def test_the_list_is_read_at_the_same_number_of_queries_for_one_and_for_three(meridian: World, enter: Enter) -> None:
    counts = []
    with enter(meridian):
        people = some_people(meridian, 3)
        for name in ("Alpha", "Beta", "Gamma"):
            running(meridian, name, *people)
            with CaptureQueriesContext(connection) as asked:
                assert programs_page(on=TODAY).rows
                assert roll_up(meridian.organization, Audience.LEAD).people == 3
                overlap_page()
            counts.append(len(asked))
    assert len(set(counts[1:])) == 1
    assert counts[-1] <= 8


def test_a_closed_programme_is_laid_aside_with_a_question_and_brought_back_with_none(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        make_program(meridian, name="others")
        with pytest.raises(WrongState):
            archive(program=program, by=None, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(archived_at=AT)
    client, page = client_as(meridian.lead), at("program-archive", program.slug)
    assert "is not closed yet" in client.get(page).content.decode()
    assert "closes by itself" in client.post(page, follow=True).content.decode()
    with enter(meridian):
        reach(program, State.CLOSED)
    asked = client.get(page).content.decode()
    assert f"Lay {program.name} aside?" in asked
    assert "Nothing is written down of what it taught" in asked
    for _ in range(2):
        said = client.post(page, follow=True).content.decode()
        assert at("program-unarchive", program.slug) in said
    assert "One programme" in said
    assert "One more is laid aside" in said
    assert program.name in client.get(f"{at('programs')}?archived=1").content.decode()
    assert "Bring back" in client.get(at("program", program.slug)).content.decode()
    for _ in range(2):
        client.post(at("program-unarchive", program.slug))
    assert "Two programmes" in client.get(at("programs")).content.decode()
    with enter(meridian):
        verbs = list(AuditEvent.objects.filter(verb__contains="archived").order_by("id").values_list("verb", flat=True))
    assert verbs == ["program.archived", "program.unarchived"]
    for other in (meridian.executive, meridian.champion):
        assert client_as(other).post(page).status_code == HTTPStatus.FORBIDDEN


# --- nobody twice ----------------------------------------------------------------------------------------------------


def test_whoever_is_in_two_programmes_is_counted_once_and_named_to_leads_alone(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        people = some_people(meridian, 12)
        running(meridian, "Alpha", *people[:11])
        second = running(meridian, "Beta", *people[10:], arm=Arm.COMPARISON)
        # A draft asks nobody for anything.
        draft = make_program(meridian, name="Gamma")
        actions.assign(program=draft, arm=Arm.PODS, cluster="Later", people=people, by=None, at=AT)
        lead, executive = (roll_up(meridian.organization, who) for who in (Audience.LEAD, Audience.EXECUTIVE))
        assert (lead.programs, lead.people, lead.in_several) == (2, 12, 1)
        assert (executive.people, executive.in_several, executive.is_any_in_several) == (12, None, False)
        (shared,) = overlap_page().rows
        assert shared.person == people[10]
        assert [(one.program.name, one.arm) for one in shared.places] == [
            ("Meridian Alpha", Arm.PODS),
            ("Meridian Beta", Arm.COMPARISON),
        ]
    page = client_as(meridian.lead).get(at("programs-overlap")).content.decode()
    assert "1 person is in several programmes at once" in page
    assert people[10].name in page
    assert people[0].name not in page
    listed = " ".join(client_as(meridian.lead).get(at("programs")).content.decode().split())
    assert "12 people in all; nobody is counted twice." in listed
    told = " ".join(client_as(meridian.executive).get(at("programs")).content.decode().split())
    assert "None or a few are in several at once." in told
    assert client_as(meridian.executive).get(at("programs-overlap")).status_code == HTTPStatus.FORBIDDEN
    api = "/api/v1/o/meridian/overlap/"
    assert client_as(meridian.lead).get(api).json() == {"programs": 2, "people": 12, "in_several": 1}
    assert client_as(meridian.executive).get(api).json()["in_several"] is None
    with enter(meridian):
        Program.objects.filter(pk=second.pk).update(baseline_opened_at=None)
        assert not overlap_page().rows
    assert "Nobody is in several" in client_as(meridian.lead).get(at("programs-overlap")).content.decode()


# --- what was learned ------------------------------------------------------------------------------------------------


def learned(program: Program, words: str = "Pods of eight were too large", **changes: Any) -> Lesson:
    given = {"kind": LessonKind.CHANGE, "page": Page.DATES, "setting": Setting.POD_SIZE, "number": 6, **changes}
    return write_lesson(program=program, words=words, **given, by=None, at=AT)


def test_what_a_programme_taught_is_written_down_from_its_end_on(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
    client, page = client_as(meridian.lead), at("lessons", program.slug)
    given = {"kind": "change", "words": "Smaller pods", "page": "dates", "setting": "pod_size", "number": "6"}
    assert client.post(page, given).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with enter(meridian):
        program = reach(program, State.ENDED)
    assert "What did Meridian reports teach us?" in client.get(page).content.decode()
    for wrong in ({**given, "number": ""}, {**given, "setting": ""}, {**given, "words": " "}, {**given, "kind": "x"}):
        answer = client.post(page, wrong)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _ in range(2):
        client.post(page, given)
    with enter(meridian):
        lesson = Lesson.objects.get()
        assert (lesson.words, lesson.setting, lesson.number) == ("Smaller pods", "pod_size", 6)
        assert AuditEvent.objects.filter(verb="lesson.written").count() == 1
        for number in range(MOST_LESSONS - 1):
            learned(program, f"Lesson {number}")
        with pytest.raises(Refused):
            learned(program, "One too many")
        with pytest.raises(IntegrityError), transaction.atomic():
            Lesson.objects.filter(pk=lesson.pk).update(number=None)
    out = at("lesson-out", program.slug, lesson.public_id)
    assert client.post(out).status_code == HTTPStatus.FOUND
    assert client.post(out).status_code == HTTPStatus.NOT_FOUND
    assert client_as(meridian.executive).get(page).status_code == HTTPStatus.FORBIDDEN


def test_the_next_draft_is_offered_it_with_its_source_and_takes_it_over_in_one_click(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        before = reach(make_program(meridian, name="reports"), State.ENDED)
        lesson, other = learned(before), learned(before, "Begin after the close", setting=None, number=None)
        compared = learned(before, "More teams", setting=Setting.TEAMS, number=9)
        draft = make_program(meridian, name="next")
        draft = Program.objects.select_related("workflow", "organization").get(pk=draft.pk)
    client, page = client_as(meridian.lead), at("program-step", draft.slug, "dates")
    shown = " ".join(client.get(page).content.decode().split())
    assert "Pods of eight were too large" in shown
    assert f"{before.name}, July 2026 · sets 6 people in each pod" in shown
    assert "Learned before" not in client.get(at("program-step", draft.slug, "work")).content.decode()
    typed = {
        "starts_on": "2026-08-03",
        "weeks": "9",
        "comparison": "A film",
        "mode": "weekly",
        "primary_look": "S56",
        "pods": "7",
        "pod_size": "8",
        "teams": "6",
        "least_icc": "0.05",
    }
    # What is typed wrongly is not lost, and nothing is taken over.
    wrong = client.post(page, {**typed, "pods": "none", "take": str(lesson.public_id)})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _ in range(2):
        answer = client.post(page, {**typed, "take": str(lesson.public_id)}, follow=True)
        assert answer.redirect_chain[-1][0] == page
    client.post(page, {**typed, "pod_size": "6", "do-without": str(other.public_id)})
    with enter(meridian):
        design, program = design_of(draft), Program.objects.get(pk=draft.pk)
        assert (design.pod_size, design.pods, program.weeks, program.comparison) == (6, 7, 9, "A film")
        assert set(LessonAnswer.objects.values_list("lesson", "is_taken")) == {(lesson.pk, True), (other.pk, False)}
        draft = Program.objects.select_related("workflow", "organization").get(pk=draft.pk)
        assert [one.lesson.pk for one in suggestions(draft, design, Page.DATES)] == [compared.pk]
        # Where nothing is compared no number of teams to compare with is proposed.
        draft.template = Template.EXPLORATORY
        assert not suggestions(draft, design, Page.DATES)
    assert "Pods of eight were too large" in client.get(at("program-step", draft.slug, "review")).content.decode()
    for _ in range(2):
        client.post(at("lesson-again", draft.slug, "dates", other.public_id))
    assert "Begin after the close" in client.get(page).content.decode()
    with enter(meridian):
        reach(draft, State.BASELINE)
        assert AuditEvent.objects.filter(verb="lesson.offered_again").count() == 1
        with pytest.raises(WrongState):
            answer_lesson(program=draft, lesson=other, is_taken=True, by=None, at=AT)
    late = client.post(at("lesson-again", draft.slug, "dates", lesson.public_id), follow=True)
    assert late.redirect_chain[-1][0] == at("program", draft.slug)
    with enter(meridian):
        assert LessonAnswer.objects.filter(lesson=lesson, is_taken=True).exists()


def test_machines_lay_aside_write_down_and_take_over_as_the_pages_do(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        before, draft = make_program(meridian, name="reports"), make_program(meridian, name="next")
        reach(before, State.ENDED)
    client, json = client_as(meridian.lead), {"content_type": "application/json"}
    root = f"/api/v1/o/meridian/p/{before.slug}"
    early = client.post(f"{root}/archive/", **json)
    assert (early.status_code, early.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "not_closed")
    given = {"kind": "change", "words": "Nine weeks", "page": "dates", "setting": "weeks", "number": 9}
    made = client.post(f"{root}/lessons/", given, **json)
    assert made.status_code == HTTPStatus.CREATED
    assert client.get(f"{root}/lessons/").json()["items"] == [made.json()]
    half = client.post(f"{root}/lessons/", {**given, "words": "Half", "number": None}, **json)
    assert half.json()["errors"][0]["field"] == "number"
    offered = f"/api/v1/o/meridian/p/{draft.slug}/suggestions/"
    (one,) = client.get(offered).json()["items"]
    assert (one["program"], one["number"], one["is_new"]) == (before.slug, 9, True)
    answered = client.put(f"{offered}{one['id']}/", {"is_taken": True}, **json)
    assert answered.json() == {"items": []}
    with enter(meridian):
        assert Program.objects.get(pk=draft.pk).weeks == 9
        reach(before, State.CLOSED)
    assert client.post(f"{root}/archive/", **json).json()["archived_at"]
    assert client.delete(f"{root}/archive/").json()["archived_at"] is None
    assert client.delete(f"{root}/lessons/{one['id']}/").status_code == HTTPStatus.NO_CONTENT
    for other in (meridian.executive, meridian.champion):
        assert client_as(other).get(f"{root}/lessons/").status_code == HTTPStatus.FORBIDDEN
        assert client_as(other).post(f"{root}/archive/", **json).status_code == HTTPStatus.FORBIDDEN


def test_a_lesson_offered_at_the_first_step_is_seen_at_the_second(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        before = reach(make_program(meridian, name="reports"), State.ENDED)
        work = learned(before, "Ask those who do it", page=Page.WORK, setting=None, number=None)
        draft = Program.objects.select_related("workflow", "organization").get(
            pk=make_program(meridian, name="next", at=AT - timedelta(days=1)).pk
        )
        found = suggestions(draft, design_of(draft), Page.TEMPLATE)
        assert [(one.lesson.pk, one.proposes) for one in found] == [(work.pk, "")]
