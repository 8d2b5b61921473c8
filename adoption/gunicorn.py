"""How the web server runs: `gunicorn --config python:adoption.gunicorn adoption.wsgi`."""

import os
from pathlib import Path

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}").split(",")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loaded once, then forked: half the start-up time and memory. wsgi.py closes its connections before the fork.
preload_app = True
timeout = 60
graceful_timeout = 4
keepalive = 5
# A heartbeat file on a disk can block a worker; memory cannot.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn unlinks it at once
control_socket_disable = True
loglevel = "warning"
