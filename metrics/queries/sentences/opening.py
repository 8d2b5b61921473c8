"""What the page of evidence opens with, and what a difference says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from adoption.disclosure.rules import Cell
from adoption.programs.rules import Arm, Assigned, Mode
from metrics.queries.sentences.pieces import (
    Run,
    Sentence,
    arm_name,
    bound,
    day,
    interval_of_points,
    people,
    sentence,
    signed,
)
from metrics.rules import Adoption, NoComparison, percent


def observed(pods: Cell, comparison: Cell, mode: str = Mode.WEEKLY) -> Sentence:
    """How many in each arm, of those who answered."""
    return sentence(
        _(
            "%(pods)s used AI unprompted on at least half of the occasions on which the work came up, "
            "against %(comparison)s in the control group."
        )
        if mode == Mode.OPPORTUNITY
        else _("%(pods)s used AI unprompted at least three times a week, against %(comparison)s in the control group."),
        pods=people(Arm.PODS, pods),
        comparison=people(Arm.COMPARISON, comparison),
    )


def headline(
    pods: Cell,
    comparison: Cell,
    points: int,
    low: float,
    high: float,
    mode: str = Mode.WEEKLY,
    assigned: Assigned = Assigned.CHOSEN,
) -> str:
    """The whole finding in one breath, word for word as specified."""
    template = (
        _(
            "%(pods)s used AI unprompted on at least half of the occasions on which the work came up, "
            "against %(comparison)s in the control group: "
            "a difference of %(points)s points, %(interval)s, allowing for pod-to-pod variation."
        )
        if mode == Mode.OPPORTUNITY
        else _(
            "%(pods)s used AI unprompted at least three times a week, against %(comparison)s in the control group: "
            "a difference of %(points)s points, %(interval)s, allowing for pod-to-pod variation."
        )
    )
    said = template % {
        "pods": people(Arm.PODS, pods).text,
        "comparison": people(Arm.COMPARISON, comparison).text,
        "points": signed(points),
        "interval": interval_of_points(low, high),
    }
    return f"{said} {caveat(assigned)}"


def ranges(pods: Adoption, comparison: Adoption, mode: str = Mode.WEEKLY) -> Sentence:
    """Where too many are silent for one number: from none of them to all of them."""
    return sentence(
        _(
            "%(pods)s of pod members used AI unprompted on at least half of the occasions on which the work came up, "
            "against %(comparison)s in the control group."
        )
        if mode == Mode.OPPORTUNITY
        else _(
            "%(pods)s of pod members used AI unprompted at least three times a week, "
            "against %(comparison)s in the control group."
        ),
        pods=Run(_between(pods, _("Between %(low)s%% and %(high)s%%")), Arm.PODS),
        comparison=Run(_between(comparison, _("between %(low)s%% and %(high)s%%")), Arm.COMPARISON),
    )


def _between(counted: Adoption, template: str) -> str:
    low, high = percent(counted.worst or 0), percent(counted.best or 0)
    return f"{low}%" if low == high else template % {"low": low, "high": high}


def too_few_answers(pods: int | None, comparison: int | None) -> Sentence:
    """Why there is no rate: the share who answered, in whole percent; None where even that is not said."""
    if pods is None or comparison is None:
        return sentence(_("Too few people answered for a rate."))
    return sentence(
        _("Too few people answered for a rate: %(pods)s of pod members and %(comparison)s of the control group."),
        pods=Run(f"{pods}%", Arm.PODS),
        comparison=Run(f"{comparison}%", Arm.COMPARISON),
    )


def protected() -> Sentence:
    """Where the groups are too small for any figure."""
    return sentence(_("The groups are too small for a figure that points to nobody."))


def nobody_answered(people: int, mode: str = Mode.WEEKLY) -> str:
    """Why there is no figure of an arm that kept silent, with of how many."""
    said = (
        _("Of nobody is an occasion known: 0 of %(n)s.")
        if mode == Mode.OPPORTUNITY
        else _("Nobody has answered: 0 of %(n)s.")
    )
    return said % {"n": people}


def nobody_in(silent: Sequence[tuple[Arm, str]]) -> Sentence:
    """Where an arm kept silent: which, and of how many."""
    return sentence(
        " ".join(f"%({arm})s" for arm, _why in silent),
        **{arm: Run(f"{arm_name(arm)}: {why}", arm) for arm, why in silent},
    )


def spans_zero(low: float, high: float) -> bool:
    """Whether no difference at all is compatible with the data: decided on the ends as computed, not as they read."""
    return low <= 0 <= high


def difference(points: int, low: float, high: float) -> str:
    """What the comparison says at the main look and after it; nothing is claimed while the interval spans 0.

    `low` and `high` are shares as they were computed.
    """
    if spans_zero(low, high):
        return _(
            "The groups may not differ: a fall of %(fall)s points to a rise of %(rise)s points "
            "is compatible with the data."
        ) % {"fall": bound(-low), "rise": bound(high)}
    return _("A difference of %(points)s points, %(interval)s, allowing for pod-to-pod variation.") % {
        "points": signed(points),
        "interval": interval_of_points(low, high),
    }


def difference_hidden(said: str, low: float, high: float, main_look: date | None) -> str:
    """The same comparison where one group's count is too small to be told: what holds whatever it is.

    `said` is `span_of_points`; `main_look` is its day while it is still to come.
    """
    if spans_zero(low, high):
        if main_look:
            return no_verdict(main_look)
        return _(
            "The groups may not differ: a fall of %(fall)s points to a rise of %(rise)s points is compatible with the "
            "data, whatever the hidden count."
        ) % {"fall": bound(-low), "rise": bound(high)}
    if main_look:
        return _(
            "A clear difference already: %(said)s, whatever the hidden count, %(interval)s. The main look is on %(day)s."
        ) % {"said": said, "interval": interval_of_points(low, high, level="99.9"), "day": day(main_look)}
    return _(
        "A difference of %(said)s, whatever the hidden count, %(interval)s, allowing for pod-to-pod variation."
    ) % {"said": said, "interval": interval_of_points(low, high)}


def early(points: int, low: float, high: float, main_look: date) -> str:
    """What may be said before the main look: that it is clear already, or nothing."""
    if spans_zero(low, high):
        return no_verdict(main_look)
    return _("A clear difference already: %(points)s points, %(interval)s. The main look is on %(day)s.") % {
        "points": signed(points),
        "interval": interval_of_points(low, high, level="99.9"),
        "day": day(main_look),
    }


def no_verdict(main_look: date) -> str:
    """Before the main look, when nothing is clear."""
    return _("No verdict before %(day)s.") % {"day": day(main_look)}


def difference_range(low: int, high: int) -> str:
    """The difference, whoever the silent are."""
    return _("Whoever the silent are, the difference lies between %(low)s and %(high)s points.") % {
        "low": signed(low),
        "high": signed(high),
    }


def no_comparison(why: NoComparison) -> str:
    """Why two arms are not compared."""
    return {
        NoComparison.FEW_PODS: _("There is no comparison with fewer than three pods: one strong pod would decide it."),
        NoComparison.FEW_PEOPLE: _("There is no comparison with fewer than 20 people in a group."),
        NoComparison.FEW_ANSWERS: _("A rate and a comparison need an answer from 60% of each group."),
    }[why]


def caveat(assigned: Assigned = Assigned.CHOSEN) -> str:
    """What stands beside every comparison: how the groups came about, and what follows for what it says."""
    return {
        Assigned.LOTS: _("Lots decided which teams learnt in pods, so that it does not reflect who wanted to join."),
        Assigned.MATCHED: _(
            "People were not assigned at random, so part may reflect who joined. The groups were alike in their roles."
        ),
        Assigned.CHOSEN: _("People were not assigned at random, so part may reflect who joined."),
    }[assigned]
