"""What was looked up is looked up again only when it may have changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.odata.rules import Rows
from simulator.store import Store
from tests.simulator.store.test_store import COMPANY, open_store


def names(world: Rows) -> Callable[[], list[str]]:
    return lambda: [row["displayName"] for row in world.list("vendors")]


def recall(world: Rows) -> list[str]:
    found: list[str] = world.recall("names", ("vendors",), names(world))
    return found


def never() -> list[str]:
    raise AssertionError("it was looked up again")


def add_vendor(store: Store, name: str) -> None:
    with store.writing("bc", COMPANY) as world:
        world.create("vendors", {"displayName": name})


@pytest.fixture
def store() -> Store:
    one = open_store()
    add_vendor(one, "A")
    return one


def test_it_is_looked_up_once_whoever_asks(store: Store) -> None:
    with store.reading("bc", COMPANY) as world:
        assert recall(world) == ["A"]
    with store.writing("bc", COMPANY) as other:
        other.create("items", {"displayName": "Bicycle"})
        assert other.recall("names", ("vendors",), never) == ["A"]


def test_a_write_to_one_of_the_sets_has_it_looked_up_again(store: Store) -> None:
    with store.reading("bc", COMPANY) as world:
        recall(world)
        add_vendor(store, "B")
        assert recall(world) == ["A", "B"]


def test_a_transaction_sees_its_own_writes_and_nobody_else_does(store: Store) -> None:
    with pytest.raises(LookupError), store.writing("bc", COMPANY) as world:
        world.create("vendors", {"displayName": "B"})
        assert recall(world) == ["A", "B"]
        raise LookupError
    with store.reading("bc", COMPANY) as reader:
        assert recall(reader) == ["A"]


def test_each_company_has_its_own(store: Store) -> None:
    with store.reading("bc", COMPANY) as world:
        recall(world)
        assert recall(world.in_scope("other")) == []


def test_it_goes_when_everything_is_replaced(store: Store) -> None:
    store.snapshot("before")
    add_vendor(store, "B")
    with store.reading("bc", COMPANY) as world:
        assert recall(world) == ["A", "B"]
        store.restore("before")
        assert recall(world) == ["A"]
