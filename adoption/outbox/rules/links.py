"""Mailed links: what a token looks like, and how it is kept out of logs."""

from __future__ import annotations

import re
from datetime import timedelta

# How long the cookie that stands for a token opens its page.
PASS_LASTS = timedelta(hours=12)

# 32 random bytes in URL-safe base64 are 43 characters.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_IN_TEXT = re.compile(r"(?<=/)[A-Za-z0-9_-]{43}(?=[/?#\s\"'&]|$)")


def is_token(text: str) -> bool:
    """Whether a text can be the secret of a link at all."""
    return _TOKEN.fullmatch(text) is not None


def without_tokens(text: str) -> str:
    """The text with the secret of each address taken out, for logs: '/s/(token)/'."""
    return _IN_TEXT.sub("(token)", text)
