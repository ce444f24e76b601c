"""Rows that wait outside their tables: nobody can tell that they do."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from simulator.store import Change, Store
from tests.simulator.store.test_store import COMPANY, SERVICES, Clock, everything, open_store

COMPANIONS = ("contacts", "contactsInformation", "customerFinancialDetails")


def add_customers(store: Store, *names: str) -> None:
    with store.writing("bc", COMPANY, author="someone") as world:
        for name in names:
            world.create("customers", {"displayName": name})


def waiting(store: Store) -> int:
    """How many transactions' rows wait, without waking them."""
    return int(store._database.query("SELECT count(later) FROM bc__changes")[0][0])


def test_rows_wait_until_someone_asks_for_one() -> None:
    store = open_store()
    add_customers(store, "A", "B")
    with store.reading("bc", COMPANY) as world:
        assert len(world.list("customers")) == 2 and waiting(store) == 1, "customers are at hand"
        assert [row["displayName"] for row in world.list("contacts")] == ["A", "B"]
        assert waiting(store) == 0
        assert {row["contactName"] for row in world.list("contactsInformation")} == {"A", "B"}
        assert world.count("customerFinancialDetails") == 2


def test_the_log_has_them_in_the_order_of_their_making() -> None:
    store = open_store()
    add_customers(store, "A", "B")
    changes = store.changes("bc")
    assert [one.entity_set for one in changes] == ["customers", *COMPANIONS] * 2
    assert {(one.kind, one.author, one.at) for one in changes} == {("created", "someone", changes[0].at)}
    assert [one.version for one in changes] == sorted(one.version for one in changes)
    assert store.version("bc") == changes[-1].version


def test_they_are_there_for_the_transaction_that_made_them() -> None:
    store = open_store()
    with store.writing("bc", COMPANY) as world:
        world.create("customers", {"displayName": "A"})
        with pytest.raises(LookupError), world.savepoint():
            world.create("customers", {"displayName": "B"})
            assert len(world.list("contacts")) == 2
            raise LookupError
        assert [row["displayName"] for row in world.list("contacts")] == ["A"]
    assert len(store.changes("bc")) == 4


def test_what_waited_before_survives_a_savepoint_and_a_transaction_that_woke_it() -> None:
    store, twin = open_store(), open_store()
    for one in (store, twin):
        add_customers(one, "A", "B")
    with store.writing("bc", COMPANY) as world:
        with pytest.raises(LookupError), world.savepoint():
            world.create("contacts", {"displayName": "C"})
            assert world.count("contacts") == 3
            raise LookupError
        assert world.count("contacts") == 2
    with pytest.raises(LookupError), store.writing("bc", COMPANY) as world:
        world.list("contacts")
        raise LookupError
    names = [table for table in everything(twin) if table.startswith("bc_")]
    assert [contents(store, name) for name in names] == [contents(twin, name) for name in names]


def contents(store: Store, table: str) -> list[list[object]]:
    """A table's rows without the time they were written at."""
    rows = store.query(f'SELECT * FROM "{table}" ORDER BY 1')
    return [[one for one in row if not isinstance(one, int | bytes)] for row in rows]


def change(store: Store, number: int, **values: object) -> None:
    with store.writing("bc", COMPANY, author="another") as world:
        world.update("customers", world.list("customers")[number]["id"], values)


def test_a_change_of_a_customer_reaches_its_contact_when_someone_asks() -> None:
    store = open_store()
    add_customers(store, "A", "B")
    store.changes("bc")
    change(store, 1, phoneNumber="1")
    assert waiting(store) == 1
    with store.reading("bc", COMPANY) as world:
        assert [row["phoneNumber"] for row in world.list("contacts")] == ["", "1"] and waiting(store) == 0
        contact = world.list("contacts")[1]["id"]
    own, follows = store.changes("bc")[-2:]
    assert (own.entity_set, follows.entity_set, follows.key) == ("customers", "contacts", contact)
    assert (follows.kind, follows.author, follows.at) == ("updated", "another", own.at)
    assert follows.version == own.version + 1 == store.version("bc")


