"""The skills matrix: both views of a role's work, what the gate lets through of them, and tasks in people's own words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs.actions import Refused as ProgramRefused
from adoption.programs.actions import add_workflow, rename_workflow, retire_workflow
from adoption.programs.models import Workflow
from adoption.tenancy.models import AuditEvent, Person
from surveys import actions
from surveys.actions.privacy import erase_person
from surveys.models import Anchor, RoleWork, SkillAnswer, SkillFinding, SkillsAsk, SkillsWave
from surveys.queries.skills import Matrix, Spot, clusters, matrix, own_work, released_skills
from surveys.rules.skills import Fit
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

UNTIL = AT.date() + timedelta(days=14)
PAGE = "/o/meridian/matrix/"
ZONE = "Europe/Berlin"


def workflow(name: str) -> Workflow:
    return add_workflow(name=name, by=None, at=AT)


def part(
    role: str, work: Workflow, *, needed: int = 3, seen: int | None = None, hours: str = "", **more: object
) -> RoleWork:
    given = {"data_allowed": True, "fit": Fit.SUITABLE, "because": "", **more}
    return actions.set_role_work(
        role=role, workflow=work, needed=needed, seen_level=seen, seen_hours=hours, by=None, at=AT, **given
    )


def staff(role: str, count: int) -> list[Person]:
    return PersonFactory.create_batch(count, job_role=role)


def asked(world: World) -> SkillsWave:
    return actions.open_skills(organization=world.organization, until=UNTIL, by=world.lead.person, at=AT)


def say(person: Person, work: Workflow, level: int | None, hours: str, anchor: str = "") -> None:
    ask = SkillsAsk.objects.select_related("wave").get(person=person)
    actions.answer_skills(ask=ask, given={work: (level, hours)}, anchor=anchor, at=AT)


def look() -> Matrix:
    return matrix(at=AT, zone=ZONE)


def spot(role: str) -> Spot:
    return next(one for one in look().spots if one.work.role == role)


def test_the_median_of_a_role_stands_beside_the_leads_view_and_makes_the_priority(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        report = workflow("Client report")
        part("Consultant", report, needed=4, seen=3, hours="under_1")
        people = staff("Consultant", 6)
        wave = asked(meridian)
        for person, level, hours in zip(people, (0, 1, 1, 2, 2, 3), ("1_to_3",) * 3 + ("3_to_6",) * 3, strict=True):
            say(person, report, level, hours)
        # While it is open nothing of it is seen, and the lead's own view stands.
        assert (spot("Consultant").said, spot("Consultant").priority) == (None, 1)
        actions.close_skills(wave=wave, by=None, at=AT + timedelta(hours=1))
        found = spot("Consultant")
    assert (found.said, found.said_hours) == (Decimal("1.5"), Decimal("3.3"))
    # 4 - 1.5 = 2.5 levels, more than three hours: 3.
    assert (found.gap, found.upside, found.priority, found.number) == (Decimal("2.5"), 3, Decimal("7.5"), 1)
    assert not found.is_by_lead


def test_a_small_role_is_not_shown_and_the_leads_view_stands_for_it(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        report = workflow("Client report")
        for role, count in (("Consultant", 7), ("Analyst", 5), ("Partner", 3)):
            part(role, report, needed=4, seen=1, hours="1_to_3")
            staff(role, count)
        wave = asked(meridian)
        for person in Person.objects.exclude(job_role=""):
            if SkillsAsk.objects.filter(person=person).exists():
                say(person, report, 4 if person.job_role == "Partner" else 2, "1_to_3")
        actions.close_skills(wave=wave, by=None, at=AT + timedelta(hours=1))
        assert spot("Consultant").said == 2
        assert spot("Partner").said is None
        assert spot("Partner").is_hidden
        # Three partners are merged with the next smallest role, which has no figure of its own then.
        assert spot("Analyst").said is None
        assert (spot("Partner").gap, spot("Partner").is_by_lead) == (3, True)
        for target in released_skills():
            assert all(stratum["people"] >= 5 for stratum in target["strata"])
    page = client_as(meridian.lead).get(PAGE).content.decode()
    assert "not shown" in page


def test_what_is_unsuitable_or_a_red_line_is_taken_off_with_its_reason_and_asked_about_by_nobody(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        signing, report = workflow("Signing contracts"), workflow("Client report")
        part("Consultant", signing, seen=0, hours="over_6", fit=Fit.RED_LINE, because="Each one is signed by hand.")
        part("Consultant", report, seen=1, hours="1_to_3")
        person = staff("Consultant", 6)[0]
        asked(meridian)
        assert [one.workflow for one in own_work(SkillsAsk.objects.get(person=person))] == [report]
        found = look()
        assert [one.work.workflow for one in found.ranked] == [report]
        with pytest.raises(actions.Refused, match="off_without_reason"):
            part("Consultant", report, fit=Fit.UNSUITABLE)
    page = client_as(meridian.lead).get(PAGE).content.decode()
    assert "Each one is signed by hand." in page
    assert "Client report in the role Consultant has the widest gap" in page
    assert "/p/new/?workflow=Client%20report" in page
    draft = client_as(meridian.lead).get("/o/meridian/p/new/?workflow=Client%20report").content.decode()
    assert 'value="Client report"' in draft


def test_forbidden_data_takes_one_from_the_upside(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        part("Consultant", workflow("Client report"), needed=3, seen=1, hours="3_to_6", data_allowed=False)
        found = spot("Consultant")
    assert (found.gap, found.upside, found.priority) == (2, 2, 4)


def test_tasks_are_read_without_names_from_ten_people_on_and_placed(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        report = workflow("Client report")
        part("Consultant", report)
        people = staff("Consultant", 10)
        wave = asked(meridian)
        for number, person in enumerate(people):
            say(person, report, None, "", anchor=f"Minutes of meeting {number}")
        actions.close_skills(wave=wave, by=None, at=AT + timedelta(hours=1))
        assert [len(one.tasks) for one in clusters(wave)] == [10]
        first, second = Anchor.objects.order_by("words")[:2]
    client = client_as(meridian.lead)
    assert "Minutes of meeting 3" in client.get(f"{PAGE}tasks/").content.decode()
    nothing = client.post(f"{PAGE}tasks/", {"name": "Meeting minutes"})
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(f"{PAGE}tasks/", {"task": [str(first.public_id), str(second.public_id)], "name": "Meeting minutes"})
    with enter(meridian):
        assert [(str(one.workflow), len(one.tasks)) for one in clusters(wave)] == [("None", 8), ("Meeting minutes", 2)]


def test_nine_tasks_are_not_shown(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        report = workflow("Client report")
        part("Consultant", report)
        people = staff("Consultant", 9)
        wave = asked(meridian)
        for person in people:
            say(person, report, None, "", anchor="Minutes")
        actions.close_skills(wave=wave, by=None, at=AT + timedelta(hours=1))
        assert clusters(wave) == []
        # Nobody said a level either, so there is no figure.
        assert not SkillFinding.objects.exists()


def test_somebody_answers_by_mailed_link_and_may_leave_out_what_they_like(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        report = workflow("Client report")
        part("Consultant", report)
        person = staff("Consultant", 6)[0]
        asked(meridian)
        ask = SkillsAsk.objects.get(person=person)
        assert Message.objects.filter(kind="skills", person=person).count() == 1
        link = mint(
            purpose=actions.SKILLS,
            row_id=ask.pk,
            person=person,
            address="a@b.example",
            expires_at=ask.wave.closes_at,
            at=AT,
        )
    client = Client()
    page = client.get(link)["Location"]
    words = client.get(page).content.decode()
    assert (
        "What is the one task you do every week that takes the most time and produces the least satisfaction?" in words
    )
    with enter(meridian):
        assert not SkillAnswer.objects.exists()
    bad = client.post(page, {f"level-{report.public_id}": "9", "anchor": "Minutes"})
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Minutes" in bad.content.decode()
    done = client.post(page, {f"level-{report.public_id}": "1", "anchor": "Minutes"}, follow=True)
    assert "Thank you" in done.content.decode()
    with enter(meridian):
        row = SkillAnswer.objects.get()
        assert (row.level, row.hours, row.ask.anchor) == (1, "", "Minutes")
        actions.close_skills(wave=SkillsWave.objects.get(), by=None, at=AT + timedelta(hours=1))
    assert client.post(page, {"anchor": "Later"}).status_code == HTTPStatus.GONE


def test_it_is_published_by_itself_once_and_asked_again_only_then(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        part("Consultant", workflow("Client report"))
        staff("Consultant", 6)
        wave = asked(meridian)
        with pytest.raises(actions.Refused, match="skills_open"):
            asked(meridian)
        assert actions.publish_skills(wave=wave, at=AT) == wave.closes_at
        for _ in range(2):
            assert actions.publish_skills(wave=wave, at=wave.closes_at) is None
        assert AuditEvent.objects.filter(verb="skills.published").count() == 1


def test_a_workflow_is_renamed_and_retired_unless_a_programme_needs_it(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        renamed = rename_workflow(workflow=program.workflow, name="Reports", by=None, at=AT)
        assert Workflow.objects.get().name == "Reports"
        with pytest.raises(ProgramRefused, match="workflow_in_use"):
            retire_workflow(workflow=renamed, by=None, at=AT)
        type(program).objects.update(baseline_opened_at=AT)
        with pytest.raises(ProgramRefused, match="workflow_asked_about"):
            rename_workflow(workflow=renamed, name="Other reports", by=None, at=AT)
        other = workflow("Minutes")
        with pytest.raises(ProgramRefused, match="workflow_taken"):
            rename_workflow(workflow=other, name="Reports", by=None, at=AT)
        retire_workflow(workflow=other, by=None, at=AT)
        assert add_workflow(name="Minutes", by=None, at=AT).retired_at is None


def test_answers_go_with_a_person_and_published_figures_stay(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        report = workflow("Client report")
        part("Consultant", report)
        people = staff("Consultant", 6)
        wave = asked(meridian)
        for person in people:
            say(person, report, 2, "1_to_3", anchor="Minutes")
        actions.close_skills(wave=wave, by=None, at=AT + timedelta(hours=1))
        erase_person(person=people[0], at=AT)
        assert not SkillsAsk.objects.filter(person=people[0]).exists()
        assert spot("Consultant").said == 2


def test_pages_take_the_same_queries_with_one_role_and_with_three(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    counts = []
    for role in ("Consultant", "Analyst", "Partner"):
        with enter(meridian):
            part(role, workflow(f"{role} work"), seen=1, hours="1_to_3")
            staff(role, 2)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == HTTPStatus.OK
        counts.append(len(seen))
    assert counts[0] == counts[-1]


def test_only_leads_see_the_matrix(meridian: World, client_as: ClientAs) -> None:
    assert client_as(meridian.executive).get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client_as(meridian.member).get(PAGE).status_code == HTTPStatus.FORBIDDEN


def test_a_lead_adds_a_part_on_the_page_and_reads_what_is_wrong_beside_the_field(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        report = workflow("Client report")
        staff("Consultant", 1)
    client = client_as(meridian.lead)
    given = {
        "role": "Consultant",
        "workflow": str(report.public_id),
        "needed": "3",
        "fit": "unsuitable",
        "data_allowed": "on",
    }
    bad = client.post(f"{PAGE}parts/", given)
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "it stands on the matrix in its place" in bad.content.decode()
    client.post(f"{PAGE}parts/", {**given, "because": "It is all by telephone."})
    with enter(meridian):
        assert RoleWork.objects.get().because == "It is all by telephone."


def test_constraints_hold(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        row = part("Consultant", workflow("Client report"))
        for change in ({"needed": 5}, {"fit": Fit.RED_LINE}, {"seen_hours": "many"}, {"role": ""}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RoleWork.objects.filter(pk=row.pk).update(**change)
        wave = SkillsWave.objects.create(instrument_version=1, opened_at=AT, closes_at=AT + timedelta(days=1))
        with pytest.raises(IntegrityError, match="skills_wave_one_open"), transaction.atomic():
            SkillsWave.objects.create(instrument_version=1, opened_at=AT, closes_at=AT + timedelta(days=1))
        with pytest.raises(IntegrityError, match="anchor_words"), transaction.atomic():
            Anchor.objects.create(wave=wave, words="")
