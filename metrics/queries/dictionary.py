"""The data dictionary: every measure once, and the tables that everything is made of, with what a row is.

What a measure means stands in `sentences.meanings`, where pages, API and exports have it from too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from adoption.programs.rules import Mode
from metrics.queries import sentences
from metrics.rules import HOW_NOW, SURE, WENT_TO, Metric, item_of, option_of

Row = tuple[Metric, str, str, str, str, str]

# What a programme of one mode has no figure of.
_OF_THE_OTHER = {
    Mode.WEEKLY: frozenset({Metric.NO_OCCASION}),
    Mode.OPPORTUNITY: frozenset({Metric.SURVIVAL, Metric.TARGET_BEHAVIOUR}),
}


@dataclass(frozen=True)
class Entry:
    """One measure: what it is called, what it counts, in what, of whom, from which facts, and what silence does to it."""

    measure: str
    name: str
    definition: str
    unit: str
    denominator: str
    source: str
    missing: str


@dataclass(frozen=True)
class FactTable:
    """One table of facts, by the name it has in the database, with what a row is and what tells two rows apart."""

    table: str
    row: str
    grain: str


def measure_name(measure: str) -> str:
    """What a measure is called in a table."""
    entry = dictionary_by_measure().get(measure)
    return entry.name if entry else measure.replace("_", " ")


def dictionary_by_measure() -> dict[str, Entry]:
    """The dictionary by the measures' names, in the order in which a reader comes to them."""
    return {entry.measure: entry for entry in dictionary()}


