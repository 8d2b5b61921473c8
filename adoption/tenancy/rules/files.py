"""How long files that somebody brings in wait, and how long they can be taken back."""

from __future__ import annotations

from datetime import timedelta

# Whoever leaves a preview for longer than this brings the file again.
OPEN_FOR = timedelta(days=7)
# An import of people: after that its lines are forgotten, and with them what entries said before.
UNDO_FOR = timedelta(days=30)
