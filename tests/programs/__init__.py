"""The programme floor."""
