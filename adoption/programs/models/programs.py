"""A programme, who takes part in it, what it promised, who wants attention, and what it is measured by."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from adoption.disclosure.rules import Thresholds
from adoption.programs import rules
from adoption.programs.rules import Arm, Kind, State
from adoption.programs.rules.design import main_look
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class WorkflowQuerySet(TenantQuerySet):
    """Named filters."""

    def current(self) -> Self:
        """Not retired: still work that people do."""
        return self.filter(retired_at__isnull=True)

    def in_name_order(self) -> Self:
        return self.order_by("name", "id")


class Workflow(TenantModel):
    """A piece of recurring work of an organisation, such as drafting a client report."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=rules.NAME_LENGTH)
    created_at = models.DateTimeField()
    # Nobody does it any more, or nobody asks about it: what was measured of it stays.
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(WorkflowQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="workflow_public_id"),
            models.UniqueConstraint(fields=["organization", "name"], name="workflow_name"),
        ]

    def __str__(self) -> str:
        return self.name


# When a programme came into each state after the first one.
_MARKS = ("baseline_opened_at", "launched_at", "ended_at", "followed_at", "closed_at")


class ProgramQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-starts_on", "-id")

    def running(self) -> Self:
        """Programmes in which something is asked of people: from the opening of the baseline to the closing."""
        return self.filter(baseline_opened_at__isnull=False, closed_at__isnull=True)

    def discarded(self) -> Self:
        """Drafts that were discarded, and can come back."""
        return self.filter(closed_at__isnull=False, baseline_opened_at__isnull=True)

    def in_state(self, state: State) -> Self:
        """Programmes that have the marks of a state, and not those of the next ones."""
        if state is State.STOPPED:
            return self.filter(closed_at__isnull=False, followed_at__isnull=True)
        reached = list(State).index(state)
        return self.filter(**{f"{mark}__isnull": place >= reached for place, mark in enumerate(_MARKS)})

    def named(self, words: str) -> Self:
        """Programmes with these words in their name, or in that of their work."""
        return self.filter(Q(name__icontains=words) | Q(workflow__name__icontains=words))

    def archived(self, is_archived: bool) -> Self:
        """Programmes that were laid aside, or those that were not."""
        return self.filter(archived_at__isnull=not is_archived)

    def of(self, person: Person) -> Self:
        """Programmes to which a person is assigned."""
        return self.filter(Exists(Assignment.objects.filter(program=OuterRef("pk"), person=person)))

    def asking(self, person: Person) -> Self:
        """Running programmes of a person who has not said that they would rather not be asked."""
        let_be = Objection.objects.standing().filter(program=OuterRef("pk"), person=person)
        return self.running().of(person).exclude(Exists(let_be))


