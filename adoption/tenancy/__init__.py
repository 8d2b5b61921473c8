"""Ground: organisations, people, roles, walls, tokens, audit, agenda."""
