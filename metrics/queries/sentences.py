"""The sentences of evidence: fixed templates with numbers in them, and no word that says more than the numbers do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from adoption.disclosure.rules import Cell, Display
from adoption.programs.rules import Arm, Checkpoint, Mode
from metrics.rules import Adoption, NoComparison, Quality, percent

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Run:
    """A piece of a sentence. `arm` says whose numbers it holds, "" for plain words."""

    text: str
    arm: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence in the reader's language, in pieces."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def sentence(template: str, **values: Run | str) -> Sentence:
    """A translated template, with %(name)s where the values go."""
    pieces = _PLACE.split(template)
    runs = []
    for number, piece in enumerate(pieces):
        value = values[piece] if number % 2 else piece
        run = value if isinstance(value, Run) else Run(value)
        if run.text:
            runs.append(Run(run.text.replace("%%", "%") if not number % 2 else run.text, run.arm))
    return Sentence(tuple(runs))


# --- small pieces ----------------------------------------------------------------------------------------------------


def signed(number: int) -> str:
    """'−3' with a true minus sign."""
    return f"−{-number}" if number < 0 else str(number)


def day(when: date) -> str:
    """'5 April 2026', in the reader's language."""
    # Translators: how a day is written in a sentence, in Django's date format.
    return date_format(when, _("j F Y"))


def span(first: date, last: date) -> str:
    """'16 to 29 March 2026'."""
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    elif first.year == last.year:
        # Translators: a day of the same year as another one, in Django's date format.
        begin = date_format(first, _("j F"))
    else:
        begin = day(first)
    return _("%(first)s to %(last)s") % {"first": begin, "last": day(last)}


def weeks_span(first_week: date, last_week: date) -> str:
    """The days from a Monday to the Sunday of a later week."""
    return span(first_week, last_week + timedelta(days=6))


def arm_name(arm: Arm | str) -> str:
    """What an arm is called where it stands alone."""
    return {Arm.PODS: _("Champion pods"), Arm.COMPARISON: _("Comparison group")}[Arm(arm)]


def mode_name(mode: str) -> str:
    """What somebody's own uses are held against."""
    return _("the occasions on which the work comes up") if mode == Mode.OPPORTUNITY else _("the week")


def look_name(checkpoint: Checkpoint | str) -> str:
    """What a checkpoint is called."""
    return {
        Checkpoint.S0: _("Baseline"),
        Checkpoint.S30: _("Day 30"),
        Checkpoint.S56: _("Week 8"),
        Checkpoint.SE: _("End of the phase"),
        Checkpoint.S90: _("90 days after the end"),
        Checkpoint.START_90: _("90 days after the start"),
    }[Checkpoint(checkpoint)]


def interval(low: int, high: int, *, level: str = "95") -> str:
    """'95% CI 27 to 64'."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {"level": level, "low": signed(low), "high": signed(high)}


def bound(share: float) -> str:
    """An end of an interval of points, '27' or '−4'. One that would read as 0 and is none keeps its sign: '0.3'."""
    if percent(share) or not share:
        return signed(percent(share))
    points = 100 * abs(share)
    said = number_format(max(points, 0.01), 1 if points >= 0.05 else 2)
    return f"−{said}" if share < 0 else said


def interval_of_points(low: float, high: float, *, level: str = "95") -> str:
    """'95% CI 27 to 64', of a difference between shares."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {"level": level, "low": bound(low), "high": bound(high)}


# --- the opening of the page -----------------------------------------------------------------------------------------


def people(arm: Arm, cell: Cell) -> Run:
    """'34 of 48 pod members (71%)' or '22 of 96 (23%)'; the gate's words where it gives no count."""
    facts = {"x": cell.x, "n": cell.n, "percent": cell.percent, "band": cell.band}
    pods = arm is Arm.PODS
    if cell.display is Display.COUNT:
        text = _("%(x)s of %(n)s pod members (%(percent)s%%)") if pods else _("%(x)s of %(n)s (%(percent)s%%)")
    elif cell.display is Display.FEWER:
        text = _("fewer than %(band)s of %(n)s pod members") if pods else _("fewer than %(band)s of %(n)s")
    else:
        text = (
            _("all but fewer than %(band)s of %(n)s pod members") if pods else _("all but fewer than %(band)s of %(n)s")
        )
    said = text % facts
    return Run(said[0].upper() + said[1:] if pods else said, arm)


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


