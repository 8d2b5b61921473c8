"""What supports the headline figures: names, and what stands behind each."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from metrics.queries.sentences.pieces import Rows


def tenths(number: int) -> str:
    """'3.4' from 34."""
    return number_format(number / 10, 1)


def task_name(item: str) -> str:
    """What a survey's question of confidence is about."""
    return {
        "sure_drafting": _("Drafting"),
        "sure_summarising": _("Summarising"),
        "sure_analysing": _("Analysing"),
        "sure_checking": _("Checking"),
    }[item]


def went_to_name(option: str) -> str:
    """An answer to what the time went to."""
    return {
        "more_of_the_same": _("More of the same work"),
        "better_quality": _("Better quality"),
        "higher_value": _("Higher-value work"),
        "breathing_space": _("Breathing space"),
        "other": _("Something else"),
    }[option]


def how_name(option: str) -> str:
    """An answer to how somebody does the task."""
    return {
        "by_hand": _("By hand"),
        "template": _("With a template"),
        "ai_some": _("With AI for some of it"),
        "ai_most": _("With AI for most of it"),
        "not_mine": _("I do not do this task"),
    }[option]


def about_afterwards(*, pairs: str, n: str, unusual: str = "", zeros: str = "") -> Rows:
    """What stands behind the survey of ninety days later."""
    asked_back: Rows = (
        (
            (
                _("Asked back"),
                _(
                    "Minutes out of the ordinary count as they were said: %(unusual)s. Who says 0 is left out: %(zeros)s."
                )
                % {"unusual": unusual, "zeros": zeros},
            ),
        )
        if unusual and zeros
        else ()
    )
    return (
        (_("Asked"), _("The words of the survey before the start, 90 days after support ended, of both groups.")),
        (
            _("Minutes"),
            _(
                "Each person against their own minutes of before the start; whoever gave one figure or none is left out."
            ),
        ),
        (_("n, minutes"), pairs),
        (_("n, how the task is done"), n),
        *asked_back,
        (_("Source"), _("The survey 90 days after the end, confidential; frozen once, when it has closed.")),
        (_("Not shown"), _("An answer stays silent where it would follow from the others how few gave it.")),
        (
            _("Caveat"),
            _(
                "Self-reported, from memory. It stands beside retention, which is made of people’s weeks, and decides nothing."
            ),
        ),
    )


def about_confidence(*, n: str) -> Rows:
    """What stands behind confidence."""
    return (
        (
            _("Asked"),
            _("How sure are you that you can get a usable result with AI on this? 1, not at all, to 5, fully."),
        ),
        (_("Means"), _("Before and after are of the same people; “does not apply” is left out.")),
        (_("n"), n),
        (_("Source"), _("The surveys before the start and after week 8.")),
        (_("Caveat"), _("Supporting only: being sure of oneself is not being good at it, and no interval is drawn.")),
    )


def about_went_to(*, n: str) -> Rows:
    """What stands behind where the time went."""
    return (
        (_("Asked"), _("What did the time go to? One answer of five, after week 8.")),
        (_("n"), n),
        (_("Source"), _("The survey after week 8, confidential.")),
        (_("Not shown"), _("An answer stays silent where it would follow from the others how few gave it.")),
        (_("Caveat"), _("Asked of everybody, also of whose work takes as long as before.")),
    )


def about_errors(*, n: str, found: str = "") -> Rows:
    """What stands behind mistakes caught, and beside them those that recipients found."""
    received: Rows = (
        (
            (
                _("Found by recipients"),
                _(
                    "Mistakes that raters found in work of since the start, averaged within a piece of work, then within the "
                    "person; “3 or more” counts as three. It is other work than the uses beside it: neither is a share of "
                    "the other."
                ),
            ),
            (_("n, found by recipients"), found),
        )
        if found
        else ()
    )
    return (
        (_("Counts as"), _("A mistake of the tool, noticed and mended before the work went on. “3+” counts as three.")),
        (
            _("Rate"),
            _("Summed mistakes over summed uses, with Garwood’s interval; drawn only where the people are shown."),
        ),
        (_("n"), n),
        *received,
        (_("Source"), _("The weekly question, an answer that is optional.")),
        (_("Caveat"), _("A high figure is not bad: it is checking at work. What slipped through is not in it.")),
    )


def about_other_tasks(*, n: str) -> Rows:
    """What stands behind use for other work."""
    return (
        (
            _("Counts as"),
            _("AI used for other work than the programme’s at least once, in a week that somebody spoke of."),
        ),
        (_("n"), n),
        (_("Source"), _("The weekly question, an answer that is optional.")),
        (_("Caveat"), _("Nobody looks at what that work was, and adoption does not count it.")),
    )


def about_shipped(*, n: str) -> Rows:
    """What stands behind workflows shipped."""
    return (
        (_("Counts as"), _("An owner, a version, a step of review, and “worked for me” of three people in 28 days.")),
        (_("n"), n),
        (_("Source"), _("The prompt library, on the day of the freezing.")),
        (_("Caveat"), _("Whoever uses it without saying so is not counted. The library never says how many people.")),
    )


def about_self_served(*, n: str) -> Rows:
    """What stands behind questions answered without champion or expert."""
    return (
        (
            _("Counts as"),
            _("Answered by the prompt library, a peer or the person; the others were a champion or an expert."),
        ),
        (_("n"), n),
        (_("Source"), _("Questions with a name that have an answer. Those asked without a name are in no figure.")),
        (_("Caveat"), _("By people: whoever asks often counts once. What nobody asks is not seen.")),
    )


def about_wins(*, n: str) -> Rows:
    """What stands behind wins."""
    return (
        (_("Counts as"), _("A piece of work done with AI that somebody told the others of, and did not take back.")),
        (_("Apart"), _("Who was asked to tell of one, about two weeks in, is counted on a line of their own.")),
        (_("n"), n),
        (_("Source"), _("The feed of wins, from the start to the end of the active phase.")),
        (_("Caveat"), _("Telling is not using: quiet people who work differently are not in it.")),
    )


def about_modelling(*, n: str) -> Rows:
    """What stands behind leaders' example."""
    return (
        (
            _("Counts as"),
            _("0 to 4 kinds of example in 28 days, each confirmed by somebody else or seen in own weeks."),
        ),
        (_("Not"), _("Videos, mails to everybody and sponsorship count 0.")),
        (_("n"), n),
        (_("Source"), _("Deeds that were confirmed, and leaders’ own weeks.")),
        (_("Caveat"), _("Only an average over all leaders is told. What one showed is for their own eyes.")),
    )


def about_gap(*, n: str, instead: str) -> Rows:
    """What stands behind trained against working differently."""
    return (
        (_("Trained"), _("In at least one session of the pods by the end of the active phase.")),
        (_("Works differently"), _("A genuine adopter at the look that heads this page.")),
        (_("n"), n),
        (
            _("Comparison group"),
            _("What it got instead: %(instead)s. Who took it up is not recorded here.") % {"instead": instead}
            if instead
            else _("What it got instead is not recorded here."),
        ),
        (
            _("Caveat"),
            _("Attendance says that people were there. It is told here once, and counts nowhere as a success."),
        ),
    )
