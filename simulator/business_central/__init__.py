"""Business Central: its model and its ways."""
