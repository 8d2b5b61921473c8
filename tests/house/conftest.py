"""What is true of the whole house is tried with a row in every table."""

import pytest

from tests.everything import fill
from tests.factories import World


@pytest.fixture
def meridian(meridian: World) -> World:
    """The company, with a row in every table."""
    return fill(meridian)


@pytest.fixture
def harbour(harbour: World) -> World:
    """The other company, with a row in every table."""
    return fill(harbour)
