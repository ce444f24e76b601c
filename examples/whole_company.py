"""Full synchronization of a whole company, followed while it runs: `python -m examples.tour --full`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from flask_coupling.operations import full_synchronization, jobs, review
from flask_coupling.operations.views import JobView, LineView
from simulator.instance import Simulator, simulator_of

from .stack import CONNECTION, connect, make_host, seeded_simulator, serving

POLL_SECONDS = 0.5
SHOWN = ("coupled", "inserted", "modified", "unchanged", "skipped", "failed")
COMPANY = {"customers": 5_000, "people": 3, "items": 2_000, "orders": 3_000, "invoices": 5_000}
"""So many customers with so many contact persons each, and so many items, orders and invoices."""


@dataclass(frozen=True, slots=True)
class FullRun:
    """A full synchronization that was followed to its end: what it took, and how many changes both services saw."""

    job: JobView
    parts: Sequence[JobView]
    seconds: float
    requests: int
    writes: int


def company_of(customers: int) -> dict[str, int]:
    """The company of so many customers, everything else in proportion."""
    return {name: count if name == "people" else count * customers // 5_000 or 1 for name, count in COMPANY.items()}


def take_full_tour(console: Console, customers: int, seed: int) -> int:
    """Synchronize the company twice; 0 when all ended well and the second time wrote nothing, else 1."""
    served = seeded_simulator(seed=seed, **company_of(customers))
    simulator = simulator_of(served)
    with tempfile.TemporaryDirectory() as folder, serving(served) as address:
        app = make_host(Path(folder))
        with app.app_context():
            assert connect(simulator.config, address).is_ok
            console.print(counted(wait_for(console, review.start_review(CONNECTION))))
            runs = [follow(console, simulator, what) for what in ("First", "Second")]
        app.extensions["coupling"].engine.stop()
    for what, run in zip(("First", "Second"), runs, strict=True):
        console.print(report(f"{what} full synchronization", run))
    checks = {
        "every table finished, both times": all(run.job.state == "finished" for run in runs),
        "the job counted the requests that the services saw": all(run.job.requests == run.requests for run in runs),
        "the first one wrote": runs[0].writes > 0,
        "the second one wrote nothing": runs[1].writes == 0,
    }
    for claim, is_so in checks.items():
        console.print(f"{'[green]yes[/]' if is_so else '[red]NO[/]'} {claim}")
    console.print("[green]All is well.[/]" if all(checks.values()) else "[red]Not all is well.[/]")
    return 0 if all(checks.values()) else 1


def follow(console: Console, simulator: Simulator, what: str) -> FullRun:
    """Start a full synchronization of all tables, and show how far each is until it is over."""
    requests, changes, began = simulator.requests.count(), writes(simulator), time.monotonic()
    job = full_synchronization.start_full_synchronization(CONNECTION)
    job = wait_for(console, job, what)
    seconds = time.monotonic() - began
    parts = jobs.job_parts(CONNECTION, job.id)
    return FullRun(job, parts, seconds, simulator.requests.count() - requests, writes(simulator) - changes)


def wait_for(console: Console, job: JobView, what: str = "Counting") -> JobView:
    """Wait until a job is over, with a bar for each of its parts."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        whole = bars.add_task(what, total=None, told="")
        tasks: dict[str, TaskID] = {}
        while not job.is_over:
            time.sleep(POLL_SECONDS)
            job = jobs.get_job(CONNECTION, job.id)
            bars.update(whole, completed=job.done, total=job.total, told=f"{job.done} records, {job.requests} requests")
            for part in jobs.job_parts(CONNECTION, job.id):
                show_part(bars, tasks, part)
    return job


def show_part(bars: Progress, tasks: dict[str, TaskID], part: JobView) -> None:
    """Show one table, once it has begun."""
    if part.started_at is None:
        return
    if part.id not in tasks:
        tasks[part.id] = bars.add_task(f"  {part.mapping}", total=None, told="")
    total = max(part.done, 1) if part.is_over else part.total
    done = total if part.is_over else part.done
    told = f"{part.done} records" if not part.is_over or part.state == "finished" else part.state
    bars.update(tasks[part.id], completed=done, total=total, told=told)


def writes(simulator: Simulator) -> int:
    """How many changes both services have in their logs."""
    return len(simulator.bc.changes()) + len(simulator.sales.changes())


def counted(job: JobView) -> Table:
    """The review as a table."""
    table = Table("Table", "Recommendation", title=f"Review ({job.requests} requests)")
    for name in ("To couple", "In doubt", "New in BC", "New in Sales"):
        table.add_column(name, justify="right")
    for line in review.get_review(CONNECTION).lines:
        table.add_row(line.mapping, line.recommendation or "", *numbers(line))
    return table


def numbers(line: LineView) -> list[str]:
    """What was counted for one table."""
    counts = line.counts
    if counts is None:
        return [line.problem.code if line.problem else "", "", "", ""]
    return [f"{each:,}" for each in (counts.to_couple, counts.doubtful, counts.new_in_bc, counts.new_in_sales)]


def report(title: str, run: FullRun) -> Table:
    """What a full synchronization did to each table, and what it took."""
    title = f"{title}: {run.seconds:.1f} seconds, {run.requests:,} requests"
    table = Table(title=title, box=SIMPLE, padding=0, show_edge=False)  # fits into 80 columns
    table.add_column("Table", no_wrap=True, min_width=18)
    for name in (*SHOWN, "HTTP", "secs"):
        table.add_column(name[:1].upper() + name[1:], justify="right", no_wrap=True)
    for part in (*run.parts, run.job):
        counters = [f"{part.counters[name]:,}" for name in SHOWN]
        name = (part.mapping or "all") + ("" if part.state == "finished" else f" ({part.state})")
        table.add_row(name, *counters, f"{part.requests:,}", f"{lasted(part):.1f}")
    return table


def lasted(job: JobView) -> float:
    """Seconds from its start to its end."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()
