"""What the demo's companies are and what happened to them, told through the application's own actions."""
