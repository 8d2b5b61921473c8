"""The instruments word for word. A version that has been asked is never edited: a change is a new version beside it."""

from __future__ import annotations

from surveys.rules.instruments import (
    LEAST_MINUTES,
    MOST_MINUTES,
    MOST_TIMES,
    WEEKS_ASKED_ABOUT,
    Instrument,
    Item,
    ItemKind,
    Option,
    Privacy,
    WaveKind,
    gettext_noop,
)

NOT_MINE = "not_mine"  # how somebody does a task who does not do it
BY_THE_CLOCK = "timed"  # minutes that were not estimated
_NOT_MINE = ("how", NOT_MINE)
_SURE = (
    Option("1", gettext_noop("1, not at all")),
    Option("2", "2"),
    Option("3", "3"),
    Option("4", "4"),
    Option("5", gettext_noop("5, fully")),
    Option("none", gettext_noop("Does not apply")),
)
_AGREE = (
    Option("1", gettext_noop("1, disagree")),
    Option("2", "2"),
    Option("3", "3"),
    Option("4", "4"),
    Option("5", gettext_noop("5, agree")),
)

HOW = Item(
    "how",
    ItemKind.CHOICE,
    gettext_noop("How do you do this task today?"),
    (
        Option("by_hand", gettext_noop("By hand")),
        Option("template", gettext_noop("With a template")),
        Option("ai_some", gettext_noop("With AI for some of it")),
        Option("ai_most", gettext_noop("With AI for most of it")),
        Option("not_mine", gettext_noop("I do not do this task")),
    ),
)
MINUTES = Item(
    "minutes",
    ItemKind.NUMBER,
    gettext_noop("How many minutes did it take the last time, start to finish, checking included?"),
    usual=(LEAST_MINUTES, MOST_MINUTES),
    left_out_after=(_NOT_MINE,),
)
TIMES = Item(
    "times",
    ItemKind.NUMBER,
    gettext_noop("How many times did you do it in the last two weeks?"),
    usual=(0, WEEKS_ASKED_ABOUT * MOST_TIMES),
    left_out_after=(_NOT_MINE,),
)
WITH_AI = Item(
    "with_ai",
    ItemKind.NUMBER,
    gettext_noop("In how many of those did you use AI?"),
    at_most="times",
    left_out_after=(_NOT_MINE, ("times", "0")),
)
SURE_DRAFTING = Item(
    "sure_drafting",
    ItemKind.SCALE,
    gettext_noop("How sure are you that you can get a usable result with AI on drafting?"),
    _SURE,
)
SURE_SUMMARISING = Item(
    "sure_summarising",
    ItemKind.SCALE,
    gettext_noop("How sure are you that you can get a usable result with AI on summarising?"),
    _SURE,
)
SURE_ANALYSING = Item(
    "sure_analysing",
    ItemKind.SCALE,
    gettext_noop("How sure are you that you can get a usable result with AI on analysing?"),
    _SURE,
)
SURE_CHECKING = Item(
    "sure_checking",
    ItemKind.SCALE,
    gettext_noop("How sure are you that you can get a usable result with AI on checking?"),
    _SURE,
)
TIMED = Item(
    "timed",
    ItemKind.CHOICE,
    gettext_noop("Were these minutes timed or estimated?"),
    (Option(BY_THE_CLOCK, gettext_noop("Timed")), Option("estimated", gettext_noop("Estimated"))),
    left_out_after=(_NOT_MINE, ("minutes", "")),
)
WENT_TO = Item(
    "went_to",
    ItemKind.CHOICE,
    gettext_noop("What did the time go to?"),
    (
        Option("more_of_the_same", gettext_noop("More of the same work")),
        Option("better_quality", gettext_noop("Better quality")),
        Option("higher_value", gettext_noop("Higher-value work")),
        Option("breathing_space", gettext_noop("Breathing space")),
        Option("other", gettext_noop("Something else")),
    ),
    left_out_after=(_NOT_MINE,),
    waves=(WaveKind.POST, WaveKind.RETENTION),
)

# Before and after, in the same words: one person's two answers to an item are a pair.
WORK = Instrument(
    "work",
    1,
    Privacy.CONFIDENTIAL,
    (HOW, MINUTES, TIMES, WITH_AI, SURE_DRAFTING, SURE_SUMMARISING, SURE_ANALYSING, SURE_CHECKING, TIMED, WENT_TO),
)

# Own wording after an idea of Edmondson (1999); unvalidated.
SAFETY = Instrument(
    "safety",
    1,
    Privacy.ANONYMOUS,
    (
        Item(
            "not_knowing",
            ItemKind.SCALE,
            gettext_noop("I can say I don’t know how to use AI for something."),
            _AGREE,
        ),
        Item(
            "learning",
            ItemKind.SCALE,
            gettext_noop("If an AI attempt goes wrong here, we look for what to learn."),
            _AGREE,
        ),
        Item(
            "held_against",
            ItemKind.SCALE,
            gettext_noop("Admitting an AI mistake would count against me."),
            _AGREE,
            is_reversed=True,
        ),
        Item("questioning", ItemKind.SCALE, gettext_noop("I can question using AI for a task."), _AGREE),
        Item("asking", ItemKind.SCALE, gettext_noop("Asking for help here is easy."), _AGREE),
    ),
)
_JUDGED = (
    Option("2", "2"),
    Option("3", "3"),
    Option("4", "4"),
)
_CANNOT = Option("none", gettext_noop("I cannot judge"))