def headline(pods: Cell, comparison: Cell, points: int, low: float, high: float, mode: str = Mode.WEEKLY) -> str:
    """The whole finding in one breath, word for word as specified."""
    template = (
        _(
            "%(pods)s used AI unprompted on at least half of the occasions on which the work came up, "
            "against %(comparison)s in the control group: "
            "a difference of %(points)s points, %(interval)s, allowing for pod-to-pod variation. "
            "People were not assigned at random, so part may reflect who joined."
        )
        if mode == Mode.OPPORTUNITY
        else _(
            "%(pods)s used AI unprompted at least three times a week, against %(comparison)s in the control group: "
            "a difference of %(points)s points, %(interval)s, allowing for pod-to-pod variation. "
            "People were not assigned at random, so part may reflect who joined."
        )
    )
    return template % {
        "pods": people(Arm.PODS, pods).text,
        "comparison": people(Arm.COMPARISON, comparison).text,
        "points": signed(points),
        "interval": interval_of_points(low, high),
    }


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


def span_of_points(least: int, greatest: int) -> str:
    """From where to where a difference may lie, one of whose counts is not told."""
    if least == greatest:
        return _("%(points)s points") % {"points": signed(least)}
    return _("between %(least)s and %(greatest)s points") % {"least": signed(least), "greatest": signed(greatest)}


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


def caveat() -> str:
    """What stands beside every comparison of people who were not assigned at random."""
    return _("People were not assigned at random, so part may reflect who joined.")


def replies(arm: Arm, counted: Adoption) -> str:
    """What silence could hide, of one arm."""
    said = _("%(n)s of %(all)s replied. Counting the silent as non-users gives %(worst)s%%; as users, %(best)s%%.") % {
        "n": counted.observed,
        "all": counted.eligible,
        "worst": percent(counted.worst or 0),
        "best": percent(counted.best or 0),
    }
    return f"{arm_name(arm)}: {said}"


