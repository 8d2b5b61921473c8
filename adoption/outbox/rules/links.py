"""Mailed links: what a token looks like, and how long it is stood in for."""

from __future__ import annotations

import re
from datetime import timedelta

# How long the cookie that stands for a token opens its page.
PASS_LASTS = timedelta(hours=12)

# 32 random bytes in URL-safe base64 are 43 characters.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def is_token(text: str) -> bool:
    """Whether a text can be the secret of a link at all."""
    return _TOKEN.fullmatch(text) is not None
