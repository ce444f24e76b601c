"""A trading company on the in-process simulator, whose submitted orders are created by themselves."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_coupling import FlaskCoupling
from simulator.instance import Simulator

from .trade import INVOICES, ORDERS, Trade


@pytest.fixture
def trade(app: Flask, app_context: None, coupling: FlaskCoupling, connected: object, simulator: Simulator) -> Trade:
    """People of both services, inside an app context."""
    for name in (ORDERS, INVOICES):
        mapping = coupling._state.mappings[name].replaced(only_coupled=False)
        coupling.add_mapping(mapping, replace=True)
    return Trade(simulator)
