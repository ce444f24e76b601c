"""Dynamics 365 Sales (Dataverse) as a service description: its model, its value style, its conventions."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.odata.acceptors import ValueStyle
from simulator.odata.edm import EntitySet, ServiceModel
from simulator.odata.service import Service
from simulator.sales.closing import CLOSING
from simulator.sales.conventions import SalesConventions
from simulator.sales.entities import entity_sets
from simulator.sales.initializing import initializing
from simulator.sales.merging import merging
from simulator.sales.option_values import OPTION_VALUES
from simulator.sales.rules.base_amounts import with_base_amounts
from simulator.sales.unbound import UNBOUND

STYLE = ValueStyle(blanks=False, millisecond=False, fold=str.casefold, empty_text_is_null=True)


def sales_service(declared: Iterable[EntitySet] | None = None) -> Service:
    """Return the service with the given entity sets, or with every one that is declared in `entities`."""
    sets = tuple(map(with_base_amounts, entity_sets() if declared is None else declared))
    model = ServiceModel(
        "sales", "Microsoft.Dynamics.CRM", "System", sets,
        UNBOUND + CLOSING + OPTION_VALUES + merging(sets) + initializing(sets),
        alias="mscrm", base_type="crmbaseentity",
    )  # fmt: skip
    return Service.of(model, STYLE, SalesConventions())
