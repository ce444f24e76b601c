"""Which couplings a reading of a whole table met: one bit for each, so that no reading is too long to remember."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set


class Seen:
    """A set of coupling ids up to `newest`; those of younger couplings count as seen.

    A row that has no coupling need not be remembered: whatever becomes its coupling is younger than the reading. Only
    those that are `watched`, by record id, are.
    """

    def __init__(self, newest: int, watched: Set[str] = frozenset()) -> None:
        self._newest, self._watched = newest, watched
        self._met = set[str]()
        self._bits = bytearray(newest // 8 + 1)

    def add_all(self, coupling_ids: Iterable[int]) -> None:
        """Note that the rows of these were met."""
        bits, newest = self._bits, self._newest
        for id in coupling_ids:
            if id <= newest:
                bits[id >> 3] |= 1 << (id & 7)

    def watch(self, record_ids: Collection[str]) -> None:
        """Note that these rows were met, with or without a coupling."""
        if self._watched:
            self._met |= self._watched & set(record_ids)

    def has_met(self, record_id: str) -> bool:
        """Whether the row of a record that is watched was met."""
        return record_id in self._met

    def __contains__(self, coupling_id: int) -> bool:
        return coupling_id > self._newest or bool(self._bits[coupling_id >> 3] & 1 << (coupling_id & 7))
