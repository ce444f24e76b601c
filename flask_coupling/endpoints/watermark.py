"""Change feeds by time stamp: from where to read so that no change is missed and little is read twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

from flask_coupling.core.record import Record
from flask_coupling.errors import CursorExpired


@dataclass(frozen=True, slots=True)
class Watermark:
    """Where a feed by time stamp stands; its text is the cursor.

    A row can become visible after younger ones: its transaction commits late, or another server's clock lags. So a
    feed never goes on at the greatest stamp seen, but `overlap` before the moment the service's clock showed when the
    last read *began*; rows of the overlap come again and are told apart by their etag. How late it was on the
    service's clock is known from three lower bounds: its Date header, the greatest stamp seen before plus the time
    that has passed since on our clock, and the greatest stamp seen now less the duration of the read. It is never
    taken as later than the greatest stamp, so that a wrong clock costs at most the overlap.
    """

    start: str = ""
    seen: str = ""
    seen_at: float = 0.0

    @property
    def cursor(self) -> str:
        """Opaque text to store."""
        return orjson.dumps([self.start, self.seen, self.seen_at]).decode()

    @classmethod
    def parse(cls, cursor: str, service: str, table: str) -> Watermark:
        """The mark a cursor stands for; raises CursorExpired for anything that is not one of ours."""
        try:
            start, seen, seen_at = orjson.loads(cursor)
            for stamp in filter(None, (start, seen)):
                _moment(stamp)
            return cls(str(start), str(seen), float(seen_at))
        except (ValueError, TypeError) as error:
            raise CursorExpired(service=service, table=table) from error

    def advanced(
        self, newest: str, *, began: float, ended: float, service_time: float | None, overlap: float
    ) -> Watermark:
        """The mark after a read.

        `newest` is the greatest stamp read ("" when there was none), `began` and `ended` are our clock's seconds,
        `service_time` is the service's own clock when the read began, where it said.
        """
        if not newest and not self.seen:
            return self
        is_newer = _comparable(newest) > _comparable(self.seen)
        seen, seen_at = (newest, ended) if is_newer else (self.seen, self.seen_at)
        bounds = [_moment(seen) - timedelta(seconds=max(ended - began, 0))] if is_newer else []
        if self.seen:
            bounds.append(_moment(self.seen) + timedelta(seconds=max(began - self.seen_at, 0)))
        if service_time is not None:
            bounds.append(datetime.fromtimestamp(service_time, UTC))
        start = min(_moment(seen), max(bounds) - timedelta(seconds=overlap))
        return Watermark(_stamp(start), seen, seen_at)


@dataclass(frozen=True, slots=True)
class Reading:
    """A read of such a feed, from its first page to its last: what its end has to know of its beginning.

    `mark` is where the feed stood before, `newest` the greatest stamp so far; `began` is our clock's and `service_time`
    the service's own time when the first page was asked for. `path` leads to the next page, "" to the first.
    """

    mark: Watermark = Watermark()
    newest: str = ""
    began: float = 0.0
    service_time: float | None = None
    path: str = ""

    @property
    def cursor(self) -> str:
        """Opaque text by which the read is taken up again."""
        return orjson.dumps([self.mark.cursor, self.newest, self.began, self.service_time, self.path]).decode()

    @classmethod
    def parse(cls, cursor: str, service: str, table: str) -> Reading:
        """The read that goes on at a cursor; raises CursorExpired for anything that is not one of ours."""
        try:
            mark, newest, began, service_time, path = orjson.loads(cursor)
        except (ValueError, TypeError):
            return cls(Watermark.parse(cursor, service, table))
        return cls(Watermark.parse(str(mark), service, table), str(newest), began, service_time, str(path))

    def after(self, records: Iterable[Record], path: str, service_time: float | None) -> Reading:
        """The read after one more page, which leads to `path`."""
        newest = max(self.newest, greatest_stamp(records), key=_comparable)
        asked = service_time if self.service_time is None else self.service_time
        return replace(self, newest=newest, service_time=asked, path=path)

    def ended(self, now: float, overlap: float) -> Watermark:
        """Where the feed stands after the last page."""
        return self.mark.advanced(
            self.newest, began=self.began, ended=now, service_time=self.service_time, overlap=overlap
        )


def greatest_stamp(records: Iterable[Record]) -> str:
    """The latest `modified_on`; empty when there is none."""
    return max((record.modified_on for record in records), key=_comparable, default="")


def _comparable(stamp: str) -> str:
    return stamp.rstrip("Z")  # so that 10:00:00Z comes before 10:00:00.5Z


def _moment(stamp: str) -> datetime:
    moment = datetime.fromisoformat(stamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
