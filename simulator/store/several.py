"""INSERTs of several rows in one statement, which binds what the rows have in common only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any

TOGETHER = 50  # rows of one INSERT; SQLite takes 32,766 values in all, and no table has 600 columns
_MOST = 500

Rows = Sequence[Sequence[Any]]


class SeveralRows:
    """Makes an INSERT of one row one of several: that takes a quarter less, and the lock of Python once.

    Most columns of new rows hold the same value in all of them. Which ones is learned for each INSERT: a column that
    once held different values is bound row by row from then on, so that there are few statements to prepare.
    """

    def __init__(self, learns: bool = True) -> None:
        self._learns = learns
        self._shared: dict[str, tuple[int, ...]] = {}

    def statements(self, sql: str, rows: Rows) -> Iterator[tuple[str, Sequence[Any]]]:
        """Yield what inserts these rows: statements with their values."""
        for start in range(0, len(rows), TOGETHER):
            part = rows[start : start + TOGETHER]
            if len(part) < TOGETHER or not self._learns:
                yield _repeated(sql, len(part)), list(chain.from_iterable(part))
            else:
                yield self._binding_once(sql, part)

    def _binding_once(self, sql: str, rows: Rows) -> tuple[str, Sequence[Any]]:
        columns = list(zip(*rows, strict=True))
        known = self._shared.get(sql, range(len(columns)))
        # 1 and True count as one value, which is what a column makes of them, too
        shared = tuple(place for place in known if columns[place].count(columns[place][0]) == len(rows))
        if shared != known:
            if len(self._shared) >= _MOST:
                self._shared.clear()
            self._shared[sql] = shared
        fixed = set(shared)
        own = [column for place, column in enumerate(columns) if place not in fixed]
        values = [columns[place][0] for place in shared]
        values.extend(chain.from_iterable(zip(*own, strict=True)))
        return _numbered(sql, shared, len(columns), len(rows)), values


@lru_cache(maxsize=256)
def _repeated(sql: str, times: int) -> str:
    head, mark, values = sql.rpartition(" VALUES ")
    return head + mark + ", ".join([values] * times)


@lru_cache(maxsize=256)
def _numbered(sql: str, shared: tuple[int, ...], width: int, times: int) -> str:
    head, mark, _ = sql.rpartition(" VALUES ")
    fixed = {place: f"?{number}" for number, place in enumerate(shared, 1)}
    numbers = count(len(shared) + 1)
    rows = (", ".join(fixed.get(place) or f"?{next(numbers)}" for place in range(width)) for _ in range(times))
    return f"{head}{mark}{', '.join(f'({row})' for row in rows)}"
