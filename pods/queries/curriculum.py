"""The programme's plan of what is learnt, as pods see it: what can be taken up in one, and what was held in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from adoption.programs.models import Program
from adoption.programs.queries.curriculum import InWords, contents_by_role
from adoption.programs.rules.curriculum import Content, Logged, Practice, Practised, SessionKind
from adoption.tenancy.models import Person
from pods.models import Invitee, Meeting, Pod, Session


@dataclass(frozen=True)
class ToLearn(InWords):
    """A content that can be taken up in a pod, and whether that was planned already."""

    is_planned: bool


def to_learn(pod: Pod, members: Iterable[Person]) -> list[ToLearn]:
    """What the plan has for the roles of some members, in its order, and whether it was planned already. Three queries."""
    known = _planned_in(pod)
    return [ToLearn(one, one.key in known) for one in taken_up_in(pod, members)]


def taken_up_in(pod: Pod, members: Iterable[Person]) -> list[Content]:
    """What the plan has for the roles of some members; what comes without a session is not among it. Two queries."""
    return [one for one in _plan(pod, {one.job_role for one in members}) if one.kind]


def carried(meeting: Meeting) -> list[ToLearn]:
    """What of the plan a planned session carries. No query where it carries nothing, else three."""
    if not meeting.contents:
        return []
    roles = Invitee.objects.filter(meeting=meeting).values_list("person__job_role", flat=True)
    return [ToLearn(one, is_planned=True) for one in _plan(meeting.pod, set(roles)) if one.key in meeting.contents]


def _plan(pod: Pod, roles: set[str]) -> list[Content]:
    return contents_by_role(pod.program, sorted(roles - {""}))


def _planned_in(pod: Pod) -> set[str]:
    rows = Meeting.objects.standing().filter(pod=pod).exclude(contents=[])
    return {key for keys in rows.values_list("contents", flat=True) for key in keys}


def practised(*, program: Program) -> Practised:
    """What was logged in a programme, and in how many pods each content was held or is planned. Three queries."""
    kinds = {
        SessionKind(row["kind"]): Logged(row["sessions"], Practice(row["doing"], row["explaining"]))
        for row in Session.objects.filter(pod__program=program)
        .order_by()
        .values("kind")
        .annotate(sessions=Count("pk"), doing=Sum("doing_minutes"), explaining=Sum("explaining_minutes"))
    }
    held: set[tuple[int, str]] = set()
    planned: set[tuple[int, str]] = set()
    rows = Meeting.objects.standing().filter(pod__program=program).exclude(contents=[])
    for pod, keys, session in rows.values_list("pod_id", "contents", "sessions__pk"):
        (planned if session is None else held).update((pod, key) for key in keys)
    return Practised(
        pods=Pod.objects.filter(program=program).count(),
        kinds=kinds,
        held=Counter(key for _pod, key in held),
        planned=Counter(key for _pod, key in planned),
    )
