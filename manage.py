#!/usr/bin/env python
"""The operator's door to everything: `quickstart`, `migrate`, `shell` and the rest."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

from adoption import embedded


def main() -> None:
    """Run one command. Services that do not run, or cannot, and settings that are none, are a line instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")
    try:
        execute_from_command_line(sys.argv)
    except (embedded.EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(f"manage.py: {error}")
    except (OperationalError, RedisConnectionError):
        if missing := embedded.missing(settings.DATA):
            sys.exit(
                f"manage.py: {missing} of {settings.DATA} is not running: "
                "start it with `make demo`, or point DATA to the one that runs"
            )
        raise


if __name__ == "__main__":
    main()
