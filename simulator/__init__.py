"""Fake services that speak Business Central's API v2.0 and the Dataverse Web API v9.2, for demos and tests."""

from simulator.app import create_app, create_simulator
from simulator.config import Company, ConfigurationError, SimulatorConfig
from simulator.inprocess import mount
from simulator.instance import Simulator, simulator_of

__all__ = [
    "Company",
    "ConfigurationError",
    "Simulator",
    "SimulatorConfig",
    "create_app",
    "create_simulator",
    "mount",
    "simulator_of",
]
