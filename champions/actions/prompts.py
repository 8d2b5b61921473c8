"""Writing, reviewing and trying prompts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from adoption.outbox.actions.messages import say
from adoption.programs.actions import Refused
from adoption.programs.models import PackElement, Workflow
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import WORK_STARTS, instant, local_date
from champions import rules
from champions.models import Champion, Prompt, PromptNeed, PromptReview, PromptTry, PromptVersion
from champions.rules import ReviewVerdict

STALE = "champions.prompt_stale"  # the agenda's task
PROMPT_REVIEWED = "prompt_reviewed"  # the outbox's kinds
PROMPT_STALE = "prompt_stale"


def only_champions(person: Person) -> None:
    """Raises Refused unless a person leads somewhere."""
    if not Champion.objects.serving().held_by(person).exists():
        raise Refused("not_a_champion")


@transaction.atomic
def share_prompt(
    *,
    workflow: Workflow,
    title: str,
    text: str,
    review_step: str,
    needs: Sequence[PackElement],
    by: Person,
    at: datetime,
) -> Prompt:
    """Put a champion's prompt on the shelf, as its first version.

    Raises Refused for a title that is taken there, and for needs that are in no pack of this work.
    """
    only_champions(by)
    # One at a time for one workflow: of two presses of the button the second finds the title taken.
    Workflow.objects.select_for_update(no_key=True).get(pk=workflow.pk)
    if Prompt.objects.filter(workflow=workflow, title=title).exists():
        raise Refused("title_taken")
    prompt = Prompt.objects.create(workflow=workflow, title=title, owner=by, made_at=at)
    version = PromptVersion.objects.create(
        prompt=prompt, number=1, text=text, review_step=review_step, author=by, written_at=at
    )
    _write_down(version, _held(needs, workflow))
    _look_again(prompt, at)
    audit.record("prompt.shared", by=by, at=at, subject=prompt)
    return prompt


@transaction.atomic
def improve_prompt(
    *,
    prompt: Prompt,
    text: str,
    reason: str,
    review_step: str,
    needs: Sequence[PackElement],
    upon: int,
    by: Person,
    at: datetime,
) -> PromptVersion:
    """Add a version and why. Any champion may; a prompt that lost its owner gets a new one so.

    Raises Refused when somebody has added one meanwhile (`upon` is the number it was written upon), when nothing differs,
    and for needs that are in no pack of this work.
    """
    only_champions(by)
    row = Prompt.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=prompt.pk)
    last = PromptVersion.objects.filter(prompt=row).newest_first()[0]
    if last.number != upon:
        raise Refused("changed_meanwhile")
    held = _held(needs, row.workflow)
    before = set(PromptNeed.objects.filter(version=last).values_list("element_id", flat=True))
    if (last.text, last.review_step, before) == (text, review_step, {one.pk for one in held}):
        raise Refused("nothing_changed")
    version: PromptVersion = PromptVersion.objects.create(
        prompt=row,
        number=last.number + 1,
        text=text,
        reason=reason,
        review_step=review_step,
        author=by,
        written_at=at,
    )
    _write_down(version, held)
    if row.owner_id is None:
        row.owner = by
    row.set_aside_at = None
    row.save()
    _look_again(row, at)
    audit.record("prompt.improved", by=by, at=at, subject=row, version=version.number)
    return version


@transaction.atomic
def review_prompt(
    *, version: PromptVersion, verdict: ReviewVerdict, note: str, by: Person, at: datetime
) -> PromptReview:
    """Another champion's word on a version; said again it replaces the first. Raises Refused for one's own version."""
    only_champions(by)
    if version.author_id == by.pk:
        raise Refused("own_version")
    review: PromptReview
    review, _ = PromptReview.objects.update_or_create(
        version=version, reviewer=by, defaults={"verdict": verdict, "note": note, "reviewed_at": at}
    )
    if version.author:
        say(
            kind=PROMPT_REVIEWED,
            person=version.author,
            subject_key=f"prompt_review:{review.pk}",
            row_id=review.pk,
            at=at,
        )
    audit.record("prompt.reviewed", by=by, at=at, subject=version.prompt, version=version.number, verdict=verdict)
    return review


@transaction.atomic
def try_prompt(
    *, prompt: Prompt, worked: bool, because: str, by: Person, at: datetime, version: PromptVersion | None = None
) -> PromptTry:
    """Somebody tried a version on real work, the newest unless it is named. Once a day counts; said again it replaces that day's word.

    Not audited: administrators read the trail, and who works with what is not theirs to read.
    """
    Prompt.objects.select_for_update(no_key=True).get(pk=prompt.pk)
    found: PromptTry
    found, _ = PromptTry.objects.update_or_create(
        prompt=prompt,
        person=by,
        tried_on=local_date(at, by.local_zone()),
        defaults={
            "version": version or PromptVersion.objects.filter(prompt=prompt).newest_first()[0],
            "worked": worked,
            "because": "" if worked else because,
            "said_at": at,
        },
    )
    _look_again(prompt, at)
    return found


@transaction.atomic
def set_prompt_aside(*, prompt: Prompt, by: Person, at: datetime) -> None:
    """Take a prompt off the shelf; it and its history stay. Twice is once."""
    only_champions(by)
    if Prompt.objects.on_the_shelf().filter(pk=prompt.pk).update(set_aside_at=at):
        audit.record("prompt.set_aside", by=by, at=at, subject=prompt)


@transaction.atomic
def put_prompt_back(*, prompt: Prompt, by: Person, at: datetime) -> None:
    """Back on the shelf. Twice is once."""
    only_champions(by)
    if Prompt.objects.filter(pk=prompt.pk, set_aside_at__isnull=False).update(set_aside_at=None):
        _look_again(prompt, at)
        audit.record("prompt.put_back", by=by, at=at, subject=prompt)


def look_after_stale(*, prompt: Prompt, at: datetime) -> datetime | None:
    """Tell the owner, once, that nobody has tried a prompt for 28 days. Returns when to look again, if it is too early."""
    if prompt.set_aside_at:
        return None
    zone = prompt.organization.zone
    written = PromptVersion.objects.filter(prompt=prompt).aggregate(last=Max("written_at"))["last"]
    tried = PromptTry.objects.filter(prompt=prompt).aggregate(last=Max("tried_on"))["last"]
    last = max(filter(None, (tried, local_date(written, zone))))
    if not rules.is_stale(last, local_date(at, zone)):
        return instant(last + rules.STALE_AFTER, WORK_STARTS, zone)
    if prompt.owner:
        say(
            kind=PROMPT_STALE,
            person=prompt.owner,
            subject_key=f"prompt_stale:{prompt.pk}:{last}",
            row_id=prompt.pk,
            at=at,
        )
    return None


def _held(needs: Sequence[PackElement], workflow: Workflow) -> list[PackElement]:
    """What is needed, as it is now and in the order given, held until the commit."""
    rows = PackElement.objects.of_work(workflow).filter(pk__in=[one.pk for one in needs])
    found = {
        one.pk: one for one in rows.select_for_update(of=("self",), no_key=True).select_related("pack").order_by("pk")
    }
    if len(found) < len({one.pk for one in needs}):
        raise Refused("need_in_no_pack")
    return [found[pk] for pk in dict.fromkeys(one.pk for one in needs)]


def _write_down(version: PromptVersion, needs: Sequence[PackElement]) -> None:
    PromptNeed.objects.bulk_create(
        [PromptNeed(version=version, element=one, role=one.pack.role, name=one.name) for one in needs]
    )


def _look_again(prompt: Prompt, at: datetime) -> None:
    agenda.wake(task=STALE, row_id=prompt.pk, due_at=at + rules.STALE_AFTER)
