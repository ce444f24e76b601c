"""The main job without a browser: couple, edit on both sides, synchronize. `python -m examples.tour`.

With `--full` a whole company is synchronized instead. Everything goes over real sockets. Ends with status 1 if anything
is not as it should be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flask_coupling.operations import couplings, jobs, synchronization
from flask_coupling.operations.views import CouplingView, JobView
from simulator.instance import Simulator, simulator_of

from .stack import CONNECTION, connect, couple_currencies, customer_pairs, make_host, seeded_simulator, serving
from .whole_company import take_full_tour

EDITS = 20
MOST_REQUESTS_UNCHANGED = 4


@dataclass
class Tour:
    """What happened so far, and whether each thing was as it should be."""

    simulator: Simulator
    console: Console
    most_requests: int
    jobs: list[tuple[str, JobView, int]] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)

    def check(self, claim: str, is_so: bool) -> None:
        """Note whether a claim holds."""
        self.checks.append((claim, is_so))

    def run(self, what: str, **options: object) -> JobView:
        """Synchronize customers, and note what it took in the simulator's own count of requests."""
        before = self.simulator.requests.count()
        job = synchronization.synchronize(CONNECTION, "CUSTOMER", **options)  # type: ignore[arg-type]
        requests = self.simulator.requests.count() - before
        self.jobs.append((what, job, requests))
        self.check(f"{what}: the job finished and counted its {requests} requests", is_finished(job, requests))
        return job

    def requests_of(self, job: JobView) -> int:
        """The simulator's count of a job's requests."""
        return next(requests for _, known, requests in self.jobs if known.id == job.id)


def is_finished(job: JobView, requests: int) -> bool:
    """Whether a job ended well and says the same number of requests as the service saw."""
    return job.state == "finished" and job.requests == requests


def couple(tour: Tour, count: int) -> list[CouplingView]:
    """Couple customers and accounts by id, and synchronize them once with the data of Business Central."""
    couple_currencies()
    pairs = customer_pairs(count)
    made = couplings.couple_many(CONNECTION, "CUSTOMER", pairs)
    coupled = [each for each in made if isinstance(each, CouplingView)]
    tour.check(f"{count} customers were coupled with their accounts", len(coupled) == count)
    tour.run(
        "first synchronization, data from Business Central",
        coupling_ids=[each.id for each in coupled],
        direction="to_sales",
    )
    return coupled


def edit(tour: Tour, coupled: Sequence[CouplingView]) -> None:
    """Other users change phone numbers in Business Central and streets in Sales, on one pair both."""
    half = EDITS // 2
    for number, each in enumerate(coupled[:half]):
        tour.simulator.bc.update("customers", each.bc_id, phoneNumber=f"+45 70 10 {number:02} 01")
    for number, each in enumerate(coupled[half - 1 : EDITS - 1]):
        tour.simulator.sales.update("accounts", each.sales_id, address1_line1=f"Havnegade {number + 1}")


def carry_edits(tour: Tour, coupled: Sequence[CouplingView]) -> None:
    """Both sides' edits cross in one run, and a second run finds nothing to do."""
    edit(tour, coupled)
    ids = [each.id for each in coupled]
    job = tour.run(f"{EDITS} edits on both sides", coupling_ids=ids)
    requests = tour.requests_of(job)
    tour.check(
        f"{len(coupled)} pairs with {EDITS} edits took {requests} requests of {tour.most_requests} at most",
        requests <= tour.most_requests,
    )
    tour.check("every edited pair was modified, no other", job.counters["modified"] == EDITS - 1)
    tour.check("both sides of every pair are alike", not differing(tour.simulator, coupled))

    written = writes(tour.simulator)
    job = tour.run("nothing edited", coupling_ids=ids)
    requests = tour.requests_of(job)
    tour.check(
        f"with nothing to do it took {requests} requests of {MOST_REQUESTS_UNCHANGED} at most",
        requests <= MOST_REQUESTS_UNCHANGED,
    )
    tour.check("with nothing to do nothing was written", writes(tour.simulator) == written)


