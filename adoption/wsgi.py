"""The web server's door."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from adoption.tenancy.walls import refuse_privileged_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

application = get_wsgi_application()

refuse_privileged_role()
# The server forks after this: no connection may be shared between processes.
connections.close_all()
