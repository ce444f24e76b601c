"""The coupling actions as a fragment for a host's own page."""

from __future__ import annotations

from ..answers import Answer, page


def actions(connection: str, mapping: str, side: str, id: str) -> Answer:
    """The actions and state of one record; empty while the connection is not enabled."""
    return page("fragment.html", connection=connection, mapping=mapping, side=side, id=id)
