"""A row in every table of the upper floors, for tests that ask whether anything leaks."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from adoption.outbox.models import Guest
from adoption.programs.models import (
    Acknowledgement,
    Attention,
    Design,
    Exemption,
    Lesson,
    LessonAnswer,
    Objection,
    Pack,
    PackElement,
    PackTest,
    PlannedContent,
    Policy,
    Preparation,
    Specification,
    Step,
    Wish,
)
from adoption.programs.rules import Arm, Checkpoint, Kind
from adoption.tenancy.models import Closure
from adoption.tenancy.rules import hash_secret
from adoption.tenancy.walls import organization
from champions.models import (
    Agreement,
    Candidacy,
    Expert,
    Offer,
    Prompt,
    PromptNeed,
    PromptVersion,
    Selection,
    Sponsorship,
    TimeAnswer,
    TimeCheck,
    Waiver,
)
from champions.rules.agreements import Side
from champions.rules.selection import Tries
from metrics.models import (
    ArmWeek,
    CheckIn,
    Digest,
    DirtyWeek,
    EvidenceLink,
    Export,
    KeyLoss,
    Prices,
    SnapshotKey,
    SnapshotMember,
    SnapshotMetric,
    SnapshotRun,
    UseWeek,
    VendorFile,
    VendorOutcome,
    VendorRow,
    VendorWeek,
    WeekAsk,
    WeekReview,
)
from metrics.rules import Category, Metric, Via, WeekState
from metrics.rules.exports import ExportKind
from pods.models import AnonymousQuestion, Handover, Reflection, Remedy, Showing
from pods.models import Question as AskedQuestion
from pods.rules import Hindrance, SolvedBy
from surveys.models import (
    Allotment,
    Anchor,
    Answer,
    Ask,
    Finding,
    Nomination,
    NominationAsk,
    NominationWave,
    Output,
    OutputMark,
    PulseReply,
    Question,
    Rater,
    Rating,
    RatingRound,
    RoleWork,
    SkillAnswer,
    SkillFinding,
    SkillsAsk,
    SkillsWave,
    Wave,
)
from surveys.rules import ItemKind, WaveKind
from tests.factories import AT, World
from tests.practice import Practice, move_somebody, plan_ahead, practise, sit_down
from tests.stock import stock

WEEK = date(2026, 6, 29)


def fill(world: World) -> World:
    """Put a row into each table of the floors above the outbox."""
    practice = practise(world)
    stock(world)
    program, person = practice.program, practice.members[0]
    with organization(world.organization.pk):
        guest = Guest.objects.create(name=world.canary, mail=f"client@{world.canary}.example", made_at=AT)
        Step.objects.create(program=program, key="end", task="programs.end", due_on=WEEK, hour=AT.time())
        Closure.objects.create(
            name=f"{world.canary} outing", starts_on=date(2031, 7, 4), ends_on=date(2031, 7, 4), created_at=AT
        )
        Wish.objects.create(
            program=program, key="end", planned_on=WEEK, skipped_at=AT, skip_reason=f"{world.canary} is closed"
        )
        Attention.objects.create(program=program, person=person, kind=Kind.SILENT, since=WEEK, raised_at=AT)
        Objection.objects.create(program=program, person=person, said_at=AT)
        Design.objects.create(program=program, aim=f"{world.canary} aim", changed_at=AT)
        lesson = Lesson.objects.create(
            program=program, kind="again", page="dates", words=f"{world.canary} again", written_at=AT
        )
        LessonAnswer.objects.create(program=program, lesson=lesson, is_taken=True, answered_at=AT)
        Prices.objects.create(program=program, currency="EUR", other_what=f"{world.canary} rooms", changed_at=AT)
        Exemption.objects.create(program=program, person=person, recorded_on=WEEK, recorded_at=AT)
        Specification.objects.create(program=program, version=2, reason="Because", fixed={}, made_at=AT)
        _choose_and_give_time(world, practice)
        _make_ready(world, practice)
        Handover.objects.create(pod=practice.pod, before=practice.champion, after=practice.champion, handed_at=AT)
        _ask(world, practice)
        plan_ahead(world)
        sit_down(world)
        move_somebody(world)
        Showing.objects.create(pod=practice.pod, person=person, task=f"{world.canary} report", offered_at=AT)
        _say_what_work_there_is(world, practice)
        wave = Wave.objects.create(
            program=program, kind=WaveKind.BASELINE, opened_at=AT, closes_at=AT + timedelta(days=21)
        )
        ask = Ask.objects.create(wave=wave, person=person, asked_at=AT)
        Answer.objects.create(
            ask=ask, item="minutes", item_version=1, version=1, number=45, valid_at=AT, recorded_at=AT
        )
        Question.objects.create(
            program=program,
            wave=WaveKind.POST,
            place=1,
            kind=ItemKind.NUMBER,
            words=f"How many {world.canary}s?",
            language="en-gb",
            made_at=AT,
        )
        PulseReply.objects.create(wave=wave, arm=Arm.PODS, cluster=world.canary, instrument_version=1, learning=4)
        Finding.objects.create(wave=wave, item="safety", shown={"rows": [], "alpha": None}, published_at=AT)
        output = Output.objects.create(
            program=program,
            person=person,
            title=f"{world.canary} report",
            produced_on=WEEK,
            registered_by=person,
            registered_at=AT,
        )
        OutputMark.objects.create(output=output, used_ai=True, recorded_at=AT)
        round_ = RatingRound.objects.create(
            program=program, number=1, seed=1, opened_at=AT, closes_at=AT + timedelta(days=21)
        )
        rater = Rater.objects.create(round=round_, person=practice.members[1], invited_at=AT)
        Rater.objects.create(round=round_, guest=guest, invited_at=AT)
        allotment = Allotment.objects.create(rater=rater, output=output, place=1)
        Rating.objects.create(
            allotment=allotment, version=1, instrument_version=1, usable="4", valid_at=AT, recorded_at=AT
        )
        WeekAsk.objects.create(person=person, week=WEEK, asked_at=AT)
        WeekReview.objects.create(
            week=WEEK,
            reviewed_by=world.owner.person,
            reviewed_at=AT,
            minutes=20,
            lines=1,
            discrepant=0,
            note=world.canary,
        )
        of_week = {"person": person, "workflow": program.workflow, "week": WEEK}
        CheckIn.objects.create(**of_week, version=1, total=3, unprompted=2, via=Via.PAGE, valid_at=AT, recorded_at=AT)
        DirtyWeek.objects.create(**of_week)
        UseWeek.objects.create(**of_week, state=WeekState.POSITIVE, total=3, prompted=1, unprompted=2, decided_at=AT)
        ArmWeek.objects.create(
            program=program,
            week=WEEK,
            arm=Arm.PODS,
            eligible=3,
            observed=1,
            any_use=1,
            three_or_more=0,
            computed_at=AT,
        )
        export = {
            "source": "chatgpt",
            "file_name": f"{world.canary}.csv",
            "file_hash": "0" * 64,
            "uploaded_at": AT,
            "staged_at": AT,
            "counts": {"lines": 1, "people": 1},
        }
        file = VendorFile.objects.create(**export)
        VendorRow.objects.create(
            file=file, line=2, outcome=VendorOutcome.STRANGER, login=f"stranger@{world.canary}.example"
        )
        file = VendorFile.objects.create(**export, commit_asked_at=AT, committed_at=AT)
        VendorWeek.objects.create(
            file=file, person=person, period_start=WEEK, period_end=WEEK + timedelta(days=6), is_active=True
        )
        run = SnapshotRun.objects.create(
            program=program,
            kind=Checkpoint.S0,
            version=1,
            first_week=WEEK,
            last_week=WEEK,
            frozen_at=AT,
            spec_version="1.0",
            seed=1,
            input_hash="0" * 64,
            params={},
            releases={},
        )
        SnapshotMember.objects.create(
            run=run,
            key=uuid4(),
            arm=Arm.PODS,
            cluster="Elbe",
            expected_weeks=2,
            observed_weeks=2,
            category=Category.GENUINE,
        )
        SnapshotMetric.objects.create(run=run, metric=Metric.ADOPTION, group=Arm.PODS)
        SnapshotKey.objects.create(program=program, person=person)
        KeyLoss.objects.create(program=program, lost_at=AT)
        _export(world, practice, guest)
    return world


def _export(world: World, practice: Practice, guest: Guest) -> None:
    """A file a lead had made, a link to somebody outside with its own, and a month that was summed up."""
    link = EvidenceLink.objects.create(
        program=practice.program,
        reader=guest,
        sent_by=world.lead.person,
        sent_at=AT,
        expires_at=AT + timedelta(days=14),
    )
    made = {"program": practice.program, "asked_by": world.lead.person, "asked_at": AT, "made_at": AT}
    for kind, audience, of in ((ExportKind.REPORT, "lead", None), (ExportKind.EVIDENCE_PDF, "executive", link)):
        Export.objects.create(
            **made,
            kind=kind,
            audience=audience,
            link=of,
            words=world.canary,
            expires_at=AT + timedelta(hours=24),
            content=world.canary.encode(),
            size=len(world.canary),
        )
    Digest.objects.create(program=practice.program, month=AT.date().replace(day=1), said_at=AT, figures="0" * 64)


def _ask(world: World, practice: Practice) -> None:
    """A question with a name and one without, both passed on and answered with a prompt; and a step for one person."""
    given = {
        "pod": practice.pod,
        "words": f"How do I begin with a {world.canary}?",
        "expert": Expert.objects.order_by("pk")[0],
        "passed_on": WEEK,
        "answer": f"With the {world.canary} prompt",
        "solved_by": SolvedBy.PROMPT,
        "prompt": Prompt.objects.order_by("pk")[0],
        "answered_by": world.champion.person,
        "answered_on": WEEK,
    }
    AskedQuestion.objects.create(person=practice.members[0], asked_at=AT, **given)
    Reflection.objects.create(
        pod=practice.pod,
        week=WEEK,
        worked=f"The {world.canary} of last month as an example",
        written_by=world.champion.person,
        written_at=AT,
    )
    Remedy.objects.create(
        program=practice.program,
        person=practice.members[0],
        hindrance=Hindrance.OBSTACLE,
        detail=f"The figures of a {world.canary}",
        owner=world.champion.person,
        due_on=WEEK,
        opened_at=AT,
    )
    AnonymousQuestion.objects.create(key_hash=hash_secret(world.canary), shown_on=WEEK, **given)


def _make_ready(world: World, practice: Practice) -> None:
    """What must be there before the launch, the policy and who has read it, and a role's pack."""
    program, person = practice.program, practice.members[0]
    Preparation.objects.create(
        program=program, item="showcase", owner=person, evidence=f"In the {world.canary} room", given_at=AT
    )
    policy = Policy.objects.create(
        version=1, words=f"{world.canary} is allowed", red_lines=f"Never a {world.canary}", published_at=AT
    )
    Acknowledgement.objects.create(policy=policy, person=person, asked_at=AT)
    pack = Pack.objects.create(program=program, role=f"{world.canary} role", made_at=AT)
    element = PackElement.objects.create(pack=pack, name=f"{world.canary} examples", owner=person)
    PromptNeed.objects.create(
        version=PromptVersion.objects.order_by("pk")[0], element=element, role=pack.role, name=element.name
    )
    PlannedContent.objects.create(
        program=program,
        key="own-checklist",
        place=0,
        phase="embedding",
        kind="reflection",
        delivery="live",
        doing=12,
        explaining=3,
        words=f"The {world.canary} checklist",
    )
    PackTest.objects.create(pack=pack, task=f"The {world.canary} report", verdict="good", tested_at=AT)


