"""What a person can do; called by REST, pages and host code alike."""
