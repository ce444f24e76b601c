"""The store: transactions, log, bulk load, snapshots, files, several at once."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

import pytest

from simulator.business_central.service import business_central_service
from simulator.clock import Clock
from simulator.odata.errors import ServiceError
from simulator.sales.service import sales_service
from simulator.store import Store
from simulator.store.transaction import Transaction

COMPANY = "11111111-1111-1111-1111-111111111111"
SERVICES = (business_central_service(), sales_service())


def open_store(url: str = "sqlite://", seed: int = 1) -> Store:
    return Store(SERVICES, clock=Clock(), url=url, id_seed=seed)


def names(store: Store) -> list[str]:
    with store.reading("sales") as world:
        return sorted(row["name"] for row in world.list("accounts"))


def add(store: Store, name: str, **values: object) -> str:
    with store.writing("sales", author="someone") as world:
        return str(world.create("accounts", {"name": name, **values})["accountid"])


def test_the_log_says_who_wrote_what_before_and_after() -> None:
    store = open_store()
    key = add(store, "A")
    with store.writing("sales", author="other") as world:
        world.update("accounts", key, {"name": "B"})
        world.delete("accounts", key)
    made, changed, gone = store.changes("sales", key=key)
    assert [one.kind for one in (made, changed, gone)] == ["created", "updated", "deleted"]
    assert (made.author, changed.author, made.version < changed.version < gone.version) == ("someone", "other", True)
    assert changed.before and changed.after and (changed.before["name"], changed.after["name"]) == ("A", "B")
    assert "name" in changed.fields and gone.after is None
    assert [one.kind for one in store.changes("sales", since=changed.version)] == ["deleted"]


def test_the_log_tells_what_a_row_became_though_it_changed_and_came_back_later() -> None:
    store = open_store()
    key = add(store, "A")
    for name in ("B", "C"):
        with store.writing("sales") as world:
            world.update("accounts", key, {"name": name})
    with store.writing("sales") as world:
        world.delete("accounts", key)
    add(store, "D", accountid=key)
    became = [change.after and change.after["name"] for change in store.changes("sales", entity_set="accounts")]
    assert became == ["A", "B", "C", None, "D"]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, secrets and row numbers included; none waits outside its table."""
    store.changes("bc")
    tables = [name for (name,) in store.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(store.query(f'SELECT * FROM "{name}"'), key=repr) for name in tables}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_written_in_a_savepoint_is_undone_to_the_last_column(seed: int) -> None:
    store, random = open_store(), Random(seed)
    with store.writing("bc", COMPANY) as world:
        for number in range(5):
            world.create("customers", {"displayName": f"Customer {number}"})
    before = everything(store)
    with store.writing("bc", COMPANY) as world:
        with pytest.raises(LookupError), world.savepoint():
            for _ in range(25):
                scribble(world, random)
            with pytest.raises(LookupError), world.savepoint():
                scribble(world, random)
                raise LookupError
            raise LookupError
        assert world.log == []
    assert everything(store) == before


def scribble(world: Transaction, random: Random) -> None:
    entity_set = random.choice(("customers", "contacts"))
    row = random.choice(world.list(entity_set) or [{}])
    match random.choice(("create", "update", "delete")) if row else "create":
        case "create":
            world.create(entity_set, {"displayName": f"New {random.random()}"})
        case "update":
            world.update(entity_set, row["id"], {"displayName": f"Other {random.random()}", "city": "Odense"})
        case "delete" if entity_set == "customers":
            world.delete(entity_set, row["id"])


@pytest.mark.parametrize("write", ["update", "delete"])
def test_a_secret_survives_an_undone_write(write: str) -> None:
    store = open_store()
    endpoint = {"name": "Hook", "url": "https://hook.example", "contract": 8, "authtype": 4, "authvalue": "before"}
    with store.writing("sales") as world:
        key = str(world.create("serviceendpoints", endpoint)["serviceendpointid"])
    before = everything(store)
    with store.writing("sales") as world, pytest.raises(LookupError), world.savepoint():
        if write == "update":
            world.update("serviceendpoints", key, {"authvalue": "after"})
        else:
            world.delete("serviceendpoints", key)
        raise LookupError
    assert everything(store) == before
    with store.reading("sales") as reader:
        assert reader.secret("serviceendpoints", key, "authvalue") == "before"


