"""Match-based coupling in the engine: what it reads, what it stores, and how it goes on after an interruption."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import text

from flask_coupling.core.criteria import Criterion, in_groups
from flask_coupling.core.side import Direction, Side
from flask_coupling.models.cache import LARGE
from flask_coupling.sync import matching
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.match_run import Asked, match_records
from flask_coupling.sync.matching import couple_found, find_partners

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench

NAME = in_groups([Criterion("displayName")], CUSTOMER)


@pytest.fixture
def bench() -> Bench:
    return Bench(mapping=CUSTOMER.replaced(reference_keys={Side.BC: "number", Side.SALES: "accountnumber"}))


def furnish(bench: Bench, count: int) -> dict[str, str]:
    """Customers and accounts of the same name, as `{bc id: sales id}`."""
    return {
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"Name {n}", "number": str(n)}): bench.sales.add(
            "accounts", name=f"NAME {n}", accountnumber=f"A{n}", telephone1=str(n)
        )
        for n in range(count)
    }


def run(bench: Bench, **asked: object) -> Counter[str]:
    match_records(bench._make_run(Direction.BIDIRECTIONAL), Asked(NAME, **asked))  # type: ignore[arg-type]
    return +bench.counters


def coupled(bench: Bench) -> dict[str, str]:
    return {each.bc_id: each.sales_id for each in bench.couplings()}


def test_each_side_is_read_once_with_the_fields_that_matter_and_no_cursor_moves(bench, monkeypatch):
    pairs = furnish(bench, 1500)
    asked = []
    for endpoint in (bench.bc, bench.sales):
        told = endpoint.changes
        monkeypatch.setattr(endpoint, "changes", lambda view, since, told=told: asked.append(view) or told(view, since))
        monkeypatch.setattr(endpoint, "get_many", None)
    assert run(bench) == {"coupled": 1500} and coupled(bench) == pairs
    assert [set(view.fields) for view in asked] == [{"displayName", "number", "blocked"}, {"name", "accountnumber"}]
    assert bench._make_run(Direction.BIDIRECTIONAL).ledger.cursors.read("same") == {Side.BC: None, Side.SALES: None}


def test_a_new_coupling_is_known_by_its_names_and_by_what_others_refer_to(bench):
    furnish(bench, 1)
    run(bench, source=Side.BC)
    (made,) = bench.couplings()
    assert (made.bc_number, made.bc_title, made.sales_title) == ("0", "Name 0", "NAME 0")
    assert (made.bc_reference, made.sales_reference, made.source, made.job_id) == ("0", "A0", "bc", "job-1")
    assert made.unsettled and made.bc_values is None and made.search_text == "0 name 0"


def test_what_was_taken_out_is_left_alone_and_does_not_count(bench):
    first, *others = furnish(bench, 3)
    assert run(bench, exclude=frozenset([first])) == {"coupled": 2}
    assert list(coupled(bench)) == others and bench.errors() == []


def test_a_record_coupled_while_we_read_keeps_its_coupling_and_the_others_are_coupled(bench):
    first, *others = pairs = furnish(bench, 3)
    ledger = Ledger(bench.session, "default", bench.mapping, "job-1", lambda: bench.now)
    found = find_partners(bench._make_run(Direction.BIDIRECTIONAL).services, ledger, NAME)
    elsewhere = bench.sales.add("accounts", name="Elsewhere")
    bench.couple(first, elsewhere)
    assert list(couple_found(found, ledger)) == [(others, [first])]
    assert coupled(bench) == {**pairs, first: elsewhere}


def test_of_many_that_are_coupled_at_once_each_that_is_too_late_is_told_and_all_others_are_coupled(bench):
    pairs = furnish(bench, 40)
    ledger = Ledger(bench.session, "default", bench.mapping, "job-1", lambda: bench.now)
    found = find_partners(bench._make_run(Direction.BIDIRECTIONAL).services, ledger, NAME)
    late = {id: bench.sales.add("accounts", name="Elsewhere") for id in (*list(pairs)[:2], list(pairs)[-1])}
    for id, elsewhere in late.items():
        bench.couple(id, elsewhere)
    ((done, told),) = couple_found(found, ledger)
    assert sorted(done) == sorted(pairs.keys() - late.keys()) and sorted(told) == sorted(late)
    assert coupled(bench) == {**pairs, **late}


def test_the_database_keeps_more_pages_only_while_many_are_coupled(bench, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 2)
    furnish(bench, 5)
    ledger = Ledger(bench.session, "default", bench.mapping, "job-1", lambda: bench.now)
    found = find_partners(bench._make_run(Direction.BIDIRECTIONAL).services, ledger, NAME)
    usual = cache_size(bench)
    meanwhile = {cache_size(bench) for _ in couple_found(found, ledger)}
    assert meanwhile == {-LARGE * 1024} and usual not in meanwhile and cache_size(bench) == usual


def cache_size(bench):
    return bench.session.scalar(text("PRAGMA cache_size"))


def test_a_record_too_late_is_counted_and_told(bench, monkeypatch):
    first, second = pairs = furnish(bench, 2)
    told = bench.sales.changes

    def meanwhile(view, since):
        yield from told(view, since)
        bench.couple(first, "elsewhere")

    monkeypatch.setattr(bench.sales, "changes", meanwhile)
    assert run(bench) == {"coupled": 1, "failed": 1}
    assert coupled(bench) == {first: "elsewhere", second: pairs[second]}
    assert [(each.bc_id, each.code) for each in bench.errors()] == [(first, "already_coupled")]


def test_a_run_that_was_stopped_goes_on_with_what_is_left(bench, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 100)
    pairs = furnish(bench, 250)
    bench.stop_after = 100
    assert run(bench, synchronize=True, source=Side.BC)["coupled"] == 100 and len(bench.couplings()) == 100
    bench.stop_after, bench.jobs = None, bench.jobs - 1  # the same job again
    assert run(bench, synchronize=True, source=Side.BC) == {"coupled": 150, "modified": 250}
    assert coupled(bench) == pairs
    assert all(each.bc_values is not None for each in bench.couplings())


def test_new_partners_are_made_for_what_matches_nothing_alone(bench):
    furnish(bench, 1)
    alone = bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "Alone"})
    for _ in range(2):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "Contested"})
    bench.sales.add("accounts", name="Contested")
    assert run(bench, create_new=True) == {"coupled": 1, "inserted": 1, "failed": 2}
    assert bench.account(coupled(bench)[alone])["name"] == "Alone"
    assert {each.code for each in bench.errors()} == {"match_contested"}


def test_each_record_left_has_a_row_that_names_it(bench):
    bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "Alone", "number": "77"})
    assert run(bench) == {"failed": 1}
    (row,) = bench.errors()
    assert (row.title, row.code, row.counter) == ("77 Alone", "match_not_found", "failed")
    assert row.message == "No record of Dynamics 365 Sales matches Alone."
