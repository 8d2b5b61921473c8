"""What an answer may be."""

from surveys.rules import ItemKind, Problem, WaveKind, check, items_of


def test_a_question_left_out_is_missing_and_not_zero() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"minutes": "", "times": "  "})
    assert (clean, wrong) == ({}, {})


def test_zero_is_an_answer() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"times": "0", "with_ai": "0"})
    assert (clean, wrong) == ({"times": 0, "with_ai": 0}, {})


def test_more_often_with_ai_than_at_all_is_refused_beside_the_second_number() -> None:
    clean, wrong = check(WaveKind.BASELINE, {"times": "2", "with_ai": "3"})
    assert (clean, wrong) == ({"times": 2}, {"with_ai": Problem.MORE_THAN})


def test_nonsense_is_named_and_the_rest_is_kept() -> None:
    given = {"minutes": "-1", "times": "²", "with_ai": "9" * 30, "how": "by_magic", "timed": "timed"}
    clean, wrong = check(WaveKind.BASELINE, given)
    assert clean == {"timed": "timed"}
    assert wrong == {
        "minutes": Problem.NOT_A_NUMBER,
        "times": Problem.NOT_A_NUMBER,
        "with_ai": Problem.NOT_A_NUMBER,
        "how": Problem.NOT_A_CHOICE,
    }


def test_a_number_beyond_what_can_be_written_down_is_too_large() -> None:
    assert check(WaveKind.BASELINE, {"minutes": "10000"}) == ({}, {"minutes": Problem.TOO_LARGE})


def test_where_the_time_went_is_asked_only_afterwards() -> None:
    assert "went_to" not in {item.key for item in items_of(WaveKind.BASELINE)}
    assert "went_to" in {item.key for item in items_of(WaveKind.POST)}
    assert check(WaveKind.BASELINE, {"went_to": "other"}) == ({}, {})


def test_every_choice_has_a_word_and_every_item_a_question() -> None:
    from surveys.forms import CHOICES, WORDS  # noqa: PLC0415 - needs Django, which the rules do not

    for item in items_of(WaveKind.POST):
        assert item.key in WORDS
        assert item.kind is ItemKind.NUMBER or set(item.choices) <= set(CHOICES)
