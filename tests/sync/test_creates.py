"""How partners for new records are created: in full batches, several under way at once, each record once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Barrier

import pytest

from flask_coupling.core.mapping import FieldMapping, Reference, TableView
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Outcome, Page, Write
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.errors import ServiceThrottled, ServiceTimeout, StaleRecordConflictError, ValueRefused
from flask_coupling.signals import record_synchronized
from flask_coupling.sync import creates

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench

BATCH, PAGE = 4, 6
PATIENCE = 10


class Writing(MemoryEndpoint):
    """Sales, which notes how many writes each batch held and may do something before it carries one out."""

    def __init__(self) -> None:
        super().__init__(Side.SALES)
        self.sizes: list[int] = []
        self.meeting: Barrier | None = None
        self.refused = ""
        self.answers: int | None = None

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        if self.meeting is not None:
            self.meeting.wait(PATIENCE)
        self.sizes.append(len(writes))
        if self.answers is not None:
            error = ServiceThrottled(service="Sales", seconds=30, retry_after=30.0)
            error.outcomes = super().batch(writes[: self.answers])
            raise error
        outcomes = super().batch([each for each in writes if each.values.get("name") != self.refused])
        refusal = ValueRefused(service="Sales", record=self.refused, detail="no such name")
        for place, write in enumerate(writes):
            if write.values.get("name") == self.refused:
                outcomes.insert(place, Outcome(error=refusal))
        return outcomes


class Reading(MemoryEndpoint):
    """Business Central, whose second page may begin with the rows of the first, or may not come."""

    def __init__(self) -> None:
        super().__init__(Side.BC, page_size=PAGE)
        self.tells_again = self.breaks = False

    def changes(self, view: TableView, since: str | None) -> Iterator[Page]:
        earlier: Page | None = None
        for page in super().changes(view, since):
            if earlier is not None and self.breaks:
                raise ServiceTimeout(service="Business Central", seconds=1)
            if earlier is not None and self.tells_again:
                page = replace(page, records=[*earlier.records, *page.records])
            yield page
            earlier = page


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creates, "BATCH", BATCH)


@pytest.fixture
def bench() -> Bench:
    return Bench(bc=Reading(), sales=Writing())


def writing(bench: Bench) -> Writing:
    assert isinstance(bench.sales, Writing)
    return bench.sales


def reading(bench: Bench) -> Reading:
    assert isinstance(bench.bc, Reading)
    return bench.bc


def add(bench: Bench, count: int, **values: object) -> list[str]:
    names = [f"C{number}" for number in range(count)]
    return [bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": name} | values) for name in names]


def test_batches_are_filled_across_pages(bench: Bench) -> None:
    add(bench, 3 * PAGE)
    assert bench.run() == {"inserted": 3 * PAGE}
    assert sorted(writing(bench).sizes) == [2, 4, 4, 4, 4]


def test_several_batches_are_under_way_at_once(bench: Bench) -> None:
    add(bench, 4 * BATCH)
    writing(bench).meeting = Barrier(2)
    assert bench.run() == {"inserted": 4 * BATCH}


def test_a_table_whose_records_refer_to_each_other_has_one_batch_under_way(bench: Bench) -> None:
    to_itself = FieldMapping(bc="parentId", sales="parentaccountid", reference=Reference("CUSTOMER"))
    bench.mapping = CUSTOMER.replaced(fields=(*CUSTOMER.fields, to_itself))
    parent = bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "Parent", "parentId": ""})
    add(bench, BATCH - 1, parentId="")
    for number in range(BATCH):
        bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": f"Child {number}", "parentId": parent})
    assert bench.run() == {"inserted": 2 * BATCH}


def test_a_record_that_is_told_again_while_it_is_under_way_is_created_once(bench: Bench) -> None:
    add(bench, 2 * PAGE)
    reading(bench).tells_again = True
    counters = bench.run()
    assert (counters["inserted"], counters["failed"], counters["modified"]) == (2 * PAGE, 0, 0)
    assert len(bench.sales.rows("accounts")) == len(bench.couplings()) == 2 * PAGE
    assert bench.run()["failed"] == 0


def test_of_a_batch_that_breaks_off_what_was_answered_is_coupled_and_the_rest_waits(bench: Bench) -> None:
    add(bench, BATCH)
    writing(bench).answers = 1
    with suppress(ServiceThrottled):
        bench.run()
    assert len(bench.couplings()) == len(bench.sales.rows("accounts")) == 1
    assert {each.code for each in bench.failed()} <= {"service_throttled"}
    writing(bench).answers = None
    bench.run()
    assert len(bench.couplings()) == len(bench.sales.rows("accounts")) == BATCH


def test_what_is_under_way_is_stored_when_the_next_page_does_not_come(bench: Bench) -> None:
    add(bench, 2 * PAGE)
    reading(bench).breaks = True
    with pytest.raises(ServiceTimeout):
        bench.run()
    assert len(bench.couplings()) == len(bench.sales.rows("accounts")) == BATCH, "not one is without its coupling"
    reading(bench).breaks = False
    assert bench.run()["inserted"] == 2 * PAGE - BATCH
    assert len(bench.sales.rows("accounts")) == len(bench.couplings()) == 2 * PAGE


def test_a_run_that_is_stopped_brings_to_an_end_what_is_under_way_and_begins_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creates, "AT_ONCE", 2)
    add(bench, 6 * BATCH)
    bench.stop_after = 1
    bench.run()
    assert len(bench.couplings()) == len(bench.sales.rows("accounts")) <= 3 * BATCH


def test_a_record_that_is_refused_fails_alone(bench: Bench) -> None:
    add(bench, 2 * BATCH)
    writing(bench).refused = "C1"
    assert bench.run() == {"inserted": 2 * BATCH - 1, "failed": 1}
    assert [failure.code for failure in bench.failed()] == ["value_refused"]
    writing(bench).refused = ""
    bench.now = bench.failed()[0].next_try_at or bench.now
    assert bench.run()["inserted"] == 1
    assert bench.failed() == [], "it is forgotten once it is over"


def test_a_record_that_cannot_be_planned_is_set_aside_alone(bench: Bench) -> None:
    add(bench, BATCH)
    bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": "X", "currencyId": "not-coupled"})
    assert bench.run() == {"inserted": BATCH, "skipped": 1}


def test_each_new_pair_is_announced_after_it_is_stored(bench: Bench) -> None:
    add(bench, PAGE)
    told: list[tuple[str, int]] = []

    def hear(sender: object, **facts: object) -> None:
        told.append((str(facts["counter"]), len(bench.couplings())))

    with record_synchronized.connected_to(hear):
        bench.run()
    assert [counter for counter, _ in told] == ["inserted"] * PAGE
    assert all(stored >= place + 1 for place, (_, stored) in enumerate(told))


def test_a_partner_that_somebody_else_coupled_meanwhile_fails_alone(bench: Bench) -> None:
    ids = add(bench, BATCH)
    theirs = bench.sales.add("accounts", name="theirs", customertypecode=0)

    def commit() -> None:
        bench.session.commit()
        if bench.intents() and not bench.couplings():
            bench.couple(ids[1], theirs)

    bench.commit = commit  # type: ignore[method-assign]
    assert bench.run()["inserted"] == BATCH - 1
    assert next((error.bc_id, error.code) for error in bench.errors()) == (ids[1], "already_coupled")
    assert len(bench.couplings()) == BATCH


def test_an_etag_refused_at_a_create_is_a_failure_not_a_second_look(bench: Bench) -> None:
    add(bench, 1)
    sales = writing(bench)
    sales.batch = lambda writes: [Outcome(error=StaleRecordConflictError(record="x"))]  # type: ignore[method-assign]
    assert bench.run() == {"failed": 1}
