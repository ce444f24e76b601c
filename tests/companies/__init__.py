"""Several companies of Business Central in one Sales environment."""
