"""The practice floor."""
