"""A mail server, and the outbox's task carried out at a given time."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.conf import settings as django_settings

from adoption.outbox.tasks import carry
from adoption.tenancy.models import Agenda
from tests.factories import World
from tests.outbox import speech
from tests.outbox.speech import MailServer

CarryAt = Callable[[World, datetime], None]


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """The kinds of these tests, with probes that have nothing against them."""
    speech.register()
    yield
    speech.NO_LONGER_WANTED.clear()
    speech.BROKEN.clear()


@pytest.fixture
def server(settings: django_settings.__class__) -> Iterator[MailServer]:  # type: ignore[name-defined]
    """A real SMTP server, to which the outbox sends."""
    made, controller = speech.serve()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.BASE_URL = "https://murmuration.example"
    settings.DEFAULT_FROM_EMAIL = "Murmuration <hello@murmuration.example>"
    yield made
    controller.stop()


@pytest.fixture
def carry_at() -> CarryAt:
    """`carry_at(meridian, at)`: the outbox of a company does at that time what it has to do."""

    def carry_out(world: World, at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            for row in Agenda.objects.open().filter(organization=world.organization, task="outbox.carry"):
                carry(agenda_id=row.pk)

    return carry_out
