"""A host with a public address, and a line by which the simulated services reach it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_coupling.operations.views import ConnectionView
from simulator.instance import Simulator
from tests.conftest import MakeApp
from tests.jobs.conftest import Clock, NotingEngine

PUBLIC = "https://host.example"
BC = "/coupling/webhooks/default/bc"
SALES = "/coupling/webhooks/default/sales"


@pytest.fixture
def noting() -> NotingEngine:
    """A job engine with workers that are busy."""
    return NotingEngine()


@pytest.fixture
def clock(simulator: Simulator) -> Clock:
    """The host's clock, which stands still at the simulator's time."""
    clock = Clock()
    clock.now = simulator.clock.freeze()
    return clock


@pytest.fixture
def app(make_app: MakeApp, noting: NotingEngine, clock: Clock, request: pytest.FixtureRequest) -> Flask:
    marker = request.node.get_closest_marker("settings")
    own = {"COUPLING_PUBLIC_URL": PUBLIC, "COUPLING_JOB_ENGINE": noting, "COUPLING_CLOCK": clock}
    return make_app(**{**own, **(marker.kwargs if marker else {})})


class Line:
    """What the simulated services sent to the host, and what it answered."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.answers: list[tuple[str, int]] = []
        self.is_cut = False
        self.repeats = 1

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        if self.is_cut or not url.startswith(PUBLIC):
            return 0, b""
        for _ in range(self.repeats):
            answer = self.client.post(url.removeprefix(PUBLIC), headers=dict(headers), data=body)
        self.answers.append((url.partition("?")[0].removeprefix(PUBLIC), answer.status_code))
        return answer.status_code, answer.data


@pytest.fixture
def line(client: FlaskClient, simulator: Simulator, connected: ConnectionView) -> Line:
    """The services reach the host; the connection `default` is enabled."""
    line = Line(client)
    simulator.notifier.send = line
    return line


def kept(simulator: Simulator) -> dict[str, Any]:
    """The subscriptions Business Central has."""
    found: dict[str, Any] = simulator.store.get_state("subscriptions", {})
    return found
