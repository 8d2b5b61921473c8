"""What a programme's evidence comes to, for one kind of reader: the one object that pages, API and exports render.

Every count comes from a cell of a release. Bounds and differences are computed from those counts alone; intervals were
stored at the freezing and are handed on only where the cells they belong to give counts. Nothing here needs scipy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from adoption.disclosure.rules import Audience, Cell
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, Template, looks_of
from adoption.tenancy.rules import local_date
from metrics.queries import sentences
from metrics.queries.cells import counted, of_silence, reached
from metrics.queries.curve import weeks_of
from metrics.queries.figures import Evidence, Look, Opening, Upcoming, frozen_on, headings, main_look
from metrics.queries.frozen import Frozen
from metrics.queries.supporting import afterwards, supporting
from metrics.rules import Adoption, Headline, Metric


def evidence(program: Program, audience: Audience, *, at: datetime) -> Evidence:
    """The evidence of a programme for one kind of reader. Three queries beside that of its measure, whatever the numbers."""
    return evidence_of(Frozen(program, audience), at=at)


def evidence_of(frozen: Frozen, *, at: datetime) -> Evidence:
    """The evidence from frozen looks that have been read already. One query more, for the weeks."""
    program, audience = frozen.program, frozen.audience
    today = local_date(at, program.organization.zone)
    ratings = frozen.ratings()
    in_time = sorted(looks_of(program.template), key=lambda checkpoint: frozen_on(program, checkpoint))
    looks = tuple(look for checkpoint in in_time if (look := frozen.look(checkpoint)))
    by_checkpoint = {look.checkpoint: look for look in looks}
    heading = next((by_checkpoint[one] for one in headings(program) if one in by_checkpoint), None)
    opening = opening_of(frozen, heading) if heading else None
    return Evidence(
        program=program,
        audience=audience,
        today=today,
        spec_version=program.measure.label,
        opening=opening,
        looks=looks,
        weeks=tuple(weeks_of(program, audience, today)),
        time=tuple(frozen.time(ratings)),
        ratings=ratings,
        retention=tuple(frozen.retention()),
        baseline=_baseline(frozen) if looks else None,
        upcoming=tuple(_upcoming(program, {look.checkpoint for look in looks})),
        supporting=supporting(frozen, opening.look if opening else None),
        target=frozen.target(),
        afterwards=afterwards(frozen),
    )


def _baseline(frozen: Frozen) -> Look | None:
    """Both arms before anything changed, beside the looks that are held against them. It compares nothing by itself."""
    look = frozen.look(Checkpoint.S0)
    return (
        replace(look, difference=None, no_difference="", groups=(), beside=(), warnings=(), champions=None)
        if look
        else None
    )


def _upcoming(program: Program, done: set[Checkpoint]) -> Iterable[Upcoming]:
    main = main_look(program)
    for checkpoint in sorted(set(looks_of(program.template)) - done, key=lambda one: frozen_on(program, one)):
        if program.closed_at is None:
            name = sentences.look_name(checkpoint)
            yield Upcoming(checkpoint, name, frozen_on(program, checkpoint), checkpoint == main)


def opening_of(frozen: Frozen, look: Look) -> Opening:
    """What a page opens with that is headed by a look."""
    run = frozen.version(look.checkpoint, Metric.ADOPTION)
    assert run
    cells = {arm: frozen.cell(run, Metric.ADOPTION, arm) or of_silence(arm) for arm in Arm}
    pods, comparison = cells[Arm.PODS], cells[Arm.COMPARISON]
    known = {arm: counts for arm, cell in cells.items() if (counts := counted(cell))}
    answered = {arm: Adoption(0, cell.n or 0, cell.eligible or 0) for arm, cell in cells.items()}
    finding, text = look.no_difference, ""
    replies = tuple(
        sentences.replies(arm, counts)
        for arm, counts in known.items()
        if counts.observed < counts.eligible and counts.headline is not Headline.NONE
    )
    if not frozen.program.is_compared:
        lead, finding, replies = _of_one(frozen, look, pods, replies)
    elif not (pods.shown and comparison.shown):
        silent = [figure for figure in (look.pods, look.comparison) if figure.n == 0]
        lead, finding, replies = (
            sentences.nobody_in([(Arm(one.arm), one.why) for one in silent]) if silent else sentences.protected(),
            "",
            (),
        )
    elif Headline.NONE in {one.headline for one in answered.values()}:
        lead, replies = sentences.too_few_answers(pods.response, comparison.response), ()
    elif len(known) == len(Arm) and Headline.RANGE in {one.headline for one in known.values()}:
        lead = sentences.ranges(known[Arm.PODS], known[Arm.COMPARISON], look.mode)
        if look.difference and look.difference.worst is not None and look.difference.best is not None:
            finding = sentences.difference_range(look.difference.worst, look.difference.best)
    else:
        lead = sentences.observed(pods, comparison, look.mode)
        gap = look.difference
        if gap and gap.span and gap.exact:
            later = frozen_on(frozen.program, main_look(frozen.program)) if gap.level == "99.9" else None
            finding = sentences.difference_hidden(gap.said, *gap.exact, later)
        elif gap and gap.value is not None and gap.exact:
            if gap.level == "99.9":
                later = frozen_on(frozen.program, main_look(frozen.program))
                finding = sentences.early(gap.value, *gap.exact, later)
            else:
                finding = sentences.difference(gap.value, *gap.exact)
                if not sentences.spans_zero(*gap.exact):
                    text = sentences.headline(
                        pods, comparison, gap.value, *gap.exact, look.mode, frozen.program.assigned
                    )
    caveat = sentences.caveat(frozen.program.assigned) if look.difference else ""
    whole = text or " ".join(part for part in (lead.text, finding, caveat) if part)
    return Opening(lead, finding, caveat, replies, " ".join([whole, *replies]), look)


def _of_one(
    frozen: Frozen, look: Look, pods: Cell, replies: tuple[str, ...]
) -> tuple[sentences.Sentence, str, tuple[str, ...]]:
    """The same of a programme that compares nothing: its one group, and of a replacement what became of its target."""
    counts = counted(pods)
    finding = ""
    if frozen.program.template == Template.REPLACEMENT and look.is_main and pods.shown:
        finding = sentences.of_target(reached(pods))
    if not pods.shown:
        lead = sentences.nobody_in([(Arm.PODS, look.pods.why)]) if look.pods.n == 0 else sentences.protected()
        return lead, "", ()
    if Adoption(0, pods.n or 0, pods.eligible or 0).headline is Headline.NONE:
        return sentences.too_few_of_one(pods.response), finding, ()
    return sentences.of_one(pods, counts, look.mode), finding, replies
