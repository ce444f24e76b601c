"""Team memberships: which users are in which team."""

from __future__ import annotations

from simulator.sales.memberships import TEAM_MEMBERS, pairs_of

TEAMMEMBERSHIPS = pairs_of(TEAM_MEMBERS, "teammembership", "Team Membership")
