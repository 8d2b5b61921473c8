"""What a follow-up says, to whom, and whether it is still wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext

from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Role, local_date
from champions.models import Champion
from champions.queries.kit import in_charge
from pods import rules
from pods.models import FollowUp, Pod
from pods.models.follow_ups import FollowUpQuerySet
from pods.queries.words import CAUSE_WORDS, Words
from pods.rules import Cause, Used

MOST_QUEUED = 8


def facts_of_follow_up(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the reminder says to a champion, or to the lead who sat with a leader."""
    follow_up = FollowUp.objects.select_related("person", "session").get(pk=message.row_id)
    return {
        "member": follow_up.person.name,
        "held_on": follow_up.session.held_on,
        "address": f"{settings.BASE_URL}/o/{follow_up.organization.slug}/follow-ups/{follow_up.public_id}/",
    }


def follow_up_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the follow-up is still open, and still this person's to see to."""
    row = _day_sevens().open(at).filter(pk=message.row_id).first()
    return row is not None and who_asks(row, at) == message.person


def facts_of_day_seven(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the two read who meet on day 7: when, and that it takes no preparing. The calendar file goes with it."""
    row = day_seven_of(message)
    is_member, champion = message.person_id == row.person_id, sees_to(row)
    return {
        "speaker": champion.name if is_member and champion else "",
        "title": gettext("Day 7 with %(name)s: %(day)s")
        % {"name": met_on_day_seven(row, message).name, "day": day_and_hour(row.due_at, message)},
        "paragraphs": [
            gettext("Fifteen minutes, at your hour (%(zone)s). Did you use it, what happened, what did not work?")
            % {"zone": message.to.local_zone().replace("_", " ")},
            gettext("Nothing is to be prepared. The calendar file is attached; another hour of the day is as good."),
        ],
        "fine": _read_by(row) if is_member else "",
    }


def _read_by(row: FollowUp) -> str:
    """Who reads what is written down, said to whoever it is about."""
    if row.session.leader_id:
        return gettext("Between the two of you: leads read what is written down, and nobody else.")
    return gettext("Your champion writes it down. Your lead sees the cause, never your words.")


def facts_of_day_seven_over(*, message: Message, at: datetime) -> dict[str, Any]:
    """What is read by whoever has a day 7 in their calendar that is not theirs any more. Never why somebody is not asked."""
    if message.context:
        # Its row is gone: nobody is named any more.
        due_at = datetime.fromisoformat(message.context["due_at"])
        return _over(
            gettext("Called off: a day 7"),
            gettext("The fifteen minutes on %(day)s are free again: the three questions are not asked any more.")
            % {"day": day_and_hour(due_at, message)},
        )
    row = day_seven_of(message)
    name, day = met_on_day_seven(row, message).name, day_and_hour(row.due_at, message)
    champion = sees_to(row)
    if row.answered_at:
        title = gettext("Answered already: day 7 with %(name)s")
        free = gettext("The fifteen minutes on %(day)s are free again: the three questions have their answers.")
    elif champion and champion in who_meets(row):
        title = gettext("Passed on: day 7 with %(name)s")
        free = gettext("The fifteen minutes on %(day)s are free again: %(champion)s leads their pod and meets them.")
    else:
        title = gettext("Called off: day 7 with %(name)s")
        free = gettext("The fifteen minutes on %(day)s are free again: the three questions are not asked any more.")
    return _over(title % {"name": name}, free % {"day": day, "champion": champion.name if champion else ""})


def _over(title: str, free: str) -> dict[str, Any]:
    return {
        "title": title,
        "paragraphs": [free, gettext("The calendar file takes the entry out. Nothing is left to do.")],
    }


def day_seven_of(message: Message) -> FollowUp:
    """The follow-up that a message about a day 7 is about, with everybody it names."""
    found: FollowUp = _day_sevens().get(pk=message.row_id)
    return found


def _day_sevens() -> FollowUpQuerySet:
    return FollowUp.objects.select_related("session__pod", "session__held_by__organization", "person__organization")


def pod_of(row: FollowUp) -> Pod:
    """The pod whose champion sees to a follow-up: where its person sits now, else where the session was held. One query.

    Raises DoesNotExist for a leader's, which belongs to none.
    """
    now = FollowUp.objects.with_pod().filter(pk=row.pk).values("pod_now")
    found: Pod = Pod.objects.select_related("champion__person__organization", "program").get(pk__in=now)
    return found


def who_asks(row: FollowUp, at: datetime) -> Person | None:
    """Who sees to a follow-up at an instant: the champion of its person's pod, or of a leader the lead who sat with them.

    Nobody where that pod has no champion then, or they are no lead any more. One query.
    """
    if row.session.leader_id is None:
        return pod_of(row).leader(at)
    return next(
        (one for one in in_charge(Role.LEAD) if one.pk == row.session.held_by_id and not one.has_left(at)), None
    )


def sees_to(row: FollowUp) -> Person | None:
    """Whose it is on its day."""
    return who_asks(row, row.due_at)


def met_on_day_seven(row: FollowUp, message: Message) -> Person:
    """Whom the reader of a message meets on a day 7: the member their champion, whoever sees or saw to it the member."""
    champion = sees_to(row) if message.person_id == row.person_id else None
    return champion or row.person


def day_and_hour(due_at: datetime, message: Message) -> str:
    """An instant as the reader of a message has it on the wall."""
    return date_format(due_at.astimezone(ZoneInfo(message.to.local_zone())), "l j F, H:i")


def day_seven_wanted(*, message: Message, at: datetime) -> bool:
    """Whether it is still to come as this message says it, and this person is one of the two."""
    row = _day_sevens().filter(pk=message.row_id, due_at__gt=at).first()
    if row is None or not message.subject_key.endswith(f":{row.sequence}"):
        return False
    return message.person in who_meets(row)


def who_meets(row: FollowUp) -> list[Person]:
    """The two who meet on a day 7: the member, unless they have answered, are not there or would rather not; and who sees to it."""
    if not FollowUp.objects.open(row.due_at).filter(pk=row.pk).exists():
        return []
    champion = sees_to(row)
    return [row.person, champion] if champion and champion != row.person else [row.person]


def who_holds(row: FollowUp) -> list[Person]:
    """In whose calendar a day 7 is, or comes with a message that waits: the last they were told is not that it is over. One query."""
    # Those whom it can concern, so that their messages are found by person.
    asks = Q(pk=row.session.held_by_id)
    if pod := row.session.pod:
        asks = Q(pk__in=Champion.objects.filter(program=pod.program_id).values("person"))
    told = Message.objects.filter(person=OuterRef("pk"), kind__in=("day_seven", "day_seven_over"), row_id=row.pk)
    last = told.order_by("-pk").values("kind")[:1]
    people = Person.objects.filter(Q(pk=row.person_id) | asks).alias(last=Subquery(last))
    return list(people.filter(last="day_seven").order_by("pk"))


def day_seven_over_wanted(*, message: Message, at: datetime) -> bool:
    """Whether this person has it in their calendar, as a mail invited them, and does not meet anybody then."""
    invited = Message.objects.counted().filter(person=message.person_id, kind="day_seven", row_id=message.row_id)
    row = _day_sevens().filter(pk=message.row_id).first()
    is_over = message.person not in who_meets(row) if row else bool(message.context)
    return is_over and invited.exists()


def facts_of_alone(*, message: Message, at: datetime) -> dict[str, Any]:
    """What a member reads whose day 7 did not come about: they can answer alone."""
    follow_up = _day_sevens().get(pk=message.row_id)
    champion = who_asks(follow_up, at)
    return {
        "speaker": champion.name if champion else "",
        "title": gettext("%(name)s, did you use it? Three questions") % {"name": follow_up.person.name.split()[0]},
        "paragraphs": [
            gettext("You sat together on %(day)s, and the fifteen minutes of day 7 have not come about.")
            % {"day": date_format(follow_up.session.held_on, "j F")},
            gettext(
                "You can answer alone, in two minutes. No is a fine answer: it says what to change, not what you did wrong."
            ),
        ],
        "button": gettext("Answer"),
        "fine": _read_by(follow_up)
        if follow_up.session.leader_id
        else gettext("Your champion reads it. Your lead sees the cause, never your words."),
    }


def alone_wanted(*, message: Message, at: datetime) -> bool:
    """Whether day 7 is still open."""
    found: bool = FollowUp.objects.open(at).filter(pk=message.row_id, person=message.person).exists()
    return found


def own_day_seven(person: Person, *, at: datetime) -> FollowUp | None:
    """The day 7 of somebody themselves that waits for their answer, or else comes next. One query."""
    rows = FollowUp.objects.open(at).filter(person=person).oldest_first()
    found: FollowUp | None = rows.select_related("person", "session__held_by").first()
    return found


def left_alone(program: Program) -> set[int]:
    """Ids of those with whom nothing more is to be tried: their last follow-up said so, or was closed without a cause."""
    last = (
        FollowUp.objects.answered()
        .filter(session__pod__program=program)
        .order_by("person_id", "-answered_at", "-id")
        .distinct("person_id")
    )
    return {
        row.person_id for row in last if row.used != Used.YES and (not row.cause or Cause(row.cause) in rules.SETTLED)
    }


@dataclass(frozen=True)
class Due:
    """A follow-up in a champion's list."""

    follow_up: FollowUp
    due_on: date
    is_due: bool
    days_late: int


def due_words(follow_up: FollowUp, at: datetime) -> Due:
    """A follow-up with its local day, and by how many days it is late."""
    zone = follow_up.person.local_zone()
    due_on, today = local_date(follow_up.due_at, zone), local_date(at, zone)
    return Due(follow_up, due_on, follow_up.due_at <= at, max((today - due_on).days, 0))


@dataclass(frozen=True)
class Queued:
    """A follow-up as a lead sees it: who, and why it did not work. Never what was said."""

    follow_up: FollowUp
    cause: Words


def follow_up_queue(pod: Pod) -> list[Queued]:
    """Follow-ups of a pod that ended without a use, the latest first: names and causes."""
    rows = (
        FollowUp.objects.answered()
        .filter(session__pod=pod)
        .exclude(cause="")
        .select_related("person")
        .order_by("-answered_at", "-id")[:MOST_QUEUED]
    )
    return [Queued(row, CAUSE_WORDS[Cause(row.cause)]) for row in rows]
