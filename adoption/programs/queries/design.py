"""How a programme is meant, who may take part, how small a difference it could tell, and which weeks are quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Assignment, Design, Exemption, Program
from adoption.programs.queries.programs import start_choices
from adoption.programs.rules import RESERVED, Arm, Checkpoint, Template
from adoption.programs.rules.design import (
    MANY_AWAY,
    Clash,
    Eligible,
    Field,
    Finding,
    Hit,
    Quiet,
    Tier,
    better_start,
    clashes,
    main_look,
    quiet_weeks,
)
from adoption.programs.rules.power import MANY_POINTS, Clusters, least_difference
from adoption.tenancy.models import Closure, Leave, Person
from adoption.tenancy.models.person import PersonQuerySet
from adoption.tenancy.rules import days_of
from adoption.tenancy.walls import TenantQuerySet, current_organization_id

Words = str | Promise

TEMPLATE_WORDS: dict[Template, Words] = {
    Template.PEER_CHAMPIONS: _("Peer champions"),
    Template.REPLACEMENT: _("Replacement"),
    Template.FUNCTION_COHORT: _("Function cohort"),
    Template.EXPLORATORY: _("Exploratory"),
}
TIER_WORDS: dict[Tier, Words] = {
    Tier.LITERACY: _("Literacy"),
    Tier.FLUENCY: _("Fluency"),
    Tier.COMPETENCE: _("Competence"),
}
# What each tier asks of the format.
TIER_MEANS: dict[Tier, Words] = {
    Tier.LITERACY: _(
        "One or two hours for everybody, also on demand, are enough for this; champions and pods are for going further. Nobody works "
        "differently because they understand."
    ),
    Tier.FLUENCY: _(
        "Role by role and hands-on, with at least one live part: a workshop of three to five hours for each role, then weeks of practice "
        "with office hours. General training on demand does not bring people here."
    ),
    Tier.COMPETENCE: _(
        "As for fluency, and then time to build: workflows with points where a person approves, tried on real work, with an expert to "
        "ask. General training on demand does not bring people here."
    ),
}
FINDING_WORDS: dict[Finding, Words] = {
    Finding.AI: _("AI would help with what is in the way"),
    Finding.OTHER: _("Something else has to be mended first"),
    Finding.UNSURE: _("Whether AI would help is not known yet"),
}
QUIET_WORDS: dict[Quiet, Words] = {
    Quiet.YEARS_END: _("Christmas and New Year: most offices are closed"),
    Quiet.EASTER: _("Easter: many offices are closed"),
    Quiet.AWAY: _("one in five or more of those in the groups has noted leave"),
    Quiet.CLOSED: _("closed on most of its days"),
}
HIT_WORDS: dict[Hit, Words] = {
    Hit.BASELINE: _("a week of the baseline"),
    Hit.LAUNCH: _("the launch"),
    Hit.LOOK: _("a week that is looked at: %(look)s"),
}
LOOK_NAMES: dict[Checkpoint, Words] = {
    Checkpoint.S30: _("day 30"),
    Checkpoint.S56: _("week 8"),
    Checkpoint.SE: _("end of the phase"),
    Checkpoint.S90: _("90 days after the end"),
    Checkpoint.START_90: _("day 90 from the start"),
}
# Everybody below some people, at any distance. UNION: a cycle must not run for ever.
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT person.id FROM tenancy_person person
      JOIN tenancy_person head ON head.id = person.manager_id AND head.organization_id = person.organization_id
     WHERE person.organization_id = %s AND head.public_id = ANY(%s::uuid[])
    UNION
    SELECT person.id FROM below
      JOIN tenancy_person person ON person.manager_id = below.id AND person.organization_id = %s
)
SELECT id FROM below
"""
# A share of fewer people than this says nothing about a week.
LEAST_FOR_QUIET = 10


def design_of(program: Program) -> Design:
    """How a programme is meant; as it begins where nobody has said anything yet. One query."""
    found: Design | None = Design.objects.filter(program=program).first()
    return found or Design(program=program)


def design_by_key(form_key: object) -> Design | None:
    """What an earlier press of the same form made."""
    found: Design | None = Design.objects.filter(form_key=form_key).select_related("program__workflow").first()
    return found


def designs_naming(key: str) -> TenantQuerySet:
    """Designs whose rules or lots name a person, by their public id."""
    named = Q(eligible__line__contains=[key]) | Q(drawn__pods__contains=[key]) | Q(drawn__comparison__contains=[key])
    found: TenantQuerySet = Design.objects.filter(named)
    return found


