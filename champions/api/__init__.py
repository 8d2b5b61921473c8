"""The champions' floor for machines."""
