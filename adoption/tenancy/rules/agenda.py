"""How promised work is claimed and tried again."""

from __future__ import annotations

from datetime import timedelta

LEASE = timedelta(hours=1)  # a claimed row that nobody finished is due again after this
CLAIM_AT_MOST = 500
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: doubling from 30 seconds, an hour at most."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts, 16)
    return min(doubled, LAST_RETRY)
