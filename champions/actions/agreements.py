"""What comes off a champion's plate: asked for, proposed in versions, agreed by both, or done without for a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from adoption.outbox.actions.messages import say
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date, working_instant
from champions.models import Agreement, Champion, Sponsorship, Waiver
from champions.rules.agreements import RENEW_WITHIN, Side, is_outside
from champions.rules.time import MORNING

AGREEMENT = "champion_agreement"  # the outbox's kind of what two people have to settle
RENEWAL = "champion_renewal"  # and of what can wait for the day's mail
AGREEMENT_LINK = "agreement"  # its links' purpose
RENEW = "champions.renew_agreement"  # the agenda's task
LONGEST = timedelta(days=366)


@transaction.atomic
def record_sponsorship(
    *, program: Program, sponsor: Person, budget_line: str, by: Person | None, at: datetime
) -> Sponsorship:
    """Write down who stands for the champions' time, and which line of the budget pays for it. Said again it replaces."""
    row: Sponsorship
    row, _ = Sponsorship.objects.update_or_create(
        program=program, defaults={"sponsor": sponsor, "budget_line": budget_line, "recorded_at": at}
    )
    audit.record("sponsorship.recorded", by=by, at=at, subject=program)
    return row


@transaction.atomic
def ask_for_agreement(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """Ask a champion by mail to say what comes off the plate; their manager answers then. Twice a day is once.

    Raises Refused without a manager in the directory, and for a champion who has stepped down.
    """
    champion = _held(champion)
    _say(champion, Side.CHAMPION, "asked", at=at)
    audit.record("agreement.asked", by=by, at=at, subject=champion)


@transaction.atomic
def propose_agreement(
    *,
    champion: Champion,
    side: Side,
    work: str,
    hours: Decimal,
    contracted: Decimal,
    outside_because: str,
    from_on: date,
    to_on: date,
    by: Person | None,
    at: datetime,
) -> Agreement:
    """A new version, to which whoever proposes it agrees. The other side gets a mail. Proposed twice it is one version.

    An agreement that stands goes on standing until the new one is agreed. Raises Refused: without a reason for hours outside
    10 to 15 % of the contracted ones, for a span that is over, turned round or longer than a year, and without a manager.
    """
    champion = _held(champion)
    today = local_date(at, champion.organization.zone)
    if is_outside(hours, contracted) and not outside_because:
        raise Refused("outside")
    if to_on < from_on:
        raise Refused("turned_round")
    if to_on < today or to_on - from_on > LONGEST:
        raise Refused("span")
    terms = {
        "work": work,
        "hours": hours,
        "contracted": contracted,
        "outside_because": outside_because if is_outside(hours, contracted) else "",
        "from_on": from_on,
        "to_on": to_on,
        "proposed_by_side": side,
    }
    last: Agreement | None = Agreement.objects.filter(champion=champion).newest_first().first()
    if last and not last.is_agreed and all(getattr(last, name) == value for name, value in terms.items()):
        return last
    row: Agreement = Agreement.objects.create(
        champion=champion,
        version=last.version + 1 if last else 1,
        manager=champion.person.manager,
        proposed_at=at,
        **terms,
        **{f"{side}_agreed_at": at},
    )
    _say(champion, side.other, "proposed", at=at, version=row.version)
    audit.record("agreement.proposed", by=by, at=at, subject=champion, version=row.version)
    return row


@transaction.atomic
def agree(*, agreement: Agreement, side: Side, by: Person | None, at: datetime) -> Agreement:
    """Agree to what the other side proposed: from now on it stands for its days. Twice is once.

    Raises Refused where a newer version was proposed meanwhile.
    """
    champion = _held(agreement.champion)
    row: Agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if Agreement.objects.filter(champion=champion, version__gt=row.version).exists():
        raise Refused("changed_meanwhile")
    field = f"{side}_agreed_at"
    if getattr(row, field):
        return row
    setattr(row, field, at)
    row.manager = champion.person.manager
    row.save(update_fields=[field, "manager"])
    _say(champion, side.other, "agreed", at=at, version=row.version)
    zone = champion.organization.zone
    # A question for a working day.
    renew_at = working_instant(instant(row.to_on - RENEW_WITHIN, MORNING, zone), zone)
    agenda.schedule(task=RENEW, row_id=row.pk, due_at=max(renew_at, at))
    audit.record("agreement.agreed", by=by, at=at, subject=champion, version=row.version)
    return row


@transaction.atomic
def ask_to_renew(*, agreement: Agreement, at: datetime) -> None:
    """An agreement is about to end: ask the champion to renew it, unless something newer was said or the programme is over."""
    newer = Agreement.objects.filter(champion=agreement.champion_id, version__gt=agreement.version)
    champion = (
        Champion.objects.serving()
        .select_related("program", "organization", "person__manager")
        .filter(pk=agreement.champion_id)
    )
    for one in champion:
        if at < _end_of(agreement, one) and not newer.exists() and one.program.closed_at is None and one.person.manager:
            _say(one, Side.CHAMPION, "renew", at=at, version=agreement.version)


def _end_of(agreement: Agreement, champion: Champion) -> datetime:
    """The end of its last day. After it, on a calendar that comes late, there is nothing to renew."""
    return instant(agreement.to_on + timedelta(days=1), MORNING, champion.organization.zone)


@transaction.atomic
def waive_agreement(*, champion: Champion, reason: str, by: Person | None, at: datetime) -> Waiver:
    """Write down why a champion starts without an agreement. Said again it replaces."""
    row: Waiver
    row, _ = Waiver.objects.update_or_create(champion=champion, defaults={"reason": reason, "waived_at": at})
    audit.record("agreement.waived", by=by, at=at, subject=champion)
    return row


@transaction.atomic
def withdraw_waiver(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """They wait for an agreement after all. Twice is once."""
    gone, _ = Waiver.objects.filter(champion=champion).delete()
    if gone:
        audit.record("agreement.waiver_withdrawn", by=by, at=at, subject=champion)


def _held(champion: Champion) -> Champion:
    """The champion as they are now, held until the commit. Raises Refused."""
    row: Champion = (
        Champion.objects.select_for_update(of=("self",))
        .select_related("program", "organization", "person__manager")
        .get(pk=champion.pk)
    )
    if row.stepped_down_at:
        raise Refused("stepped_down")
    if row.program.closed_at:
        raise Refused("stopped")
    if row.person.manager is None:
        raise Refused("no_manager")
    return row


def _say(champion: Champion, to: Side, what: str, *, at: datetime, version: int = 0) -> None:
    person = champion.person if to is Side.CHAMPION else champion.person.manager
    if person is not None:
        say(
            kind=RENEWAL if what == "renew" else AGREEMENT,
            person=person,
            subject_key=f"agreement:{champion.pk}:{what}:{version}",
            row_id=champion.pk,
            context={"what": what},
            at=at,
        )
