"""One bad record in a batch: all others get across in the same job, at hardly any further request."""

from __future__ import annotations

from math import log2
from random import Random

import pytest

from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Write
from flask_coupling.errors import CouplingError, ValueRefused

from .bench import Bench

SEED = 20260101


@pytest.mark.parametrize("count", Random(SEED).sample(range(2, 150), 4), ids=lambda count: f"{count} records")
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("kind", ["created", "changed"])
def test_one_bad_record_keeps_no_other_back(kind: str, side: Side, count: int) -> None:
    requests = {}
    for is_poisoned in (False, True):
        bench = _prepare(kind, side, count)
        target = bench.sales if side is Side.BC else bench.bc
        if is_poisoned:
            target.refuse = _refuse
        before = bench.bc.requests_made + bench.sales.requests_made
        done = bench.run()
        requests[is_poisoned] = bench.bc.requests_made + bench.sales.requests_made - before
        bad = int(is_poisoned)
        assert (done["inserted" if kind == "created" else "modified"], done["failed"]) == (count - bad, bad)
        assert len(bench.failed()) == bad
    assert requests[True] <= requests[False] + log2(count) + 2


def _prepare(kind: str, side: Side, count: int) -> Bench:
    """So many records of one side, new or edited, of which one holds a value that the other side refuses."""
    bench = Bench()
    for number in range(count):
        values = {"telephone1" if side is Side.SALES else "phoneNumber": f"1{number}"}
        if side is Side.BC:
            bench.bc.add("customers", displayName=f"Firm {number}", blocked=" ", **values)
        else:
            bench.sales.add("accounts", name=f"Firm {number}", **values)
    if kind == "changed":
        bench.run()
    for number, coupling in enumerate(bench.couplings()):
        phone = "bad" if number == count // 2 else f"2{number}"
        if side is Side.BC:
            bench.bc.edit("customers", coupling.bc_id, phoneNumber=phone)
        else:
            bench.sales.edit("accounts", coupling.sales_id, telephone1=phone)
    if kind == "created":
        table, name = ("customers", "phoneNumber") if side is Side.BC else ("accounts", "telephone1")
        service = bench.bc if side is Side.BC else bench.sales
        service.edit(table, sorted(service.rows(table))[count // 2], **{name: "bad"})
    return bench


def _refuse(write: Write) -> CouplingError | None:
    if "bad" not in write.values.values():
        return None
    return ValueRefused(service="the service", record=str(write.id), detail="it is bad")
