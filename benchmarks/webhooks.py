"""`python -m benchmarks.webhooks`: how soon a service that tells of a change has its answer, with many couplings.

Both services wait for it, and Business Central ends a subscription that is answered late too often. The floor is a
Flask handler which parses the same body and answers as shortly.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks.pages.host import furnished_host
from flask_coupling.jobs.engine import EngineHealth, Reap, Run
from flask_coupling.models import WebhookSubscription, table_of

GOAL = 50.0
"""Milliseconds after which an answer is late."""

SECRET, ROOT = "a secret of thirty-two characters", "/coupling/webhooks/default"
MAPPINGS = ("CUSTOMER", "VENDOR")
OTHER = "ITEM"
"""Told of before anything is measured: a process in service has answered before."""
BURST = 100
"""Notices that Business Central puts into one request when many records change."""


class Elsewhere:
    """A job engine whose workers are other processes: it takes ids."""

    in_background = True

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        """Nothing is run here."""

    def start(self) -> None:
        """Nothing is run here."""

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Taken."""

    def stop(self) -> None:
        """Nothing is run here."""

    def health(self) -> EngineHealth:
        """It is well."""
        return EngineHealth("elsewhere", is_running=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a request: of the first, which may start runs, the median and the longest of the others; CPU."""

    first: float
    wall: float
    longest: float
    cpu: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a line for each kind of notification; 1 when one of them is answered late."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhooks", description=__doc__)
    parser.add_argument("--couplings", type=int, default=100_000, help="couplings in the database (default: 100000)")
    parser.add_argument("--rounds", type=int, default=200, help="requests of each kind (default: 200)")
    options = parser.parse_args(arguments)
    late = 0
    settings = {"COUPLING_PUBLIC_URL": "https://host.example", "COUPLING_JOB_ENGINE": Elsewhere()}
    with (
        TemporaryDirectory() as folder,
        furnished_host(Path(folder), options.couplings, f"sqlite:///{folder}/host.sqlite3", **settings) as app,
    ):
        _subscribe(app)
        print(f"{options.couplings:,} couplings; milliseconds")
        print(f"{'':44}{'first':>8}{'median':>8}{'longest':>9}{'CPU':>7}{'floor CPU':>11}{'ratio':>7}")
        for name, ask, plain in _kinds(app.test_client(), _floor().test_client()):
            ours, floor = _measure(ask, options.rounds), _measure(plain, options.rounds)
            late += max(ours.first, ours.wall) > GOAL
            times = f"{ours.first:8.1f}{ours.wall:8.1f}{ours.longest:9.1f}{ours.cpu:7.2f}"
            print(f"{name:44}{times}{floor.cpu:11.2f}{ours.cpu / floor.cpu:7.1f}", flush=True)
    print(f"{late} of them were answered after more than {GOAL:g} ms")
    return int(late > 0)


def _kinds(ours: FlaskClient, floor: FlaskClient) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Each kind of notification: how it is asked of the host, and of the floor."""
    sales = orjson.dumps({"PrimaryEntityName": "account", "MessageName": "Update", "PrimaryEntityId": "1"})
    headers = {"x-coupling-key": SECRET, **JSON}
    asked = (
        ("Business Central asks whether we want them", "/bc?validationToken=abc", b"", {}),
        ("Business Central: one notice", "/bc", _notices(1), JSON),
        (f"Business Central: {BURST} notices", "/bc", _notices(BURST), JSON),
        ("Sales: one notice", "/sales", sales, headers),
    )
    ours.post(f"{ROOT}/bc", data=_notices(1, [OTHER]), headers=JSON)
    for name, address, body, told in asked:

        def ask(client: FlaskClient, address: str = address, body: bytes = body, told: Any = told) -> None:
            answer = client.post(f"{ROOT}{address}", data=body, headers=told)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status}")

        yield name, lambda ask=ask: ask(ours), lambda ask=ask: ask(floor)  # type: ignore[misc]


JSON = {"Content-Type": "application/json"}


def _notices(count: int, mappings: Sequence[str] = MAPPINGS) -> bytes:
    told = [{"subscriptionId": mappings[each % len(mappings)], "clientState": SECRET} for each in range(count)]
    common = {"resource": "api/v2.0/companies(1)/customers(1)", "changeType": "updated"}
    return orjson.dumps({"value": [{**common, **each} for each in told]})


def _measure(ask: Callable[[], Any], rounds: int) -> Cost:
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(rounds + 1):
        started, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - started) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Cost(walls[0], median(walls[1:]), max(walls[1:]), median(cpus[1:]))


def _subscribe(app: Flask) -> None:
    now = datetime.now(UTC)
    common = {"connection": "default", "secret": SECRET, "created_at": now, "expires_at": now + timedelta(days=2)}
    bc = [{"side": "bc", "mapping": name, "subscription_id": name, **common} for name in (*MAPPINGS, OTHER)]
    sales = {"side": "sales", "mapping": "", "subscription_id": None, **common}
    with app.app_context(), app.extensions["sqlalchemy"].engine.begin() as connection:
        connection.execute(insert(table_of(WebhookSubscription)), [*bc, sales])


def _floor() -> Flask:
    """The plainest receiver there is."""
    app = Flask("floor")

    @app.post(f"{ROOT}/<side>")
    def take(side: str) -> Response:
        body = request.get_data()
        if body:
            orjson.loads(body)
        return Response("", 200, mimetype="text/plain")

    return app


if __name__ == "__main__":
    sys.exit(main())