def reserved(program: Program) -> set[int]:
    """Ids of those who lead in a programme, and so are in neither of its groups: as upper floors have registered it."""
    return {person for entry in RESERVED for person in entry.load()(program=program)}


def eligible_people(who: Eligible, *, on: date) -> PersonQuerySet:
    """Who may take part by rules, of those who are here on a day. What is read is up to the caller."""
    found: PersonQuerySet = Person.objects.here(on)
    if who.departments:
        found = found.filter(department__in=who.departments)
    if who.job_roles:
        found = found.filter(job_role__in=who.job_roles)
    if who.locations:
        found = found.filter(location__in=who.locations)
    if who.lines:
        inside = current_organization_id()
        found = found.filter(pk__in=RawSQL(BELOW, [inside, list(who.lines), inside]))  # noqa: S611 - bound parameters
    return found


def barred(program: Program, people: Collection[int], *, on: date) -> set[int]:
    """Ids of those among some people whom the rules do not let take part. Whoever is in a group already stays there.

    One query where there are no rules, else two.
    """
    who = design_of(program).who
    if not who.is_any:
        return set()
    inside = Assignment.objects.filter(program=program, person=OuterRef("pk"))
    fit = eligible_people(who, on=on).filter(pk__in=people).values("pk")
    rows = Person.objects.filter(~Exists(inside), pk__in=people).exclude(pk__in=fit)
    return set(rows.values_list("pk", flat=True))


@dataclass(frozen=True)
class Rule:
    """One value of one field: what is kept of it, and what it is called."""

    field: Field
    value: str
    said: str


def rules_said(who: Eligible) -> list[Rule]:
    """The rules one by one, lines by the name of who heads them. One query where there are lines."""
    heads = (
        {str(one.public_id): one.name for one in Person.objects.filter(public_id__in=who.lines)} if who.lines else {}
    )
    return [
        Rule(field, value, heads.get(value, value) if field is Field.LINE else value)
        for field in Field
        for value in who.of(field)
        if field is not Field.LINE or value in heads
    ]


@dataclass(frozen=True)
class Power:
    """How small a difference could be told, of which clusters; `points` is None where none could, or none is compared."""

    pods: Clusters
    teams: Clusters
    points: int | None

    @property
    def is_weak(self) -> bool:
        """Whether no comparison will be made, or only a very large difference would show in it."""
        return self.points is None or self.points >= MANY_POINTS


def power_of(design: Design) -> Power:
    """What the planned numbers could tell. No query."""
    return _power(design, Clusters(design.pods, design.pod_size), Clusters(design.teams, design.pod_size))


def power_now(program: Program, design: Design) -> Power:
    """What the two groups could tell as they are now, without whoever has no suitable workflow. One query."""
    out = Exemption.objects.filter(program=program).values("person")
    inside = Assignment.objects.current().filter(program=program).exclude(person__in=out)
    sizes: dict[str, list[int]] = {arm: [] for arm in Arm}
    for arm, _cluster, people in inside.order_by().values_list("arm", "cluster").annotate(n=Count("pk")):
        sizes[arm].append(people)
    return _power(design, Clusters.of(sizes[Arm.PODS]), Clusters.of(sizes[Arm.COMPARISON]))


