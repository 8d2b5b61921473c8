"""What is allowed and what never is: published in versions, asked to be read, and acknowledged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.actions.refusals import Refused
from adoption.programs.models import Acknowledgement, Policy, Program
from adoption.programs.queries.policy import newest_policy, readers_of
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import local_date

POLICY = "policy"  # the outbox's kind, and its links' purpose


@transaction.atomic
def publish_policy(
    *, organization: Organization, words: str, red_lines: str, by: Person | None, at: datetime
) -> Policy:
    """Another version of the policy. Whoever was asked to read the one before is asked again. The same words change nothing.

    Raises Refused without words or without a single red line.
    """
    if not words.strip() or not red_lines.strip():
        raise Refused("policy_empty")
    # Two who publish at once are one after the other.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    last = newest_policy()
    said = words.strip(), red_lines.strip()
    if last and (last.words, last.red_lines) == said:
        return last
    made: Policy = Policy.objects.create(
        version=last.version + 1 if last else 1, words=said[0], red_lines=said[1], published_at=at
    )
    again = 0
    if last:
        today = local_date(at, organization.zone)
        before = Acknowledgement.objects.filter(policy=last).values("person")
        again = _ask(made, Person.objects.here(today).filter(pk__in=before).in_name_order(), at=at)
    audit.record("policy.published", by=by, at=at, subject=made, version=made.version, people=again)
    return made


@transaction.atomic
def ask_to_read(*, program: Program, by: Person | None, at: datetime) -> int:
    """Ask by mail everybody in the pods who has not been asked to read the newest version. Returns how many.

    Raises Refused before anything is published.
    """
    policy = newest_policy()
    if policy is None:
        raise Refused("no_policy")
    known = Acknowledgement.objects.filter(policy=policy).values("person")
    asked = _ask(policy, readers_of(program, at=at).exclude(pk__in=known), at=at)
    if asked:
        audit.record("policy.asked", by=by, at=at, subject=program, people=asked)
    return asked


@transaction.atomic
def acknowledge(*, person: Person, version: int, at: datetime) -> Acknowledgement:
    """Somebody says that they have read it, of the version that they were shown. Twice is once.

    Raises Refused where there is a newer one by now.
    """
    policy = newest_policy()
    if policy is None or policy.version != version:
        raise Refused("policy_newer")
    row: Acknowledgement
    row, _ = Acknowledgement.objects.select_for_update(of=("self",)).get_or_create(
        policy=policy, person=person, defaults={"asked_at": at}
    )
    if row.acknowledged_at is None:
        row.acknowledged_at = at
        row.save(update_fields=["acknowledged_at"])
    return row


def _ask(policy: Policy, people: Iterable[Person], *, at: datetime) -> int:
    rows = Acknowledgement.objects.bulk_create(
        [Acknowledgement(policy=policy, person=person, asked_at=at) for person in people], batch_size=2000
    )
    say_many(
        kind=POLICY,
        sayings=[Saying(row.person, f"policy:{policy.version}", row_id=row.pk) for row in rows],
        at=at,
    )
    return len(rows)