def meet_conflict(tour: Tour, pair: CouplingView) -> None:
    """The same field is changed on both sides: nobody's edit is overwritten until a person chooses."""
    simulator = tour.simulator
    simulator.bc.update("customers", pair.bc_id, phoneNumber="+45 11 11 11 11")
    simulator.sales.update("accounts", pair.sales_id, telephone1="+45 22 22 22 22")
    job = tour.run("the same field edited on both sides", coupling_ids=[pair.id], wait=True)
    told = [error.problem.message for error in jobs.job_errors(CONNECTION, job.id).rows]
    tour.check(f"the conflict was told: {' '.join(told)}", job.counters["failed"] == 1 and len(told) == 1)
    tour.check("both values were kept", phones(simulator, pair) == ("+45 11 11 11 11", "+45 22 22 22 22"))
    tour.run("the conflict decided for Sales", coupling_ids=[pair.id], resolution="get_from_sales", wait=True)
    tour.check("the chosen value is on both sides", phones(simulator, pair) == ("+45 22 22 22 22",) * 2)


def create_partner(tour: Tour) -> None:
    """A new customer gets an account made of it."""
    customer = tour.simulator.bc.create("customers", {"displayName": "Æblegård & Sønner", "city": "Ry"})
    made = couplings.create_partner(CONNECTION, "CUSTOMER", "bc", customer["id"])
    account = tour.simulator.sales.get("accounts", made.coupling.sales_id) or {}
    tour.check("a new customer has an account of its name", account.get("name") == "Æblegård & Sønner")


def phones(simulator: Simulator, pair: CouplingView) -> tuple[str, str]:
    """The phone number on both sides."""
    customer, account = simulator.bc.get("customers", pair.bc_id), simulator.sales.get("accounts", pair.sales_id)
    return (customer or {})["phoneNumber"], (account or {})["telephone1"]


def writes(simulator: Simulator) -> int:
    """How many changes both services have in their logs."""
    return len(simulator.bc.changes()) + len(simulator.sales.changes())


def differing(simulator: Simulator, coupled: Sequence[CouplingView]) -> list[str]:
    """The numbers of pairs that are not alike in what people edited."""
    found = []
    for each in coupled:
        customer, account = simulator.bc.get("customers", each.bc_id), simulator.sales.get("accounts", each.sales_id)
        ours = [customer["displayName"], customer["phoneNumber"], customer["addressLine1"]] if customer else []
        theirs = [account["name"], account["telephone1"], account["address1_line1"]] if account else []
        if [value or None for value in ours] != theirs:
            found.append(each.bc_number)
    return found


def show(tour: Tour) -> None:
    """Print what happened as tables."""
    runs = Table("Run", "Modified", "Unchanged", "Failed", "HTTP requests", title="Synchronize Now")
    for what, job, requests in tour.jobs:
        counters = (str(job.counters[name]) for name in ("modified", "unchanged", "failed"))
        runs.add_row(what, *counters, str(requests))
    checks = Table("", "What should be so", title="Checks")
    for claim, is_so in tour.checks:
        checks.add_row("[green]yes[/]" if is_so else "[red]NO[/]", claim)
    tour.console.print(runs, checks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the tour; 0 when everything was as it should be, else 1."""
    parser = argparse.ArgumentParser(prog="python -m examples.tour", description=__doc__)
    parser.add_argument("--pairs", type=int, default=200, help="customers to couple (default: %(default)s)")
    parser.add_argument("--most-requests", type=int, default=15, help="that the edits may take (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same worlds")
    parser.add_argument("--full", action="store_true", help="synchronize a whole company instead, twice")
    parser.add_argument("--customers", type=int, default=5_000, help="of that company (default: %(default)s)")
    options = parser.parse_args(arguments)
    console = Console()
    if options.full:
        return take_full_tour(console, options.customers, options.seed)
    served = seeded_simulator(options.pairs * 8 // 5, options.seed)
    tour = Tour(simulator_of(served), console, options.most_requests)
    with tempfile.TemporaryDirectory() as folder, serving(served) as address:
        app = make_host(Path(folder), COUPLING_JOB_ENGINE="inline")
        with app.app_context():
            tour.check("the connection works", connect(tour.simulator.config, address).is_ok)
            coupled = couple(tour, options.pairs)
            carry_edits(tour, coupled)
            meet_conflict(tour, coupled[0])
            create_partner(tour)
    show(tour)
    failed = [claim for claim, is_so in tour.checks if not is_so]
    console.print(f"[red]{len(failed)} of {len(tour.checks)} checks failed.[/]" if failed else "[green]All is well.[/]")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