def test_a_write_that_fails_leaves_nothing_behind() -> None:
    store = open_store()
    with pytest.raises(ServiceError), store.writing("sales") as world:
        world.create("accounts", {"name": "A"})
        world.create("accounts", {"name": "x" * 500})
    assert names(store) == [] and store.changes("sales") == []
    add(store, "B")
    assert names(store) == ["B"]


def test_a_savepoint_undoes_only_what_was_inside() -> None:
    store = open_store()
    with store.writing("sales") as world:
        world.create("accounts", {"name": "A"})
        with pytest.raises(ServiceError), world.savepoint():
            world.create("accounts", {"name": "B"})
            world.create("accounts", {"nope": 1})
    assert names(store) == ["A"] and len(store.changes("sales")) == 1


def test_a_restored_copy_with_seeded_ids_makes_the_same_rows_again() -> None:
    store = open_store()
    store.snapshot("empty")
    made = []
    for _ in range(2):
        store.restore("empty")
        store.seed_ids("again")
        made.append([add(store, name) for name in "AB"])
    assert made[0] == made[1]


def test_the_same_seed_gives_the_same_ids() -> None:
    assert add(open_store(seed=5), "A") == add(open_store(seed=5), "A") != add(open_store(seed=6), "A")


def test_a_loaded_row_gets_defaults_and_is_not_logged() -> None:
    store = open_store()
    assert store.load("bc", "customers", [{"displayName": "A", "number": "c1"}], scope=COMPANY) == 1
    with store.reading("bc", COMPANY) as world:
        row = world.find("customers", number="C1")
    assert row is not None and row["type"] == "Company" and row["id"] and store.changes("bc") == []
    with pytest.raises(ServiceError):
        store.load("bc", "customers", [{"displayName": "x" * 200}], scope=COMPANY)


def test_a_snapshot_is_gone_back_to_and_reset_empties() -> None:
    store = open_store()
    add(store, "A")
    store.snapshot("one")
    version = store.version("sales")
    add(store, "B")
    store.restore("one")
    assert names(store) == ["A"] and store.version("sales") > version and store.snapshots() == ["one"]
    with pytest.raises(KeyError):
        store.restore("two")
    store.reset()
    assert names(store) == [] and store.changes("sales") == []
    add(store, "C")
    assert names(store) == ["C"]


def test_a_file_survives_a_restart_with_versions_numbers_and_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'world.db'}"
    store = open_store(url)
    key = add(store, "A")
    version = store.version("sales")
    with store.writing("bc", COMPANY) as world:
        first = world.create("customers", {"displayName": "A"})["number"]
    store.close()
    again = open_store(url)
    assert names(again) == ["A"] and again.version("sales") == version
    with again.writing("bc", COMPANY) as world:
        assert world.create("customers", {"displayName": "B"})["number"] > first
    again.snapshot("copy")
    with again.writing("sales") as world:
        world.delete("accounts", key)
    again.restore("copy")
    assert names(again) == ["A"]
    again.close()


@pytest.mark.parametrize("place", ["memory", "file"])
def test_writers_in_many_threads_lose_nothing_and_readers_see_whole_writes(tmp_path: Path, place: str) -> None:
    store = open_store("sqlite://" if place == "memory" else f"sqlite:///{tmp_path / 'world.db'}")
    problems: list[object] = []

    def write(number: int) -> None:
        for part in range(10):
            with store.writing("sales") as world:
                world.create("accounts", {"name": f"{number}-{part}-a"})
                world.create("accounts", {"name": f"{number}-{part}-b"})

    def read() -> None:
        for _ in range(20):
            if len(names(store)) % 2:
                problems.append("half a write was seen")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == [] and len(names(store)) == 80
    versions = [change.version for change in store.changes("sales")]
    assert versions == sorted(set(versions)) and len(versions) == 80
    store.close()


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="postgresql"):
        open_store("postgresql://localhost/x")


def test_listeners_hear_of_commits_only() -> None:
    store = open_store()
    heard: list[str] = []
    store.listen(lambda service, changes: heard.extend(change.kind for change in changes))
    with pytest.raises(ServiceError), store.writing("sales") as world:
        world.create("accounts", {"name": "A"})
        world.create("accounts", {"nope": "A"})
    assert heard == []
    add(store, "A")
    assert heard == ["created"]