class Program(TenantModel):
    """An attempt to change how people do one workflow, within eight to twelve weeks, against a comparison group."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The unique constraint is its index: one of the slug alone would cross organisations.
    slug = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(max_length=rules.NAME_LENGTH)
    workflow = TenantForeignKey(Workflow, on_delete=models.PROTECT, related_name="programs")
    # The Monday of week 1.
    starts_on = models.DateField()
    weeks = models.PositiveSmallIntegerField(default=rules.DEFAULT_WEEKS)
    # What the comparison group gets instead, in the lead's words.
    comparison = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    baseline_opened_at = models.DateTimeField(null=True)
    launched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    followed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Why it was stopped before its time; of a draft nobody asks why.
    stopped_because = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    # Laid aside: out of the list, in every figure.
    archived_at = models.DateTimeField(null=True)
    # Whether uses are held against weeks or against the times the work came up. Fixed when the baseline opens.
    mode = models.CharField(max_length=12, default=rules.Mode.WEEKLY)
    template = models.CharField(max_length=20, default=rules.Template.PEER_CHAMPIONS)
    # What was fixed at launch: thresholds, primary outcome, specification version. Never changed: see `Specification`.
    fixed = models.JSONField(null=True)

    objects: ClassVar = TenantManager.of(ProgramQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="program_public_id"),
            models.UniqueConstraint(fields=["organization", "slug"], name="program_slug"),
            models.CheckConstraint(name="program_starts_on_monday", condition=Q(starts_on__iso_week_day=1)),
            models.CheckConstraint(
                name="program_weeks",
                condition=Q(weeks__gte=rules.LEAST_WEEKS, weeks__lte=rules.MOST_WEEKS)
                & ~Q(template__in=[rules.Template.REPLACEMENT.value, rules.Template.FUNCTION_COHORT.value])
                | Q(weeks=rules.REPLACEMENT_WEEKS, template=rules.Template.REPLACEMENT.value)
                | Q(weeks=rules.FUNCTION_WEEKS, template=rules.Template.FUNCTION_COHORT.value),
            ),
            models.CheckConstraint(name="program_mode", condition=Q(mode__in=[mode.value for mode in rules.Mode])),
            models.CheckConstraint(
                name="program_template", condition=Q(template__in=[one.value for one in rules.Template])
            ),
            models.CheckConstraint(
                name="program_states_in_order",
                condition=(Q(launched_at__isnull=True) | Q(baseline_opened_at__isnull=False))
                & (Q(ended_at__isnull=True) | Q(launched_at__isnull=False))
                & (Q(followed_at__isnull=True) | Q(ended_at__isnull=False))
                & (
                    Q(closed_at__isnull=True)
                    | Q(followed_at__isnull=False)
                    | Q(baseline_opened_at__isnull=True)
                    | ~Q(stopped_because="") & (Q(launched_at__isnull=True) | Q(ended_at__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="program_archived_once_closed",
                condition=Q(archived_at__isnull=True) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="program_fixed_at_launch",
                condition=Q(launched_at__isnull=True, fixed__isnull=True)
                | Q(launched_at__isnull=False, fixed__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organization", "workflow"], name="program_by_workflow")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        if self.closed_at:
            return State.CLOSED if self.followed_at else State.STOPPED
        if self.followed_at:
            return State.FOLLOWED
        if self.ended_at:
            return State.ENDED
        if self.launched_at:
            return State.LAUNCHED
        return State.BASELINE if self.baseline_opened_at else State.DRAFT

    @property
    def is_discarded(self) -> bool:
        """Whether it was stopped as a draft, and so can come back."""
        return self.state is State.STOPPED and self.baseline_opened_at is None

    @cached_property
    def measure(self) -> rules.Measure:
        """What it is measured by now: the newest version, else what was fixed at launch, before it as designed. One query."""
        if not self.fixed:
            # A design belongs to a programme, so that its model cannot be imported here.
            design = apps.get_model("programs", "Design").objects.filter(program=self).first()
            if design is None:
                return rules.Measure({"primary_look": rules.main_look_of(self.template)})
            chosen = main_look(design.primary_look, self.template)
            return rules.Measure({"primary_look": chosen, "least_icc": design.least_icc})
        newest = Specification.objects.filter(program=self).order_by("-version").first()
        if newest is None:
            return rules.Measure(self.fixed or {})
        return rules.Measure(newest.fixed, newest.version, newest.reason)

    @property
    def assigned(self) -> rules.Assigned:
        """How the groups came about, as the launch fixed it. One of before that was fixed says nothing to rely on."""
        return rules.Assigned((self.fixed or {}).get("assigned", rules.Assigned.CHOSEN))

    @property
    def thresholds(self) -> Thresholds:
        """The gate's: those fixed at launch, before it those of the organisation."""
        if self.fixed:
            return Thresholds.from_dict(self.fixed["thresholds"])
        return Thresholds.promised_by(self.organization)

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The groups it has: an exploratory one compares nothing."""
        return rules.arms_of(self.template)

    @property
    def is_compared(self) -> bool:
        return Arm.COMPARISON in self.arms

    @property
    def ends_on(self) -> date:
        """E: the last Sunday of the active phase."""
        return rules.last_day(self.starts_on, self.weeks)

    @property
    def closes_on(self) -> date:
        """When nothing more is asked of anybody in it."""
        return rules.closing_day(self.starts_on, self.weeks)

    def week_on(self, day: date) -> int:
        """The programme week a day lies in; 1 is the first."""
        return rules.week_number(rules.monday(day), self.starts_on)

    @property
    def baseline_plan(self) -> list[rules.Planned]:
        """What the opening of the baseline writes into the calendar."""
        return rules.plan_baseline(self.starts_on, self.weeks)

    @property
    def active_plan(self) -> list[rules.Planned]:
        """What the launch writes into the calendar."""
        return rules.plan_active(self.starts_on, self.weeks, self.mode, self.template)

    @property
    def plan_ahead(self) -> list[rules.Planned]:
        """What is still to be written: of a draft both, of a baseline what the launch writes."""
        if self.state is State.DRAFT:
            return [*self.baseline_plan, *self.active_plan]
        return self.active_plan if self.state is State.BASELINE else []


class AssignmentQuerySet(TenantQuerySet):
    """Named filters."""

    def on(self, day: date) -> Self:
        """Assignments that hold on a day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)

    def current(self) -> Self:
        """Assignments that have not ended."""
        return self.filter(to_on__isnull=True)

    def in_arm(self, arm: Arm) -> Self:
        return self.filter(arm=arm)

    def of_cohorts(self) -> Self:
        """What held on the day of the launch: who is compared, and where they count, whatever came later."""
        return self.at_launch().filter(~Exists(_exempt()))

    def exempt(self) -> Self:
        """Who is left out of a cohort, because it was written down by the launch that they have no suitable workflow."""
        return self.at_launch().filter(Exists(_exempt()))

    def at_launch(self) -> Self:
        """What held on the day of the launch."""
        starts_on = F("program__starts_on")
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=starts_on), from_on__lte=starts_on)

    def contaminated(self) -> Self:
        """Of the comparison group as it was launched: who has been in a pod since."""
        helped = Assignment.objects.in_arm(Arm.PODS).filter(
            Q(to_on__isnull=True) | Q(to_on__gt=OuterRef("program__starts_on")),
            program=OuterRef("program"),
            person=OuterRef("person"),
        )
        return self.of_cohorts().in_arm(Arm.COMPARISON).filter(Exists(helped))


