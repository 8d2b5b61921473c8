"""The machines' face of evidence."""
