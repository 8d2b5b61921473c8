"""The plan of what is learnt: read, adjusted before the launch, refused with its reason, and taken up by pods."""

from __future__ import annotations

from datetime import time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions import curriculum as actions
from adoption.programs.actions.design import settle_tier
from adoption.programs.models import PlannedContent, Program
from adoption.programs.queries.curriculum import contents_now, curriculum
from adoption.programs.rules.curriculum import MOST_OWN, Content, Delivery, Phase, Practice, SessionKind
from adoption.programs.rules.design import Tier
from adoption.tenancy.models import AuditEvent, Person
from pods.actions import log_session, plan_meeting
from pods.queries import facts_of_soon, meeting_look
from pods.queries.curriculum import practised
from tests.factories import AT, World
from tests.practice import Practice as Practised
from tests.practice import practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TODAY = AT.date()
ANALYST = "Analyst"


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Practised:
    """A draft whose pod has somebody with a role."""
    made = practise(meridian)
    with enter(meridian):
        Person.objects.filter(pk=made.members[0].pk).update(job_role=ANALYST)
    return made


def at(name: str, program: Program, *parts: object, role: str = "") -> str:
    return reverse(name, args=["meridian", program.slug, *parts]) + (f"?role={role}" if role else "")


def own(number: int = 1, **changes: Any) -> Content:
    given: dict[str, Any] = {
        "key": f"own-{number}",
        "phase": Phase.EMBEDDING,
        "kind": SessionKind.REFLECTION,
        "doing": 12,
        "explaining": 3,
        "words": f"Our checklist {number}",
    }
    return Content(**given | changes)


def keys(program: Program, role: str = "") -> list[str]:
    return [one.key for one in contents_now(program, role) if not one.left_out]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_leads_executives_and_whoever_leads_a_pod_read_the_plan_and_nobody_else_finds_it(
    meridian: World, practice: Practised, client_as: ClientAs
) -> None:
    address = at("curriculum", practice.program)
    page = " ".join(client_as(meridian.lead).get(address).content.decode().split())
    for words in ("Literacy and alignment", "Role workshops", "Embedding", "Champion network", "weeks 3 to 10"):
        assert words in page
    assert (
        page.index("What it is good at") < page.index("What is never done with it") < page.index("Which tool for what")
    )
    assert "72 min doing, 18 explaining" in page
    # One session was logged in the pod, of 40 and 10 minutes.
    assert "40 to 10 minutes, 1 session" in page
    change = at("content", practice.program, "red-lines")
    assert change in page
    for reader in (meridian.executive, meridian.champion):
        answer = client_as(reader).get(address)
        assert answer.status_code == HTTPStatus.OK
        assert change not in answer.content.decode()
    assert client_as(meridian.member).get(address).status_code == HTTPStatus.NOT_FOUND
    assert client_as(meridian.executive).post(at("content-back", practice.program, "tools")).status_code == 403


