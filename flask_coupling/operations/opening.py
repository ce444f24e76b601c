"""Run the parts of a job whose change feeds are opened together, with as few requests as the services take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page
from flask_coupling.globals import current_coupling, find_state
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.parts import read_parts, run_parts, sum_parts
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import JobKind
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.link import last_id
from flask_coupling.sync.run import Opened

from .runs import run_synchronization
from .setting import enabled_connection, whole_mappings

Cursors = Mapping[Side, str | None]
"""Where the feeds of both sides are opened; None at the beginning of the table."""

Choose = Callable[[Set[str]], Mapping[str, Cursors]]
"""Says for which of these table mappings the feeds are opened together, and where."""


def run_opened(context: JobContext, choose: Choose, *, is_whole: bool, side_by_side: int = 1) -> None:
    """Run what is left of a job's parts; the feeds of those that `choose` names are opened first, all at once."""
    state, connection = find_state(), enabled_connection(context.job.connection)
    both = Services(*current_coupling.endpoints(connection), next(iter(current_coupling.mappings.values()))).apart()
    waiting = {part.id: part.mapping for part in read_parts(state, context.job.id) if not part.state.is_over}
    feeds = _open_feeds(context, both, choose(set(waiting.values())), is_whole)
    earlier: int = context.job.requests - sum_parts(context.session, [context.job.id])[context.job.id]["requests"]

    def run_part(id: str) -> None:
        synchronize = partial(run_synchronization, opened=feeds.pop(waiting[id], None))
        with state.app.app_context():
            run_job(state, id, {**state.handlers, JobKind.SYNCHRONIZATION: synchronize})

    def made() -> int:
        return max(earlier, 0) + both.requests_made

    run_parts(context, state, run_part, side_by_side=side_by_side, requests=made)


def _open_feeds(
    context: JobContext, both: Services, cursors: Mapping[str, Cursors], is_whole: bool
) -> dict[str, Opened]:
    """These feeds with their first pages; both services are asked at once."""
    began, newest = current_coupling.clock(), last_id(context.session)
    known = [each for name, each in whole_mappings(context.job.connection).items() if name in cursors]
    context.session.rollback()

    def pages(side: Side) -> list[Iterator[Page]]:
        return both.of(side).changes_of([(each.view(side), cursors[each.name][side]) for each in known])

    if not known:
        return {}
    with ThreadPoolExecutor(max_workers=1) as pool:
        sales = pool.submit(pages, Side.SALES)
        opened = zip(known, pages(Side.BC), sales.result(), strict=True)
    return {
        each.name: Opened(began, newest, {Side.BC: bc, Side.SALES: theirs}, is_whole) for each, bc, theirs in opened
    }
