"""What goes with a person who is erased."""
