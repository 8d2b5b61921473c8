"""Secrets: minting them and remembering them without keeping them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

TOKEN_PREFIX = "mmt_"
TOKEN_BYTES = 32  # 256 random bits
INVITATION_LASTS = timedelta(days=14)


def mint_secret() -> str:
    """A fresh secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_secret(secret: str) -> str:
    """SHA-256 in hexadecimal (64 characters): what is stored of a secret that has 256 bits of its own."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_hash(key: str, value: str) -> str:
    """HMAC-SHA-256 in hexadecimal: remembers a mail address one must not keep."""
    return hmac.new(key.encode(), value.casefold().strip().encode(), hashlib.sha256).hexdigest()
