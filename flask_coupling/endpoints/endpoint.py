"""What the engine may ask of a service, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.record import Record, Values
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import CouplingError


class Verb(StrEnum):
    """What a write does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a change feed or list.

    `records` are present rows, `deleted` the ids the service says are gone (a feed that cannot tell leaves it empty).
    `cursor` is where to go on: within a feed only the last page has one, in a list it is None on the last page.
    `resume` is the cursor by which a feed that is cut off after this page goes on with the next one, and ends with the
    same cursor as if it had not been cut off; None on the last page, and where a service cannot do that.
    """

    records: Sequence[Record]
    deleted: Sequence[str] = ()
    cursor: str | None = None
    resume: str | None = None


class Nested(NamedTuple):
    """Rows that are created together with the row they belong to; `table` says by which navigation."""

    table: Table
    rows: Sequence[Values]

    @property
    def navigation(self) -> str:
        """The navigation by which the rows are reached from the one they belong to."""
        assert self.table.within is not None
        return self.table.within.navigation


class Write(NamedTuple):
    """One write. `view` says what is read back of the written row.

    CREATE: `id` may be given where the service lets us choose it (see `Endpoint.chooses_ids`), else it is None.
    `nested` rows are created with it, all of them or nothing. UPDATE and DELETE: `if_match` is the etag the row must
    still carry; None means whatever it carries.
    """

    verb: Verb
    view: TableView
    id: str | None = None
    values: Values = MappingProxyType({})
    if_match: str | None = None
    nested: Sequence[Nested] = ()


class Outcome(NamedTuple):
    """What became of one write: the row as the service answered it (None after a delete), or the error."""

    record: Record | None = None
    error: CouplingError | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are; `is_exact` is False where a service stops counting, and there are that many or more."""

    number: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a successful test of one service tells.

    `version` in the service's words, `user` who we are there, `details` further facts worth showing
    (company id and name, base currency id and code, organization id).
    """

    side: Side
    version: str
    user: str
    details: Mapping[str, str] = field(default_factory=dict)


class Endpoint(Protocol):
    """One service. Every method raises ServiceError, SetupError or RecordError types, never a transport's own."""

    side: Side
    batch_limit: int
    """Operations a batch may hold; `batch` accepts any number and splits."""
    concurrency: int
    """Requests the service works on at once; more only queue or are refused."""
    chooses_ids: bool
    """Whether the caller may choose a new row's id (then repeating a create finds DuplicateRecord, not a double)."""
    feeds_deletions: bool
    """Whether `changes` reports deleted ids."""

    def changes(self, view: TableView, since: str | None) -> Iterator[Page]:
        """Yield what changed since the cursor (or a page's `resume`), page by page; everything when it is None.

        The last page carries the next cursor. Raises CursorExpired when the service no longer knows the cursor,
        ServiceGarbled when links loop or lead to another host.
        """
        ...

    def changes_of(self, feeds: Sequence[tuple[TableView, str | None]]) -> list[Iterator[Page]]:
        """Return what `changes` yields for several tables and their cursors (or None), the first pages asked together.

        That takes one request for all tables of the same API. What is wrong with one feed is raised by its iterator.
        """
        ...

    def search(
        self,
        view: TableView,
        text: str,
        where: TableFilter,
        *,
        limit: int,
        cursor: str | None = None,
        order: str = "",
    ) -> Page:
        """Return up to `limit` rows whose title or number contains `text` (any when empty) and that pass `where`.

        `order` is a property to sort by, ` desc` after it for the other way round; by title when it is empty.
        """
        ...

    def count(self, table: Table, where: TableFilter) -> Count:
        """Return how many rows pass `where`."""
        ...

    def columns(self, table: Table) -> Columns | None:
        """Return what the service says about a table's properties; None where it keeps them to itself.

        Raises TableUnknown when it has no such table. May be some minutes old.
        """
        ...

    def authors(self, table: Table, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the names of those who changed these rows last, by id, as far as the service tells."""
        ...

    def get(self, view: TableView, id: str) -> Record | None:
        """Return one row, or None when there is none."""
        ...

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """Return the rows that exist by id; an id that is not there is missing from the answer."""
        ...

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """Return the rows whose `field` equals one of `values`, in as few requests as the service allows."""
        ...

    def find_within(self, view: TableView, ids: Sequence[str]) -> dict[str, list[Record]]:
        """Return the rows of a table of lines by the id of their document, in the order they have there.

        The view holds the column that names it. A document without lines, or one that is gone, has none.
        """
        ...

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """Carry out independent writes; one outcome for each, in the same order.

        A write that fails does not keep the others from being carried out. Only a failure of the whole exchange
        (no connection, throttled beyond patience) is raised; outcomes of requests already answered are then on the
        error as `error.outcomes` (shorter than writes).
        """
        ...

    def check(self) -> ServiceFacts:
        """Test address, credentials and permission; raises the SetupError that says what is wrong."""
        ...

    def url(self, table: Table, id: str) -> str:
        """The address of the record in the service's own client, for a person to open."""
        ...
