"""What is true of every floor."""
