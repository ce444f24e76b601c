"""Filters of a list that a user keeps under a name, as links."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from flask_coupling.operations import saved_filters

from .. import ui
from ..answers import Answer, back_to, done, next_address
from ..language import text
from .selection import list_address


def save_filter(connection: str, mapping: str) -> Answer:
    """Keep what the list shows now under the name that was typed."""
    back = next_address(list_address(mapping))
    back_to(back)
    query = {key: request.form.getlist(key) for key in saved_filters.KEYS}
    kept = saved_filters.save_filter(
        connection, mapping, request.form.get("side", ""), request.form.get("name", ""), query
    )
    return done(link_of(kept), text("The filter %(name)s is saved.", name=kept.name))


def delete_filter(connection: str, mapping: str, id: int) -> Answer:
    """Forget a filter; the list stays as it is."""
    back = next_address(list_address(mapping))
    back_to(back)
    saved_filters.delete_filter(connection, mapping, id)
    return done(back, text("The filter was deleted."), "info")


def link_of(kept: saved_filters.SavedFilterView) -> str:
    """The address that shows a saved filter."""
    if kept.side == "couplings":
        path = ui.address("coupling_list", mapping=kept.mapping)
    else:
        path = ui.address("record_list", mapping=kept.mapping, side=kept.side)
    query = urlencode(dict(kept.query), doseq=True)
    return f"{path}?{query}" if query else path
