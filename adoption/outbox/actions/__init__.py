"""Every write of the outbox."""
