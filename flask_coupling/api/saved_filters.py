"""Filters of lists that the one who asks keeps under a name."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import saved_filters
from flask_coupling.schemas.saved_filter import (
    SavedFilterListSchema,
    SavedFilterSchema,
    SavedFiltersQuery,
    SaveFilterSchema,
)

from .resource import QUERY, Resource
from .table_mappings import ONE as MAPPING

resource = Resource("saved-filters", __name__, "Filters of lists, kept under a name by whoever asks.")

ROOT = f"{MAPPING}/filters"


@resource.get(ROOT)
@resource.takes(SavedFiltersQuery, QUERY)
@resource.gives(200, SavedFilterListSchema)
def list_saved_filters(connection: str, mapping: str, side: str | None = None) -> Any:
    """List the filters you keep."""
    return {"rows": saved_filters.list_saved_filters(connection, mapping, side)}


@resource.post(ROOT)
@resource.takes(SaveFilterSchema)
@resource.gives(200, SavedFilterSchema)
def save_filter(connection: str, mapping: str, **what: Any) -> Any:
    """Keep a filter; one of the same name is replaced."""
    return saved_filters.save_filter(connection, mapping, **what)


@resource.delete(f"{ROOT}/<int:id>")
@resource.gives(204)
def delete_filter(connection: str, mapping: str, id: int) -> None:
    """Forget a filter."""
    saved_filters.delete_filter(connection, mapping, id)
