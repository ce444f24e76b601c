"""Several companies in one Sales environment: whose rows a connection's table mappings handle there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask_coupling.core.company import Companies, CompanyScope
from flask_coupling.core.mapping import Table, TableMapping, TableView
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Endpoint, Verb, Write
from flask_coupling.endpoints.sales import Sales
from flask_coupling.errors import CompanyColumnMissing, DuplicateRecord, OtherCompany
from flask_coupling.globals import current_coupling
from flask_coupling.mappings._company import COMPANIES, COMPANY_COLUMN
from flask_coupling.models import Connection
from flask_coupling.sync.companies import company_name


def scope_of(connection: Connection | None) -> CompanyScope | None:
    """The company whose rows of Sales are a connection's; None where they are not told apart."""
    if connection is None or not connection.several_companies or not connection.company_scope:
        return None
    found = connection.company_scope
    name = str((connection.facts or {}).get("company_name") or connection.company)
    return CompanyScope(found["column"], found["id"], name, _companies(found["column"]))


def of_company(connection: Connection | None, mapping: TableMapping) -> TableMapping:
    """A table mapping as the connection uses it: within its company, where the table of Sales tells companies apart."""
    scope = scope_of(connection)
    if connection is None or scope is None or mapping.sales.name not in (connection.company_scope or {})["tables"]:
        return mapping
    known = _scoped.get((connection.name, mapping.name))
    if known is not None and known[0] is mapping and known[1] == scope and known[1].name == scope.name:
        return known[2]
    made = mapping.replaced(company=scope, sales=scope.within(mapping.sales))
    _scoped[connection.name, mapping.name] = mapping, scope, made
    return made


def company_of(connection: Connection | None, mapping: TableMapping) -> str:
    """The name of the company whose rows of Sales a mapping handles where nothing else is set; empty for all."""
    scope = of_company(connection, mapping).company
    return "" if scope is None else scope.name or scope.id


ALL_COMPANIES = (
    "Rows of all companies take part: one row can get a partner in each company, and where companies use the same "
    "numbers or names there can be duplicates."
)
OWN_COMPANY = (
    "Only rows that carry the company of this connection take part, those without a company do not: another company "
    "may have been meant."
)


def warnings_of(mapping: TableMapping, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What to know of settings that are allowed all the same."""
    if not settings["multi_company"]:
        return ()
    return (OWN_COMPANY if mapping.one_company else ALL_COMPANIES,)


_scoped: dict[tuple[str, str], tuple[TableMapping, CompanyScope, TableMapping]] = {}
"""What was made last, so that the same mapping is the same again, with what it has worked out."""


def check_column(connection: Connection) -> list[str]:
    """The tables of Sales that have the company column, by name; raises CompanyColumnMissing when none has."""
    column, tables = current_coupling.settings.company_column, _tables()
    having = _open(connection).tables_with(column, tables)
    if not having:
        raise CompanyColumnMissing(column=column, tables=", ".join(tables))
    return sorted(having)


def find_scope(connection: Connection, company_id: str, company_name: str) -> dict[str, Any]:
    """What a connection keeps as its `company_scope`; Sales gets a row for the company where it has none yet."""
    column, tables = current_coupling.settings.company_column, check_column(connection)
    companies, id = _companies(column), company_id
    if companies is not None:
        id = _company_row(_open(connection), companies.table, company_id, company_name)
    return {"column": column, "id": id.lower(), "tables": tables}


def _companies(column: str) -> Companies | None:
    return COMPANIES if column == COMPANY_COLUMN else None


def _open(connection: Connection) -> Sales:
    return cast(Sales, current_coupling.endpoints.open(connection, Side.SALES))


def _tables() -> list[str]:
    """The tables of Sales whose rows may be a company's: not choices, nor what hangs on a document or a custom API."""
    tables = (each.sales for each in current_coupling.mappings.values() if not each.parent)
    return sorted({each.name for each in tables if not each.route and each.option_set is None})


def _company_row(sales: Endpoint, table: Table, id: str, name: str) -> str:
    """The id of a company's row in Sales, which is made where there is none: under its own id, so that it is one."""
    view = TableView(table, ("bcbi_externalid", "bcbi_name"))
    if found := sales.find(view, "bcbi_externalid", [id]):
        return found[0].id
    (outcome,) = sales.batch([Write(Verb.CREATE, view, id, {"bcbi_name": name[:100], "bcbi_externalid": id})])
    if outcome.error is not None and not isinstance(outcome.error, DuplicateRecord):
        raise outcome.error
    return id


def other_company(sales: Endpoint, facts: dict[str, Any], mapping: TableMapping) -> OtherCompany:
    """The error that names the company of a row, and ours."""
    return OtherCompany(**{**facts, "other": company_name(sales, mapping, str(facts["other"]))})
