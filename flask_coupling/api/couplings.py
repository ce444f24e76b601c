"""Couplings: list, couple, create partners, compare, uncouple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for

from flask_coupling.errors import CouplingError
from flask_coupling.operations import coupling_lists, couplings, partners, pausing
from flask_coupling.operations.views import CouplingResult, CouplingView
from flask_coupling.schemas.coupling import (
    ChosenSchema,
    CountSchema,
    CoupleManySchema,
    CoupleSchema,
    CouplingPageSchema,
    CouplingResultSchema,
    CouplingsQuery,
    PairResultsSchema,
    PartnersSchema,
    UncoupledSchema,
)
from flask_coupling.schemas.job import JobSchema
from flask_coupling.schemas.record import CardSchema

from .connections import ONE as CONNECTION
from .jobs import LOCATION as JOB_LOCATION
from .jobs import give_accepted
from .resource import QUERY, Resource, give
from .table_mappings import ONE as MAPPING

resource = Resource("couplings", __name__, "Which record of Business Central and which one of Sales are the same.")

ROOT = f"{CONNECTION}/couplings"
ONE = f"{ROOT}/<int:id>"
LOCATION = {"Location": "Address of the new coupling."}


@resource.get(ROOT)
@resource.takes(CouplingsQuery, QUERY)
@resource.gives(200, CouplingPageSchema)
def list_couplings(connection: str, **query: Any) -> Any:
    """List the couplings."""
    return couplings.list_couplings(connection, query.pop("mapping", None), **query)


@resource.post(ROOT)
@resource.takes(CoupleSchema)
@resource.answers(201, CouplingResultSchema, headers=LOCATION)
def couple(connection: str, mapping: str, bc_id: str, sales_id: str, **options: Any) -> Any:
    """Couple two records that exist."""
    return give_created(connection, couplings.couple(connection, mapping, bc_id, sales_id, **options))


@resource.post(f"{MAPPING}/couplings")
@resource.takes(CoupleManySchema)
@resource.gives(200, PairResultsSchema)
def couple_many(connection: str, mapping: str, pairs: list[dict[str, str]], **options: Any) -> Any:
    """Couple many pairs of existing records; a pair that cannot be coupled does not stop the others."""
    ends = [(pair["bc_id"], pair["sales_id"]) for pair in pairs]
    results = couplings.couple_many(connection, mapping, ends, **options)
    return {"rows": [_tell_apart(each) for each in results]}


@resource.post(f"{MAPPING}/partners")
@resource.takes(PartnersSchema)
@resource.answers(201, CouplingResultSchema, headers=LOCATION)
@resource.answers(202, JobSchema, headers=JOB_LOCATION)
def create_partners(
    connection: str, mapping: str, side: str, ids: Sequence[str] = (), search: str = "", **options: Any
) -> Any:
    """Create the partner of a record on the other side and couple the two; several records become a job."""
    if not ids:
        return give_accepted(partners.create_all_partners(connection, mapping, side, search, **options))
    if len(ids) > 1:
        return give_accepted(partners.create_partners(connection, mapping, side, ids, **options))
    return give_created(connection, partners.create_partner(connection, mapping, side, ids[0], **options))


@resource.post(f"{ROOT}/uncouple")
@resource.takes(ChosenSchema)
@resource.gives(200, UncoupledSchema)
def uncouple_many(connection: str, **chosen: Any) -> Any:
    """Remove several couplings; the records stay as they are, and ids without a coupling are passed over."""
    return {"uncoupled": couplings.uncouple_many(connection, _ids(connection, **chosen))}


@resource.post(f"{ROOT}/pause")
@resource.takes(ChosenSchema)
@resource.gives(200, CountSchema)
def pause_couplings(connection: str, **chosen: Any) -> Any:
    """Leave the records of some couplings alone on both sides until they are resumed."""
    return {"count": pausing.pause(connection, _ids(connection, **chosen))}


@resource.post(f"{ROOT}/resume")
@resource.takes(ChosenSchema)
@resource.gives(200, CountSchema)
def resume_couplings(connection: str, **chosen: Any) -> Any:
    """Let paused couplings go on; what changed meanwhile on either side is seen by the next run."""
    return {"count": pausing.resume(connection, _ids(connection, **chosen))}


def _ids(connection: str, ids: list[int] | None = None, **which: Any) -> list[int]:
    """The couplings chosen, by id or by what they have in common."""
    return ids if ids is not None else coupling_lists.find_ids(connection, **which)


@resource.get(ONE)
@resource.gives(200, CardSchema)
def get_coupling(connection: str, id: int) -> Any:
    """Show a coupling: both records, and how their fields compare."""
    return couplings.get_coupling_card(connection, id)


@resource.delete(ONE)
@resource.gives(204)
def uncouple(connection: str, id: int) -> None:
    """Remove a coupling; the records stay as they are."""
    couplings.uncouple(connection, id)


def give_created(connection: str, result: CouplingResult) -> Response:
    """Answer 201 with a new coupling and its address."""
    address = url_for("coupling_api.couplings.get_coupling", connection=connection, id=result.coupling.id)
    return give(result, CouplingResultSchema, 201, {"Location": address})


def _tell_apart(result: CouplingView | CouplingError) -> dict[str, CouplingView | CouplingError | None]:
    is_problem = isinstance(result, CouplingError)
    return {"coupling": None if is_problem else result, "problem": result if is_problem else None}