def dictionary(mode: str = Mode.WEEKLY) -> tuple[Entry, ...]:
    """Every measure of a programme of this mode, each once."""
    meanings = sentences.meanings(mode)
    weeks = _("Check-ins by week, completed by the tools’ files where those cover everything (use_week).")
    silent = _(
        "Silence is never zero. Worst counts all the silent as non-users, best as users; below 60% answered there is no rate."
    )
    seldom = mode == Mode.OPPORTUNITY
    of_known = (
        _("People with a known occasion in the audit weeks, of those whose work may have come up in them.")
        if seldom
        else _("People with a known week in the two audit weeks, of those expected in them.")
    )
    of_week = (
        _("People of the launch with a known occasion in the four weeks, of those whose work may have come up.")
        if seldom
        else _("People of the launch with a known week, of those expected in it.")
    )
    of_all = _("Everybody the arm was launched with.")
    surveys = _("The surveys before the start and after week 8, or 90 days after the end; of people who answered both.")
    pairs = _("Whoever gave one figure or none is left out, and counted as missing from N.")
    rated = _("People whose work of before and of later has a score.")
    said = _("What recipients said of outputs, in rounds that are closed (rating).")
    both = _("Whose work was rated on one side alone is left out.")
    told = _("Known of everybody.")
    launch = _("Assignments on the day of the launch.")
    rows = (
        (Metric.COHORT, _("Cohort"), _("people"), of_all, launch, told),
        (Metric.ADOPTION, _("Adoption"), _("percent"), of_known, weeks, silent),
        (
            Metric.ANY_USE,
            _("One occasion or more") if seldom else _("One use a week or more"),
            _("percent"),
            of_known,
            weeks,
            silent,
        ),
        (
            Metric.CHAMPIONS,
            _("Champions: one occasion or more") if seldom else _("Champions: one use a week or more"),
            _("percent"),
            _("Champions with a known week, of those who led by the end of the audit weeks and were expected in them."),
            weeks,
            silent,
        ),
        (
            Metric.DIFFERENCE,
            _("Difference of the arms"),
            _("percentage points"),
            _("Both arms, each with its own n."),
            weeks,
            _("From worst pods against best comparison to the reverse."),
        ),
        (
            Metric.DIFFERENCE_EARLY,
            _("Difference, before the main look"),
            _("percentage points"),
            _("Both arms, each with its own n."),
            weeks,
            _(
                "The same difference. Before the main look it is read with this interval alone, afterwards with the other."
            ),
        ),
        (
            Metric.WITH_LEAVERS,
            sentences.beside_name(Metric.WITH_LEAVERS),
            _("percent"),
            _("The same, with those who left."),
            weeks,
            silent,
        ),
        (
            Metric.WITHOUT_OBJECTORS,
            sentences.beside_name(Metric.WITHOUT_OBJECTORS),
            _("percent"),
            _("The same, without those who would rather not take part."),
            weeks,
            silent,
        ),
        (
            Metric.EXEMPT,
            sentences.beside_name(Metric.EXEMPT),
            _("people"),
            of_all,
            _("What leads wrote down by the launch."),
            told,
        ),
        (
            Metric.CONTAMINATED,
            sentences.beside_name(Metric.CONTAMINATED),
            _("people"),
            of_all,
            _("Where people were assigned, and from when to when."),
            told,
        ),
        (Metric.LEFT, sentences.beside_name(Metric.LEFT), _("people"), of_all, _("The directory."), told),
        (Metric.AWAY, sentences.beside_name(Metric.AWAY), _("people"), of_all, _("Leave in the directory."), told),
        (
            Metric.NO_OCCASION,
            sentences.beside_name(Metric.NO_OCCASION),
            _("people"),
            of_all,
            weeks,
            _("Who said nothing of a week is not among them: the work may have come up then."),
        ),
        (
            Metric.OBJECTED,
            sentences.beside_name(Metric.OBJECTED),
            _("people"),
            of_all,
            _("What people said of themselves, without a reason."),
            told,
        ),
        (
            Metric.TARGET_BEHAVIOUR,
            _("Target behaviour: AI on half of one’s occasions"),
            _("percent"),
            _("People who said in the second survey how often they did the task in two weeks, and how often with AI."),
            _("The second survey; of how many uses somebody had asked, check-ins of those two weeks (use_week)."),
            silent,
        ),
        (
            Metric.RETENTION,
            _("Retention after 90 days"),
            _("percent"),
            _("Genuine adopters at the end of the active phase, as first frozen."),
            weeks,
            _("Who could not be checked: worst counts them as stopped, best as still using it."),
        ),
        (
            Metric.RETENTION_OF_ALL,
            _("Retention, of everybody who started"),
            _("percent"),
            of_all,
            weeks,
            _("Who could not be checked counts as stopped; best counts them as still using it."),
        ),
        (
            Metric.LAPSED,
            _("Stopped within 90 days"),
            _("percent"),
            _("Genuine adopters at the end of the active phase, as first frozen."),
            weeks,
            _("Who could not be checked is in neither number."),
        ),
        (
            Metric.RETURNED,
            _("Stopped and came back"),
            _("percent"),
            _("Adopters of an earlier checkpoint who were none when the phase ended."),
            weeks,
            _("Who could not be checked is in neither number."),
        ),
        (
            Metric.SURVIVAL,
            _("Still using after so many weeks"),
            _("percent"),
            _("Everybody whose own use began; n are those of whom it is known that they stopped or go on."),
            weeks,
            _(
                "Leave stops the clock. Four silent weeks, leaving and the end of the look end it without a lapse "
                "(censored). Said every four weeks while enough people are followed."
            ),
        ),
        (Metric.MINUTES_BEFORE, _("Minutes before"), _("minutes"), of_all, surveys, pairs),
        (Metric.MINUTES_AFTER, _("Minutes after"), _("minutes"), of_all, surveys, pairs),
        (Metric.TIME_RATIO, _("Minutes after, as a share of before"), _("percent"), of_all, surveys, pairs),
        (Metric.WEEKLY_SAVING, _("Saved a week, median"), _("minutes"), of_all, surveys, pairs),
        (
            Metric.WEEKLY_SAVING_MEAN,
            _("Saved a week, mean"),
            _("minutes"),
            of_all,
            surveys,
            _("Frozen for whoever computes it again; no group of readers is shown it."),
        ),
        (Metric.SLOWER, _("Lost time"), _("percent"), _("Whoever gave both figures."), surveys, pairs),
        (Metric.FASTER, _("Saved time"), _("percent"), _("Whoever gave both figures."), surveys, pairs),
        (
            Metric.BY_THE_CLOCK,
            _("Timed, not estimated"),
            _("percent"),
            _("Whoever gave both figures."),
            surveys,
            _("Who does not say counts as having estimated."),
        ),
        (
            Metric.QUALITY_BEFORE,
            _("Quality of work of before the start"),
            _("hundredths of a point"),
            rated,
            said,
            both,
        ),
        (Metric.QUALITY_LATER, _("Quality of later work"), _("hundredths of a point"), rated, said, both),
        (Metric.QUALITY_CHANGE, _("Change in quality"), _("hundredths of a point"), rated, said, both),
        (
            Metric.MISTAKES_FOUND,
            _("Mistakes found by recipients"),
            _("hundredths of a mistake"),
            _("People whose work of since the start was rated."),
            said,
            _("Who could not judge it found neither one nor none."),
        ),
        (
            Metric.RATED_TWICE,
            _("Outputs rated twice"),
            _("percent"),
            _("Outputs with a whole score."),
            said,
            _("An output nobody rated is in neither number."),
        ),
        (
            Metric.AGREEMENT,
            _("Agreement of two raters"),
            _("hundredths of a point"),
            _("Outputs that two people gave a whole score."),
            said,
            _("Not said below ten such outputs."),
        ),
        (
            Metric.WEEKLY,
            _("Adoption week by week"),
            _("percent"),
            of_week,
            weeks,
            silent,
        ),
        (
            Metric.WEEKLY_ANY_USE,
            _("One occasion or more, week by week") if seldom else _("One use or more, week by week"),
            _("percent"),
            of_week,
            weeks,
            silent,
        ),
    )
    *before, weekly, weekly_any_use = rows
    supporting = _supporting(of_all, surveys, pairs, told)
    return tuple(
        Entry(measure, name, meanings[measure], unit, denominator, source, missing)
        for measure, name, unit, denominator, source, missing in (*before, *supporting, weekly, weekly_any_use)
        if measure not in _OF_THE_OTHER[Mode(mode)]
    )


