"""The benchmark frame."""
