"""The programme that most tests of figures are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import World
from tests.metrics.trials import Trial, launched
from tests.worlds import Enter


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams of eight. The test runs inside the company."""
    with enter(meridian):
        yield launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
