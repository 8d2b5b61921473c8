"""Writing down what people say: confidentially, version by version, or anonymously, without a trace."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from adoption.programs.models import Assignment
from surveys import rules
from surveys.actions.refusals import WaveClosed
from surveys.models import Answer, Ask, PulseReply, Wave
from surveys.queries import Sheet, sheet_of
from surveys.rules import Item, ItemKind

# The numbers of anonymous replies are drawn by lot, so that they say nothing about the order.
LOTS = 2**62


@transaction.atomic
def answer(
    *, ask: Ask, given: Mapping[str, Any], at: datetime, complete: bool = True, sheet: Sheet | None = None
) -> Ask:
    """Write a person's answers down, each as a new version where it changed. A question left out stays missing.

    `given` is what `rules.check_items` calls clean, of all questions. With `complete` the person has sent it off; else it is
    only kept on the way. `sheet` is what was read of an ask since this transaction holds it; without it both is done here.
    Raises WaveClosed.
    """
    if sheet is None:
        ask = Ask.objects.select_for_update(of=("self",)).select_related("wave__program").get(pk=ask.pk)
        sheet = sheet_of(ask)
    if at >= ask.wave.closes_at:
        raise WaveClosed
    rows = []
    for item in sheet.items:
        value = _split(item, given.get(item.key))
        before = sheet.newest.get(item.key)
        if value == (_value(before) if before else _split(item, None)):
            continue
        rows.append(
            Answer(
                ask=ask,
                item=item.key,
                item_version=item.version,
                version=before.version + 1 if before else 1,
                **value,
                valid_at=ask.wave.opened_at,
                recorded_at=at,
            )
        )
    Answer.objects.bulk_create(rows)
    if complete and ask.completed_at is None:
        ask.completed_at = at
        ask.save(update_fields=["completed_at"])
    return ask


@transaction.atomic
def take_pulse(*, ask: Ask, given: Mapping[str, int], at: datetime) -> bool:
    """Write an anonymous reply down, once for each ask. False when there was one before. Raises WaveClosed.

    `given` has 1 to 5 by statement. What stays is that this person replied, and elsewhere one reply more from their pod or
    team. All replies of that group are written anew in an order drawn by lot, so that neither the place of a row nor the
    transaction that wrote it tells whose it is.
    """
    ask = Ask.objects.select_for_update(of=("self",)).get(pk=ask.pk)
    if ask.pulse_taken:
        return False
    # One reply of a survey at a time.
    wave = Wave.objects.select_for_update(no_key=True).get(pk=ask.wave_id)
    if at >= wave.closes_at or wave.published_at:
        raise WaveClosed
    place = Assignment.objects.filter(program=wave.program_id, person=ask.person_id).order_by("-id").first()
    if place is None:
        raise WaveClosed
    replies = PulseReply.objects.filter(wave=wave, arm=place.arm, cluster=place.cluster)
    rows = [
        *replies,
        PulseReply(
            wave=wave,
            arm=place.arm,
            cluster=place.cluster,
            instrument_version=rules.SAFETY.version,
            **{item.key: given.get(item.key) for item in rules.SAFETY.items},
        ),
    ]
    replies.delete()
    # The row was loaded from the database, or is new: either way it goes in as a new one.
    for row in rows:
        row.pk = secrets.randbelow(LOTS) + 1
    random.SystemRandom().shuffle(rows)
    PulseReply.objects.bulk_create(rows)
    ask.pulse_taken = True
    ask.save(update_fields=["pulse_taken"])
    return True


def _split(item: Item, value: Any) -> dict[str, Any]:
    """The three columns of an answer, of which one at most is filled."""
    number = value if isinstance(value, int) else None
    word = "" if number is not None else value or ""
    is_text = item.kind is ItemKind.TEXT
    return {"number": number, "choice": "" if is_text else word, "text": word if is_text else ""}


def _value(row: Answer) -> dict[str, Any]:
    return {"number": row.number, "choice": row.choice, "text": row.text}
