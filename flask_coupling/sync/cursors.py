"""Where both sides of a table mapping were read up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.side import Side
from flask_coupling.models import IntegrationTableMapping, table_of

from .link import chunks, couplings

mappings = table_of(IntegrationTableMapping)


class Cursors:
    """The cursors of one table mapping of one connection; the caller commits."""

    def __init__(
        self, session: Session | scoped_session[Session], connection: str, mapping: str, clock: Callable[[], datetime]
    ) -> None:
        self._session, self._clock = session, clock
        self._row = {"connection": connection, "name": mapping}
        self._here = (mappings.c.connection == connection, mappings.c.name == mapping)
        self._mine = (couplings.c.connection == connection, couplings.c.mapping == mapping)

    def read(self, fingerprint: str) -> dict[Side, str | None]:
        """Where each side was read up to; None for a side never read, or read under another mapping or address."""
        row = self._session.execute(select(mappings).where(*self._here)).first()
        if row is None or row.fingerprint != fingerprint:
            return {Side.BC: None, Side.SALES: None}
        return {Side.BC: row.bc_cursor, Side.SALES: row.sales_cursor}

    def compared_at(self) -> datetime | None:
        """When all records were last looked at for deletions; None when they never were."""
        return self._session.scalar(select(mappings.c.compared_at).where(*self._here))

    def unsettle_after_edit(self, *fingerprints: str) -> None:
        """Mark all couplings as to be looked at when they agreed under other rules than any of these stands for.

        Their rows may be as they were, and differ by the rules of today.
        """
        row = self._session.execute(select(mappings.c.fingerprint, mappings.c.version).where(*self._here)).first()
        if row is None or row.fingerprint in fingerprints or not (row.fingerprint or row.version):
            return
        settled = update(couplings).where(*self._mine, couplings.c.unsettled.is_(False))
        self._session.execute(settled.values(unsettled=True))

    def keep(self, fingerprint: str, places: Mapping[Side, str | None], touched: Sequence[int]) -> None:
        """Remember how far a reading is that is not over, and that these couplings are still to be looked at."""
        for part in chunks(touched):
            self._session.execute(update(couplings).where(couplings.c.id.in_(part)).values(unsettled=True))
        self._store(_columns(fingerprint, places))

    def move(self, fingerprint: str, places: Mapping[Side, str | None], *, is_compared: bool) -> None:
        """Remember where both sides were read up to; everything before is stored.

        `is_compared` says that this run looked for deletions on both sides.
        """
        now = self._clock()
        values = {**_columns(fingerprint, places), "synchronized_at": now}
        self._store({**values, "compared_at": now} if is_compared else values)

    def _store(self, values: Mapping[str, Any]) -> None:
        result = self._session.execute(update(mappings).where(*self._here).values(values))
        if not isinstance(result, CursorResult) or result.rowcount == 0:
            self._session.execute(insert(mappings), [{**self._row, **values}])


def _columns(fingerprint: str, places: Mapping[Side, str | None]) -> dict[str, Any]:
    return {"bc_cursor": places[Side.BC], "sales_cursor": places[Side.SALES], "fingerprint": fingerprint}
