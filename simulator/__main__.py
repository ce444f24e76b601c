"""Runs the simulator on a port: ``python -m simulator --customers 200``."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from simulator.app import create_simulator
from simulator.certificate import write_certificate
from simulator.config import ConfigurationError, SimulatorConfig
from simulator.instance import Simulator, simulator_of
from simulator.serve import serve

_DEFAULTS = SimulatorConfig()


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, seed, print what a client needs, and serve until interrupted."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    try:
        app = create_simulator(_config(options), progress=_show_progress)
    except ConfigurationError as error:
        print(f"python -m simulator: {error}", file=sys.stderr)
        return 2
    if options.tls:
        write_certificate(options.tls, options.host)
    scheme = "https" if options.tls else "http"
    print(_welcome(simulator_of(app), f"{scheme}://{options.host}:{options.port}"), flush=True)
    simulator_of(app).notifier.start()
    _rest_collector()
    serve(app, options.host, options.port, threads=options.threads, certificate=options.tls)
    return 0


def _end(number: int, frame: FrameType | None) -> None:
    """End as an interrupted process does: a large world leaves no file behind."""
    sys.exit(128 + number)


def _rest_collector() -> None:
    """Let Python's cyclic collector look at what requests leave only: what is there now stays until the end.

    Otherwise it looks through all of it again and again while rows are written, which takes a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="Simulates Business Central's API v2.0 and the Dataverse Web API v9.2."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8100, help="port to listen on (default: %(default)s)")
    add("--threads", type=int, default=16, help="worker threads (default: %(default)s)")
    add("--customers", type=int, default=200, help="size of the two worlds (default: %(default)s)")
    add("--seed", type=int, default=1, help="the same seed makes the same worlds (default: %(default)s)")
    add("--database", default=_DEFAULTS.database, help="SQLite URL, such as sqlite:///world.db (default: memory)")
    add("--lenient", action="store_true", help="take any tenant, environment, credential and bearer token")
    add("--tenant", default=_DEFAULTS.tenant, help="tenant id (default: %(default)s)")
    add("--environment", default=_DEFAULTS.environment, help="Business Central environment (default: %(default)s)")
    add("--client-id", default=_DEFAULTS.client_id, help="application id (default: %(default)s)")
    add("--client-secret", default=_DEFAULTS.client_secret, help="its secret (default: %(default)s)")
    add("--org-url", default=_DEFAULTS.org_url, help="the Sales organization's own address (default: %(default)s)")
    add("--cache", default=_cache_folder(), help="folder that keeps large seeds (default: %(default)s); '' keeps none")
    add("--tls", metavar="FILE", type=Path, help="serve https with an own certificate, which is written to FILE")
    return parser


def _cache_folder() -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return str(Path(base) / "flask-coupling-simulator")


def _config(options: argparse.Namespace) -> SimulatorConfig:
    known = SimulatorConfig.__dataclass_fields__
    return SimulatorConfig(**{name: value for name, value in vars(options).items() if name in known})


def _show_progress(done: int, customers: int) -> None:
    """Draw one line that grows; a finished one ends with a line feed."""
    share = done / customers if customers else 1
    bar = "#" * round(share * 30)
    ending = "\n" if done >= customers else ""
    print(f"\rSeeding [{bar:<30}] {done:,} of {customers:,} customers{ending}", end="", file=sys.stderr, flush=True)


def _welcome(simulator: Simulator, address: str) -> str:
    config = simulator.config
    return "\n".join(
        (
            "The simulator is ready.",
            f"  Tenant            {config.tenant}",
            f"  Environment       {config.environment}",
            f"  Client id         {config.client_id}",
            f"  Client secret     {config.client_secret}",
            f"  Company           {config.company.name} ({config.company.id})",
            f"  Business Central  {address}/v2.0/{config.tenant}/{config.environment}/api/v2.0",
            f"  Dataverse         {address}/api/data/v9.2",
            f"  Tokens            {address}/{config.tenant}/oauth2/v2.0/token",
            f"  Scope             {address}/.default",
            f"  Control           {address}/_simulator",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
