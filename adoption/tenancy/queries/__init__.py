"""Reads of the ground floor that span models."""
