"""What an address asks of the attention list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.queries import KIND_NAMES, Narrowed
from adoption.programs.queries.attention import DONE, LATER
from adoption.tenancy.forms.members import asked_text

Words = str | Promise

SHOWS: tuple[tuple[str, Words], ...] = (
    ("", _("What waits")),
    (LATER, _("Put off")),
    (DONE, _("Done lately")),
)


def asked_attention(given: Mapping[str, Any]) -> Narrowed:
    """By what the list is narrowed. Nonsense is as if it were not there."""
    kind, show = asked_text(given, "kind"), asked_text(given, "show")
    return Narrowed(
        program=asked_text(given, "program"),
        kind=kind if kind in set(KIND_NAMES) else "",
        show=show if show in dict(SHOWS) else "",
    )
