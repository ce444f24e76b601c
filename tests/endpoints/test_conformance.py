"""What every endpoint promises, in memory and over HTTP alike."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flask_coupling.core.record import Record, Value
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter, both, where
from flask_coupling.endpoints.endpoint import Outcome, Verb, Write
from flask_coupling.errors import (
    CursorExpired,
    DuplicateRecord,
    FieldUnknown,
    RecordNotFound,
    StaleRecordConflictError,
    ValueRefused,
)

from .conftest import World

EVERY = TableFilter()


def _create(world: World, **words: Value) -> Write:
    id = str(uuid4()) if world.endpoint.chooses_ids else None
    return Write(Verb.CREATE, world.view, id, world.values(**words))


def _update(world: World, id: str, etag: str | None = None, **words: Value) -> Write:
    return Write(Verb.UPDATE, world.view, id, world.values(**words), etag)


def _delete(world: World, id: str, etag: str | None = None) -> Write:
    return Write(Verb.DELETE, world.view, id, if_match=etag)


def _one(world: World, write: Write) -> Outcome:
    (outcome,) = world.endpoint.batch([write])
    return outcome


def _read(world: World, id: str) -> Record:
    record = world.endpoint.get(world.view, id)
    assert record is not None
    return record


def _feed(world: World, since: str | None) -> tuple[dict[str, Record], list[str], str]:
    pages = list(world.endpoint.changes(world.view, since))
    assert [page.cursor for page in pages[:-1]] == [None] * (len(pages) - 1)
    records = {record.id: record for page in pages for record in page.records}
    assert pages[-1].cursor is not None
    return records, [id for page in pages for id in page.deleted], pages[-1].cursor


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_row_is_read_with_exactly_the_fields_asked_for(world: World) -> None:
    id = world.add(name="Adatum", number="C1", phone="+45 1", credit=250)
    record = _read(world, id)
    assert record.id == id
    assert record.etag
    assert record.modified_on
    assert set(record.values) == set(world.view.fields)
    wanted = world.values(name="Adatum", number="C1", phone="+45 1", credit=250)
    assert {name: record.values[name] for name in wanted} == wanted


@pytest.mark.parametrize("id", ["00000000-0000-0000-0000-00000000dead", "no-guid", "", "x)/$ref", "a\r\nb"])
def test_a_row_that_is_not_there_is_nothing(world: World, id: str) -> None:
    assert world.endpoint.get(world.view, id) is None
    assert world.endpoint.get_many(world.view, [id]) == {}


def test_many_rows_are_read_by_id_in_few_requests(world: World) -> None:
    ids = [world.add(name=f"Customer {number}") for number in range(130)]
    before = world.endpoint.requests_made  # type: ignore[attr-defined]
    found = world.endpoint.get_many(world.view, [*ids, str(uuid4())])
    assert list(found) == ids
    assert {record.id for record in found.values()} == set(ids)
    assert world.endpoint.requests_made - before <= 2  # type: ignore[attr-defined]


def test_rows_are_found_by_value_whatever_the_value(world: World) -> None:
    names = ["O'Neil & Sønner", "100% %41 +plus", 'Quote "x"; $filter=1', "Žluťoučký æøå 漢字", "a/b?c#d"]
    ids = {world.add(name=name): name for name in names}
    world.add(name="Somebody else")
    found = world.endpoint.find(world.view, world.names["name"], [*names, "Nobody"])
    assert {record.id: record.values[world.names["name"]] for record in found} == ids


def test_many_values_are_looked_up_at_once(world: World) -> None:
    ids = [world.add(name=f"A rather long customer name, number {number:03}") for number in range(90)]
    names = [f"A rather long customer name, number {number:03}" for number in range(0, 90, 2)]
    before = world.endpoint.requests_made  # type: ignore[attr-defined]
    found = world.endpoint.find(world.view, world.names["name"], names)
    assert {record.id for record in found} == set(ids[::2])
    assert world.endpoint.requests_made - before <= 2  # type: ignore[attr-defined]


def test_looking_for_nothing_asks_nothing(world: World) -> None:
    assert world.endpoint.find(world.view, world.names["name"], []) == []
    assert world.endpoint.get_many(world.view, []) == {}
    assert world.endpoint.batch([]) == []


# --- search -----------------------------------------------------------------------------------------------------------


def _search(world: World, text: str, filter: TableFilter = EVERY, limit: int = 50) -> set[str]:
    page = world.endpoint.search(world.view, text, filter, limit=limit)
    return {str(record.values[world.names["name"]]) for record in page.records}


def test_a_search_looks_in_title_and_number_without_regard_to_case(world: World) -> None:
    world.add(name="Adatum Corporation", number="C00010")
    world.add(name="Trey Research", number="C00020")
    world.add(name="Ørsted Café", number="ADA1")
    assert _search(world, "ada") == {"Adatum Corporation", "Ørsted Café"}
    assert _search(world, "TREY") == {"Trey Research"}
    assert _search(world, "0002") == {"Trey Research"}
    assert _search(world, "ørsted") == {"Ørsted Café"}
    assert _search(world, "o'neil") == set()
    assert _search(world, "") == {"Adatum Corporation", "Trey Research", "Ørsted Café"}


def test_a_search_keeps_to_the_table_filter(world: World) -> None:
    world.add(name="Adatum", phone="+45 1", credit=100)
    world.add(name="Adatum Two", phone="+45 2", credit=900)
    filter = both(where(world.names["phone"], "not_blank", ""), where(world.names["credit"], "ge", 500))
    assert _search(world, "adatum", filter) == {"Adatum Two"}
    assert _search(world, "", where(world.names["phone"], "eq", "+45 1")) == {"Adatum"}


def test_a_long_search_goes_on_where_it_stopped(world: World) -> None:
    wanted = {world.add(name=f"Fabrikam {number:02}") for number in range(5)}
    wanted |= {world.add(name=f"Other {number}", number=f"FABRIKAM{number}") for number in range(3)}
    world.add(name="Contoso")
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(9):
        page = world.endpoint.search(world.view, "fabrikam", EVERY, limit=2, cursor=cursor)
        assert len(page.records) <= 2
        seen += [record.id for record in page.records]
        cursor = page.cursor
        if cursor is None:
            break
    assert cursor is None
    assert sorted(seen) == sorted(wanted)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_created_row_comes_back_as_the_service_keeps_it(world: World) -> None:
    write = _create(world, name="Adatum", phone="+45 1", credit=10.5)
    record = _one(world, write).record
    assert record is not None
    assert record.id == (write.id or record.id)
    assert _read(world, record.id) == record
    assert record.values[world.names["credit"]] == 10.5


def test_a_create_repeated_with_the_same_id_makes_no_second_row(world: World) -> None:
    write = _create(world, name="Adatum")
    if not world.endpoint.chooses_ids:
        chosen = Write(Verb.CREATE, world.view, str(uuid4()), write.values)
        assert isinstance(_one(world, chosen).error, ValueRefused)  # refused by name rather than ignored
        return
    assert _one(world, write).error is None
    assert isinstance(_one(world, write).error, DuplicateRecord)
    assert len(_feed(world, None)[0]) == 1


def test_an_update_changes_only_what_it_names_and_returns_the_new_row(world: World) -> None:
    before = _read(world, world.add(name="Adatum", phone="+45 1"))
    outcome = _one(world, _update(world, before.id, before.etag, phone="+45 2"))
    after = outcome.record
    assert after is not None
    assert after.etag != before.etag
    assert after.values == {**before.values, world.names["phone"]: "+45 2"}
    assert _read(world, before.id) == after


def test_an_update_of_a_row_someone_else_changed_is_stale(world: World) -> None:
    before = _read(world, world.add(name="Adatum", phone="+45 1"))
    world.edit(before.id, phone="+45 theirs")
    error = _one(world, _update(world, before.id, before.etag, phone="+45 ours")).error
    assert isinstance(error, StaleRecordConflictError)
    assert _read(world, before.id).values[world.names["phone"]] == "+45 theirs"
    assert _one(world, _update(world, before.id, phone="+45 ours")).error is None


def test_a_delete_is_conditional_too(world: World) -> None:
    before = _read(world, world.add(name="Adatum"))
    world.edit(before.id, phone="+45 1")
    assert isinstance(_one(world, _delete(world, before.id, before.etag)).error, StaleRecordConflictError)
    outcome = _one(world, _delete(world, before.id, _read(world, before.id).etag))
    assert outcome == Outcome()
    assert world.endpoint.get(world.view, before.id) is None


@pytest.mark.parametrize("id", ["11111111-1111-1111-1111-111111111111", "no-guid", "a)\r\nEvil: 1"])
def test_writing_to_a_row_that_is_gone_says_so(world: World, id: str) -> None:
    for write in (_update(world, id, name="x"), _update(world, id, 'W/"1"', name="x"), _delete(world, id)):
        assert isinstance(_one(world, write).error, RecordNotFound)


def test_clearing_a_value_leaves_the_services_own_blank(world: World) -> None:
    id = world.add(name="Adatum", phone="+45 1", credit=100)
    record = _one(world, _update(world, id, phone=None, credit=None)).record
    assert record is not None
    assert record.values[world.names["phone"]] in (None, "")
    assert record.values[world.names["credit"]] in (None, 0)


def test_one_bad_write_does_not_keep_the_others_from_being_carried_out(world: World) -> None:
    stale = _read(world, world.add(name="Stale"))
    world.edit(stale.id, phone="+45 9")
    fine = _read(world, world.add(name="Fine"))
    writes = [
        _create(world, name="First"),
        _update(world, stale.id, stale.etag, phone="+45 1"),
        _update(world, str(uuid4()), name="Nowhere"),
        _update(world, fine.id, fine.etag, phone="+45 2"),
        _delete(world, "no-guid"),
        _create(world, name="Last"),
    ]
    outcomes = world.endpoint.batch(writes)
    kinds = [type(each.error) for each in outcomes]
    no_error = type(None)
    assert kinds == [no_error, StaleRecordConflictError, RecordNotFound, no_error, RecordNotFound, no_error]
    names = [each.record and each.record.values[world.names["name"]] for each in outcomes]
    assert names == ["First", None, None, "Fine", None, "Last"]


def test_more_writes_than_one_batch_holds_are_split_and_answered_in_order(world: World) -> None:
    count = world.endpoint.batch_limit + 7
    outcomes = world.endpoint.batch([_create(world, name=f"Customer {number}") for number in range(count)])
    names = [each.record and each.record.values[world.names["name"]] for each in outcomes]
    assert names == [f"Customer {number}" for number in range(count)]


def test_texts_survive_a_write_as_they_are(world: World) -> None:
    for name in [
        "O'Neil & Sønner",
        'Tab\tand "quotes" \\ {json}',
        "--batch_x\r\nContent-ID: 1",
        "漢字 🙂",
        "a_x0041_b",
    ]:
        record = _one(world, _create(world, name=name)).record
        assert record is not None
        assert record.values[world.names["name"]] == name


# --- change feed ------------------------------------------------------------------------------------------------------


def test_the_first_reading_tells_everything_and_the_next_only_what_changed(world: World) -> None:
    ids = [world.add(name=f"Customer {number}") for number in range(4)]
    records, _, cursor = _feed(world, None)
    assert set(records) == set(ids)
    world.edit(ids[2], phone="+45 2")
    added = world.add(name="New")
    later, _, cursor = _feed(world, cursor)
    assert {ids[2], added} <= set(later)
    assert later[ids[2]].values[world.names["phone"]] == "+45 2"
    assert later[ids[2]].etag != records[ids[2]].etag
    again, _, _ = _feed(world, cursor)
    # a feed by time stamps may tell a row again, but then with the etag it told before
    assert all(record.etag == {**records, **later}[id].etag for id, record in again.items())


def test_an_empty_table_has_a_cursor_from_which_the_first_row_is_seen(world: World) -> None:
    records, _, cursor = _feed(world, None)
    assert records == {}
    id = world.add(name="First")
    assert set(_feed(world, cursor)[0]) == {id}


def test_feeds_opened_together_tell_what_each_tells_by_itself(world: World) -> None:
    world.add(name="Adatum")
    cursor = _feed(world, None)[2]
    world.add(name="Fabrikam")
    both = world.endpoint.changes_of([(world.view, cursor), (world.view, cursor)])
    told = [[record.values for page in pages for record in page.records] for pages in both]
    assert told[0] == told[1] == [record.values for record in _feed(world, cursor)[0].values()] != []
    assert world.endpoint.changes_of([]) == []


@pytest.mark.parametrize("cursor", ["nonsense", '["x"]'])
def test_a_feed_among_several_that_cannot_be_opened_says_so_by_itself(world: World, cursor: str) -> None:
    good = _feed(world, None)[2]
    broken, whole = world.endpoint.changes_of([(world.view, cursor), (world.view, good)])
    with pytest.raises(CursorExpired):
        next(broken)
    assert [page.cursor for page in whole]


def test_deletions_are_told_where_the_service_can_tell_them(world: World) -> None:
    kept, gone = world.add(name="Kept"), world.add(name="Gone")
    _, _, cursor = _feed(world, None)
    world.remove(gone)
    _, deleted, cursor = _feed(world, cursor)
    assert deleted == ([gone] if world.endpoint.feeds_deletions else [])
    assert _feed(world, cursor)[1] == []
    assert set(_feed(world, None)[0]) == {kept}


def test_a_feed_that_was_cut_off_goes_on_with_the_next_page_and_ends_where_it_would_have_ended(world: World) -> None:
    world.endpoint.page_size = 2  # type: ignore[attr-defined]
    ids = {world.add(name=f"Row {number}") for number in range(5)}
    first, *rest = world.endpoint.changes(world.view, None)
    assert first.resume and first.cursor is None and rest[-1].resume is None
    shown = {record.id for record in first.records}
    late = next(record.id for record in rest[-1].records)
    world.edit(late, name="Edited meanwhile")
    again = list(world.endpoint.changes(world.view, first.resume))
    read = [record.id for page in again for record in page.records]
    assert ids <= shown | set(read) and not shown & set(read) and len(read) == len(set(read))
    told = [record.id for page in world.endpoint.changes(world.view, again[-1].cursor) for record in page.records]
    assert late in told, "an edit since the feed began is told again by its cursor"


@pytest.mark.parametrize("cursor", ["nonsense", "{}", "[1]", "https://evil.example/accounts?$deltatoken=1"])
def test_a_cursor_that_is_not_ours_has_expired(world: World, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(world.endpoint.changes(world.view, cursor))


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_a_field_the_service_does_not_know_is_named(world: World) -> None:
    if type(world.endpoint).__name__ == "MemoryEndpoint":
        world.endpoint.refuse = lambda write: FieldUnknown(service="x", field="colour", table="x", detail="-")  # type: ignore[attr-defined]
    id = world.add(name="Adatum")
    error = _one(world, Write(Verb.UPDATE, world.view, id, {"colour": "red"})).error
    assert isinstance(error, FieldUnknown)
    assert error.facts["field"] == "colour"


def test_a_test_of_the_connection_says_where_we_are(world: World) -> None:
    facts = world.endpoint.check()
    assert facts.side is world.endpoint.side
    assert facts.version
    assert facts.user


def test_a_records_address_is_for_a_browser(world: World) -> None:
    id = str(uuid4())
    url = world.endpoint.url(world.view.table, id)
    assert url.startswith("https://")
    assert id in url
    assert not set(url) & set(' "<>\r\n')


def test_sides_differ_where_they_must(world: World) -> None:
    is_sales = world.endpoint.side is Side.SALES
    assert world.endpoint.chooses_ids is is_sales
    assert world.endpoint.feeds_deletions is is_sales
