"""User roles: which security roles a user has."""

from __future__ import annotations

from simulator.sales.memberships import USER_ROLES, pairs_of

SYSTEMUSERROLESCOLLECTION = pairs_of(USER_ROLES, "systemuserroles", "User Role")
