"""Two runs at once: what one stored meanwhile is not replaced by what the other saw before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.memory import MemoryEndpoint

from .bench import Bench


class Interrupted(MemoryEndpoint):
    """A service behind whose next answer to `get_many` somebody else does something."""

    meanwhile: Callable[[], Any] | None = None

    def get_many(self, *asked: Any) -> Any:
        rows = super().get_many(*asked)
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return rows


@pytest.fixture
def bench() -> Bench:
    return Bench(bc=Interrupted(Side.BC))


def overtake(bench: Bench) -> tuple[str, str, int]:
    """A pair whose edit in Sales a second run carries, just after a first run, the other way, has read the customer."""
    bc_id, sales_id = bench.pair(phoneNumber="100")
    (coupling,) = bench.couplings()
    id = coupling.id
    bench.sales.edit("accounts", sales_id, telephone1=None)
    bench.bc.meanwhile = lambda: bench.run_links(id)  # type: ignore[attr-defined]
    bench.run_links(id, direction=Direction.TO_SALES)
    assert bench.customer(bc_id)["phoneNumber"] == ""
    return bc_id, sales_id, id


def test_an_edit_after_both_is_carried_and_not_taken_for_the_old_value(bench: Bench) -> None:
    bc_id, sales_id, _ = overtake(bench)
    bench.bc.edit("customers", bc_id, phoneNumber="100")
    assert bench.run() == {"modified": 1}
    assert (bench.customer(bc_id)["phoneNumber"], bench.account(sales_id)["telephone1"]) == ("100", "100")


def test_the_pair_is_looked_at_again_and_is_then_settled(bench: Bench) -> None:
    overtake(bench)
    (coupling,) = bench.couplings()
    assert coupling.unsettled and coupling.bc_values["phoneNumber"] == "" == (coupling.sales_values["telephone1"] or "")
    bench.run()
    (coupling,) = bench.couplings()
    assert not coupling.unsettled
    assert bench.run() == {}
