"""The machines' face of the ground floor, and what every floor's API stands on."""
