"""What waits for a person, by cause; putting it off, and notes on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_coupling.operations import inbox
from flask_coupling.schemas.coupling import CountSchema
from flask_coupling.schemas.inbox import CausesQuery, CausesSchema, NoteSchema, SnoozeSchema

from .connections import ONE as CONNECTION
from .resource import QUERY, Resource

resource = Resource("inbox", __name__, "What waits for a person: conflicts and failed records by cause.")

ROOT = f"{CONNECTION}/inbox"


@resource.get(ROOT)
@resource.takes(CausesQuery, QUERY)
@resource.gives(200, CausesSchema)
def list_causes(connection: str, mapping: str | None = None) -> Any:
    """List the causes for which something waits."""
    return {"rows": inbox.list_causes(connection, mapping)}


@resource.post(f"{ROOT}/snooze")
@resource.takes(SnoozeSchema)
@resource.gives(200, CountSchema)
def snooze(connection: str, until: datetime | None, **which: Any) -> Any:
    """Put conflicts or failed records off until a moment; they are tried all the same."""
    return {"count": inbox.snooze(connection, until, **which)}


@resource.post(f"{ROOT}/note")
@resource.takes(NoteSchema)
@resource.gives(200, CountSchema)
def annotate(connection: str, note: str, **which: Any) -> Any:
    """Write a note on conflicts or failed records."""
    return {"count": inbox.annotate(connection, note, **which)}
