"""Table mappings of a connection."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import mappings
from flask_coupling.schemas.mapping import TableMappingListSchema, TableMappingSchema

from .connections import ONE as CONNECTION
from .resource import Resource

resource = Resource("table-mappings", __name__, "Pairs of tables and the rules between them.")

ROOT = f"{CONNECTION}/table-mappings"
ONE = f"{ROOT}/<string(maxlength=50):mapping>"


@resource.get(ROOT)
@resource.gives(200, TableMappingListSchema)
def list_table_mappings(connection: str) -> Any:
    """List the table mappings with their fields and the number of their couplings."""
    return {"rows": mappings.list_mappings(connection)}


@resource.get(ONE)
@resource.gives(200, TableMappingSchema)
def get_table_mapping(connection: str, mapping: str) -> Any:
    """Show a table mapping."""
    return mappings.get_mapping(connection, mapping)
