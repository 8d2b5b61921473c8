"""What only an executive can do next: at most three things, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adoption.programs.models import Attention, Program
from adoption.programs.rules import TO_DECIDE, Kind, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date
from champions.models import Sponsorship
from champions.queries.asks import AskRow, modelling_of, waiting_asks
from champions.queries.sponsor import short_of_time, sponsorships_of
from metrics.queries import sentences

MOST = 3
# So long after a phase has ended it is asked how to go on.
DECIDED_WITHIN = timedelta(weeks=4)


@dataclass(frozen=True)
class Due:
    """One thing to do: in the imperative, with its one reason, what is late about it, and the page where it is done.

    `place` and `about` are the page's name and what it is of. `urgency` orders: 0 before everything else.
    """

    what: str
    why: str
    late: str
    verb: str
    place: str
    about: tuple[str, ...]
    urgency: int


def next_actions(person: Person, permissions: frozenset[Permission], *, at: datetime) -> tuple[Due, ...]:
    """What waits for an executive; empty where nothing does. Seven queries at most, whatever the numbers."""
    today = local_date(at, person.organization.zone)
    sponsored = sponsorships_of(person)
    found = [
        *_asks(waiting_asks(person, permissions, at=at), person),
        *_time(sponsored),
        *_decisions(today),
        *_example(person, sponsored, today),
    ]
    return tuple(sorted(found, key=lambda one: one.urgency)[:MOST])


def is_asked(permissions: frozenset[Permission]) -> bool:
    """Whether somebody reads evidence as an executive: a lead's next steps stand in the programme."""
    return Permission.SEE_EVIDENCE in permissions and Permission.MANAGE_PROGRAMS not in permissions


def _asks(rows: Sequence[AskRow], person: Person) -> Iterator[Due]:
    """One's own, which are one thing to do; then what is overdue with others."""
    own = [row for row in rows if row.need.owner_id in {person.pk, None}]
    others = [row for row in rows if row not in own and row.is_overdue]
    for asks, urgencies in ((own, (0, 3)), (others, (5, 5))):
        if asks:
            yield _ask(asks, urgencies[0] if asks[0].is_overdue else urgencies[1])


def _ask(rows: Sequence[AskRow], urgency: int) -> Due:
    first, rest = rows[0], len(rows) - 1
    days = first.days_over
    late = (
        ngettext("%(days)s day past the 14 agreed", "%(days)s days past the 14 agreed", days) % {"days": days}
        if first.is_overdue
        else ""
    )
    due = _("An answer is due by %(day)s.") % {"day": sentences.day(first.need.due_on)}
    more = ngettext("%(rest)s more waits.", "%(rest)s more wait.", rest) % {"rest": rest} if rest else ""
    return Due(
        what=_("Answer what champions ask for"),
        why=" ".join(part for part in (f"“{first.need.wanted}”.", "" if late else due, more) if part),
        late=late,
        verb=_("See what they ask") if rest else _("Answer"),
        place="asks" if rest else "ask-answer",
        about=() if rest else (str(first.need.public_id),),
        urgency=urgency,
    )


def _time(sponsored: list[Sponsorship]) -> Iterator[Due]:
    """Agreements with champions that are not kept, in what one sponsors."""
    short = short_of_time(sponsored) if sponsored else 0
    if short:
        yield Due(
            what=_("Keep champions’ time free, as agreed"),
            why=ngettext(
                "%(n)s champion says that the hours agreed are not kept. Champions without them stop by the third week.",
                "%(n)s champions say that the hours agreed are not kept. Champions without them stop by the third week.",
                short,
            )
            % {"n": short},
            late="",
            verb=_("See whose"),
            place="sponsor",
            about=(),
            urgency=1,
        )


def _decisions(today: date) -> Iterator[Due]:
    """Programmes that stand still or missed their target, and phases that have ended. Two queries."""
    rows = Attention.objects.due(today).of_programs().filter(kind__in=TO_DECIDE)
    for row in rows.select_related("program").order_by("since", "id")[:MOST]:
        yield _stands_still(row.program, Kind(row.kind))
    since = today - DECIDED_WITHIN
    ended = Program.objects.filter(ended_at__isnull=False, followed_at__isnull=True, closed_at__isnull=True)
    for program in _over_since(ended.order_by("ended_at", "id"), since):
        yield Due(
            what=_("Decide how %(program)s goes on") % {"program": program.name},
            why=_(
                "Its phase ended on %(day)s. Without a decision champions lose their hours, and what was learned fades."
            )
            % {"day": sentences.day(program.ends_on)},
            late="",
            verb=_("Read the evidence"),
            place="evidence",
            about=(program.slug,),
            urgency=2,
        )


def _stands_still(program: Program, kind: Kind) -> Due:
    named = {"program": program.name}
    if kind is Kind.TARGET_MISSED:
        what = _("Decide what %(program)s needs instead") % named
        why = _("It missed its target on day 30. The context pack comes before any more training.")
    else:
        what = _("Decide on more structure for %(program)s") % named
        why = _(
            "Adoption has stood still low for four weeks. That is usual without structure; more training will not move it."
        )
    return Due(what, why, "", _("See what is proposed"), "program", (program.slug,), 2)


def _over_since(programs: Iterable[Program], since: date) -> Iterator[Program]:
    for program in programs:
        if program.state is State.ENDED and program.ends_on >= since:
            yield program


def _example(person: Person, sponsored: list[Sponsorship], today: date) -> Iterator[Due]:
    """A leader of whom nobody has seen an example for four weeks: people do what they see leaders do."""
    if not modelling_of(person, on=today).shown:
        yield Due(
            what=_("Let yourself be seen using it"),
            why=_(
                "Nobody has confirmed an example of yours in 28 days. One on your own briefing counts; a video counts 0."
            ),
            late="",
            verb=_("See what counts") if sponsored else _("Write one down"),
            place="sponsor" if sponsored else "deed-new",
            about=(),
            urgency=4,
        )
