"""Unit groups: a base unit and what is counted in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, guid, lookup, memo, state_and_status, text
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.units import UNIT_GROUP_RULES


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.word().title(), "baseuomname": fake.word()}


UOMSCHEDULES = EntitySet(
    name="uomschedules",
    entity="uomschedule",
    title="Unit Group",
    key="uomscheduleid",
    primary_name="name",
    properties=(
        guid("uomscheduleid", access=Access.CREATE_ONLY),
        lookup("organizationid", "organization", access=Access.READ_ONLY),
        text("name", 200, required_level="ApplicationRequired"),
        memo("description"),
        text("baseuomname", 100, access=Access.CREATE_ONLY, required_level="ApplicationRequired"),
        *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        *STAMP_NAVIGATIONS,
        Navigation("unit_of_measurement_schedule_conversions", "uoms", collection=True, target_column="uomscheduleid"),
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1056,
    schema_name="UoMSchedule",
    rules=UNIT_GROUP_RULES,
    sample=sample,
)
