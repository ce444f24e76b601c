"""Handle any number of observed pairs, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence

from .documents import finish_documents
from .link import chunks
from .observe import Observed
from .process import BATCH, finish, partner_values, plan_all
from .run import Run
from .work import Work


def process(run: Run, observed: Sequence[Observed]) -> bool:
    """Plan, carry out and store these pairs, batch by batch; returns False when the run was asked to stop."""
    for part in chunks(observed, BATCH):
        references = partner_values(run, [pair for pair, _ in part])
        finish_batch(run, plan_all(run, part, references))
        if run.progress.stop_requested():
            return False
    return True


def finish_batch(run: Run, works: Sequence[Work]) -> None:
    """Carry out and store what was planned, of documents with their lines."""
    if run.lines_mappings:
        finish_documents(run, works)
    else:
        finish(run, works)
