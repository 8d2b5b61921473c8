"""Every write of the evidence floor, one subject a room."""
