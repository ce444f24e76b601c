"""The simulator and a host app with the extension, connected and ready to try: `python -m examples.demo`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from flask_coupling.operations import couplings, jobs, synchronization
from flask_coupling.operations.views import CouplingView
from simulator.instance import Simulator, simulator_of

from .guide import Guide, add_guide
from .stack import CONNECTION, connect, couple_currencies, customer_pairs, make_host, seeded_simulator, serving

LONG_TOWN = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"

TRY = """
[bold]The demo is running at [link={address}]{address}[/link][/]   (Ctrl+C stops it)

  1. Open [cyan]{address}[/]: a short tour lets you couple a customer,
     be other users on both sides, synchronize, resolve a conflict, and undo.
  2. Open [cyan]{address}/coupling[/]: {coupled} customers are coupled,
     {others} more wait for [bold]Set Up Coupling[/]; conflicts and failed records are there to look at.
  3. Read the REST API at [cyan]{address}/coupling/api/docs[/],
     and look into both systems at [cyan]{simulator}/_simulator[/].
"""


def prepare(simulator: Simulator, address: str, console: Console) -> tuple[list[CouplingView], tuple[str, str] | None]:
    """Connect, couple a part of the customers, and let things happen to them; a pair is left for the visitor."""
    with console.status("Connecting, and coupling some customers"):
        connect(simulator.config, address)
        couple_currencies()
        pairs = customer_pairs(simulator.config.customers // 4 + 1)
        left = pairs.pop() if pairs else None
        made = couplings.couple_many(CONNECTION, "CUSTOMER", pairs)
        coupled = [each for each in made if isinstance(each, CouplingView)]
        if len(coupled) > 1:  # one is left as it is, never synchronized
            settled = coupled[:-1]
            _synchronize(settled, "to_sales")
            happen(simulator, settled)
            _synchronize(settled, None)
    return coupled, left


def happen(simulator: Simulator, coupled: Sequence[CouplingView]) -> None:
    """What other users did: edits that meet, edits that do not, a row deleted, a town too long for the other side."""
    for number, each in enumerate(coupled[:2]):
        simulator.bc.update("customers", each.bc_id, phoneNumber=f"+45 33 12 34 {number:02}", city="Odense C")
        simulator.sales.update("accounts", each.sales_id, telephone1=f"+45 70 20 30 {number:02}")
    for each in coupled[2:3]:
        simulator.sales.delete("accounts", each.sales_id)
    for each in coupled[3:4]:
        simulator.sales.update("accounts", each.sales_id, address1_city=LONG_TOWN)
    for each in coupled[4:6]:
        simulator.bc.update("customers", each.bc_id, creditLimit=125_000)


def _synchronize(coupled: Sequence[CouplingView], direction: str | None) -> None:
    ids = [each.id for each in coupled]
    wait_for(synchronization.synchronize(CONNECTION, "CUSTOMER", coupling_ids=ids, direction=direction).id)


def wait_for(job: str) -> None:
    """Come back when a job of the embedded engine is over, or after half a minute."""
    for _ in range(300):
        if jobs.get_job(CONNECTION, job).is_over:
            return
        threading.Event().wait(0.1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start everything, say what to try, and serve until interrupted."""
    options = _parser().parse_args(arguments)
    console = Console()
    served = seeded_simulator(options.customers, options.seed)
    simulator = simulator_of(served)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="coupling-demo-"))
        behind = stack.enter_context(serving(served, options.simulator_port))
        app = make_host(Path(folder))
        stack.callback(app.extensions["coupling"].engine.stop)
        with app.app_context():
            coupled, left = prepare(simulator, behind, console)
        if not coupled or left is None:
            console.print("The seed made too few customers to couple: try more with --customers.")
            return 1
        add_guide(app, Guide(simulator, left, behind))
        address = stack.enter_context(serving(app, options.port))
        others = simulator.bc.count("customers") - len(coupled)
        facts = {"address": address, "simulator": behind, "coupled": len(coupled), "others": others}
        console.print(TRY.format(**{name: escape(str(value)) for name, value in facts.items()}))
        _wait(options.no_wait)
    return 0


def _wait(not_at_all: bool) -> None:
    try:
        threading.Event().wait(0 if not_at_all else None)
    except KeyboardInterrupt:
        print("Stopped.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=8000, help="port of the host app, 0 for a free one (default: %(default)s)")
    add("--simulator-port", type=int, default=0, help="port of the simulator (default: a free one)")
    add("--customers", type=int, default=200, help="size of the simulated worlds (default: %(default)s)")
    add("--seed", type=int, default=1, help="the same seed makes the same worlds (default: %(default)s)")
    add("--no-wait", action="store_true", help="set everything up, say so, and stop")
    return parser


if __name__ == "__main__":
    sys.exit(main())
