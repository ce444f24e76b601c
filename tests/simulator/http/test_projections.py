"""Rows rendered for a $select are kept, but not without bound."""

from __future__ import annotations

from simulator.http.rendering import Projections


def test_a_kept_row_is_there_when_its_selection_is_asked_for_again() -> None:
    kept = Projections()
    kept.of(("accounts", "name")).keep(1, 7, {"name": "Adatum"})
    assert kept.of(("accounts", "name")).rows == {1: (7, b'{"name":"Adatum"}')}
    assert kept.of(("accounts", "city")).rows == {}


def test_a_row_that_changes_takes_no_more_room_than_it_needs() -> None:
    one, two = Projections().of(("a",)), Projections().of(("a",))
    for version in range(100):
        one.keep(1, version, {"name": "x" * version})
    two.keep(1, 1, {"name": "x" * 99})
    assert one.size == two.size


def test_selections_used_longest_ago_make_room() -> None:
    kept = Projections(most_bytes=20_000)
    for number in range(5):
        selection = kept.of((number,))
        for pk in range(20):
            selection.keep(pk, 1, {"name": "x" * 200})
        kept.of((0,))  # this one is used all the time
    assert [bool(kept.of((number,)).rows) for number in (0, 4, 1)] == [True, True, False]
    whole = kept.of(("large",))
    for pk in range(200):
        whole.keep(pk, 1, {"name": "x" * 200})
    assert kept.of(("large",)).rows == {}
