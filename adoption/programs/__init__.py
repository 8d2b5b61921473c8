"""Intent: workflows, context packs, programmes, arms, readiness, calendar, attention."""
