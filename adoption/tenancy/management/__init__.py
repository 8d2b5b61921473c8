"""What operators type: `manage.py <command>`."""