def interval_of_hundredths(low: int, high: int, *, level: str = "95") -> str:
    """'95% CI −0.12 to 0.20'."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {
        "level": level,
        "low": hundredths(low),
        "high": hundredths(high),
    }


# --- time and retention ----------------------------------------------------------------------------------------------


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


def hundredths(number: int) -> str:
    """'3.92' from 392; a fall as '−0.08'."""
    said = number_format(abs(number) / 100, 2)
    return f"−{said}" if number < 0 else said


def quality_found(known: Quality, change: int, interval: str, n: int) -> str:
    """What recipients said of the pods’ work, in one sentence. `interval` may be empty."""
    said = f"+{hundredths(change)}" if change > 0 else hundredths(change)
    return _("Quality of the pods’ work, by its recipients: %(words)s (%(change)s on 1 to 5, n %(n)s).") % {
        "words": quality(known),
        "change": f"{said}, {interval}" if interval else said,
        "n": n,
    }


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


# --- beside the figures ----------------------------------------------------------------------------------------------


def beside_name(measure: str) -> str:
    """What a line beside the figures is called."""
    return {
        "left": _("Left before the audit weeks ended: not counted"),
        "away": _("Away in both audit weeks: not counted"),
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


# --- what figures mean -----------------------------------------------------------------------------------------------


def meanings(mode: str = Mode.WEEKLY) -> Mapping[str, str]:
    """One sentence for each measure: what it counts. Pages, API and exports carry the same."""
    return {**_meanings(), **(_by_occasion() if mode == Mode.OPPORTUNITY else {})}


def _by_occasion() -> Mapping[str, str]:
    """What is counted otherwise where work comes up less than weekly."""
    return {
        "adoption": _(
            "People who used AI unprompted on at least half of the occasions on which the work came up, over the four "
            "audit weeks (two at the baseline), of those with a known occasion. Whose work did not come up is not "
            "counted. Training exercises and logins are no use."
        ),
        "away": _("People of the launch who were away on every working day of all audit weeks."),
        "no_occasion": _(
            "People of the launch who said of each audit week they were there that the work did not come up: there was "
            "nothing to use AI for."
        ),
        "weekly": _(
            "People who used AI unprompted on at least half of the occasions of the four weeks up to this one, of those "
            "with a known occasion."
        ),
    }


def _meanings() -> Mapping[str, str]:
    return {
        "cohort": _("Everybody assigned to the arm at launch. Champions are not counted."),
        "adoption": _(
            "People with a mean of three or more unprompted uses a week over the two audit weeks, of those with a "
            "known week. A use is one real task of the workflow; several prompts on one task are one, training "
            "exercises and logins none."
        ),
        "difference": _(
            "Adoption in the pods minus adoption in the comparison group, in points. The interval is Newcombe’s, "
            "widened for pods and teams."
        ),
        "difference_early": _(
            "The same difference with a 99.9% interval: what a look before the main one must clear to say anything."
        ),
        "left": _("People of the launch who had left when the audit weeks ended, and were expected in neither."),
        "away": _("People of the launch who were away on every working day of both audit weeks."),
        "objected": _(
            "People who said, of themselves and without a reason, that they would rather not take part. They stay among "
            "those counted."
        ),
        "exempt": _(
            "People of whom it was written down by the launch that they have no suitable workflow. They are in no arm."
        ),
        "contaminated": _(
            "People of the comparison group who have been in a pod since the launch. They stay in the comparison group, "
            "which makes the difference look smaller."
        ),
        "adoption_with_leavers": _("Adoption as if those who left before the audit weeks ended were non-adopters."),
        "adoption_without_objectors": _(
            "Adoption without those who would rather not take part. What they answered is told to nobody, so the line is "
            "where it can lie: from all of their answers to none being an adopter’s."
        ),
        "weekly": _("People with three or more unprompted uses in that week, of those with a known week."),
        "retention": _(
            "Of the genuine adopters at the end of the active phase, those who still are one 90 days later, of those "
            "we could check."
        ),
        "retention_of_all": _("Adopters at the end who still are 90 days later, of everybody who started."),
        "survival": _(
            "Of those whose own use began with two weeks in a row of three or more, the share who still use it so many "
            "weeks later. It ends with two known weeks in a row below one."
        ),
        "minutes_before": _("Median minutes for the task the last time, checking included, asked before the start."),
        "minutes_after": _(
            "Median minutes of the same people, asked after week 8; prompting, checking and redoing included."
        ),
        "time_ratio": _(
            "Minutes after as a share of minutes before: the geometric mean over people, each compared with themselves."
        ),
        "weekly_saving": _(
            "Median of (before − after) × times a week, in minutes. Losses are kept. Self-reported: it can point the "
            "wrong way."
        ),
        "weekly_saving_mean": _("Mean of (before − after) × times a week, in minutes, with a bootstrap interval."),
        "quality_before": _(
            "Mean score, 1 to 5, that recipients gave to work finished before the start: averaged within each output, then "
            "within the person."
        ),
        "quality_later": _("The same of the same people’s work finished after the start."),
        "quality_change": _(
            "Mean of later − before, person by person, on a scale of 1 to 5. Maintained where the lower end of the 95% "
            "interval is −0.25 or above, from ten people. Recipients see a title alone; some may guess."
        ),
        "agreement": _(
            "How far two recipients of one output agree beyond chance: kappa with quadratic weights, 1 is complete, 0 is "
            "chance."
        ),
        "rated_twice": _("Of the outputs that were rated, those rated by two people who did not know of each other."),
        "slower": _("People whose weekly minutes rose, of those who answered before and after."),
    }


# --- definition, n and caveat ----------------------------------------------------------------------------------------

Rows = tuple[tuple[str, str], ...]


def method(detail: Mapping[str, object]) -> str:
    """How an interval allows for clustering, from what was stored with it."""
    effect, df = detail.get("design_effect"), detail.get("df")
    if not isinstance(effect, int | float) or not isinstance(df, int | float):
        return _("Newcombe’s interval.")
    return _(
        "Newcombe’s interval, widened because people in one pod resemble each other: design effect %(effect)s, "
        "%(df)s degrees of freedom. A resemblance (ICC) of at least 0.05 is assumed."
    ) % {"effect": number_format(effect, 2), "df": number_format(df, 0)}


def method_of_hull() -> str:
    """How an interval comes about where a group's count is not told."""
    return _(
        "Newcombe’s interval, widened because people in one pod resemble each other. One group’s count is too small to be "
        "told: the ends are the outermost ones over whatever it may be, and were computed without it."
    )


def about_adoption(*, who: str, known: str, method: str, mode: str = Mode.WEEKLY) -> Rows:
    """What stands behind the opening sentence."""
    threshold = (
        _(
            "Half or more of the occasions on which the work came up in the four audit weeks (two at the baseline). "
            "Whose work did not come up is not counted."
        )
        if mode == Mode.OPPORTUNITY
        else _("A mean of three or more in the two audit weeks.")
    )
    return (
        (
            _("Counts as"),
            _(
                "An AI tool used on one real task, started without anyone asking. Several prompts on one task are one "
                "use. Training exercises and logins are none."
            ),
        ),
        (_("Threshold"), threshold),
        (_("Who"), who),
        (_("Known"), known),
        (_("Method"), method),
        (
            _("Caveat"),
            _("Not randomised. The difference is associated with the pods; it is not shown to come from them alone."),
        ),
    )


