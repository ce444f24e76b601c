"""Records of a table mapping on either side, read from the services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_coupling.operations import mappings
from flask_coupling.schemas.record import CardSchema, ComparisonQuery, RecordPageSchema, RecordsQuery

from .resource import QUERY, Resource
from .table_mappings import ONE as MAPPING

resource = Resource("records", __name__, "The records of both systems as they are now.")

ROOT = f"{MAPPING}/records/<any(bc, sales):side>"
ONE = f"{ROOT}/<uuid:id>"


@resource.get(ROOT)
@resource.takes(RecordsQuery, QUERY)
@resource.gives(200, RecordPageSchema)
def list_records(connection: str, mapping: str, side: str, **query: Any) -> Any:
    """List the records of one side with their couplings."""
    return mappings.list_records(connection, mapping, side, **query)


@resource.get(ONE)
@resource.gives(200, CardSchema)
def get_record(connection: str, mapping: str, side: str, id: UUID) -> Any:
    """Show a record next to its partner."""
    return mappings.get_card(connection, mapping, side, str(id))


@resource.get(f"{MAPPING}/comparison")
@resource.takes(ComparisonQuery, QUERY)
@resource.gives(200, CardSchema)
def compare_records(connection: str, mapping: str, bc_id: str, sales_id: str) -> Any:
    """Show two records side by side, as if they were coupled."""
    return mappings.compare_records(connection, mapping, bc_id, sales_id)
