"""The control API of a simulator, under /_simulator."""

from simulator.control.blueprint import create_control

__all__ = ["create_control"]
