"""Fills a store with two overlapping worlds, the same for the same seed."""

from simulator.seed.worlds import Progress, WorldSeed, fill_store

__all__ = ["Progress", "WorldSeed", "fill_store"]
