"""Makes the Flask app of a simulator: both services, the token service and the control API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from simulator.config import SimulatorConfig
from simulator.control import create_control
from simulator.gateway import Gateway
from simulator.instance import Simulator
from simulator.login import create_login
from simulator.seed import Progress
from simulator.strays import refuse_stray
from simulator.web import create_pages


def create_simulator(
    config: SimulatorConfig | None = None, *, progress: Progress | None = None, **options: Any
) -> Flask:
    """Return a WSGI app that answers as both services, with its own state; ``options`` are those of SimulatorConfig.

    An empty database is filled first, which ``progress(done, customers)`` is told about. The handle of the simulator is
    ``simulator_of(app)``.
    """
    simulator = Simulator((config or SimulatorConfig()).with_options(**options))
    simulator.prepare(progress)
    app = Flask("simulator", static_folder=None)
    app.extensions["simulator"] = simulator
    app.register_blueprint(create_control(simulator), url_prefix="/_simulator")
    app.register_blueprint(create_pages(simulator), url_prefix="/_simulator/pages")
    app.register_blueprint(create_login(simulator))
    for status in (404, 405):
        app.register_error_handler(status, refuse_stray)
    app.wsgi_app = Gateway(simulator, app.wsgi_app)  # type: ignore[method-assign]
    simulator.app = app
    return app


def create_app(environment: Mapping[str, str] = os.environ) -> Flask:
    """Return the app that ``flask --app simulator run`` serves; SIMULATOR_CUSTOMERS and its like set the options."""
    return create_simulator(SimulatorConfig.from_environment(environment))
