"""What a reading of a whole table met is remembered by coupling."""

from __future__ import annotations

import pytest

from flask_coupling.sync.seen import Seen


@pytest.mark.parametrize("newest", [0, 1, 7, 8, 9, 1000])
def test_only_a_coupling_older_than_the_reading_can_be_unseen(newest: int) -> None:
    seen = Seen(newest)
    met = {id for id in (1, 7, 8, 9, 500, 1000, 1001, 5000) if id != 8}
    seen.add_all(met)
    for id in range(1, 1100):
        assert (id in seen) == (id in met or id > newest)


def test_of_records_without_a_coupling_only_the_watched_are_remembered() -> None:
    seen = Seen(0, {"a", "b"})
    seen.watch(["a", "x"])
    assert [seen.has_met(id) for id in "abx"] == [True, False, False]
