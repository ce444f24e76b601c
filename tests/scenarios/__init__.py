"""Behavioural scenarios, one test each, named with their id; README.md accounts for all of them."""