def _say_what_work_there_is(world: World, practice: Practice) -> None:
    """A workflow in a role, and what somebody said of it."""
    workflow = practice.program.workflow
    RoleWork.objects.create(role=f"{world.canary} role", workflow=workflow, needed=3, set_at=AT)
    asking = SkillsWave.objects.create(instrument_version=1, opened_at=AT, closes_at=AT + timedelta(days=14))
    asked = SkillsAsk.objects.create(
        wave=asking, person=practice.members[0], role=f"{world.canary} role", asked_at=AT, anchor=f"The {world.canary}"
    )
    SkillAnswer.objects.create(ask=asked, workflow=workflow, level=1, hours="1_to_3")
    SkillFinding.objects.create(wave=asking, workflow=workflow, levels=[], minutes=[], published_at=AT)
    Anchor.objects.create(wave=asking, words=f"{world.canary} minutes", workflow=workflow)


def _choose_and_give_time(world: World, practice: Practice) -> None:
    """How a champion was found, agreed with and asked about their time."""
    program, champion, person = practice.program, practice.champion, practice.members[0]
    asking = NominationWave.objects.create(
        program=program, instrument_version=1, opened_at=AT, closes_at=AT + timedelta(days=14)
    )
    asked = NominationAsk.objects.create(wave=asking, person=person, asked_at=AT)
    Nomination.objects.create(ask=asked, item="difficult", nominee=champion.person, said_at=AT)
    selection = Selection.objects.create(program=program, asked=12, recorded_at=AT)
    Candidacy.objects.create(
        selection=selection, person=practice.members[1], nominators=4, eligible=10, tries=Tries.SAYS_SO
    )
    Offer.objects.create(
        program=program,
        person=practice.members[1],
        offered_by=world.lead.person,
        offered_at=AT,
        expires_at=AT + timedelta(days=14),
    )
    Sponsorship.objects.create(
        program=program,
        sponsor=world.executive.person,
        budget_line=f"Cost centre {world.canary}",
        recorded_at=AT,
    )
    Agreement.objects.create(
        champion=champion,
        version=1,
        manager=world.manager,
        work=f"The {world.canary} minutes",
        hours=4,
        contracted=40,
        from_on=WEEK,
        to_on=WEEK + timedelta(weeks=10),
        proposed_by_side=Side.CHAMPION,
        proposed_at=AT,
        champion_agreed_at=AT,
    )
    Waiver.objects.create(champion=champion, reason=f"{world.canary} says it is fine", waived_at=AT)
    check = TimeCheck.objects.create(champion=champion, due_on=WEEK, instrument_version=1, asked_at=AT)
    TimeAnswer.objects.create(check_asked=check, version=1, displaced=world.canary, hours=4, can_keep=4, recorded_at=AT)
