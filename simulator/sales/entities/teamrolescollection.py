"""Team roles: which security roles a team has."""

from __future__ import annotations

from simulator.sales.memberships import TEAM_ROLES, pairs_of

TEAMROLESCOLLECTION = pairs_of(TEAM_ROLES, "teamroles", "Team Role")
