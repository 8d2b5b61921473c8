"""What closed surveys have published is found by the attacker, and tells of nobody."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys import actions
from surveys.models import Ask, Finding
from surveys.queries.released import released
from surveys.rules import ItemKind, WaveKind
from tests.factories import World
from tests.running import draft
from tests.surveys.test_actions import WELL, own
from tests.worlds import Enter


@pytest.mark.parametrize("seed", range(4))
def test_from_everything_a_survey_published_nobody_is_recovered(
    meridian: World, harbour: World, enter: Enter, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    chance = random.Random(seed)
    with enter(meridian):
        running = draft(meridian, members=chance.randint(6, 14), compared=chance.randint(4, 14))
        number = own(running, "How many meetings?")
        scale = own(running, "How sure are you?", ItemKind.SCALE)
        choice = own(running, "Where?", ItemKind.CHOICE, ("Desk", "Train", "Home"))
        own(running, "Anything else?", ItemKind.TEXT)
        at = running.at(running.program.starts_on - timedelta(days=14))
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)
        # Here nearly everybody agrees, there nobody does.
        weights = (1, chance.choice((1, 9)), chance.choice((0, 1)))
        for person in (*running.members, *running.compared):
            ask = Ask.objects.get(person=person)
            if chance.random() < 0.9:
                given: dict[str, Any] = {
                    f"own-{number.public_id.hex}": chance.randint(0, 9),
                    f"own-{scale.public_id.hex}": str(chance.choices((4, 5), weights[:2])[0]),
                    f"own-{choice.public_id.hex}": chance.choices("123", weights)[0],
                }
                actions.answer(ask=ask, given=given, at=at)
            actions.take_pulse(ask=ask, given=WELL, at=at)
        assert list(released()) == []
        actions.publish_wave(wave=wave, at=wave.closes_at)
        found = list(released())
        assert len(found) == 4  # the words somebody wrote are no figure
        assert [one["high"] for one in found if "high" in one] == [None, 5, None]
    call_command("attack")
    assert "Nobody recovered from 4" in capsys.readouterr().out
    with enter(harbour):
        assert list(released()) == []


def test_options_that_give_one_another_away_are_found(
    meridian: World, enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    with enter(meridian):
        running = draft(meridian, members=12)
        at = running.at(running.program.starts_on - timedelta(days=14))
        wave = actions.open_wave(program=running.program, kind=WaveKind.BASELINE, at=at)

        def cell(display: str, **more: Any) -> dict[str, Any]:
            return {"pods": {"margin": "arm", "arm": "pods", "members": [], "display": display, "n": 12, **more}}

        # As if the gate had let two options speak exactly, so that the third follows.
        rows = [
            {"words": "Desk", "cells": cell("count", x=6)},
            {"words": "Train", "cells": cell("count", x=6)},
            {"words": "Home", "cells": cell("fewer", band=3)},
        ]
        shown = {"words": "Where?", "language": "en", "kind": ItemKind.CHOICE, "rows": rows}
        Finding.objects.create(wave=wave, item="own-1", shown=shown, published_at=at)
    with pytest.raises(CommandError, match="1 recovered from 1"):
        call_command("attack")
    assert "in pods/2/ is certain" in capsys.readouterr().err
