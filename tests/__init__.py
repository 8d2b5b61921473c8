"""Tests, mirroring the tree: `tests/<app>/test_<room>.py`.

`house/` holds what is true of every floor, `journeys/` what people do.
"""
