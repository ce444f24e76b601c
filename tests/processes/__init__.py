"""The whole stack in processes of its own, killed in the middle of its work."""
