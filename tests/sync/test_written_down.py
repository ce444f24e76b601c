"""Nothing is sent before it is written down where other processes see it: a worker may die at any moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Verb, Write

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench


def _new(bench: Bench, side: Side) -> None:
    """A record that gets its partner on this side."""
    if side is Side.SALES:
        bench.bc.add("customers", **CUSTOMER_VALUES)
    else:
        bench.sales.add("accounts", name="Fabrikam")
    bench.run()


def _changed(bench: Bench, side: Side) -> None:
    """A coupled record whose edit crosses to this side."""
    bc_id, sales_id = bench.pair()
    if side is Side.SALES:
        bench.bc.edit("customers", bc_id, phoneNumber="200")
    else:
        bench.sales.edit("accounts", sales_id, telephone1="200")
    bench.run()


def _restored(bench: Bench, side: Side) -> None:
    """A record of this side that was deleted, and comes back from its partner."""
    bench.mapping = CUSTOMER.replaced(deletion_conflict=DeletionConflictResolution.RESTORE_RECORD)
    bc_id, sales_id = bench.pair()
    if side is Side.SALES:
        bench.sales.remove("accounts", sales_id)
    else:
        bench.bc.remove("customers", bc_id)
    bench.forget_cursors()
    bench.run()


def _asked_for(bench: Bench, side: Side) -> None:
    """A record whose partner on this side a person asks for."""
    if side is Side.SALES:
        bench.create(Side.BC, bench.bc.add("customers", **CUSTOMER_VALUES))
    else:
        bench.create(Side.SALES, bench.sales.add("accounts", name="Fabrikam"))


_WRITTEN_DOWN = {
    Verb.CREATE: "SELECT count(*) FROM coupling_create_intent",
    Verb.UPDATE: "SELECT count(*) FROM coupling_write_intent",
}


@pytest.mark.parametrize("happens", [_new, _changed, _restored, _asked_for])
@pytest.mark.parametrize("side", Side)
def test_what_is_sent_was_written_down_and_committed_before(
    tmp_path: Path, side: Side, happens: Callable[[Bench, Side], None]
) -> None:
    file = tmp_path / "host.sqlite3"
    bench, told = Bench(database=str(file)), []

    def look(write: Write) -> None:
        with closing(sqlite3.connect(file)) as other:
            told.append(other.execute(_WRITTEN_DOWN[write.verb]).fetchone()[0])

    bench.bc.refuse = bench.sales.refuse = look
    happens(bench, side)
    assert told and all(told)
