"""A pytest fixture: a simulator at the real host names for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.inprocess import mount
from simulator.instance import Simulator


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that gives the fixture its options."""
    config.addinivalue_line(
        "markers", "simulator(**options): options of the simulator fixture, such as customers=50 or seed=1"
    )


@pytest.fixture
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """Serve a simulator at the real host names while the test runs, and yield its handle.

    Its world is empty but for what every company has; ``@pytest.mark.simulator(customers=50, seed=1)`` fills it, and
    takes every other option of SimulatorConfig too.
    """
    marker = request.node.get_closest_marker("simulator")
    with mount(**(marker.kwargs if marker else {})) as mounted:
        yield mounted
