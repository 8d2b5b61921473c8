"""What an answer may be, what is asked after what, and how the pulse is scored."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules import (
    INSTRUMENTS,
    SAFETY,
    STAKEHOLDER,
    WORK,
    Instrument,
    Item,
    ItemKind,
    Option,
    Privacy,
    Problem,
    WaveKind,
    alpha,
    asked,
    check,
    check_items,
    first_open,
    item_before,
    items_of,
    needed,
    next_item,
    pulse_score,
    silent_options,
    tidy_text,
)

TEXT = Item("own-1", ItemKind.TEXT, "What helped?", language="ar")
ITEMS = items_of(WaveKind.POST)


# --- what an answer may be -------------------------------------------------------------------------------------------


def test_a_question_left_out_is_missing_and_not_zero() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"minutes": "", "times": "  "})
    assert (clean, wrong) == ({}, {})


def test_zero_is_an_answer() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"times": "2", "with_ai": "0"})
    assert (clean, wrong) == ({"times": 2, "with_ai": 0}, {})


def test_more_often_with_ai_than_at_all_is_refused_beside_the_second_number() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"times": "2", "with_ai": "3"})
    assert (clean, wrong) == ({"times": 2}, {"with_ai": Problem.MORE_THAN})


def test_nonsense_is_named_and_the_rest_is_kept() -> None:
    said = {"minutes": "-1", "times": "²", "with_ai": "9" * 30, "how": "by_magic", "timed": "timed"}
    clean, wrong = check(WaveKind.BASELINE, said)
    assert clean == {"timed": "timed"}
    assert wrong == {
        "minutes": Problem.NOT_A_NUMBER,
        "times": Problem.NOT_A_NUMBER,
        "with_ai": Problem.NOT_A_NUMBER,
        "how": Problem.NOT_A_CHOICE,
    }


def test_a_number_beyond_what_can_be_written_down_is_too_large() -> None:
    assert check(WaveKind.BASELINE, {"minutes": "10000"}) == ({}, {"minutes": Problem.TOO_LARGE})


def test_a_text_may_be_in_any_script_with_pictures_and_line_ends() -> None:
    said = "شكراً جزيلاً 👩‍👩‍👧\r\nשלום\x00\x07"
    assert check_items([TEXT], {"own-1": said}) == ({"own-1": "شكراً جزيلاً 👩‍👩‍👧\nשלום"}, {})
    assert check_items([TEXT], {"own-1": " \x00 "}) == ({}, {})
    assert check_items([TEXT], {"own-1": "x" * 1001}) == ({}, {"own-1": Problem.TOO_LONG})


@given(st.text(max_size=300))
def test_a_tidied_text_is_tidy(text: str) -> None:
    assert tidy_text(tidy_text(text)) == tidy_text(text)
    assert "\x00" not in tidy_text(text)


answers = st.one_of(
    st.sampled_from(["", "0", "1", "2", "7", "9999", "10000", "none", "not_mine", "ai_some", "timed", "other"]),
    st.text(max_size=12),
)


@given(st.fixed_dictionaries({item.key: answers for item in ITEMS}))
def test_whatever_is_said_each_item_is_clean_or_wrong_or_missing(said: dict[str, str]) -> None:
    clean, wrong = check_items(ITEMS, said)
    open_keys = {item.key for item in asked(ITEMS, said)}
    assert not clean.keys() & wrong.keys()
    assert clean.keys() | wrong.keys() <= open_keys
    for item in ITEMS:
        if item.key in clean and item.kind is not ItemKind.NUMBER:
            assert clean[item.key] in item.choices
        if item.key in clean and item.kind is ItemKind.NUMBER:
            assert 0 <= clean[item.key] <= item.most
    if {"times", "with_ai"} <= clean.keys():
        assert clean["with_ai"] <= clean["times"]
    # What is clean stays clean, and alone is enough.
    again = {key: str(value) for key, value in clean.items()}
    if not wrong:
        assert check_items(ITEMS, again) == (clean, {})


# --- what is asked after what ----------------------------------------------------------------------------------------


def test_where_the_time_went_is_asked_only_afterwards() -> None:
    assert "went_to" not in {item.key for item in items_of(WaveKind.BASELINE)}
    assert "went_to" in {item.key for item in ITEMS}
    assert check(WaveKind.BASELINE, {"went_to": "other"}) == ({}, {})


def test_whoever_does_not_do_the_task_is_asked_only_how_sure_they_are() -> None:
    keys = [item.key for item in asked(ITEMS, {"how": "not_mine", "minutes": "45"})]
    assert keys == ["how", "sure_drafting", "sure_summarising", "sure_analysing", "sure_checking"]
    assert check(WaveKind.POST, {"how": "not_mine", "minutes": "45"}) == ({"how": "not_mine"}, {})


def test_minutes_nobody_gave_are_neither_timed_nor_estimated() -> None:
    assert "timed" not in {item.key for item in asked(ITEMS, {})}
    assert "timed" in {item.key for item in asked(ITEMS, {"minutes": "30"})}


def test_none_of_no_times_were_with_ai() -> None:
    assert "with_ai" not in {item.key for item in asked(ITEMS, {"times": "0"})}


@given(st.fixed_dictionaries({item.key: answers for item in ITEMS}))
def test_next_and_back_walk_the_same_way(said: dict[str, str]) -> None:
    way = [item.key for item in asked(ITEMS, said)]
    walked, here = [], next_item(ITEMS, said, "")
    while here is not None:
        walked.append(here.key)
        here = next_item(ITEMS, said, here.key)
    assert walked == way
    back = [item_before(ITEMS, said, key) for key in way]
    assert [one.key if one else None for one in back] == [None, *way[:-1]]
    start = first_open(ITEMS, said)
    assert start is not None
    assert start.key in way


def test_one_goes_on_after_the_last_answer() -> None:
    assert first_open(ITEMS, {}) is ITEMS[0]
    assert first_open((), {}) is None
    goes_on = first_open(ITEMS, {"how": "by_hand", "minutes": "45"})
    assert goes_on is not None
    assert goes_on.key == "times"


# --- the instruments -------------------------------------------------------------------------------------------------


def test_every_instrument_is_found_by_key_and_version() -> None:
    keys = ("work", "safety", "advice", "champion_check", "stakeholder", "skills")
    assert set(INSTRUMENTS) == {(key, 1) for key in keys}
    assert [INSTRUMENTS[one.key, one.version] for one in (WORK, SAFETY, STAKEHOLDER)] == [WORK, SAFETY, STAKEHOLDER]
    assert SAFETY.privacy is Privacy.ANONYMOUS
    assert [item.key for item in SAFETY.items if item.is_reversed] == ["held_against"]


@pytest.mark.parametrize(
    "items",
    [
        (Item("a", ItemKind.NUMBER, "A"), Item("a", ItemKind.NUMBER, "A again")),
        (Item("a", ItemKind.NUMBER, "A", at_most="b"), Item("b", ItemKind.NUMBER, "B")),
        (Item("a", ItemKind.NUMBER, "A", left_out_after=(("b", "1"),)),),
    ],
)
def test_an_instrument_asks_nothing_twice_and_never_looks_ahead(items: tuple[Item, ...]) -> None:
    with pytest.raises(ValueError, match="planted 1"):
        Instrument("planted", 1, Privacy.CONFIDENTIAL, items)


def test_an_answer_is_checked_against_the_version_that_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Instrument(
        "work", 2, Privacy.CONFIDENTIAL, (Item("how", ItemKind.CHOICE, "How?", (Option("new", "New"),), version=2),)
    )
    monkeypatch.setitem(INSTRUMENTS, ("work", 2), later)
    assert check(WaveKind.POST, {"how": "new"}, version=2) == ({"how": "new"}, {})
    assert check(WaveKind.POST, {"how": "new"}, version=1) == ({}, {"how": Problem.NOT_A_CHOICE})


# --- the safety pulse ------------------------------------------------------------------------------------------------


def test_a_score_is_the_mean_of_four_or_more_with_the_reversed_one_turned_round() -> None:
    said = {"not_knowing": 4, "learning": 4, "held_against": 1, "questioning": 3, "asking": None}
    assert pulse_score(SAFETY.items, said) == Fraction(4 + 4 + 5 + 3, 4)
    assert pulse_score(SAFETY.items, {**said, "learning": None}) is None
    assert pulse_score(SAFETY.items, dict.fromkeys(said, 3)) == 3


def test_alpha_is_said_from_fifty_complete_replies() -> None:
    keys = [item.key for item in SAFETY.items]
    high = {key: 5 if key != "held_against" else 1 for key in keys}
    low = {key: 1 if key != "held_against" else 5 for key in keys}
    assert alpha(SAFETY.items, [high, low] * 24) is None
    # Everybody says the same to all five: the scale agrees with itself.
    assert alpha(SAFETY.items, [high, low] * 25) == pytest.approx(1)
    assert alpha(SAFETY.items, [high] * 60) is None
    assert alpha(SAFETY.items, [{**high, "asking": None}] * 60) is None


# --- options beside one another --------------------------------------------------------------------------------------


def test_an_option_in_the_band_takes_the_next_smallest_with_it() -> None:
    assert silent_options([1, 14, 15], 3) == {1}
    assert silent_options([5, 6, 7], 3) == frozenset()


def test_where_silence_hides_nothing_nothing_is_said() -> None:
    assert silent_options([0, 0], 3) is None
    assert silent_options([1, 0], 3) is None
    # Two and two is all that four people within two bands can have said.
    assert silent_options([2, 2, 30], 3) == {2}


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_no_option_in_the_band_follows_from_the_others(counts: list[int]) -> None:
    silent = silent_options(counts, 3)
    total = sum(counts)
    if silent is None:
        return
    said = {at: n for at, n in enumerate(counts) if at not in silent and 3 <= n <= total - 3}
    unsaid = [at for at in range(len(counts)) if at not in said]
    rest = total - sum(said.values())
    for at in unsaid:
        others = [other for other in unsaid if other != at]
        tops = {o: total if o in silent or counts[o] >= 3 else min(2, total) for o in unsaid}
        lows = {o: 0 if o in silent or counts[o] < 3 else max(0, total - 2) for o in unsaid}
        possible = [
            n
            for n in range(lows[at], tops[at] + 1)
            if sum(lows[o] for o in others) <= rest - n <= sum(tops[o] for o in others)
        ]
        assert len(possible) >= 3


def test_percent_needed_are_rounded_up() -> None:
    assert (needed(48, 60), needed(48, 80), needed(5, 60), needed(0, 60)) == (29, 39, 3, 0)
