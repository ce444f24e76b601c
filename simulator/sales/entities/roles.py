"""Security roles: what their users may do. Here they are named and assigned; nothing is refused for want of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, choice, guid, lookup, text
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS
from simulator.sales.memberships import TEAM_ROLES, USER_ROLES, paired_with


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.job()[:100]}


ROLES = EntitySet(
    name="roles",
    entity="role",
    title="Security Role",
    key="roleid",
    primary_name="name",
    properties=(
        guid("roleid", access=Access.CREATE_ONLY),
        text("name", 100, required_level="ApplicationRequired"),
        lookup("businessunitid", "businessunit", required_level="ApplicationRequired"),
        guid("organizationid", access=Access.READ_ONLY),
        lookup("parentroleid", "role", access=Access.READ_ONLY),
        lookup("parentrootroleid", "role", access=Access.READ_ONLY),
        choice(
            "isinherited", {0: "Team privileges only", 1: "Direct User (Basic) access level and Team privileges"}, 1
        ),
        boolean("ismanaged", False, access=Access.READ_ONLY),
        *STAMPS,
    ),
    navigations=(
        Navigation("businessunitid", "businessunits", column="businessunitid"),
        Navigation("parentroleid", "roles", column="parentroleid"),
        Navigation("parentrootroleid", "roles", column="parentrootroleid"),
        *STAMP_NAVIGATIONS,
        paired_with("systemusers", USER_ROLES.turned),
        paired_with("teams", TEAM_ROLES.turned),
    ),
    webhooks=True,
    object_type_code=1036,
    schema_name="Role",
    sample=sample,
)