def test_a_lead_reorders_leaves_out_with_a_reason_and_adds_something_of_their_own(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    client, program = client_as(meridian.lead), practice.program
    client.post(at("content-move", program, "red-lines"), {"to": "earlier"})
    silent = client.post(at("content-out", program, "peer-moment"), {"reason": " "})
    assert (silent.status_code, "Why is it left out?" in silent.content.decode()) == (422, True)
    client.post(at("content-out", program, "peer-moment"), {"reason": "Nobody is two weeks in"})
    form = {
        "words": "Our own checklist",
        "phase": "workshops",
        "kind": "workshop",
        "delivery": "live",
        "doing": 30,
        "explaining": 5,
        "times": 1,
        "key": "own-abc",
    }
    for _press in range(2):
        answer = client.post(at("content-new", program), form, follow=True)
    page = answer.content.decode()
    assert page.count("<h3>Our own checklist") == 1
    assert "Nobody is two weeks in" in page
    with enter(meridian):
        found = keys(program)
        assert found[1:5] == ["prompt-patterns", "red-lines", "workflow-design", "own-abc"]
        assert "peer-moment" not in found
        assert AuditEvent.objects.filter(verb="curriculum.changed").count() == 3
    client.post(at("content-back", program, "peer-moment"))
    client.post(at("content-out", program, "own-abc"))
    with enter(meridian):
        assert "peer-moment" in keys(program)
        assert "own-abc" not in keys(program)
    client.post(at("curriculum-share", program))
    with enter(meridian):
        assert not PlannedContent.objects.exists()


def test_a_video_where_people_have_to_work_differently_is_refused_beside_the_field(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    client, address = client_as(meridian.lead), at("content", practice.program, "workflow-design")
    form = {"kind": "workshop", "delivery": "webinar", "doing": 11, "explaining": 60}
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "brings nobody there" in page
    assert 'value="11"' in page
    with enter(meridian):
        assert not PlannedContent.objects.exists()
        settle_tier(program=practice.program, tier=Tier.LITERACY, by=None, at=AT)
    # For understanding it is enough: the red lines of that plan come by video from the start.
    video = {"kind": "workshop", "delivery": "on_demand", "doing": 20, "explaining": 4}
    assert client.post(at("content", practice.program, "red-lines"), video).status_code == HTTPStatus.FOUND
    with enter(meridian):
        [row] = PlannedContent.objects.filter(key="red-lines")
        assert (row.kind, row.doing) == ("", 20)
        settle_tier(program=practice.program, tier=Tier.FLUENCY, by=None, at=AT)
        # In another phase by then: the template's own is there again.
        [again] = [one for one in contents_now(practice.program, "") if one.key == "red-lines"]
        assert (again.phase, again.delivery) == (Phase.WORKSHOPS, Delivery.LIVE)


def test_a_role_gets_a_plan_of_its_own_and_follows_everybodys_again(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    client, program = client_as(meridian.lead), practice.program
    assert "follows everybody’s plan" in client.get(at("curriculum", program, role=ANALYST)).content.decode()
    client.post(at("content-out", program, "tools", role=ANALYST), {"reason": "They chose them"})
    assert "has a plan of its own" in client.get(at("curriculum", program, role=ANALYST)).content.decode()
    with enter(meridian):
        assert "tools" in keys(program)
        assert "tools" not in keys(program, ANALYST)
        with pytest.raises(Refused, match="no_such_role"):
            actions.share_curriculum(program=program, role="Astronaut", by=None, at=AT)
    # An address that names nobody's role is everybody's plan.
    assert "Astronaut" not in client.get(at("curriculum", program, role="Astronaut")).content.decode()
    client.post(at("curriculum-share", program, role=ANALYST))
    with enter(meridian):
        assert keys(program, ANALYST) == keys(program)


def test_the_page_asks_as_much_with_three_contents_of_ones_own_as_with_one(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    client, counts = client_as(meridian.lead), []
    for numbers in ((1,), (2, 3)):
        with enter(meridian):
            for number in numbers:
                actions.put_content(program=practice.program, role="", content=own(number), by=None, at=AT)
        client.get(at("curriculum", practice.program))
        with CaptureQueriesContext(connection) as asked:
            client.get(at("curriculum", practice.program))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_after_the_launch_nothing_of_it_changes(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    program, client = practice.program, client_as(meridian.lead)
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
        by = {"program": program, "role": "", "by": None, "at": AT}
        for act, more in (
            (actions.move_content, {"key": "tools", "earlier": True}),
            (actions.leave_out, {"key": "tools", "reason": "Known"}),
            (actions.take_up_again, {"key": "tools"}),
            (actions.put_content, {"content": own()}),
            (actions.put_curriculum, {"contents": []}),
            (actions.share_curriculum, {}),
        ):
            with pytest.raises(WrongState, match="launched_curriculum"):
                act(**by, **more)  # type: ignore[operator]
    late = client.post(at("content-move", program, "tools"), {"to": "earlier"}, follow=True)
    assert "its plan stands as it was" in late.content.decode()
    assert client.get(at("content", program, "tools")).status_code == HTTPStatus.FOUND
    assert at("content", program, "tools") not in late.content.decode()


def test_a_whole_plan_is_put_with_every_content_named(meridian: World, practice: Practised, enter: Enter) -> None:
    with enter(meridian):
        program = practice.program
        by: dict[str, Any] = {"program": program, "role": "", "by": None, "at": AT}
        plan = contents_now(program, "")
        for contents, code in (
            ([*plan, plan[0]], "content_twice"),
            (plan[1:], "content_missing"),
            ([*plan, own(key="elsewhere", words="")], "no_such_content"),
            ([*plan, own(delivery=Delivery.ON_DEMAND, kind=None)], "not_for_tier"),
            # What is left out need not fit the goal, but is a content all the same.
            ([*plan, own(left_out="No room", doing=0, explaining=0)], "content_minutes"),
            ([*plan, own(left_out="No room", kind=None)], "no_session"),
            ([*plan, *(own(number) for number in range(MOST_OWN + 1))], "too_many_contents"),
        ):
            with pytest.raises(Refused, match=code):
                actions.put_curriculum(contents=contents, **by)
        with pytest.raises(Refused, match="no_such_content"):
            actions.put_content(content=own(key="elsewhere", words=""), **by)
        assert actions.put_curriculum(contents=[own(), *plan], **by)[4].key == "own-1"


def test_the_database_refuses_what_no_plan_has(meridian: World, practice: Practised, enter: Enter) -> None:
    with enter(meridian):
        actions.put_content(program=practice.program, role="", content=own(), by=None, at=AT)
        rows = PlannedContent.objects.filter(key="own-1")
        for constraint, wrong in (
            ("planned_content_phase", {"phase": "party"}),
            ("planned_content_kind", {"kind": "party"}),
            ("planned_content_delivery", {"delivery": "pigeon"}),
            ("planned_content_with_session", {"kind": ""}),
            ("planned_content_minutes", {"doing": 0, "explaining": 0}),
            ("planned_content_times", {"times": 0}),
            ("planned_content_once", {"key": "tools"}),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                rows.update(**wrong)


# --- with pods -------------------------------------------------------------------------------------------------------


def planned(practice: Practised, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "pod": practice.pod,
        "kind": SessionKind.WORKSHOP,
        "day": TODAY + timedelta(days=7),
        "hour": time(10),
        "minutes": 90,
        "people": practice.members,
        "place": "",
        "topics": "",
        "weekly": False,
        "form_key": uuid4(),
        "contents": ["red-lines"],
        "by": None,
        "at": AT,
    }
    return plan_meeting(**given | changes)[0]


def test_a_sessions_agenda_carries_what_the_plan_has_for_it(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        meeting = planned(practice)
        [content] = meeting_look(meeting, leads=False, at=AT).contents
        assert (content.content.key, str(content.words)) == ("red-lines", "What is never done with it")
        for unknown in ("elsewhere", "own-1"):
            with pytest.raises(Refused, match="no_such_content"):
                planned(practice, contents=[unknown])
    client = client_as(meridian.champion)
    page = client.get(reverse("meeting", args=["meridian", practice.pod.public_id, meeting.public_id])).content.decode()
    assert "What is never done with it" in page
    assert "36 min doing, 9 explaining" in page
    form = client.get(reverse("session-plan", args=["meridian", practice.pod.public_id]) + "?content=tools").content
    assert "planned already" in form.decode()
    assert 'value="tools" id="id_contents_' in form.decode()


def test_what_was_held_and_logged_is_counted_in_pods_and_minutes(
    meridian: World, practice: Practised, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        meeting = planned(practice)
        assert practised(program=practice.program).planned == {"red-lines": 1}
        with time_machine.travel(AT + timedelta(days=8), tick=False):
            log_session(
                pod=practice.pod,
                kind=SessionKind.WORKSHOP,
                held_on=meeting.day,
                attendees=practice.members,
                doing_minutes=60,
                explaining_minutes=30,
                note="",
                meeting=meeting,
                form_key=uuid4(),
                by=None,
                at=AT + timedelta(days=8),
            )
        found = practised(program=practice.program)
        assert (found.pods, found.held, found.planned) == (1, {"red-lines": 1}, {})
        assert found.kinds[SessionKind.WORKSHOP].practice == Practice(60, 30)
        assert found.all == Practice(100, 40)
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
        look = curriculum(Program.objects.get(pk=practice.program.pk), on=TODAY)
        assert [one.held for phase in look.phases for one in phase.contents if one.content.key == "red-lines"] == [1]
    assert "Held in 1 of 1 pods" in client_as(meridian.lead).get(at("curriculum", practice.program)).content.decode()


# --- machines --------------------------------------------------------------------------------------------------------


def test_machines_read_and_put_the_same_plan(
    meridian: World, practice: Practised, client_as: ClientAs, enter: Enter
) -> None:
    address, client = f"/api/v1/o/meridian/p/{practice.program.slug}/curriculum/", client_as(meridian.lead)

    def put(body: object) -> Any:
        return client.put(address, body, content_type="application/json")

    told = client.get(address).json()
    assert (told["roles"], told["is_own"], told["logged"]["doing"]) == ([ANALYST], False, 40)
    contents = [
        {name: one[name] for name in ("key", "kind", "delivery", "doing", "explaining", "times", "left_out_because")}
        for phase in told["phases"]
        for one in phase["contents"]
    ]
    contents[3]["left_out_because"] = "They wrote them"
    mine = {"key": "own-1", "words": "Our checklist", "phase": "embedding", "kind": "reflection", "delivery": "live"}
    contents.append({**mine, "doing": 12, "explaining": 3})
    made = put({"role": ANALYST, "contents": contents}).json()
    assert (made["is_own"], made["role"]) == (True, ANALYST)
    left = [one["key"] for phase in made["phases"] for one in phase["contents"] if one["left_out_because"]]
    assert left == ["red-lines"]
    refused = put({"role": ANALYST, "contents": [*contents[:-1], {**contents[-1], "delivery": "webinar"}]})
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["code"]) == (HTTPStatus.BAD_REQUEST, "not_for_tier")
    assert f"contents.{len(contents) - 1}" in error["field"]
    assert put({"role": ANALYST, "contents": contents[1:]}).json()["errors"][0]["code"] == "content_missing"
    assert put({"role": "Astronaut", "contents": None}).json()["errors"][0]["code"] == "no_such_role"
    assert client.get(address, {"role": "Astronaut"}).status_code == HTTPStatus.BAD_REQUEST
    assert put({"role": ANALYST, "contents": None}).json()["is_own"] is False
    assert client_as(meridian.champion).get(address).status_code == HTTPStatus.OK
    assert client_as(meridian.member).get(address).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    assert put({"role": "", "contents": None}).status_code == HTTPStatus.CONFLICT


def test_the_reminder_names_what_the_session_is_about(meridian: World, practice: Practised, enter: Enter) -> None:
    with enter(meridian):
        meeting = planned(practice)
        message = Message(kind="meeting_soon", person=practice.members[0], row_id=meeting.pk)
        assert [str(one) for one in facts_of_soon(message=message, at=AT)["contents"]] == ["What is never done with it"]