def test_whether_writes_wait_makes_no_difference() -> None:
    store, prompt = open_store(), open_store()
    prompt.listen(lambda service, changes: None)
    for one in (store, prompt):
        add_customers(one, "A", "B", "C")
        change(one, 0, phoneNumber="1")
        change(one, 0, phoneNumber="2", city="Odense")
        change(one, 1, displayName="Renamed", city="Odense")
        change(one, 1, creditLimit=10)
        with pytest.raises(LookupError), one.writing("bc", COMPANY) as world, world.savepoint():
            world.update("customers", world.list("customers")[2]["id"], {"phoneNumber": "never"})
            raise LookupError
        add_customers(one, "D")
        change(one, 3, phoneNumber="4")
    assert waiting(store) > waiting(prompt) == 0
    assert [facts(each) for each in store.changes("bc")] == [facts(each) for each in prompt.changes("bc")]
    names = [table for table in everything(prompt) if table.startswith("bc_")]
    assert [contents(store, name) for name in names] == [contents(prompt, name) for name in names]


def facts(change: Change) -> tuple[object, ...]:
    """What the log tells of a change, without its time."""
    moments = ("lastModifiedDateTime",)
    rows = [{k: v for k, v in (row or {}).items() if k not in moments} for row in (change.before, change.after)]
    return change.version, change.entity_set, change.key, change.kind, change.author, *rows


def test_a_change_waits_for_nobody_whose_customer_has_no_contact() -> None:
    store = open_store()
    with store.writing("bc", COMPANY) as world:
        world.put_later("contacts", {"city": "Odense"}, ("contactsInformation", "relatedId", "no such customer"))
    assert store.changes("bc") == [] and waiting(store) == 0


def test_a_store_that_is_left_alone_puts_them_in_place() -> None:
    store, prompt = open_store(), open_store()
    prompt.listen(lambda service, changes: None)
    for one in (store, prompt):
        for number in range(50):
            add_customers(one, f"Customer {number}")
        change(one, 7, phoneNumber="1")
    store.tidy()
    assert waiting(store) == 51, "something was written since it was last looked at"
    store.tidy()
    assert waiting(store) == 0
    add_customers(store, "Another")
    store.tidy()
    assert waiting(store) == 1
    assert [facts(each) for each in store.changes("bc")][:-4] == [facts(each) for each in prompt.changes("bc")]


def test_a_refused_transaction_leaves_none_waiting() -> None:
    store = open_store()
    with pytest.raises(LookupError), store.writing("bc", COMPANY) as world:
        world.create("customers", {"displayName": "A"})
        raise LookupError
    assert waiting(store) == 0 and store.changes("bc") == []


def test_a_killed_process_loses_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'world.db'}"
    add_customers(open_store(url), "A")  # never closed
    again = Store(SERVICES, clock=Clock(), url=url, id_seed=2)
    with again.writing("bc", COMPANY) as world:
        world.create("customers", {"displayName": "B"})
        assert [row["displayName"] for row in world.list("contacts")] == ["A", "B"]
    versions = [one.version for one in again.changes("bc")]
    assert len(versions) == len(set(versions)) == 8


def test_a_snapshot_holds_them() -> None:
    store = open_store()
    add_customers(store, "A")
    store.snapshot("one")
    with store.reading("bc", COMPANY) as world:
        assert world.count("contacts") == 1
    store.reset()
    assert store.changes("bc") == []
    store.restore("one")
    with store.reading("bc", COMPANY) as world:
        assert [world.count(name) for name in COMPANIONS] == [1, 1, 1]


def test_readers_on_other_threads_miss_none(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'world.db'}")
    counted: list[tuple[int, int]] = []

    def read() -> None:
        for _ in range(40):
            with store.reading("bc", COMPANY) as world:
                customers = world.count("customers")
                counted.append((customers, world.count("contacts")))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(40):
        add_customers(store, f"Customer {number}", f"Other {number}")
    for thread in threads:
        thread.join()
    assert all(contacts >= customers for customers, contacts in counted)


def test_who_is_told_of_changes_is_told_of_these_at_once() -> None:
    store, told = open_store(), list[str]()
    store.listen(lambda service, changes: told.extend(one.entity_set for one in changes))
    add_customers(store, "A")
    assert told == ["customers", *COMPANIONS] and waiting(store) == 0