def _exempt() -> Any:
    """What was written down by the launch about the person of the outer query's assignment."""
    return Exemption.objects.filter(
        program=OuterRef("program"), person=OuterRef("person"), recorded_on__lte=OuterRef("program__starts_on")
    )


class Assignment(TenantModel):
    """A person belongs to an arm of a programme for a span of days. The last one is open."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="assignments")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    arm = models.CharField(max_length=12)
    # The cluster of the analysis: the pod, or in the comparison arm the team.
    cluster = models.CharField(max_length=rules.NAME_LENGTH)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(AssignmentQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "program", "person"],
                condition=Q(to_on__isnull=True),
                name="assignment_one_open",
            ),
            models.CheckConstraint(name="assignment_arm", condition=Q(arm__in=[arm.value for arm in Arm])),
            models.CheckConstraint(
                name="assignment_in_order", condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program", "arm"], name="assignment_by_program"),
            models.Index(fields=["organization", "person"], name="assignment_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.arm}"


class StepQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self) -> Self:
        """Steps that are still to come."""
        return self.filter(done_at__isnull=True, skipped_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("due_on", "hour", "key")


class Step(TenantModel):
    """A milestone of a programme's calendar, as promised when it was written. The agenda carries it out."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=40)
    task = models.CharField(max_length=60)
    about = models.CharField(max_length=20, blank=True, default="")
    due_on = models.DateField()
    # The day it was first promised for, once somebody has moved it.
    moved_from = models.DateField(null=True)
    hour = models.TimeField()
    done_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skip_reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")

    objects: ClassVar = TenantManager.of(StepQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "key"], name="step_once"),
            models.CheckConstraint(
                name="step_skipped_with_reason", condition=Q(skipped_at__isnull=True) | ~Q(skip_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def promised_on(self) -> date:
        """The day it was first promised for."""
        return self.moved_from or self.due_on


class Wish(TenantModel):
    """What a lead wants of a step that is only planned: another day, or to leave it out. Whoever writes the calendar heeds it."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="wishes")
    key = models.CharField(max_length=40)
    # The day on which the plan had the step: on another one it is another promise, of which nothing was said.
    planned_on = models.DateField()
    moved_to = models.DateField(null=True)
    skipped_at = models.DateTimeField(null=True)
    skip_reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "key"], name="wish_once"),
            models.CheckConstraint(
                name="wish_of_something", condition=Q(moved_to__isnull=False) | Q(skipped_at__isnull=False)
            ),
            models.CheckConstraint(
                name="wish_skipped_with_reason", condition=Q(skipped_at__isnull=True) | ~Q(skip_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.key


_OF_PROGRAM = sorted(kind.value for kind in rules.OF_PROGRAM)


class AttentionQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def due(self, on: date) -> Self:
        """Open rows that are not put off on that day."""
        return self.open().filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=on))

    def wanting(self, on: date) -> Self:
        """Due rows of people who are there to be talked to on that day."""
        return self.due(on).of_people_there(on)

    def put_off(self, on: date) -> Self:
        """Open rows that somebody put off until a later day."""
        return self.open().filter(snoozed_until__gt=on).of_people_there(on)

    def of_people_there(self, on: date) -> Self:
        """Rows of people who have not left and are not on leave, and those of a programme."""
        return self.filter(Q(person__isnull=True) | Exists(Person.objects.working(on).filter(pk=OuterRef("person"))))

    def of_programs(self) -> Self:
        """Rows about a programme, and nobody in it."""
        return self.filter(person__isnull=True)

    def not_for_leads(self) -> Self:
        """All but what only leads may know."""
        return self.exclude(kind__in=rules.FOR_LEADS)

    def handled_since(self, at: datetime) -> Self:
        """Rows that somebody said are done, or that were met by the step they asked for, from a time on."""
        return self.filter(handled_at__gte=at)

    def longest_first(self) -> Self:
        """What is about a whole programme comes before any person."""
        of_somebody = ExpressionWrapper(Q(person__isnull=False), models.BooleanField())
        return self.annotate(of_somebody=of_somebody).order_by("of_somebody", "since", "id")


class Attention(TenantModel):
    """Somebody in a programme, or the programme itself, wants somebody's attention, and why."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="attentions")
    # Nobody where it is about the programme.
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    since = models.DateField()
    # What the sentence needs: numbers, such as uses a week, or the key of a cause. Never an answer in words.
    detail = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    # Put off until a day, and why; it comes back by itself.
    snoozed_until = models.DateField(null=True)
    snooze_reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    # When a lead asked the champion to see to it.
    asked_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # Settled because somebody did something; otherwise the reason ended by itself.
    handled_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(AttentionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="attention_public_id"),
            models.UniqueConstraint(
                fields=["organization", "program", "person", "kind"],
                condition=Q(settled_at__isnull=True),
                name="attention_once_open",
            ),
            models.UniqueConstraint(
                fields=["organization", "program", "kind"],
                condition=Q(settled_at__isnull=True, person__isnull=True),
                name="attention_of_program_once_open",
            ),
            models.CheckConstraint(
                name="attention_of_whom",
                condition=Q(person__isnull=True, kind__in=_OF_PROGRAM)
                | (Q(person__isnull=False) & ~Q(kind__in=_OF_PROGRAM)),
            ),
            models.CheckConstraint(name="attention_kind", condition=Q(kind__in=[kind.value for kind in Kind])),
            models.CheckConstraint(
                name="attention_put_off_with_reason", condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason="")
            ),
            models.CheckConstraint(
                name="attention_handled_is_settled",
                condition=Q(handled_at__isnull=True) | Q(settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="attention_by_program"),
            models.Index(fields=["organization", "person"], name="attention_by_person"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def is_for_leads(self) -> bool:
        """Whether nobody but leads may know."""
        return self.kind in rules.FOR_LEADS

    @property
    def called(self) -> str:
        """What it is about, by name: somebody, or the programme."""
        return self.person.name if self.person else self.program.name

    @property
    def somebody(self) -> Person:
        """Whom it is about. Raises ValueError where that is nobody."""
        if self.person is None:
            raise ValueError("This is about a programme.")
        return self.person


class ObjectionQuerySet(TenantQuerySet):
    """Named filters."""

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def standing_at(self, moment: datetime) -> Self:
        """Said by then, and not taken back by then."""
        return self.filter(Q(taken_back_at__isnull=True) | Q(taken_back_at__gt=moment), said_at__lte=moment)


class Objection(TenantModel):
    """A person would rather not be asked in a programme. Said by that person alone; nobody asked why."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(ObjectionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "program", "person"],
                condition=Q(taken_back_at__isnull=True),
                name="objection_once_open",
            ),
            models.CheckConstraint(
                name="objection_in_order",
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__gte=models.F("said_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="objection_by_person"),
            models.Index(fields=["organization", "program"], name="objection_by_program"),
        ]

    def __str__(self) -> str:
        return f"objection {self.pk}"


class Exemption(TenantModel):
    """A lead wrote down that a person has no suitable workflow. By the launch it leaves them out; later it changes nothing."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Empty where it was written down before reasons were asked for.
    reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    # The local day: what was written down by the day of the launch counts.
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="exemption_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "person"], name="exemption_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="exemption_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} exempt since {self.recorded_on}"


class Specification(TenantModel):
    """A version of what a programme is measured by, and why there is another one. The first is the launch's own `fixed`.

    Never changed: looks frozen under an earlier version keep it, later ones carry this one.
    """

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="specifications")
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=rules.REASON_LENGTH)
    # The whole of it, as `Program.fixed`.
    fixed = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "version"], name="specification_version"),
            models.CheckConstraint(name="specification_after_launch", condition=Q(version__gte=2)),
            models.CheckConstraint(name="specification_with_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
