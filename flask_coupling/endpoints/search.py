"""One search by a person: the addresses it asks, and how it goes on from a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from flask_coupling.core.mapping import TableView
from flask_coupling.core.record import Record
from flask_coupling.errors import CursorExpired

from .query import all_of, with_options
from .rows import chosen


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, where, in what order: `where` is the table filter's text, `address` the entity set's."""

    view: TableView
    text: str
    where: str
    address: str
    order: str

    def path(self, matching: str) -> str:
        """The first page of the rows that pass a filter, in order."""
        conditions = all_of(matching, self.where)
        return with_options(self.address, **chosen(self.view), filter=conditions, orderby=self.order)

    def has_shown(self, record: Record, place: int) -> bool:
        """Whether the first filter, which is on the title, has found the record already."""
        title = str(record.values.get(self.view.table.title) or "")
        return place > 0 and self.text.lower() in title.lower()

    def resume(self, cursor: str, count: int, service: str) -> tuple[int, str]:
        """Which filter to go on with, and at which address ("" is its first page).

        A cursor may have passed through a browser: it must still lead to this very table, or CursorExpired is raised.
        """
        place, _, path = cursor.partition(":")
        is_ours = place.isdecimal() and int(place) < count
        if not is_ours or (path and not path.startswith(self.address + "?")):
            raise CursorExpired(service=service, table=self.view.table.name)
        return int(place), path
