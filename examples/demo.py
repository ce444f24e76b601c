"""The simulator and a host app with the extension, connected and ready to try: `python -m examples.demo`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from flask import Flask, redirect, render_template_string, url_for
from rich.console import Console
from rich.markup import escape
from werkzeug.wrappers import Response

from flask_coupling.operations import couplings, jobs, synchronization
from flask_coupling.operations.views import CouplingView
from simulator.instance import Simulator, simulator_of

from .stack import CONNECTION, connect, couple_currencies, customer_pairs, make_host, seeded_simulator, serving

HOME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Demo host</title>{{ coupling_assets() }}
<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem}form{display:inline}
button{font:inherit;padding:.3rem .8rem;margin:.2rem 0}</style></head><body>
<h1>Demo host</h1>
<p>A Flask app of its own, with the coupling pages <a href="{{ url_for('coupling.home') }}">below /coupling</a>.</p>
<h2>Be another user</h2>
<p>Someone else edits the customer <strong>{{ name }}</strong> ({{ number }}):</p>
{% for key, (label, _) in users.items() %}<form method="post" action="{{ url_for('act', user=key) }}">
<button>{{ label }}</button></form> {% endfor %}
<p>Phone number in Business Central: <strong>{{ bc }}</strong>, in Sales: <strong>{{ sales }}</strong>.</p>
{{ coupling_actions("CUSTOMER", "bc", bc_id) }}
</body></html>"""

TRY = """
[bold]The demo is running at [link={address}]{address}[/link][/]   (Ctrl+C stops it)

  1. Open [cyan]{address}[/] and let another user edit a customer in one of the two systems.
  2. Choose [bold]Synchronize Now[/] there: the card shows what moved, and the preview what would be written.
  3. Let another user edit [bold]both sides[/], and synchronize again: you are asked which value to keep.
  4. Open [cyan]{address}/coupling[/]: {coupled} customers are coupled, {others} more wait for [bold]Set Up Coupling[/].
  5. Read the REST API at [cyan]{address}/coupling/api[/] and the simulator's own at [cyan]{simulator}/_simulator[/].
"""


class Users:
    """Other people who work in the two systems; each edit is one that nobody made before."""

    def __init__(self, simulator: Simulator, coupling: CouplingView) -> None:
        self._simulator, self._coupling, self._random = simulator, coupling, Random(1)

    def edit_bc(self) -> None:
        """Change the phone number in Business Central."""
        self._simulator.bc.update("customers", self._coupling.bc_id, phoneNumber=self._number())

    def edit_sales(self) -> None:
        """Change the phone number in Sales."""
        self._simulator.sales.update("accounts", self._coupling.sales_id, telephone1=self._number())

    def edit_both(self) -> None:
        """Change it on both sides, to different numbers."""
        self.edit_bc()
        self.edit_sales()

    def phones(self) -> tuple[str, str]:
        """The phone number on both sides."""
        customer = self._simulator.bc.get("customers", self._coupling.bc_id) or {}
        account = self._simulator.sales.get("accounts", self._coupling.sales_id) or {}
        return customer.get("phoneNumber") or "none", account.get("telephone1") or "none"

    def _number(self) -> str:
        return f"+45 {self._random.randrange(20_000_000, 99_999_999)}"


def add_home(app: Flask, users: Users, coupling: CouplingView) -> None:
    """The host's own page: buttons that play other users, and the extension's actions embedded."""
    acts: dict[str, tuple[str, Callable[[], None]]] = {
        "bc": ("Edit in Business Central", users.edit_bc),
        "sales": ("Edit in Sales", users.edit_sales),
        "both": ("Edit both sides", users.edit_both),
    }

    @app.get("/")
    def home() -> str:
        bc, sales = users.phones()
        source = "{% from 'coupling/macros.html' import coupling_actions, coupling_assets with context %}" + HOME
        facts = {"name": coupling.bc_title, "number": coupling.bc_number, "bc_id": coupling.bc_id}
        return render_template_string(source, users=acts, bc=bc, sales=sales, **facts)

    @app.post("/users/<any(bc, sales, both):user>")
    def act(user: str) -> Response:
        acts[user][1]()
        return redirect(url_for("home"))


def prepare(simulator: Simulator, address: str, console: Console) -> list[CouplingView]:
    """Connect, and couple a part of the customers, so that there is something to look at."""
    with console.status("Connecting, and coupling some customers"):
        connect(simulator.config, address)
        couple_currencies()
        pairs = customer_pairs(simulator.config.customers // 4)
        made = couplings.couple_many(CONNECTION, "CUSTOMER", pairs)
        coupled = [each for each in made if isinstance(each, CouplingView)]
        if len(coupled) > 1:  # one is left as it is, never synchronized
            ids = [each.id for each in coupled[:-1]]
            job = synchronization.synchronize(CONNECTION, "CUSTOMER", coupling_ids=ids, direction="to_sales")
            wait_for(job.id)
    return coupled


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
            coupled = prepare(simulator, behind, console)
        if not coupled:
            console.print("The seed made no customers to couple: try more with --customers.")
            return 1
        add_home(app, Users(simulator, coupled[0]), coupled[0])
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
