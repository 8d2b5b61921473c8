"""What a programme that is stopped still asks by survey."""

from __future__ import annotations

from datetime import datetime

from adoption.outbox.actions.links import end
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from champions.actions.time import CHECK
from champions.models import TimeCheck
from surveys.actions.nominations import close_nominations
from surveys.actions.ratings import close_round
from surveys.actions.waves import close_wave
from surveys.models import NominationWave, RatingRound, Wave


def stop_asking(*, program: Program, reason: str, by: Person | None, at: datetime) -> None:
    """Take no more answers: what is open closes now. Whom people named is deleted uncounted."""
    for wave in Wave.objects.filter(program=program, closes_at__gt=at):
        close_wave(wave=wave, reason=reason, by=by, at=at)
    for named in NominationWave.objects.filter(program=program, counted_at__isnull=True).select_related("program"):
        close_nominations(wave=named, by=by, at=at)
    for rated in RatingRound.objects.open(at).filter(program=program):
        close_round(round_=rated, by=by, at=at)
    checks = TimeCheck.objects.unanswered().filter(champion__program=program)
    end(purpose=CHECK, row_ids=list(checks.values_list("pk", flat=True)), at=at)
