"""Practice: pods, seats, sessions, follow-ups, questions, reflections, diagnosis."""