def _power(design: Design, pods: Clusters, teams: Clusters) -> Power:
    told = least_difference(pods, teams, icc=float(design.least_icc))
    # Rounded up: a promise is not to be made by rounding.
    return Power(pods, teams, None if told is None else -int(-100 * told // 1))


def closures_for(program: Program, first: date, last: date) -> list[Closure]:
    """Closures during which nobody works in a programme: everywhere, or where one in five or more of its people are.

    One query; two where a place is closed by itself.
    """
    rows = list(Closure.objects.overlapping(first, last).in_order())
    if not any(one.location for one in rows):
        return rows
    inside = Assignment.objects.current().filter(program=program).order_by()
    people = Counter(dict(inside.values_list("person__location").annotate(people=Count("pk"))))
    least = MANY_AWAY * people.total()
    return [one for one in rows if not one.location or (people[one.location] and people[one.location] >= least)]


def closed_for(program: Program, first: date, last: date) -> frozenset[date]:
    """The days of those closures. One query, or two."""
    return days_of(one.span for one in closures_for(program, first, last))


def quiet_in(
    program: Program, *, starts_on: date, weeks: int, closed: Collection[date] = ()
) -> list[tuple[date, Quiet]]:
    """Which weeks of a baseline and a phase are likely to be quiet: by the calendar, by closed days, and by who has noted leave.

    Of those in the programme's groups, else of everybody. Two queries.
    """
    first = rules.baseline_starts_on(starts_on)
    number = rules.BASELINE_WEEKS + weeks
    mondays = [first + timedelta(weeks=one) for one in range(number)]
    inside = Assignment.objects.current().filter(program=program).values("person")
    people = inside.count()
    if people < LEAST_FOR_QUIET:
        return quiet_weeks(first, number, {}, closed)
    leaves = Leave.objects.overlapping(first, mondays[-1] + timedelta(days=4)).filter(person__in=inside)
    spans = list(leaves.values_list("person", "starts_on", "ends_on"))
    away = {
        monday: len(
            {
                person
                for person, begins, ends in spans
                if begins <= monday + timedelta(days=4) and (ends is None or ends >= monday)
            }
        )
        / people
        for monday in mondays
    }
    return quiet_weeks(first, number, away, closed)


@dataclass(frozen=True)
class Chosen:
    """How far the two groups are: people and clusters of each, and who leads."""

    in_pods: int
    pods: int
    in_comparison: int
    teams: int
    champions: int


def chosen_so_far(program: Program) -> Chosen:
    """One query, and those of who leads."""
    rows = (
        Assignment.objects.current()
        .filter(program=program)
        .values("arm")
        .annotate(people=Count("pk"), clusters=Count("cluster", distinct=True))
    )
    found = {row["arm"]: (row["people"], row["clusters"]) for row in rows}
    in_pods, pods = found.get(Arm.PODS, (0, 0))
    in_comparison, teams = found.get(Arm.COMPARISON, (0, 0))
    return Chosen(in_pods, pods, in_comparison, teams, len(reserved(program)))


@dataclass(frozen=True)
class Summary:
    """A draft in short, as it stands beside each step."""

    program: Program
    design: Design
    power: Power
    quiet: tuple[tuple[date, Words], ...]
    # What of it falls into closed days, and the nearest start with which less of it does.
    clashes: tuple[tuple[date, Words], ...]
    better: date | None

    @property
    def finding(self) -> Words:
        return FINDING_WORDS[Finding(self.design.finding)] if self.design.finding else ""

    @property
    def template(self) -> Words:
        return TEMPLATE_WORDS[Template(self.program.template)]

    @property
    def tier(self) -> Words:
        return TIER_WORDS[Tier(self.design.tier)]

    @property
    def tier_means(self) -> Words:
        return TIER_MEANS[Tier(self.design.tier)]

    @property
    def weeks(self) -> int:
        """How many weeks it takes with the template as chosen."""
        return rules.length_of(self.program.template, self.program.weeks)

    @property
    def ends_on(self) -> date:
        return rules.last_day(self.program.starts_on, self.weeks)

    @property
    def baseline_on(self) -> date:
        return rules.baseline_starts_on(self.program.starts_on)

    @property
    def main_look(self) -> Checkpoint:
        return main_look(self.design.primary_look, self.program.template)


def summary(program: Program, design: Design, *, on: date) -> Summary:
    """A draft in short, seen on a day; also one that is only imagined, and not saved. Three queries, or four."""
    weeks = rules.length_of(program.template, program.weeks)
    choices = start_choices(today=on)
    starts = sorted({program.starts_on, *choices})
    ends_on = rules.closing_day(starts[-1], weeks)
    closed = closed_for(program, rules.baseline_starts_on(starts[0]), ends_on)
    quiet = quiet_in(program, starts_on=program.starts_on, weeks=weeks, closed=closed)
    return Summary(
        program=program,
        design=design,
        power=power_of(design),
        quiet=tuple((day, QUIET_WORDS[why]) for day, why in quiet),
        clashes=tuple(
            (one.day, clash_words(one))
            for one in clashes(program.starts_on, weeks, program.mode, program.template, closed)
        ),
        better=better_start(program.starts_on, choices, weeks, program.mode, program.template, closed),
    )


def clash_words(clash: Clash) -> Words:
    """What of a programme falls into closed days."""
    words = HIT_WORDS[clash.hit]
    return words % {"look": LOOK_NAMES[clash.look]} if clash.look else words


def earlier_programs(most: int = 50) -> Sequence[Program]:
    """Programmes that another one can be drafted after, newest first."""
    return list(Program.objects.newest_first().select_related("workflow")[:most])
