"""A year of one organisation in which nobody presses anything: the heartbeat and the calendar do it all, once, in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from email import policy
from email.parser import BytesParser
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from adoption.outbox.models import Envelope, Message
from adoption.programs import actions as programs
from adoption.programs.models import Program, Step
from adoption.programs.rules import ASK_WEEK, Arm, Checkpoint, State, asked_weeks, looks_at
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from adoption.tenancy.walls import organization
from champions.actions import name_champion
from metrics.models import SnapshotRun, WeekAsk
from pods.actions import form_pod, log_session
from pods.rules import SessionKind
from surveys.actions import answer
from surveys.models import Ask, Wave
from tests.agreeing import agree_on_time
from tests.factories import PersonFactory, World, make_world
from tests.journeys.conftest import Post
from tests.journeys.passing import Clock, passing
from tests.readying import make_ready

# Real commits: in one long transaction nothing that a year leaves behind would ever be tidied away, and each beat reads past it.
pytestmark = pytest.mark.django_db(transaction=True)

# Twelve weeks from September: the clocks change on both halves of the earth, there and back.
START = date(2026, 9, 14)
WEEKS = 12
END = date(2026, 12, 6)
CLOSED = date(2027, 4, 5)
LOOKS = {
    Checkpoint.S30: date(2026, 10, 19),
    Checkpoint.S56: date(2026, 11, 16),
    Checkpoint.SE: date(2026, 12, 14),
    Checkpoint.START_90: date(2026, 12, 21),
    Checkpoint.S90: date(2027, 3, 8),
}


@dataclass(frozen=True)
class Came:
    """A mail as it came: to whom, about what, and when by the clock of the company's zone."""

    address: str
    subject: str
    day: date
    hour: time
    id: str


@dataclass(frozen=True)
class Year:
    """A company and its programme, launched, with one session held; from here on nobody presses anything."""

    world: World
    clock: Clock
    program: Program
    members: list[Person]
    compared: list[Person]
    came: list[Came]

    def of(self, person: Person) -> list[Came]:
        """The mails somebody has had, oldest first."""
        return [one for one in self.came if one.address == person.mail]


def begin(clock: Clock, letters: Post) -> Year:
    """Everything that a lead presses in a programme's life, done in its first days; then every message is deleted."""
    world = make_world("meridian", canary="quokka", zone=clock.zone, at=clock.now)
    lead = world.lead.person
    with organization(world.organization.pk):
        program = programs.create_program(
            name="Client reports",
            workflow="Client report drafting",
            starts_on=START,
            weeks=WEEKS,
            comparison="The vendor’s training",
            by=lead,
            at=clock.now,
        )
        champion = name_champion(program=program, person=world.champion.person, by=lead, at=clock.now)
        agree_on_time(champion, at=clock.now)
        members, compared = (PersonFactory.create_batch(3, department=name) for name in ("Advisory", "Tax"))
        pod = form_pod(program=program, champion=champion, name="Elbe", members=members, by=lead, at=clock.now)
        programs.assign(program=program, arm=Arm.COMPARISON, cluster="Tax", people=compared, by=lead, at=clock.now)
        programs.open_baseline(program=program, by=lead, at=clock.now)
    clock.to(START - timedelta(days=11))
    with organization(world.organization.pk):
        for person in (*members, *compared):
            answer(ask=Ask.objects.get(person=person), given={"minutes": 60}, at=clock.now)
        make_ready(program, at=clock.now)
        program = programs.launch(program=program, by=lead, at=clock.now)
    clock.to(START + timedelta(days=1), time(14))
    with organization(world.organization.pk):
        log_session(
            pod=pod,
            kind=SessionKind.ONE_TO_ONE,
            held_on=START + timedelta(days=1),
            attendees=members[:1],
            doing_minutes=40,
            explaining_minutes=10,
            note="",
            form_key=uuid4(),
            by=world.champion.person,
            at=clock.now,
        )
        Message.objects.all().delete()
        Envelope.objects.all().delete()
    came: list[Came] = []

    def note(envelope: SmtpEnvelope) -> None:
        # The delivery log is kept for ninety days; the mailboxes know the whole year.
        mail = BytesParser(policy=policy.default).parsebytes(envelope.original_content or b"", headersonly=True)
        now = clock.now.astimezone(ZoneInfo(clock.zone))
        came.append(Came(envelope.rcpt_tos[0], str(mail["Subject"]), now.date(), now.time(), str(mail["Message-ID"])))

    letters.server.on_data = note
    return Year(world, clock, program, members, compared, came)


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Auckland"])
def test_a_year_happens_by_the_heartbeat_alone(letters: Post, zone: str) -> None:
    with passing(START - timedelta(days=20), zone=zone) as clock:
        year = begin(clock, letters)
        clock.to(CLOSED + timedelta(days=2))
        with organization(year.world.organization.pk):
            every_step_was_done_on_its_day(year)
            every_look_was_frozen_once(year)
            everybody_was_asked_and_reminded_once(year)
            no_mail_came_twice_or_out_of_hours(year)
            assert Program.objects.get().state is State.CLOSED


def every_step_was_done_on_its_day(year: Year) -> None:
    steps = list(Step.objects.all())
    assert [step.key for step in steps if step.done_at is None] == []
    late = [step.key for step in steps if step.done_at != year.clock.at(step.due_on, step.hour)]
    assert late == []
    assert {step.key for step in steps} >= {f"freeze-{look}" for look in (Checkpoint.S0, *LOOKS)} | {
        "end",
        "followed",
        "close",
    }


