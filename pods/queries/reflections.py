"""What a pod learned over the weeks, and what in it could be a prompt or a win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from adoption.programs.rules import monday
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.rules import LINE_LENGTH, PROMPT_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from champions.rules.suggesting import Suggestion
from pods import rules
from pods.models import Pod, Reflection, Session

MOST_SHOWN = 60
BETWEEN = "\n\n"


@dataclass(frozen=True)
class WeekLearned:
    """A week of a pod: what was written of it, and the notes of its sessions."""

    pod: Pod
    week: date
    number: int
    reflection: Reflection | None
    sessions: tuple[Session, ...]

    @property
    def reference(self) -> str:
        """What names it in an address: never its words."""
        return f"{self.pod.public_id}.{self.week.isoformat()}"

    @property
    def suggests_win(self) -> bool:
        """Something worked, or was finished: somebody could tell of it."""
        return bool(self.reflection and self.reflection.worked) or any(one.finished for one in self.sessions)

    @property
    def suggests_prompt(self) -> bool:
        """A way of doing it was written down: it could help others."""
        return any(one.written_down for one in self.sessions)


def learned(pod: Pod, *, search: str = "") -> list[WeekLearned]:
    """The weeks of which something is known, the latest first; with `search` those in which all of its words occur. Two queries."""
    written = {row.week: row for row in Reflection.objects.filter(pod=pod).newest_first()[:MOST_SHOWN]}
    noted: dict[date, list[Session]] = {}
    for session in Session.objects.filter(pod=pod).newest_first():
        if any(_lines(session)):
            noted.setdefault(monday(session.held_on), []).append(session)
    found = [
        WeekLearned(pod, week, pod.program.week_on(week), written.get(week), tuple(noted.get(week, ())))
        for week in sorted({*written, *noted}, reverse=True)
    ]
    words = search.casefold().split()
    return [one for one in found if all(word in _said(one) for word in words)][:MOST_SHOWN]


def _said(one: WeekLearned) -> str:
    row = one.reflection
    said = [row.worked, row.did_not, row.next_time] if row else []
    for session in one.sessions:
        said += _lines(session)
    return "\n".join(said).casefold()


def _lines(session: Session) -> list[str]:
    """What was written down with a session."""
    one = session
    return [one.note, one.worked, one.did_not, one.next_time, one.finished, one.written_down]


def suggestion_of_week(*, person: Person, reference: str) -> Suggestion | None:
    """What a win or a prompt made of a pod's week begins with, for whoever leads the pod. None for anything else."""
    key, _dot, day = reference.partition(".")
    try:
        about, week = UUID(key), date.fromisoformat(day)
    except ValueError:
        return None
    pod = Pod.objects.led_by(person).filter(public_id=about).select_related("program__workflow").first()
    if pod is None:
        return None
    row = reflection_on(pod, week)
    held = Session.objects.filter(pod=pod, held_on__gte=week, held_on__lt=week + timedelta(weeks=1)).newest_first()
    sessions = list(held)
    finished = next((one.finished for one in sessions if one.finished), "")
    return Suggestion(
        workflow=str(pod.program.workflow.public_id),
        task=(finished or pod.program.workflow.name)[:LINE_LENGTH],
        output=(row.worked if row and row.worked else finished)[:TEXT_LENGTH],
        title=next((one.finished for one in sessions if one.written_down), "")[:TITLE_LENGTH],
        prompt=BETWEEN.join(dict.fromkeys(one.written_down for one in sessions if one.written_down))[:PROMPT_LENGTH],
    )


def weeks_to_write(pod: Pod, *, at: datetime) -> list[date]:
    """The Mondays of the weeks that can be written about, this one first."""
    today = local_date(at, pod.organization.zone)
    count = rules.OLDEST_SESSION.days // 7
    return [monday(today) - timedelta(weeks=back) for back in range(count)]


def weeks_written(pod: Pod) -> set[date]:
    """The Mondays of the weeks something is written of."""
    return set(Reflection.objects.filter(pod=pod).values_list("week", flat=True))


def reflection_on(pod: Pod, week: date) -> Reflection | None:
    """What was written of a week."""
    found: Reflection | None = Reflection.objects.filter(pod=pod, week=week).first()
    return found
