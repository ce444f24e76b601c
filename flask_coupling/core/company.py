"""Whose rows a table mapping handles, where several companies of Business Central share one Sales environment."""

from __future__ import annotations

from dataclasses import dataclass, field

from .table import Lookup, Table
from .table_filter import EVERYTHING, TableFilter, one_of


@dataclass(frozen=True, slots=True)
class Companies:
    """The table of Sales that has a row for each company, and the lookup that leads to it."""

    table: Table
    lookup: Lookup


@dataclass(frozen=True, slots=True)
class CompanyScope:
    """The company whose rows are ours.

    `column` of a table of Sales holds `id` in our rows, something else in those of other companies, and nothing in
    those of none. `name` is what people call the company. `companies` is where the column leads to; None where it is no
    lookup.
    """

    column: str
    id: str
    name: str = field(default="", compare=False, repr=False)
    companies: Companies | None = field(default=None, compare=False, repr=False)

    def filter(self, *, exact: bool) -> TableFilter:
        """The filter that admits our rows and, unless `exact`, those of no company."""
        return one_of(self.column, self.id, *(() if exact else (None,)))

    def within(self, table: Table) -> Table:
        """The table of Sales, knowing what our column leads to."""
        if self.companies is None or self.column in table.lookups:
            return table
        return table.with_lookup(self.column, self.companies.lookup)


def scope_filter(scope: CompanyScope | None, *, exact: bool) -> TableFilter:
    """What a scope lets through; everything where there is none."""
    return EVERYTHING if scope is None else scope.filter(exact=exact)
