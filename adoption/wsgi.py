"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

application = get_wsgi_application()

# By name: the walls need Django's models, which the line above loads.
import_string("adoption.tenancy.walls.refuse_privileged_role")()
# The server forks after this: no connection may be shared between processes.
connections.close_all()
