"""Table mappings of a connection."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import mappings, uncoupling
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.job import JobSchema
from flask_coupling.schemas.mapping import TableMappingListSchema, TableMappingSchema

from .connections import ONE as CONNECTION
from .jobs import LOCATION as JOB_LOCATION
from .jobs import give_accepted
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


@resource.post(f"{ONE}/uncouple")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=JOB_LOCATION)
def delete_couplings(connection: str, mapping: str) -> Any:
    """Remove all couplings of a table mapping in a job; the records stay.

    Where companies share the Sales environment its rows lose the company, also those that are not coupled.
    """
    return give_accepted(uncoupling.delete_couplings(connection, mapping))
