"""Time, quality, retention, and what stands beside the figures."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from adoption.disclosure.queries import wording
from adoption.disclosure.rules import Cell, Display
from adoption.programs.rules import Arm, Mode
from metrics.queries.sentences.pieces import Run, Sentence, arm_name, hundredths, people, sentence
from metrics.rules import Adoption, Headline, Quality, Target, percent


def time_saved(saving: int, slower: str, *, quality: str) -> str:
    """`slower` is how many lost time, as this reader may hear it: '2 of 10', 'under 25% of 31'."""
    template = (
        _("Self-reported: half lost %(minutes)s minutes a week or more; %(slower)s lost time. Quality: %(quality)s.")
        if saving < 0
        else _(
            "Self-reported: half saved %(minutes)s minutes a week or more; %(slower)s lost time. Quality: %(quality)s."
        )
    )
    return template % {"minutes": abs(saving), "slower": slower, "quality": quality}


def quality(known: Quality) -> str:
    """What may be said of quality, wherever time saved is said."""
    return {
        Quality.NOT_MEASURED: _("not yet rated"),
        Quality.NOT_SHOWN: _("not yet shown to be maintained"),
        Quality.MAINTAINED: _("maintained"),
    }[known]


def quality_found(known: Quality, change: int, interval: str, n: int) -> str:
    """What recipients said of the pods’ work, in one sentence. `interval` may be empty."""
    said = f"+{hundredths(change)}" if change > 0 else hundredths(change)
    return _("Quality of the pods’ work, by its recipients: %(words)s (%(change)s on 1 to 5, n %(n)s).") % {
        "words": quality(known),
        "change": f"{said}, {interval}" if interval else said,
        "n": n,
    }


def any_use(known: Sequence[tuple[Arm, Cell]], mode: str) -> str:
    """One use a week or more, of the groups that may be told; "" where none may."""
    if not known:
        return ""
    template = (
        _("At least one unprompted use when the work came up: %(groups)s.")
        if mode == Mode.OPPORTUNITY
        else _("At least one unprompted use a week: %(groups)s.")
    )
    return template % {"groups": "; ".join(_of_group(arm, cell) for arm, cell in known)}


def of_one(pods: Cell, counts: Adoption | None, mode: str) -> Sentence:
    """How many of the one group there is; from none of the silent to all of them where too many are."""
    who = people(Arm.PODS, pods)
    if counts and counts.headline is Headline.RANGE:
        ends = {"low": percent(counts.worst or 0), "high": percent(counts.best or 0)}
        who = Run(_("Between %(low)s%% and %(high)s%% of pod members") % ends, Arm.PODS)
    return sentence(
        _("%(pods)s used AI unprompted on at least half of the occasions on which the work came up.")
        if mode == Mode.OPPORTUNITY
        else _("%(pods)s used AI unprompted at least three times a week."),
        pods=who,
    )


def too_few_of_one(response: int | None) -> Sentence:
    """Why the one group has no rate."""
    if response is None:
        return sentence(_("Too few people answered for a rate."))
    return sentence(
        _("Too few people answered for a rate: %(pods)s of pod members."), pods=Run(f"{response}%", Arm.PODS)
    )


def of_target(found: Target | None) -> str:
    """What became of a replacement's target on day 30; None where it would tell a count that is not told."""
    if found is None:
        return _("Whether the target is met is not told: it would point to somebody in a team so small.")
    return {
        Target.MET: _("The target is met: 70% of everybody on the team or more, whoever the silent are."),
        Target.MET_ON_RETURNS: _(
            "The target of 70% of everybody on the team is met on the answers that came. If none of the silent use it, it is "
            "not."
        ),
        Target.ABOVE_RANGE: _(
            "The target is met, above the range of 70% to 80% in which such teams end, whoever the silent are: look at how it "
            "was counted."
        ),
        Target.MISSED: _("The target of 70% of everybody on the team is missed. The context pack is looked at first."),
        Target.NO_RATE: _("Whether the target of 70% of everybody on the team is met is not known: too few answered."),
    }[found]


def _of_group(arm: Arm, cell: Cell) -> str:
    counts = Adoption(cell.x or 0, cell.n or 0, cell.eligible or 0)
    if cell.display is Display.COUNT and counts.headline is Headline.RANGE:
        # Too many are silent for one number, as in the headline.
        return _("%(group)s: %(low)s to %(high)s%%, whoever the silent are") % {
            "group": arm_name(arm),
            "low": percent(counts.worst or 0),
            "high": percent(counts.best or 0),
        }
    if cell.display in {Display.COUNT, Display.FEWER, Display.ALL_BUT_FEWER}:
        said = people(arm, cell).text
        return said if arm is Arm.PODS else _("%(said)s in the control group") % {"said": said}
    return f"{arm_name(arm)}: {wording(cell).figure}"


def retained(adopters: int, still: int, checked: int, started: int) -> str:
    """The whole chain, from everybody who started."""
    return _(
        "Of %(adopters)s adopters, %(still)s of %(checked)s we could check still use it (%(percent)s%%). "
        "That is %(of_all)s%% of everyone who started."
    ) % {
        "adopters": adopters,
        "still": still,
        "checked": checked,
        "percent": percent(still / checked),
        "of_all": percent(still / started),
    }


def retained_about(cell: Cell) -> str:
    """The chain where the gate gives no count."""
    facts = {"band": cell.band, "n": cell.n}
    if cell.display is Display.FEWER:
        return _("Fewer than %(band)s of the %(n)s adopters we could check still use it.") % facts
    return _("All but fewer than %(band)s of the %(n)s adopters we could check still use it.") % facts


def beside_name(measure: str) -> str:
    """What a line beside the figures is called."""
    return {
        "left": _("Left before the audit weeks ended: not counted"),
        "away": _("Away in all audit weeks: not counted"),
        "no_occasion": _("The work did not come up in the audit weeks: not counted"),
        "objected": _("Would rather not take part: counted"),
        "exempt": _("No suitable workflow, written down by the launch: not counted"),
        "contaminated": _("Of the comparison group, in a pod since: counted where they started"),
        "adoption_with_leavers": _("If those who left were non-adopters"),
        "adoption_without_objectors": _("Without those who would rather not take part"),
    }[measure]


def many_objected(arm: Arm, people: int, eligible: int) -> str:
    """Said where more than one in ten object."""
    return _(
        "%(arm)s: %(people)s of %(eligible)s (%(percent)s%%) would rather not take part. With more than one in ten, "
        "read the figure beside the line without them."
    ) % {"arm": arm_name(arm), "people": people, "eligible": eligible, "percent": percent(people / eligible)}


def second_line(low: int, high: int, n: int) -> str:
    """'34 of 42', or '28 to 34 of 42' where the line may lie anywhere between."""
    if low == high:
        return _("%(x)s of %(n)s") % {"x": low, "n": n}
    return _("%(low)s to %(high)s of %(n)s") % {"low": low, "high": high, "n": n}
