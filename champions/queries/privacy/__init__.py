"""What this floor holds about people: for whom it is about, for who sees it, and for the trail."""
