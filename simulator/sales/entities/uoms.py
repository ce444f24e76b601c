"""Units: how many of the base unit one of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, guid, lookup, text
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS, quantity


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.word().title(), "quantity": 12}


UOMS = EntitySet(
    name="uoms",
    entity="uom",
    title="Unit",
    key="uomid",
    primary_name="name",
    properties=(
        guid("uomid", access=Access.CREATE_ONLY),
        lookup("baseuom", "uom"),
        text("name", 100, required_level="ApplicationRequired"),
        lookup("uomscheduleid", "uomschedule", access=Access.CREATE_ONLY, required_level="ApplicationRequired"),
        quantity("quantity", required_level="ApplicationRequired"),
        boolean("isschedulebaseuom", False, access=Access.READ_ONLY),
        guid("organizationid", access=Access.READ_ONLY),
        *STAMPS,
    ),
    navigations=(
        Navigation("baseuom", "uoms", column="baseuom"),
        Navigation("uomscheduleid", "uomschedules", column="uomscheduleid"),
        *STAMP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1055,
    schema_name="UoM",
    sample=sample,
)
