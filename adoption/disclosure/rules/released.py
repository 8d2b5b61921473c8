"""Where an attacker finds everything that was published, floor by floor."""

from __future__ import annotations

from adoption.tenancy.rules import Registry

# released_x() -> Iterable[dict]: all that a floor has published in the organisation entered, as targets of the attacker
# (docs/disclosure.md): who was counted where and in which release, and the releases themselves. Never an answer.
RELEASED = Registry("released figures")
