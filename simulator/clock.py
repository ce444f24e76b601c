"""The simulator's clock: real time unless someone freezes, moves or sets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Answers the time in UTC; every part of one simulator asks the same clock.

    `Clock(frozen_at)` starts frozen. An advanced clock keeps running from its new time, a frozen one stands.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._frozen = frozen_at

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen is not None

    def now(self) -> datetime:
        """Return the time, timezone-aware and in UTC."""
        return self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop at the given time, or at the present one, and return it."""
        self._frozen = _in_utc(at) if at is not None else self.now()
        return self._frozen

    def advance(self, by: timedelta | float) -> datetime:
        """Move by a timedelta or by seconds (negative goes back) and return the new time."""
        step = by if isinstance(by, timedelta) else timedelta(seconds=by)
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset += step
        return self.now()

    def set(self, to: datetime) -> datetime:
        """Set the time; a frozen clock stays frozen, a running one runs on from there."""
        if self._frozen is not None:
            self._frozen = _in_utc(to)
        else:
            self._offset = _in_utc(to) - datetime.now(UTC)
        return self.now()

    def resume(self) -> datetime:
        """Run again from the time at which it was frozen, and return it."""
        if self._frozen is not None:
            self._offset = self._frozen - datetime.now(UTC)
            self._frozen = None
        return self.now()

    def reset(self) -> None:
        """Show the real time again."""
        self._offset, self._frozen = timedelta(), None


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
