"""What a rating is worth, what is proposed for a round, and who is given what."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from surveys.rules import (
    MOST_TO_RATE,
    STAKEHOLDER,
    ItemKind,
    NobodyElse,
    allot,
    is_rated,
    proposed,
    score,
)


def test_a_score_is_the_mean_of_three_judgements_and_of_nothing_less() -> None:
    said = {"usable": "5", "correct": "4", "fits": "4", "mistakes": "0"}
    assert score(said) == Fraction(13, 3)
    assert score(said | {"mistakes": "none"}) == Fraction(13, 3)
    for missing in ("none", ""):
        assert score(said | {"correct": missing}) is None
    assert is_rated(said | {"correct": "none"})
    assert not is_rated(said | {"mistakes": ""})


def test_recipients_are_asked_three_judgements_and_mistakes_and_never_about_ai() -> None:
    assert [(item.key, item.kind) for item in STAKEHOLDER.items] == [
        ("usable", ItemKind.SCALE),
        ("correct", ItemKind.SCALE),
        ("fits", ItemKind.SCALE),
        ("mistakes", ItemKind.CHOICE),
    ]
    assert all(item.choices[-1] == "none" for item in STAKEHOLDER.items)
    assert not any("AI" in item.words for item in STAKEHOLDER.items)


def test_half_of_what_is_of_before_is_held_back_until_later_work_can_be_mixed_in() -> None:
    waiting = dict.fromkeys(range(7), True)
    early = proposed(waiting, launched=False, seed=3)
    assert len(early) == 3
    assert early == proposed(waiting, launched=False, seed=3)
    assert proposed({1: True}, launched=False, seed=3) == frozenset()
    assert proposed(waiting | {8: False}, launched=True, seed=3) == {*waiting, 8}


@pytest.mark.parametrize("outputs", [1, 4, 5, 6, 11, 40])
@pytest.mark.parametrize("seed", range(5))
def test_each_output_is_rated_and_one_in_four_twice_by_two_people_who_did_not_make_it(outputs: int, seed: int) -> None:
    authors = {number: number % 3 for number in range(outputs)}
    # Rater 1 is the author of every third output; the others are of outside.
    raters = {1: 0, 2: None, 3: None}
    found = allot(authors, raters, seed=seed)
    assert found == allot(authors, raters, seed=seed)
    times = Counter(one.output for one in found)
    assert set(times) == set(authors)
    assert max(times.values()) <= 2
    assert sum(number == 2 for number in times.values()) == -(-outputs // 4)
    assert len({(one.rater, one.output) for one in found}) == len(found)
    assert not any(one.rater == 1 and authors[one.output] == 0 for one in found)
    for rater in raters:
        assert [one.place for one in found if one.rater == rater] == list(
            range(1, sum(one.rater == rater for one in found) + 1)
        )


def test_the_load_is_spread_evenly_and_the_order_is_not_that_of_the_outputs() -> None:
    found = allot(dict.fromkeys(range(30), "somebody"), dict.fromkeys(range(3)), seed=1)
    loads = Counter(one.rater for one in found)
    assert sorted(loads.values()) == [12, 13, 13]
    mine = [one.output for one in found if one.rater == 0]
    assert mine != sorted(mine)


def test_what_cannot_be_given_out_is_said_by_name() -> None:
    for authors, raters, code in (
        ({1: "a"}, {1: "a"}, "nobody"),
        ({1: "a", 2: "b"}, {1: None}, "second"),
        (dict.fromkeys(range(70), "a"), {1: None, 2: None}, "many"),
    ):
        with pytest.raises(NobodyElse) as refused:
            allot(authors, raters, seed=1)
        assert refused.value.code == code
    assert len(allot(dict.fromkeys(range(60), "a"), {1: None, 2: None}, seed=1)) <= 2 * MOST_TO_RATE