def _supporting(of_all: str, surveys: str, pairs: str, told: str) -> Iterator[Row]:
    """What supports the headline figures."""
    tenths, share = _("tenths of a point"), _("percent")
    for before, after in SURE:
        task = sentences.task_name(item_of(before))
        for metric, name in (
            (before, _("Confidence before: %(task)s") % {"task": task.lower()}),
            (after, _("Confidence after: %(task)s") % {"task": task.lower()}),
        ):
            yield metric, name, tenths, of_all, surveys, pairs
    for metric in WENT_TO:
        name = _("Time went to: %(what)s") % {"what": sentences.went_to_name(option_of(metric)).lower()}
        source = _("The surveys after week 8 and 90 days after the end.")
        yield metric, name, share, of_all, source, _("Whoever did not say is left out.")
    for metric in HOW_NOW:
        name = _("Does the task: %(how)s") % {"how": sentences.how_name(option_of(metric)).lower()}
        source = _("The survey 90 days after the end.")
        yield metric, name, share, of_all, source, _("Whoever did not say is left out.")
    yield (
        Metric.ERRORS_CAUGHT,
        _("Caught a mistake of the tool"),
        share,
        _("People who said of a week how many they caught."),
        _("Check-ins of the active phase (checkin)."),
        _("An answer that is optional: silence says nothing."),
    )
    yield (
        Metric.ERROR_RATE,
        _("Mistakes caught per 100 uses"),
        _("for every 100 uses"),
        _("Uses of the weeks of which people said how many they caught."),
        _("Check-ins of the active phase (checkin)."),
        _("An answer that is optional: silence says nothing."),
    )
    yield (
        Metric.OTHER_TASKS,
        _("Used AI for other work, too"),
        share,
        _("People who said of a week how often they used AI for other work."),
        _("Check-ins of the active phase (checkin)."),
        _("An answer that is optional: silence says nothing."),
    )
    yield (
        Metric.SHIPPED,
        _("Workflows shipped and in use"),
        _("workflows"),
        _("Finished workflows of this work in the library."),
        _("The prompt library: versions, and who said that one worked."),
        _("Use that nobody told of is not seen."),
    )
    yield (
        Metric.SELF_SERVED,
        _("Found the answer themselves"),
        share,
        _("People of the pods whose question has an answer."),
        _("Questions asked with a name."),
        _("Questions without a name are in no figure."),
    )
    wins = _("Wins that were not taken back.")
    yield Metric.WINS_UNPROMPTED, _("Told of a win, unasked"), share, of_all, wins, told
    yield Metric.WINS_ASKED_FOR, _("Told of a win when asked"), share, of_all, wins, told
    yield (
        Metric.MODELLING,
        _("Leaders’ example, 0 to 4"),
        tenths,
        _("Everybody who reads evidence as an executive."),
        _("Deeds that somebody else confirmed, and leaders’ own weeks."),
        _("What nobody saw counts 0."),
    )
    yield (
        Metric.TRAINED,
        _("In a session of the pods"),
        share,
        of_all,
        _("Who was in which session (pods_attendance). Operational: no outcome."),
        _("Of the comparison group nobody writes it down."),
    )


