"""Store what an administrator set of table mappings, with what changed, who changed it and when: all or nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.mapping_document import difference, document_of, list_changes
from flask_coupling.errors import MappingEditedConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.models import IntegrationTableMapping, MappingChange, table_of
from flask_coupling.models.savepoint import savepoint
from flask_coupling.permissions import principal

from .drafts import Draft, present_document

log = logging.getLogger(__name__)

mappings = table_of(IntegrationTableMapping)
changes = table_of(MappingChange)

ANY = -1
"""The version of one who does not mind which."""


def store_settings(connection: str, drafts: Sequence[Draft], versions: Mapping[str, int], action: str) -> list[str]:
    """Store drafts without faults in one transaction; returns the names of the mappings that changed.

    `versions` are those that were read, by mapping. Raises MappingEditedConflictError, and stores nothing then, when
    one of them is not the present one; settings that are as they were are not stored, nor logged.
    """
    now = current_coupling.clock()
    try:
        changed = [
            each.name for each in drafts if store_draft(connection, each, versions.get(each.name, ANY), action, now)
        ]
    except MappingEditedConflictError:
        current_coupling.session.rollback()
        raise
    current_coupling.session.commit()
    log.info(
        "mappings set connection=%s mappings=%s action=%s by=%s", connection, ",".join(changed), action, principal()
    )
    return changed


def store_draft(connection: str, draft: Draft, version: int, action: str, now: datetime) -> bool:
    """Store one draft, and say whether it changed anything; the caller commits, or rolls back when this raises."""
    present = _version(connection, draft.name)
    if version not in (ANY, present):
        raise _edited(connection, draft, version)
    listed = [list(each) for each in list_changes(present_document(connection, draft.declared), draft.document)]
    if not listed:
        return False
    settings = difference(document_of(draft.declared), draft.document)
    values = {"settings": settings or None, "version": present + 1, "edited_at": now, "edited_by": principal()}
    here = (mappings.c.connection == connection) & (mappings.c.name == draft.name)
    result = current_coupling.session.execute(
        update(mappings).where(here, mappings.c.version == present).values(values)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:  # somebody was faster by a moment
        raise _edited(connection, draft, present)
    _log(connection, draft, present + 1, action, listed, settings, now)
    row = current_coupling.session.get(IntegrationTableMapping, (connection, draft.name))
    current_coupling.session.expire(row)
    return True


def _log(
    connection: str, draft: Draft, version: int, action: str, listed: list[Any], settings: Any, now: datetime
) -> None:
    row = {
        "connection": connection,
        "mapping": draft.name,
        "version": version,
        "action": action,
        "changes": listed,
        "settings": settings,
        "requested_by": principal(),
        "at": now,
    }
    current_coupling.session.execute(insert(changes).values(row))


def _version(connection: str, name: str) -> int:
    """The present version; a mapping that has no row yet gets one."""
    session = current_coupling.session
    query = select(mappings.c.version).where(mappings.c.connection == connection, mappings.c.name == name)
    version = session.scalar(query)
    if version is None:
        try:
            with savepoint(session):
                values = {"connection": connection, "name": name, "version": 0, "edited_by": "", "fingerprint": ""}
                session.execute(insert(mappings).values(values))
        except IntegrityError:
            pass  # another process has just made it
        version = session.scalar(query)
    return int(version or 0)


def _edited(connection: str, draft: Draft, version: int) -> MappingEditedConflictError:
    """The error that says who changed what since `version`."""
    c = changes.c
    query = select(c.requested_by, c.changes).where(c.connection == connection, c.mapping == draft.name)
    rows = current_coupling.session.execute(query.where(c.version > version).order_by(c.id)).all()
    paths = dict.fromkeys(path for row in rows for path, *_ in row.changes)
    who = dict.fromkeys(row.requested_by or "another user" for row in rows)
    return MappingEditedConflictError(
        mapping=draft.declared.caption or draft.name,
        who=", ".join(who) or "another user",
        settings=", ".join(paths) or "settings",
    )
