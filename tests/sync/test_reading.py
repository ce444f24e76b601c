"""How feeds are read: one page ahead, both first pages before the first write, and on from the last page stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from flask_coupling.core.mapping import FieldMapping, TableView
from flask_coupling.core.side import Direction, Side
from flask_coupling.endpoints.endpoint import Outcome, Page, Write
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.errors import CursorExpired, ServiceTimeout
from flask_coupling.sync import creates
from flask_coupling.sync.ahead import Ahead

from .bench import CUSTOMER_VALUES, Bench

PAGE = 10


class Told(MemoryEndpoint):
    """An endpoint that notes each page it gives and each batch it carries out, in a list both sides share."""

    def __init__(self, side: Side, log: list[str]) -> None:
        super().__init__(side, page_size=PAGE)
        self.log = log

    def changes(self, view: TableView, since: str | None) -> Iterator[Page]:
        for page in super().changes(view, since):
            self.log.append(f"{self.side} page of {len(page.records)}")
            yield page

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        self.log.append(f"{self.side} batch of {len(writes)}")
        return super().batch(writes)


@pytest.fixture(autouse=True)
def _one_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creates, "BATCH", PAGE)
    monkeypatch.setattr(creates, "AT_ONCE", 1)


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def bench(log: list[str]) -> Bench:
    return Bench(bc=Told(Side.BC, log), sales=Told(Side.SALES, log))


def add(bench: Bench, count: int) -> list[str]:
    return [bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"C{n}"}) for n in range(count)]


def feed_of(log: list[str], *pages: str) -> Iterator[Page]:
    for cursor in pages:
        log.append(f"asked {cursor}")
        yield Page((), cursor=cursor)


def test_the_next_page_is_asked_for_while_the_present_one_is_worked_on_and_no_further_one() -> None:
    log: list[str] = []
    pages = iter(Ahead(feed_of(log, "1", "2", "3", "4")))
    next(pages)
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert log in (["asked 1", "asked 2"], ["asked 1", "asked 2", "asked 3"]), "never the fourth"


def test_all_pages_come_in_order_and_once() -> None:
    assert [page.cursor for page in Ahead(feed_of([], "1", "2", "3"))] == ["1", "2", "3"]


def test_an_error_comes_after_the_pages_before_it() -> None:
    def broken() -> Iterator[Page]:
        yield Page((), cursor="1")
        raise ServiceTimeout(service="Sales", seconds=1)

    pages = iter(Ahead(broken()))
    assert next(pages).cursor == "1"
    with pytest.raises(ServiceTimeout):
        next(pages)


def test_both_first_pages_are_read_before_the_first_write_so_that_what_is_made_does_not_come_back(
    bench: Bench, log: list[str]
) -> None:
    add(bench, PAGE)
    assert bench.run() == {"inserted": PAGE}
    written = log.index(f"sales batch of {PAGE}")
    assert {"bc page of 10", "sales page of 0"} <= set(log[:written])
    assert log.count("sales page of 0") == 1 and "sales page of 10" not in log


def test_a_run_that_dies_goes_on_behind_the_last_page_that_was_stored(bench: Bench, log: list[str]) -> None:
    add(bench, 5 * PAGE)
    commits = iter(range(100))

    def commit() -> None:
        if next(commits) == 8:
            raise KeyboardInterrupt
        bench.session.commit()

    bench.commit = commit  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    del bench.commit
    bench.session.rollback()
    stored = len(bench.couplings())
    assert 2 * PAGE <= stored < 5 * PAGE
    log.clear()
    bench.run()
    assert len(bench.sales.rows("accounts")) == len(bench.couplings()) == 5 * PAGE
    batches = [each for each in log if each.startswith("sales batch")]
    assert len(batches) <= (5 * PAGE - stored) // PAGE + 1, "at most one batch again"


def test_an_edit_told_by_a_page_before_the_end_is_not_lost_with_the_run(bench: Bench) -> None:
    ids = add(bench, 3 * PAGE)
    bench.run()
    bench.forget_cursors()  # everything is read again, page by page
    bench.bc.edit("customers", ids[0], city="Ribe")
    add(bench, PAGE)
    bench.stop_after = 1
    bench.run()
    assert [coupling.bc_id for coupling in bench.couplings() if coupling.unsettled] == [ids[0]]
    bench.stop_after = None
    bench.run()
    (coupling,) = [each for each in bench.couplings() if each.bc_id == ids[0]]
    assert bench.account(coupling.sales_id)["address1_city"] == "Ribe" and not coupling.unsettled


def test_a_reading_that_was_cut_off_does_not_count_as_complete(bench: Bench) -> None:
    ids = add(bench, 3 * PAGE)
    bench.stop_after = PAGE
    bench.run()
    bench.stop_after = None
    bench.bc.remove("customers", ids[0])
    assert bench.run()["inserted"] == 2 * PAGE
    assert [conflict.kind for conflict in bench.conflicts()] == ["deletion"], "found by comparing ids"


def test_a_place_that_is_no_longer_known_begins_anew(bench: Bench) -> None:
    add(bench, 3 * PAGE)
    bench.stop_after = PAGE
    bench.run()
    bench.stop_after = None
    bench.bc.expire_cursors()
    bench.run()
    assert len(bench.sales.rows("accounts")) == 3 * PAGE


@pytest.mark.parametrize("gone", [False, True])
def test_a_feed_goes_on_after_a_page_and_ends_with_the_same_cursor(gone: bool) -> None:
    service = MemoryEndpoint(Side.SALES, page_size=2)
    ids = [service.add("accounts", name=str(n)) for n in range(5)]
    view = Bench().mapping.view(Side.SALES)
    first, *rest = service.changes(view, None)
    service.edit("accounts", ids[4], name="edited meanwhile")
    if gone:
        service.remove("accounts", ids[1])
        with pytest.raises(CursorExpired):
            list(service.changes(view, first.resume))
        return
    again = list(service.changes(view, first.resume))
    assert [record.id for page in again for record in page.records] == ids[2:]
    assert again[-1].cursor == rest[-1].cursor and again[-1].resume is None
    assert [record.id for page in service.changes(view, again[-1].cursor) for record in page.records] == [ids[4]]


def test_rules_that_changed_reach_pairs_whose_rows_did_not(bench: Bench) -> None:
    """The rows carry the etags of their last agreement, which was one about other fields."""
    bc_id, sales_id = bench.pair(note="777")
    bench.run()
    note = FieldMapping(bc="note", sales="description", direction=Direction.TO_SALES)
    bench.mapping = bench.mapping.replaced(fields=(*bench.mapping.fields, note))
    bench.fingerprint = "other"
    assert bench.run() == {"modified": 1}
    assert bench.sales.rows("accounts")[sales_id]["description"] == "777"
    assert bench.run() == {}
    bench.bc.edit("customers", bc_id, note="778")
    assert bench.run() == {"modified": 1}


def test_a_run_by_new_rules_that_ends_early_leaves_the_rest_for_the_next(bench: Bench) -> None:
    for number in range(3 * PAGE):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"note": str(number)})
    bench.run()
    note = FieldMapping(bc="note", sales="description", direction=Direction.TO_SALES)
    bench.mapping = bench.mapping.replaced(fields=(*bench.mapping.fields, note))
    bench.fingerprint = "other"
    bench.sales.fail("batch", ServiceTimeout(service="Sales", seconds=1, sent=False))
    bench.run()
    assert any(coupling.unsettled for coupling in bench.couplings())
    bench.now += timedelta(hours=1)  # what failed is due again
    bench.run()
    told = {row["description"] for row in bench.sales.rows("accounts").values()}
    assert told == {str(number) for number in range(3 * PAGE)}
    assert not any(coupling.unsettled for coupling in bench.couplings())
