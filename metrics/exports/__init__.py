"""Evidence as files: the same figures as the page, to the digit."""
