"""People who lead: nominations, agreements, protected time, kit, prompts, wins, asks."""
