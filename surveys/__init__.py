"""Asking: instruments, waves, invitations, responses, ratings, skills matrix."""