# What whoever receives the work says of one piece of it. They are not asked whether AI was used.
STAKEHOLDER = Instrument(
    "stakeholder",
    1,
    Privacy.CONFIDENTIAL,
    (
        Item(
            "usable",
            ItemKind.SCALE,
            gettext_noop("Could you use this as it arrived?"),
            (Option("1", gettext_noop("1, had to redo")), *_JUDGED, Option("5", gettext_noop("5, as it was")), _CANNOT),
        ),
        Item(
            "correct",
            ItemKind.SCALE,
            gettext_noop("Was it correct?"),
            (Option("1", gettext_noop("1, not at all")), *_JUDGED, Option("5", gettext_noop("5, fully")), _CANNOT),
        ),
        Item(
            "fits",
            ItemKind.SCALE,
            gettext_noop("Did it fit its purpose?"),
            (Option("1", gettext_noop("1, not at all")), *_JUDGED, Option("5", gettext_noop("5, fully")), _CANNOT),
        ),
        Item(
            "mistakes",
            ItemKind.CHOICE,
            gettext_noop("Mistakes you found?"),
            (Option("0", "0"), Option("1", "1"), Option("2", "2"), Option("3", gettext_noop("3 or more")), _CANNOT),
        ),
    ),
)
# Whom colleagues go to. Who named whom is deleted once it is counted.
ADVICE = Instrument(
    "advice",
    1,
    Privacy.CONFIDENTIAL,
    (
        Item("difficult", ItemKind.PERSON, gettext_noop("Who do you ask when work gets difficult?"), most=3),
        Item("useful_ways", ItemKind.PERSON, gettext_noop("Who shows you useful ways of working?"), most=3),
        Item(
            "tries",
            ItemKind.CHOICE,
            gettext_noop("Do you use AI for real work of your own, without anybody asking?"),
            (
                Option("no", gettext_noop("No")),
                Option("once", gettext_noop("I have tried it once or twice")),
                Option("often", gettext_noop("Yes, most weeks")),
            ),
        ),
    ),
)
# What counts as experimenting unasked, in one's own words.
TRIES_UNASKED = frozenset({"often"})

# A champion's fortnight, in one minute. Also who asked for it sees the hours and the work, never the 1 to 5.
CHECK = Instrument(
    "champion_check",
    1,
    Privacy.CONFIDENTIAL,
    (
        Item("displaced", ItemKind.TEXT, gettext_noop("What came off your plate?")),
        Item("hours", ItemKind.HOURS, gettext_noop("How many hours a week were actually kept free?"), most=60),
        Item(
            "can_keep",
            ItemKind.SCALE,
            gettext_noop("Can you keep this up another month?"),
            (
                Option("1", gettext_noop("1, not at all")),
                Option("2", "2"),
                Option("3", "3"),
                Option("4", "4"),
                Option("5", gettext_noop("5, easily")),
            ),
        ),
        Item("to_fix", ItemKind.TEXT, gettext_noop("What should leadership fix?")),
    ),
)
# One's own work: the first two of each workflow of the role, the last once.
SKILLS = Instrument(
    "skills",
    1,
    Privacy.CONFIDENTIAL,
    (
        Item(
            "level",
            ItemKind.SCALE,
            gettext_noop("How well can you do it with AI?"),
            (
                Option("0", gettext_noop("I cannot")),
                Option("1", gettext_noop("With help")),
                Option("2", gettext_noop("Alone")),
                Option("3", gettext_noop("Reliably")),
                Option("4", gettext_noop("I can teach it")),
            ),
        ),
        Item(
            "hours",
            ItemKind.SCALE,
            gettext_noop("How many hours a week does it take you?"),
            (
                Option("none", gettext_noop("I do not do it")),
                Option("under_1", gettext_noop("Less than 1")),
                Option("1_to_3", gettext_noop("1 to 3")),
                Option("3_to_6", gettext_noop("3 to 6")),
                Option("over_6", gettext_noop("More than 6")),
            ),
        ),
        Item(
            "anchor",
            ItemKind.TEXT,
            gettext_noop(
                "What is the one task you do every week that takes the most time and produces the least satisfaction?"
            ),
        ),
    ),
)
PULSE_WAVES = (WaveKind.BASELINE, WaveKind.POST)

INSTRUMENTS = {(one.key, one.version): one for one in (WORK, SAFETY, ADVICE, CHECK, STAKEHOLDER, SKILLS)}


def instrument(key: str, version: int) -> Instrument:
    """An instrument in a version. Raises KeyError."""
    return INSTRUMENTS[key, version]


def items_of(kind: WaveKind, version: int = WORK.version) -> tuple[Item, ...]:
    """The questions of a wave in a version of the survey, in their order."""
    return tuple(item for item in instrument(WORK.key, version).items if kind in item.waves)
