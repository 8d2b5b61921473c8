"""The readiness board: each thing that must be there before a launch, whose it is, what shows it, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Preparation, Program
from adoption.programs.queries.packs import PackState, packs_of
from adoption.programs.queries.policy import Reading, reading_of
from adoption.programs.rules.packs import Fitness
from adoption.programs.rules.readiness import BY_HAND, WAIVED_ELSEWHERE, Answered, Item, Standing, is_link, standing
from adoption.tenancy.models import AuditEvent, Person
from adoption.tenancy.queries.audit import Told, tell
from adoption.tenancy.rules import PROBES, local_date

Words = str | Promise

ITEM_WORDS: dict[Item, Words] = {
    Item.POLICY: _("The policy and the red lines are published, and read"),
    Item.SPONSOR: _("A sponsor stands for it, and a line of the budget pays for champions’ time"),
    Item.SHOWCASE: _("The first showcase has a date, and the sponsor comes"),
    Item.PACKS: _("The context pack of each role is complete, and a real task came out well with it"),
    Item.EARLY_ADOPTERS: _("There are enough early adopters to choose champions from"),
    Item.AGREEMENTS: _("Each champion has agreed with their manager what comes off their plate"),
    Item.BASELINE: _("The baseline is collected"),
}
# How the application knows, where it does.
KNOWN_BY: dict[Item, Words] = {
    Item.POLICY: _("By those in the pods who say that they have read it: 80% or more."),
    Item.SPONSOR: _("By what is written down about champions’ time."),
    Item.PACKS: _("By the elements of each pack and its last test."),
    Item.EARLY_ADOPTERS: _(
        "By the shortlist of whom people go to and who tries AI already, then by the champions you named; an exploratory "
        "programme needs none."
    ),
    Item.AGREEMENTS: _("By what both have agreed, champion by champion, or by why one starts without."),
    Item.BASELINE: _("By answers of 60% of each group: to its survey, and to each of its two weeks that is closed."),
}
SHOWN_ACTS = 12
# Of packs and the policy what a launch turns on; each thing that is put into a pack would hide it.
TOLD = ("pack.begun", "pack.tested", "pack.discarded", "policy.asked")


@dataclass(frozen=True)
class Line:
    """One line of the board."""

    item: Item
    standing: Standing
    preparation: Preparation | None
    today: date
    answered: Answered | None = None

    @property
    def said(self) -> tuple[str, ...]:
        """What there is of it, where that is known in more words than yes or no."""
        return self.answered.tell() if self.answered else ()

    @property
    def words(self) -> Words:
        return ITEM_WORDS[self.item]

    @property
    def known_by(self) -> Words:
        return KNOWN_BY.get(self.item, "")

    @property
    def is_by_hand(self) -> bool:
        return self.item in BY_HAND

    @property
    def may_waive(self) -> bool:
        return self.item not in WAIVED_ELSEWHERE and self.standing is Standing.OPEN

    @property
    def evidence(self) -> str:
        return self.preparation.evidence if self.preparation else ""

    @property
    def is_link(self) -> bool:
        return is_link(self.evidence)

    @property
    def owner(self) -> Person | None:
        return self.preparation.owner if self.preparation else None

    @property
    def due_on(self) -> date | None:
        return self.preparation.due_on if self.preparation else None

    @property
    def is_late(self) -> bool:
        return self.standing is Standing.OPEN and self.due_on is not None and self.due_on < self.today


@dataclass(frozen=True)
class Board:
    """Every line, the reading of the policy and the packs behind two of them, and what was done about it lately."""

    program: Program
    lines: tuple[Line, ...]
    reading: Reading
    packs: tuple[PackState, ...]
    acts: tuple[Told, ...]

    def at(self, standing: Standing) -> list[Line]:
        return [line for line in self.lines if line.standing is standing]

    @property
    def open(self) -> list[Line]:
        return self.at(Standing.OPEN)

    @property
    def shown(self) -> list[Line]:
        return self.at(Standing.SHOWN)

    @property
    def waived(self) -> list[Line]:
        return self.at(Standing.WAIVED)

    @property
    def foundations(self) -> list[PackState]:
        """Packs whose last test was generic: no training mends that."""
        return [one for one in self.packs if one.fitness is Fitness.FOUNDATION]


def board(program: Program, *, at: datetime) -> Board:
    """The board of a programme. The number of queries does not depend on how much there is."""
    about = Q(verb__startswith="readiness.") | Q(verb__in=TOLD)
    events = AuditEvent.objects.filter(about, subject=program.public_id).newest_first()[:SHOWN_ACTS]
    return Board(
        program,
        lines_of(program, at=at),
        reading_of(program, at=at),
        tuple(packs_of(program)),
        tuple(tell(list(events))),
    )


def lines_of(program: Program, *, at: datetime) -> tuple[Line, ...]:
    """The lines of a programme's board, each as it stands. One query, and those of the probes."""
    today = local_date(at, program.organization.zone)
    rows = {row.item: row for row in Preparation.objects.filter(program=program).select_related("owner")}
    answers = _answers(program, at=at)
    return tuple(
        Line(
            item=item,
            standing=standing(is_met=bool(answers[item]), is_waived=item in rows and rows[item].waived_at is not None),
            preparation=rows.get(item),
            today=today,
            answered=found if isinstance(found := answers[item], Answered) else None,
        )
        for item in Item
        if item in answers
    )


def met_items(program: Program, *, at: datetime) -> dict[Item, bool]:
    """Which lines of the board are answered, by the probes of every floor."""
    return {item: bool(answer) for item, answer in _answers(program, at=at).items()}


def _answers(program: Program, *, at: datetime) -> dict[Item, object]:
    names = {item.value for item in Item}
    return {Item(one.name): one.load()(program=program, at=at) for one in PROBES if one.name in names}


def showcase_scheduled(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody has said when the first showcase is and that the sponsor comes."""
    found: bool = Preparation.objects.shown().filter(program=program, item=Item.SHOWCASE).exists()
    return found


def waived_items(program: Program) -> frozenset[str]:
    """What the launch does not wait for, by the name of what would answer it."""
    return frozenset(Preparation.objects.waived().filter(program=program).values_list("item", flat=True))
