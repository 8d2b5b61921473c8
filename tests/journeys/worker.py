"""A worker process of its own, for stories in which it is killed: `python -m tests.journeys.worker <database> <port>`.

Beats once at the time in $AT and carries out what is due, against the test database and the test's mail server.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

import django
import time_machine
from celery import current_app
from django.conf import settings
from django.utils.module_loading import import_string


def main() -> None:
    database, port = sys.argv[1:]
    settings.DATABASES["default"]["NAME"] = database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    settings.LOGGING["root"]["level"] = "CRITICAL"
    django.setup()
    # By name: it needs Django to know its models.
    heartbeat = import_string("adoption.tenancy.tasks.heartbeat")
    current_app.loader.import_default_modules()
    current_app.conf.task_always_eager = True
    with time_machine.travel(os.environ["AT"], tick=False):
        heartbeat()


if __name__ == "__main__":
    main()
