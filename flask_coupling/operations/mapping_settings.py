"""Change what an administrator sets of a table mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update

from flask_coupling.globals import current_coupling
from flask_coupling.models import IntegrationTableMapping, table_of


def change_settings(connection: str, mapping: str, values: Mapping[str, Any]) -> None:
    """Set these settings of a table mapping, and leave the others; the caller commits."""
    session, table = current_coupling.session, table_of(IntegrationTableMapping)
    row = session.get(IntegrationTableMapping, (connection, mapping), populate_existing=True, with_for_update=True)
    if row is None:
        fresh = {"connection": connection, "name": mapping, "settings": dict(values), "fingerprint": ""}
        session.execute(insert(table).values(fresh))
        return
    here = (table.c.connection == connection, table.c.name == mapping)
    session.execute(update(table).where(*here).values(settings={**(row.settings or {}), **values}))
