"""The pure core: what a pair of records is, what moved, and what to do about it; no I/O, no clock, no Flask."""
