"""What Business Central's tables do to one another when a row is written: plain functions that entities name."""
