"""How both services are spoken to: one operation or a batch at a time, patiently, within what the service bears."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from threading import BoundedSemaphore
from typing import Any, ClassVar, Self

from flask_coupling.core.mapping import Table
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, ServiceThrottled

from .batch import Part, Reply, Result
from .gate import retry_after
from .known_columns import KnownColumns
from .query import Spelling
from .refusal import Subject
from .transport import Transport
from .wire import Answer


class Exchange(ABC):
    """A service over HTTP: its limits, its addresses, and batches whose throttled parts are sent again."""

    side: Side
    batch_limit: int
    concurrency: int
    chooses_ids: bool
    feeds_deletions: bool

    page_size: ClassVar[int]
    longest_filter: ClassVar[int]
    most_terms: ClassVar[int]
    spelling: ClassVar[Spelling]
    count_limit: ClassVar[int | None] = None

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._known_columns = KnownColumns(transport.clock)
        # callers may have several batches under way; the service's limit is for all of them together
        self._slots = BoundedSemaphore(max(min(self.concurrency, transport.settings.parallel), 1))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.transport.root}>"

    def apart(self) -> Self:
        """The same endpoint with a count of requests of its own, for one of several runs at once."""
        other = copy(self)
        other.transport = self.transport.apart()
        return other

    @property
    def requests_made(self) -> int:
        """HTTP requests this endpoint has made so far, those for tokens and repetitions included."""
        return self.transport.requests_made

    # --- what differs ------------------------------------------------------------------------------------------------

    @abstractmethod
    def _set_path(self, table: Table) -> str:
        """The entity set's address below the transport's root."""

    @abstractmethod
    def _parse(self, answer: Answer) -> Any:
        """The JSON of an answer in plain spelling."""

    @abstractmethod
    def _exchange(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        """Send one batch of at most `batch_limit` operations on tables of `table`'s API; the results in order."""

    # --- batches -----------------------------------------------------------------------------------------------------

    def _exchange_patiently(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        """Send one batch, and those of its parts again that were only throttled."""
        results = self._exchange_in_turn(table, parts, is_reading=is_reading)
        for attempt in range(self.transport.settings.retries):
            places = [place for place, result in enumerate(results) if _is_throttled(result)]
            if not places:
                break
            waits = [self._asked(result) for place in places if isinstance(result := results[place], Reply)]
            self.transport.hold_all(max((wait for wait in waits if wait is not None), default=None), attempt)
            again: Sequence[Result]
            try:
                again = self._exchange_in_turn(table, [parts[place] for place in places], is_reading=is_reading)
            except ServiceThrottled:
                break  # longer than anyone should wait here, and the replies say so already
            except CouplingError as error:
                again = [error] * len(places)
            for place, result in zip(places, again, strict=True):
                results[place] = result
        return results

    def _exchange_in_turn(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        with self._slots:
            return self._exchange(table, parts, is_reading=is_reading)

    # --- what is answered --------------------------------------------------------------------------------------------

    def _content(self, result: Result, subject: Subject) -> Any:
        if isinstance(result, CouplingError):
            raise result
        if not result.is_success:
            raise self._refusal(result, subject)
        return result.content

    def _refusal(self, reply: Reply, subject: Subject) -> CouplingError:
        return self.transport.dialect.refusal(reply.status, reply.content, subject, self._asked(reply))

    def _asked(self, reply: Reply) -> float | None:
        return retry_after(reply.headers, self.transport.clock, self.transport.settings.longest_retry_after)


def _is_throttled(result: Result) -> bool:
    return isinstance(result, Reply) and result.status == 429
