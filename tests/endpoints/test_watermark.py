"""Feeds by time stamp: nothing is missed, however late it becomes visible, and nothing is read for ever."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from flask_coupling.endpoints.watermark import Watermark
from flask_coupling.errors import CursorExpired

OVERLAP = 600.0
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp() if stamp else float("-inf")


def _after(
    mark: Watermark, newest: float | None, *, at: float, took: float = 0, date: float | None = None
) -> Watermark:
    text = "" if newest is None else _stamp(newest)
    return mark.advanced(text, began=at, ended=at + took, service_time=date, overlap=OVERLAP)


def test_a_cursor_survives_storing() -> None:
    mark = _after(Watermark(), NOON, at=NOON)
    assert Watermark.parse(mark.cursor, "BC", "customers") == mark


@pytest.mark.parametrize("text", ["", "x", "{}", "[]", '["a","b",1]', '["2026-01-01T00:00:00Z","x",1]', "[1,2,3]"])
def test_a_cursor_of_another_kind_has_expired(text: str) -> None:
    with pytest.raises(CursorExpired):
        Watermark.parse(text, "BC", "customers")


def test_the_first_marks_look_back_by_the_overlap() -> None:
    assert _seconds(_after(Watermark(), NOON, at=NOON).start) == NOON - OVERLAP


def test_a_long_read_is_counted_from_its_beginning() -> None:
    """A row changed while we read may have moved behind us: the next read starts before this one began."""
    mark = _after(Watermark(), NOON + 3600, at=NOON, took=3600)
    assert _seconds(mark.start) == NOON - OVERLAP


def test_old_data_is_quiet_at_once_where_the_service_tells_its_time() -> None:
    mark = _after(Watermark(), NOON - 9000, at=NOON, date=NOON)
    assert _seconds(mark.start) == NOON - 9000


def test_old_data_becomes_quiet_after_the_overlap_where_it_does_not() -> None:
    mark = _after(Watermark(), NOON, at=NOON)
    mark = _after(mark, NOON, at=NOON + 100)
    assert _seconds(mark.start) == NOON - 500
    mark = _after(mark, NOON, at=NOON + 700)
    assert _seconds(mark.start) == NOON


def test_a_clock_that_is_ahead_never_moves_the_mark_beyond_what_was_seen() -> None:
    mark = _after(Watermark(), NOON, at=NOON + 10**9, date=NOON + 10**9)
    assert _seconds(mark.start) == NOON


def test_a_read_without_rows_keeps_its_place() -> None:
    assert _after(Watermark(), None, at=NOON) == Watermark()
    mark = _after(_after(Watermark(), NOON, at=NOON), None, at=NOON + 60)
    assert mark.seen == _stamp(NOON)


def test_stamps_of_different_precision_are_ordered_by_time() -> None:
    mark = Watermark().advanced("2026-01-01T12:00:00Z", began=0, ended=0, service_time=None, overlap=0)
    later = mark.advanced("2026-01-01T12:00:00.1234567Z", began=1, ended=1, service_time=None, overlap=0)
    assert later.seen == "2026-01-01T12:00:00.1234567Z"


@dataclass
class _Change:
    stamp: float
    visible_at: float


def test_no_change_is_ever_missed() -> None:
    """Random services: late commits, lagging servers, skewed and silent clocks, reads that take long."""
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    for _ in range(150):
        skew = rng.uniform(-900, 900)
        says_date = rng.random() < 0.5
        late = OVERLAP * 0.45
        changes = [
            _Change(stamp := NOON + rng.uniform(0, 40_000), stamp + rng.choice([0, 0, rng.uniform(0, late)]))
            for _ in range(30)
        ]
        for each in changes:
            each.stamp -= rng.choice([0, 0, rng.uniform(0, late)])  # stamped by a server whose clock lags
        mark, now, got = Watermark(), NOON, set[int]()
        while now < NOON + 50_000:
            took = rng.choice([0.0, rng.uniform(0, 2000)])
            visible = [n for n, each in enumerate(changes) if each.visible_at <= now]
            seen = [n for n in visible if each_from(mark, changes[n])]
            # a row that becomes visible while we read may be passed over, or seen with its young stamp
            young = [n for n, each in enumerate(changes) if now < each.visible_at <= now + took and rng.random() < 0.5]
            got.update(seen, young)
            newest = max((changes[n].stamp for n in [*seen, *young]), default=None)
            date = now if says_date else None
            mark = _after(mark, newest, at=now + skew, took=took, date=date)
            now += took + rng.choice([5, 60, 700, 5000])
        assert got == set(range(len(changes))), f"seed {seed}"


def each_from(mark: Watermark, change: _Change) -> bool:
    """Whether the service's filter lets a change through (stamps are told to the millisecond)."""
    return _seconds(_stamp(change.stamp)) >= _seconds(mark.start)
