"""What other companies are called, whose rows of Sales a run met."""

from __future__ import annotations

from flask_coupling.core.mapping import TableMapping, TableView
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.errors import CouplingError

from .labels import text_of


def company_name(sales: Endpoint, mapping: TableMapping, id: str) -> str:
    """What a company is called that a row of Sales belongs to: its id where nobody tells."""
    companies = mapping.company.companies if mapping.company is not None else None
    if companies is None:
        return id
    try:
        row = sales.get(TableView(companies.table, (companies.table.title,)), id)
    except CouplingError:  # it is only asked for to name it: what is told of the row itself counts
        return id
    return text_of(row, companies.table.title) or id
