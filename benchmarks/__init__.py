"""Measure the engine and the simulator against floor programs, in ratios that carry over to other machines."""
