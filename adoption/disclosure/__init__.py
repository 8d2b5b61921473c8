"""The publication gate: what may leave as an aggregate."""
