"""A job is a row (state, lease, progress, result); an engine only delivers its id."""
