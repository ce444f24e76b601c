"""Deterministic simulation of the engine: one seed drives data, users, faults, crashes and the order of everything."""
