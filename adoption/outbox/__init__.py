"""Speech: messages, links, channels, preferences."""
