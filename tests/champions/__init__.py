"""The champions' floor."""
