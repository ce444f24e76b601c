"""The columns nearly every Dataverse table has: who made and changed a row and when, and who owns it."""

from __future__ import annotations

from simulator.odata.edm import Access, Navigation, Property, bigint, lookup, moment

STAMPS: tuple[Property, ...] = (
    moment("createdon", access=Access.READ_ONLY),
    lookup("createdby", "systemuser", access=Access.READ_ONLY),
    lookup("createdonbehalfby", "systemuser", access=Access.READ_ONLY),
    moment("modifiedon", access=Access.READ_ONLY),
    lookup("modifiedby", "systemuser", access=Access.READ_ONLY),
    lookup("modifiedonbehalfby", "systemuser", access=Access.READ_ONLY),
    bigint("versionnumber", access=Access.READ_ONLY),
)
STAMP_NAVIGATIONS: tuple[Navigation, ...] = tuple(
    Navigation(name, "systemusers", column=name)
    for name in ("createdby", "createdonbehalfby", "modifiedby", "modifiedonbehalfby")
)

OWNERSHIP: tuple[Property, ...] = (
    lookup("ownerid", "systemuser", "team", required_level="SystemRequired"),
    lookup("owninguser", "systemuser", access=Access.READ_ONLY),
    lookup("owningteam", "team", access=Access.READ_ONLY),
    lookup("owningbusinessunit", "businessunit", access=Access.READ_ONLY),
)
OWNERSHIP_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("ownerid", "systemusers", column="ownerid"),
    Navigation("owninguser", "systemusers", column="owninguser"),
    Navigation("owningteam", "teams", column="owningteam"),
    Navigation("owningbusinessunit", "businessunits", column="owningbusinessunit"),
)