def fact_tables() -> tuple[FactTable, ...]:
    """The tables that every figure follows from. All but the last five are facts; those follow from them."""
    return tuple(
        FactTable(table, row, grain)
        for table, row, grain in (
            (
                "surveys_output",
                _("A piece of somebody's work, by its title; whether AI was used is kept apart (surveys_outputmark)."),
                _("one a row"),
            ),
            (
                "surveys_rating",
                _("What a rater said of an output. A mend is a new version; the newest counts."),
                _("output × rater × version"),
            ),
            (
                "programs_assignment",
                _("A person belongs to an arm and a pod or team of a programme for a span of days."),
                _("programme, person, from"),
            ),
            (
                "programs_objection",
                _("A person would rather not take part, in their own word and without a reason."),
                _("programme, person, said at"),
            ),
            ("tenancy_leave", _("A person is away from one day to another."), _("person, first day")),
            (
                "metrics_checkin",
                _("What a person said of one week on one workflow. Zero is an answer; silence has no row."),
                _("person, workflow, week, version"),
            ),
            (
                "metrics_vendorweek",
                _("What one export of a tool says of a person in one of the tool’s own weeks."),
                _("file, person, period"),
            ),
            (
                "pods_session",
                _("A session of a pod, with its minutes of doing and explaining. Who was there stands apart."),
                _("pod, day"),
            ),
            (
                "pods_attendance",
                _("Somebody was in a session. Operational: told once against who works differently, and no outcome."),
                _("session, person"),
            ),
            ("pods_question", _("Somebody asks their champion something by name, and who answered."), _("one a row")),
            ("champions_win", _("A piece of work done with AI that somebody told the others of."), _("one a row")),
            ("champions_prompttry", _("Whether a prompt worked for somebody."), _("prompt, person, day")),
            (
                "champions_leaderdeed",
                _("What a leader did, and who confirmed it. Videos are told apart and count 0."),
                _("one a row"),
            ),
            ("pods_followup", _("Day 7 after somebody’s session."), _("session, person")),
            (
                "surveys_answer",
                _("One answer of a person to one question of a survey."),
                _("survey, person, question, version"),
            ),
            (
                "metrics_useweek",
                _("A person’s week on a workflow, decided from all of the above."),
                _("person, workflow, week"),
            ),
            ("metrics_armweek", _("Sums of one arm in one week."), _("programme, week, arm")),
            (
                "metrics_snapshotrun",
                _("One freezing of one checkpoint, with everything needed to repeat it."),
                _("programme, checkpoint, version"),
            ),
            (
                "metrics_snapshotmember",
                _("One person of the cohort in a frozen look, by a random key."),
                _("freezing, key"),
            ),
            ("metrics_snapshotmetric", _("One figure of a frozen look, as computed."), _("freezing, measure, group")),
        )
    )
