"""The simulator against a Flask handler which returns the same answers, prebuilt."""
