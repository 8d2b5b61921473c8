"""The web server's door."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adoption.settings")

application = get_wsgi_application()

# By name: the walls need Django's models, which the line above loads.
import_string("adoption.tenancy.walls.refuse_privileged_role")()
# Every page's code, which Django would load with the first request, and so in each process anew.
import_module(settings.ROOT_URLCONF)
# The server forks after this: no connection may be shared between processes, and what is never collected stays shared.
connections.close_all()
gc.freeze()
