"""Business Central as a service description: its model, its value style, its conventions."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.business_central.conventions import BusinessCentralConventions
from simulator.business_central.entities import entity_sets
from simulator.business_central.rules.renaming import following_codes
from simulator.odata.acceptors import ValueStyle
from simulator.odata.edm import EntitySet, ServiceModel
from simulator.odata.service import Service

STYLE = ValueStyle(blanks=True, millisecond=True)


def business_central_service(declared: Iterable[EntitySet] | None = None) -> Service:
    """Return the service with the given entity sets, or with every one that is declared in `entities`."""
    sets = following_codes(tuple(entity_sets() if declared is None else declared))
    return Service.of(ServiceModel("bc", "Microsoft.NAV", "NAV", sets), STYLE, BusinessCentralConventions())