def about_weeks(*, known: str, mode: str = Mode.WEEKLY) -> Rows:
    """What stands behind the curve."""
    seldom = mode == Mode.OPPORTUNITY
    return (
        (
            _("Shown"),
            _(
                "The four weeks up to each, over the people the programme was launched with and whose work came up. A "
                "week appears on the Wednesday after it, can be mended until that Sunday, and then closes."
            )
            if seldom
            else _(
                "Each week on its own, over the people the programme was launched with. A week appears on the "
                "Wednesday after it, can be mended until that Sunday, and then closes."
            ),
        ),
        (_("Band"), _("From none of the silent to all of them.")),
        (
            _("Sources"),
            _(
                "People’s own answers. A tool’s export can turn a silent week into zero, where it saw nothing all week and "
                "covers every tool in use; it never lowers an answer."
            ),
        ),
        (_("n"), known),
        (
            _("Caveat"),
            _("Neighbouring points share three of their four weeks, so that they move together.")
            if seldom
            else _("A person may be above three in one week and below in the next; the headline uses two weeks."),
        ),
    )


def about_interval() -> Rows:
    """How to read the plot of intervals."""
    return (
        (_("Reads as"), _("The figure is plausibly anywhere on the line, and most plausibly near the mark.")),
        (
            _("Before the main look"),
            _("Only the stricter 99.9% interval is drawn, and “clear” is said only when it leaves out zero."),
        ),
        (_("Caveat"), _("Not randomised.")),
    )


def about_time(*, pairs: str, quality: str) -> Rows:
    """What stands behind minutes."""
    return (
        (_("Weekly saving"), _("(Before − after) × times a week; the median person. Losses are kept.")),
        (_("Ratio"), _("Minutes after as a share of minutes before, each person compared with themselves.")),
        (_("n"), pairs),
        (_("Quality"), quality),
        (_("Caveat"), _("Self-reports can point the wrong way. Nobody’s own line is shown.")),
    )


def about_quality(*, people: str, agreement: str) -> Rows:
    """What stands behind the ratings."""
    return (
        (
            _("Score"),
            _(
                "The mean of three answers, 1 to 5: could it be used as it arrived, was it correct, did it fit its purpose. "
                "Who could not judge one of them gives no score."
            ),
        ),
        (_("Averaged"), _("Within each output, then within the person; then later − before of each person.")),
        (
            _("Maintained"),
            _("Only where the lower end of the 95% interval of the change is −0.25 or above, from ten people on."),
        ),
        (
            _("Blinding"),
            _(
                "Partial. Raters see a title, mixed and in an order drawn by lot; not whose it is, when it was made, in "
                "which group or whether AI was used. Whoever received it may remember, or guess."
            ),
        ),
        (_("n"), people),
        (_("Agreement"), agreement),
        (_("Caveat"), _("People chose which work they registered. What was rated is not all of their work.")),
    )


def about_retention(mode: str = Mode.WEEKLY) -> Rows:
    """What stands behind retention."""
    if mode == Mode.OPPORTUNITY:
        still = _(
            "AI used unprompted on half or more of the occasions of the four audit weeks, 90 days after support ended."
        )
        whom = _("Genuine adopters in the last four weeks of the active phase, as frozen then.")
    else:
        still = _("A mean of three or more unprompted uses in the two audit weeks, 90 days after support ended.")
        whom = _("Genuine adopters in the last two weeks of the active phase, as frozen then.")
    return (
        (_("Still using"), still),
        (_("Of whom"), whom),
        (
            _("Could be checked"),
            _("Those with a known week. The bounds count everybody else as stopped, or as still using it."),
        ),
        (_("Caveat"), _("The comparison group had fewer adopters to follow.")),
    )


def known_of(pods: tuple[int, int] | None, comparison: tuple[int, int] | None) -> str:
    """How many of each arm have a known week, where both are said."""
    if pods is None or comparison is None:
        return _("Check-ins, completed by the tools’ own logs where those cover everything.")
    return _("%(pods)s of %(all_pods)s and %(comparison)s of %(all_comparison)s have a known week.") % {
        "pods": pods[0],
        "all_pods": pods[1],
        "comparison": comparison[0],
        "all_comparison": comparison[1],
    }
