"""A worker process of its own, for tests that kill it: `python -m tests.outbox.worker <database> <port> <agenda id>`.

Carries one company's outbox at the time in $AT, against the test database and the test's mail server.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

import django
import time_machine
from django.conf import settings
from django.utils.module_loading import import_string


def main() -> None:
    database, port, agenda_id = sys.argv[1:]
    settings.DATABASES["default"]["NAME"] = database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    settings.LOGGING["root"]["level"] = "ERROR"
    django.setup()
    # By name: both need Django to know its models.
    import_string("tests.outbox.speech.register")()
    carry = import_string("adoption.outbox.tasks.carry")
    with time_machine.travel(os.environ["AT"]):
        carry(agenda_id=int(agenda_id))


if __name__ == "__main__":
    main()
