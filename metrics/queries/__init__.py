"""Reads of the evidence floor."""
