"""What figures mean: definition, n, method and caveat."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from adoption.programs.rules import Mode
from metrics.queries.sentences.pieces import Rows


def meanings(mode: str = Mode.WEEKLY) -> Mapping[str, str]:
    """One sentence for each measure: what it counts. Pages, API and exports carry the same."""
    return {**_meanings(), **(_by_occasion() if mode == Mode.OPPORTUNITY else {})}


def meanings_afterwards() -> Mapping[str, str]:
    """What the same measures mean of the survey ninety days after the end, where they say when somebody was asked."""
    sure = {f"sure_{task}_after": where for task, where in _tasks().items()}
    return {
        "minutes_after": _(
            "Median minutes of the same people, asked 90 days after the end; prompting, checking and redoing included."
        ),
        "slower": _(
            "People whose weekly minutes were more 90 days after the end than before the start, of those who gave both."
        ),
        "faster": _(
            "People whose weekly minutes were fewer 90 days after the end than before the start, of those who gave both."
        ),
        **{
            measure: _(
                "The same people’s answer 90 days after the end: how sure they are of a usable result with AI %(where)s, 1 to 5."
            )
            % {"where": where}
            for measure, where in sure.items()
        },
    }


def _tasks() -> Mapping[str, str]:
    """The kinds of task that somebody may be sure of."""
    return {
        "drafting": _("on drafting"),
        "summarising": _("on summarising"),
        "analysing": _("on analysing"),
        "checking": _("on checking"),
    }


def _by_occasion() -> Mapping[str, str]:
    """What is counted otherwise where work comes up less than weekly."""
    return {
        "adoption": _(
            "People who used AI unprompted on at least half of the occasions on which the work came up, over the four "
            "audit weeks (two at the baseline), of those with a known occasion. Whose work did not come up is not "
            "counted. Training exercises and logins are no use."
        ),
        "any_use": _(
            "People who used AI unprompted on at least one of the occasions on which the work came up, over the audit weeks, "
            "of those with a known occasion: adopters are among them."
        ),
        "champions": _(
            "Champions who used AI unprompted on at least one of the occasions on which the work came up, over the audit weeks, "
            "of those with a known occasion. They used it before, lead others and are in neither group: this is counted "
            "nowhere else."
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
        "weekly_any_use": _(
            "People who used AI unprompted on at least one of the occasions of the four weeks up to this one, of those with "
            "a known occasion. Silent where only a few lie between it and half of the occasions."
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
        "any_use": _(
            "People with a mean of one or more unprompted uses a week over the two audit weeks, of those with a known week: "
            "adopters are among them."
        ),
        "champions": _(
            "Champions with a mean of one or more unprompted uses a week over the two audit weeks, of those with a known "
            "week. They used AI before, lead others and are in neither group: this is counted nowhere else."
        ),
        "target_behaviour": _(
            "People who used AI unprompted on at least half of the times they did the task in two weeks, of those who said how "
            "often they did it, asked when the second survey opens. Uses that their weeks say were asked for are taken off. "
            "Who did not do the task is not counted. Self-reported."
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
        "weekly_any_use": _(
            "People with one or more unprompted uses in that week, of those with a known week: who has three is among them. "
            "Silent where only a few lie between the two."
        ),
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
        "faster": _("People whose weekly minutes fell, of those who answered before and after."),
        "by_the_clock": _(
            "People who say that they timed their minutes both before and after, and did not estimate them, of those who "
            "gave both."
        ),
        "lapsed": _(
            "Of the genuine adopters at the end of the active phase, those who are none 90 days later, of those we could "
            "check: the rest of retention."
        ),
        "returned": _(
            "Of those who were genuine adopters at an earlier checkpoint and none when the active phase ended, those who "
            "are one again 90 days later, of those we could check."
        ),
        **_supporting(),
    }


def _supporting() -> Mapping[str, str]:
    """What supports the headline figures."""
    found = {}
    for task, where in _tasks().items():
        named = {"where": where}
        found[f"sure_{task}_before"] = (
            _(
                "How sure people were before the start that they can get a usable result with AI %(where)s: mean of 1 to 5."
            )
            % named
        )
        found[f"sure_{task}_after"] = (
            _("The same people’s answer after week 8: how sure they are of a usable result with AI %(where)s, 1 to 5.")
            % named
        )
    went_to = _("People who said so of the time the work takes less, of those who said where it went. One answer each.")
    for option in ("more_of_the_same", "better_quality", "higher_value", "breathing_space", "other"):
        found[f"went_to_{option}"] = went_to
    how = _("People who say, 90 days after the end, that they do the task so, of those who said how. One answer each.")
    for option in ("by_hand", "template", "ai_some", "ai_most", "not_mine"):
        found[f"how_{option}"] = how
    return {
        **found,
        "trained": _(
            "People of the pods who were in a session by the end of the active phase. It is told once, against who works "
            "differently, and is no success."
        ),
        "errors_caught": _(
            "People who caught a mistake of the tool before it went on, in a week of the active phase, of those who said "
            "how many they caught."
        ),
        "error_rate": _(
            "Mistakes caught before they went on for every 100 uses, over the weeks of which people said how many they "
            "caught."
        ),
        "other_tasks": _(
            "People who used AI for other work than the programme’s, in a week of the active phase, of those who said how "
            "often. Told apart: it counts in no other figure."
        ),
        "mistakes_found": _(
            "Mistakes that recipients found in a piece of rated work of since the start, on average; three stands for more. "
            "Never set against the mistakes that people caught: it is other work."
        ),
        "self_served": _(
            "People who found an answer themselves, in the prompt library or with a peer, of those who asked a champion "
            "something that has an answer."
        ),
        "wins_unprompted": _("People who told of a win in the active phase without having been asked."),
        "wins_asked_for": _(
            "People who told of a win after they were asked to, about two weeks in. Counted apart: an answer to a question "
            "says less."
        ),
        "shipped": _(
            "Workflows in the library that somebody owns, with a version and a step of review, and that worked for three "
            "people or more in the last 28 days; of those that are finished."
        ),
        "modelling": _(
            "How many of four kinds of example leaders showed in the last 28 days of the phase, 0 to 4, on average: taking "
            "part as a learner, telling of a failure, changing own work, acting on feedback. A video counts 0."
        ),
    }


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


def about_time(*, pairs: str, quality: str, unusual: str = "", zeros: str = "") -> Rows:
    """What stands behind minutes. `unusual` and `zeros` say how many, where that was frozen."""
    asked_back: Rows = (
        (
            (
                _("Asked back"),
                _(
                    "Minutes under 1 or over 600, and more than 50 times a week. They count as they were said: %(unusual)s "
                    "among these people. Whoever says 0 minutes is left out, for of nothing there is no share: %(zeros)s."
                )
                % {"unusual": unusual, "zeros": zeros},
            ),
        )
        if unusual and zeros
        else ()
    )
    return (
        (_("Weekly saving"), _("(Before − after) × times a week; the median person. Losses are kept.")),
        (_("Ratio"), _("Minutes after as a share of minutes before, each person compared with themselves.")),
        (_("Method"), _in_clusters()),
        (_("n"), pairs),
        *asked_back,
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
        (_("Method"), _in_clusters()),
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


def _in_clusters() -> str:
    """How the interval of one group allows for its pods."""
    return _(
        "Each interval is widened because people in one pod, or in one team of the comparison group, resemble each other. "
        "Below three of them there is none."
    )


def about_target() -> Rows:
    """What stands behind the target behaviour."""
    return (
        (
            _("Counts as"),
            _(
                "AI used, unprompted, on half or more of the times somebody did the task in two weeks. The second survey asks "
                "how often they did it and how often with AI; uses that their weekly answers say were asked for are taken off."
            ),
        ),
        (
            _("Who"),
            _("Everybody of the launch who had not left. Who did not do the task in those weeks is not counted."),
        ),
        (_("Method"), _in_clusters()),
        (
            _("Caveat"),
            _("Self-reported, from memory. The weekly question does not ask how often the work came up. No verdict."),
        ),
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
        (_("Method"), _in_clusters()),
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
