"""A trading company on the in-process simulator, whose submitted orders and active quotes are created by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from flask_coupling import FlaskCoupling
from flask_coupling.globals import current_coupling
from simulator.instance import Simulator

from .trade import INVOICES, ORDERS, QUOTES, Trade


@pytest.fixture
def trade(app: Flask, app_context: None, coupling: FlaskCoupling, connected: object, simulator: Simulator) -> Trade:
    """People of both services, inside an app context."""
    for name in (ORDERS, INVOICES, QUOTES):
        mapping = coupling._state.mappings[name].replaced(only_coupled=False)
        coupling.add_mapping(mapping, replace=True)
    return Trade(simulator)


@pytest.fixture
def later() -> Iterator[Callable[[], None]]:
    """Our clock goes on by a quarter of an hour each time it is asked for a run."""
    state = current_coupling._get_current_object()  # type: ignore[attr-defined]
    clock, passed = state.clock, [0]
    state.clock = lambda: clock() + timedelta(minutes=passed[0])

    def go() -> None:
        passed[0] += 15

    yield go
    state.clock = clock
