"""The monthly summary: aggregates alone, once a month, only when something is new, and whole without its picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from adoption.outbox.actions.carry import carry_one, find_errands, post_office
from adoption.outbox.actions.preferences import choose
from adoption.outbox.models import Message
from adoption.outbox.rules import MessageClass, Outcome, Reason
from adoption.programs import rules
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Program, Step
from adoption.programs.queries.calendar import preview
from adoption.programs.rules import Checkpoint
from champions.models import Sponsorship
from metrics.actions.digest import tell_month
from metrics.models import Digest
from metrics.queries.digest import facts_of_digest, readers_of
from tests.factories import PersonFactory, World
from tests.metrics.trials import Trial, launched
from tests.worlds import Enter

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams, with one frozen look; it started on 5 January 2026."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), departments=3)
        made.look(Checkpoint.S56, (8, 7, 5), (2, 2, 1))
        yield made


def tell(trial: Trial, month: date, on: date | None = None) -> bool:
    return tell_month(program=trial.program, month=month, at=trial.at(on or month))


def test_it_comes_on_the_first_working_day_of_each_month_until_the_programme_is_closed() -> None:
    steps = [one for one in rules.plan_active(date(2026, 1, 5), 10) if one.task == rules.TELL_EVIDENCE]
    # 1 February and 1 March 2026 are Sundays; the programme is closed on 13 July.
    assert [(one.key, one.due_on) for one in steps] == [
        ("digest-2026-02", date(2026, 2, 2)),
        ("digest-2026-03", date(2026, 3, 2)),
        ("digest-2026-04", date(2026, 4, 1)),
        ("digest-2026-05", date(2026, 5, 1)),
        ("digest-2026-06", date(2026, 6, 1)),
        ("digest-2026-07", date(2026, 7, 1)),
    ]
    over_new_year = [one.key for one in rules.plan_active(date(2026, 11, 2), 8) if one.key.startswith("digest-")]
    assert over_new_year[:3] == ["digest-2026-12", "digest-2027-01", "digest-2027-02"]
    assert rules.first_working_day(date(2026, 8, 1)) == date(2026, 8, 3)


def test_executives_and_the_sponsor_read_it_once_and_nobody_else(trial: Trial, meridian: World) -> None:
    sponsor = PersonFactory.create()
    Sponsorship.objects.create(
        program=trial.program, sponsor=sponsor, budget_line="Learning", recorded_at=trial.at(APRIL)
    )
    assert {one.pk for one in readers_of(trial.program, at=trial.at(APRIL))} == {
        meridian.executive.person.pk,
        sponsor.pk,
    }
    for day in (APRIL, APRIL, APRIL + timedelta(days=1)):
        assert tell(trial, APRIL, day)
    assert set(Message.objects.filter(kind="digest").values_list("person_id", flat=True)) == {
        meridian.executive.person.pk,
        sponsor.pk,
    }
    assert Message.objects.filter(kind="digest").count() == 2
    addresses = {
        one.person_id: facts_of_digest(message=one, at=trial.at(APRIL))["address"]
        for one in Message.objects.filter(kind="digest")
    }
    # Whoever may not open the evidence is led to what they stand for.
    assert addresses[meridian.executive.person.pk].endswith("/o/meridian/p/client-reports/evidence/")
    assert addresses[sponsor.pk].endswith("/o/meridian/sponsor/")


def test_nothing_is_sent_where_nothing_is_new_too_late_or_over(trial: Trial) -> None:
    assert tell(trial, APRIL)
    # Nothing is new: the promise is kept by saying nothing.
    assert tell(trial, date(2026, 5, 1))
    trial.look(Checkpoint.SE, (8, 8, 6), (2, 2, 1))
    assert not tell(trial, date(2026, 5, 1), date(2026, 5, 22))
    assert tell(trial, date(2026, 6, 1))
    trial.look(Checkpoint.S90, (8, 8, 6), (2, 2, 1))
    Program.objects.filter(pk=trial.program.pk).update(
        ended_at=trial.at(APRIL), followed_at=trial.at(APRIL), closed_at=trial.at(APRIL)
    )
    trial.program.refresh_from_db()
    assert tell(trial, date(2026, 7, 1))
    assert list(Digest.objects.order_by("month").values_list("month", flat=True)) == [APRIL, date(2026, 6, 1)]


def test_before_anything_may_be_read_nothing_is_sent(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        small = launched(meridian, pods=(3,), teams=(3,))
        small.look(Checkpoint.S56, (2,), (1,))
        assert tell(small, APRIL)
        assert not Digest.objects.exists()


def test_a_lead_sees_beforehand_what_a_month_would_say(trial: Trial) -> None:
    plan = [one for one in rules.plan_active(trial.program.starts_on, 10) if one.task == rules.TELL_EVIDENCE]
    promise(trial.program, plan)
    step = Step.objects.select_related("program__organization").get(key="digest-2026-04")
    shown = preview(step, at=trial.at(APRIL))
    assert shown
    assert (shown.people, shown.kind) == (1, "digest")
    assert "pod members" in shown.facts["sentence"]


# --- the mail --------------------------------------------------------------------------------------------------------


def sent(trial: Trial, at: datetime) -> list[EmailMultiAlternatives]:
    """What leaves at a time."""
    with post_office() as post, time_machine.travel(at, tick=False):
        for errand in find_errands(at=at):
            carry_one(errand, post=post, at=at, organization_id=trial.world.organization.pk)
    return list(mail.outbox)  # type: ignore[arg-type]


def test_the_mail_is_whole_without_its_picture_and_shows_it_inside_the_page(trial: Trial, meridian: World) -> None:
    tell(trial, APRIL)
    (letter,) = sent(trial, trial.at(APRIL))
    written = letter.message()
    assert written.get_content_type() == "multipart/related"
    picture = next(part for part in written.walk() if part.get_content_type() == "image/png")
    assert picture.get_payload(decode=True)[:4] == b"\x89PNG"  # type: ignore[index]
    (html,) = [str(part[0]) for part in letter.alternatives]
    assert f'src="cid:{str(picture["Content-ID"]).strip("<>")}"' in html
    assert picture["Content-Disposition"].startswith("inline")
    for text in (str(letter.body), html):
        said = " ".join(text.split())
        for words in (
            "20 of 24 pod members (83%)",
            "Champion pods:",
            "One thing for you:",
            "/o/meridian/p/client-reports/evidence/",
            "Not for performance review",
        ):
            assert words in said
        # Whole groups alone: no pod, no name of anybody but the reader.
        assert "Pod 0" not in said
    assert "List-Unsubscribe" in letter.extra_headers
    assert letter.subject == "Client reports: the evidence of April 2026"


def test_whoever_stopped_summaries_reads_none(trial: Trial, meridian: World) -> None:
    reader = meridian.executive.person
    choose(person=reader, message_class=MessageClass.DIGEST, wanted=False, by=reader, at=trial.at(APRIL))
    tell(trial, APRIL)
    assert sent(trial, trial.at(APRIL)) == []
    message = Message.objects.get(kind="digest")
    assert (message.outcome, message.reason) == (Outcome.SKIPPED, Reason.UNSUBSCRIBED)
