"""A job that goes on after a pause or a crash: it stops soon, repeats nothing, and its counters add up."""

from __future__ import annotations

import pytest

from flask_coupling.core.mapping import FieldMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.sync import creates
from flask_coupling.sync.drift import report_drift
from flask_coupling.sync.selected import create_partners, synchronize_links, undo

from .bench import CUSTOMER_VALUES, Bench

PAGE = 10


@pytest.fixture(autouse=True)
def _a_page_is_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creates, "BATCH", PAGE)
    monkeypatch.setattr(creates, "AT_ONCE", 1)


@pytest.fixture
def bench() -> Bench:
    return Bench(bc=MemoryEndpoint(Side.BC, page_size=PAGE), sales=MemoryEndpoint(Side.SALES, page_size=PAGE))


def add(bench: Bench, number: int, **values: object) -> list[str]:
    return [bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"C{n}"} | values) for n in range(number)]


def adds_up(bench: Bench) -> bool:
    return bench.counters.total() - bench.counters["coupled"] == bench.done == bench.total


def test_an_initial_run_stops_after_what_is_under_way_and_goes_on(bench: Bench) -> None:
    add(bench, 4 * PAGE)
    bench.stop_after = PAGE
    assert bench.run() == {"inserted": PAGE}, "one page of four"
    assert bench.go_on() == {"inserted": 4 * PAGE}
    assert adds_up(bench)
    assert len(bench.sales.rows("accounts")) == 4 * PAGE


def test_what_was_unchanged_before_the_pause_is_counted_once(bench: Bench) -> None:
    add(bench, PAGE)
    bench.run()
    bench.forget_cursors()  # a full compare
    add(bench, 2 * PAGE)
    bench.stop_after = 2 * PAGE
    assert bench.run() == {"inserted": PAGE, "unchanged": PAGE}
    assert bench.go_on() == {"inserted": 2 * PAGE, "unchanged": PAGE}
    assert adds_up(bench)


def test_a_run_that_died_after_it_was_done_counts_the_rest_once(bench: Bench) -> None:
    ids = add(bench, PAGE)
    bench.run()
    bench.fingerprint = "other"
    bench.bc.edit("customers", ids[0], city="Ribe")
    bench.stop_after = PAGE  # stopped after the last write, before the cursor
    bench.run()
    assert bench.counters["modified"] == 1
    assert bench.go_on() == {"modified": 1, "unchanged": PAGE - 1}
    assert adds_up(bench)


def test_a_conflict_and_a_failure_are_told_once(bench: Bench) -> None:
    ids = add(bench, PAGE)
    bench.run()
    pairs = {coupling.bc_id: coupling.sales_id for coupling in bench.couplings()}
    bench.bc.edit("customers", ids[0], city="Ribe")
    bench.sales.edit("accounts", pairs[ids[0]], address1_city="Odense")
    (lost,) = add(bench, 1, currencyId="11111111-1111-4111-8111-111111111111")
    bench.stop_after = 2
    bench.run()
    told = [(error.code, error.bc_id) for error in bench.errors()]
    assert sorted(told) == sorted([("reference_missing", lost), ("update_conflict", ids[0])])
    counters = +bench.counters
    bench.go_on()
    assert [(error.code, error.bc_id) for error in bench.errors()] == told
    assert +bench.counters == counters
    assert bench.run()["failed"] == 1, "the next run looks at the conflict again"


def test_an_edit_made_during_the_pause_is_carried(bench: Bench) -> None:
    ids = add(bench, 2 * PAGE)
    bench.stop_after = PAGE
    bench.run()
    bench.bc.edit("customers", ids[0], city="Ribe")
    assert bench.go_on() == {"inserted": 2 * PAGE}, "it goes on behind the first page"
    assert bench.run() == {"modified": 1}
    assert {row["address1_city"] for row in bench.sales.rows("accounts").values()} == {"Aarhus", "Ribe"}


def test_chosen_records_are_handled_once(bench: Bench) -> None:
    add(bench, 3)
    bench.run()
    ids = [coupling.id for coupling in bench.couplings()]
    for coupling in bench.couplings():
        bench.bc.edit("customers", coupling.bc_id, city="Ribe")
    bench.run_links(*ids[:2])
    assert bench.go_on(lambda run: synchronize_links(run, ids)) == {"modified": 3}
    assert adds_up(bench)


def test_partners_made_before_the_pause_are_no_failures(bench: Bench) -> None:
    ids = add(bench, 3)
    bench.create(Side.BC, *ids[:2])
    assert bench.go_on(lambda run: create_partners(run, Side.BC, ids)) == {"inserted": 3}
    assert adds_up(bench) and bench.errors() == []


def test_a_write_that_cannot_be_undone_is_told_once(bench: Bench) -> None:
    bc_id, sales_id = bench.pair()
    bench.bc.edit("customers", bc_id, city="Ribe")
    bench.run()
    entries = [entry.id for entry in bench.history() if entry.job_id == f"job-{bench.jobs}"]
    bench.sales.edit("accounts", sales_id, address1_city="Odense")
    bench.undo()
    assert bench.go_on(lambda run: undo(run, entries)) == {"failed": 1}
    assert len(bench.errors()) == 1


def test_a_comparison_begins_anew(bench: Bench) -> None:
    ids = add(bench, 3)
    bench.run()
    bench.bc.edit("customers", ids[0], city="Ribe")
    bench.compare()
    assert bench.go_on(report_drift) == {"unchanged": 2, "skipped": 1}
    assert len(bench.errors()) == 1


def test_a_job_that_goes_on_by_other_rules_leaves_what_it_did_by_the_old_ones_to_the_next(bench: Bench) -> None:
    ids = add(bench, 2 * PAGE, note="777")
    bench.run()
    for id in ids:
        bench.bc.edit("customers", id, city="Ribe")
    bench.stop_after = PAGE
    bench.run()
    note = FieldMapping(bc="note", sales="description", direction=Direction.TO_SALES)
    bench.mapping = bench.mapping.replaced(fields=(*bench.mapping.fields, note))
    bench.fingerprint = "edited meanwhile"
    bench.go_on()
    bench.run()
    told = [(row["address1_city"], row["description"]) for row in bench.sales.rows("accounts").values()]
    assert told == [("Ribe", "777")] * len(ids)
    assert bench.run() == {}