def every_look_was_frozen_once(year: Year) -> None:
    runs = {run.kind: run for run in SnapshotRun.objects.all()}
    assert Counter(SnapshotRun.objects.values_list("kind", "version")) == {(look, 1): 1 for look in Checkpoint}
    assert {look: local_date(runs[look].frozen_at, year.clock.zone) for look in LOOKS} == LOOKS
    for look, run in runs.items():
        assert (run.first_week, run.last_week) == looks_at(Checkpoint(look), START, WEEKS)


def everybody_was_asked_and_reminded_once(year: Year) -> None:
    # Each week on the Monday after it; the second survey on day 56, in one mail with the week, and a reminder on day 60;
    # the last survey on the Monday after day 90 of the end, which is a Saturday.
    asked = {week + timedelta(weeks=1): f"Person, 20 seconds: your week of {words(week)}" for week in weeks_asked()}
    post = START + timedelta(days=56)
    survey = "Person, five minutes about Client report drafting"
    expected = asked | {post: "Person, 2 things for you", post + timedelta(days=4): survey, date(2027, 3, 8): survey}
    # Whose day 7 the champion does not see to is asked, once, on the working day after three more.
    alone = {START + timedelta(days=11): "Person, did you use it? Three questions"}
    for person in (*year.members, *year.compared):
        own = expected | (alone if person == year.members[0] else {})
        assert [(one.day, one.subject) for one in year.of(person)] == sorted(own.items())
    # Day 7 of the one session, once, at ten in the morning.
    (day_7,) = [one for one in year.of(year.world.champion.person) if "day 7" in one.subject]
    assert (day_7.day, day_7.hour) == (START + timedelta(days=8), time(10))
    assert set(Wave.objects.values_list("kind", flat=True)) == {"baseline", "post", "retention"}
    # Their champion, too, is asked about each week.
    everybody = len(year.members) + len(year.compared) + 1
    assert Counter(WeekAsk.objects.filter(week__gte=START).values_list("week", flat=True)) == dict.fromkeys(
        weeks_asked(), everybody
    )


def weeks_asked() -> list[date]:
    return [week for week in asked_weeks(START, WEEKS) if week >= START]


def words(day: date) -> str:
    return f"{day.day} {day:%B}"


def no_mail_came_twice_or_out_of_hours(year: Year) -> None:
    assert len({one.id for one in year.came}) == len(year.came)
    assert Counter((one.address, one.day) for one in year.came).most_common(1)[0][1] == 1
    assert [one for one in year.came if one.day.weekday() > 4 or not time(9) <= one.hour < time(17)] == []


def test_after_two_weeks_without_a_heartbeat_nothing_stale_is_asked_and_nothing_comes_twice(letters: Post) -> None:
    with passing(START - timedelta(days=20), zone="Europe/London") as clock:
        year = begin(clock, letters)
        # The worker stands still from the Saturday before day 56 to the Saturday two weeks on: the second survey and its
        # reminder fall in between, two weekly questions, the main look, and two looks at who wants help.
        clock.to(START + timedelta(days=54), time(12))
        before = len(year.came)
        saturday = START + timedelta(days=68)
        clock.outage(saturday, time(12))
        clock.to(saturday + timedelta(days=1))
        assert year.came[before:] == [], "nobody is written to at a weekend"
        with organization(year.world.organization.pk):
            assert not Step.objects.open().filter(due_on__lte=saturday).exists()
            assert SnapshotRun.objects.filter(kind=Checkpoint.S56).count() == 1
            # Both weeks have closed before a mail can come: nobody is asked, and nobody counts as silent.
            assert not WeekAsk.objects.filter(week__gte=START + timedelta(weeks=7)).exists()
        # On Monday one mail, with the survey and the week that is over now. The reminder keeps its distance.
        clock.to(saturday + timedelta(days=30))
        monday = saturday + timedelta(days=2)
        for person in (*year.members, *year.compared):
            mails = [(one.day, one.subject) for one in year.of(person) if one in year.came[before:]]
            assert mails[:2] == [
                (monday, "Person, 2 things for you"),
                (monday + timedelta(days=3), "Person, five minutes about Client report drafting"),
            ]
            assert all("your week of" in subject for _, subject in mails[2:])
        # The rest of the year is as if nothing had been.
        clock.to(CLOSED + timedelta(days=2))
        with organization(year.world.organization.pk):
            assert Program.objects.get().state is State.CLOSED
            assert not Step.objects.open().exists()
            assert Counter(SnapshotRun.objects.values_list("kind", "version")) == {(look, 1): 1 for look in Checkpoint}
        no_mail_came_twice_or_out_of_hours(year)


def test_after_half_a_year_without_a_heartbeat_a_programme_is_closed_and_nobody_is_chased(letters: Post) -> None:
    with passing(START - timedelta(days=20), zone="Europe/London") as clock:
        year = begin(clock, letters)
        clock.to(START + timedelta(days=30))
        before = len(year.came)
        clock.outage(CLOSED + timedelta(days=10))
        clock.to(CLOSED + timedelta(days=30))
        assert year.came[before:] == []
        with organization(year.world.organization.pk):
            assert Program.objects.get().state is State.CLOSED
            assert not Step.objects.open().exists()
            # The survey of ninety days later was never sent, so that there is nothing of it to freeze.
            assert {run.kind for run in SnapshotRun.objects.all()} == set(Checkpoint) - {Checkpoint.SURVEY_90}
            # What was left out says so.
            left_out = Step.objects.filter(skipped_at__isnull=False)
            checks = {f"champion-check-{START + timedelta(days=day)}" for day in (38, 52, 66, 80, 108, 136, 164)}
            weeks = {step.key for step in left_out if step.task == ASK_WEEK}
            assert {step.key for step in left_out} == {"post-survey", "retention-survey"} | checks | weeks
            assert len(weeks) == Step.objects.filter(task=ASK_WEEK, due_on__gt=START + timedelta(days=30)).count()
            assert not left_out.filter(skip_reason="").exists()
