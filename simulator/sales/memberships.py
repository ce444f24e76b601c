"""Dataverse's many-to-many relationships: who is in which team, and which roles a user and a team have."""

from __future__ import annotations

from simulator.odata.edm import Access, Base, EntitySet, Navigation, Through, bigint, guid
from simulator.odata.rules import Rule, Write

PRINCIPAL = Base("principal", "ownerid")
TEAM_MEMBERS = Through("teammemberships", "teammembershipid", "teamid", "systemuserid", "teammembership_association")
USER_ROLES = Through(
    "systemuserrolescollection", "systemuserroleid", "systemuserid", "roleid", "systemuserroles_association"
)
TEAM_ROLES = Through("teamrolescollection", "teamroleid", "teamid", "roleid", "teamroles_association")


def be_principal(key: str) -> Rule:
    """Return the rule of those who own rows: they are known by one more id, which is the same."""

    def before_write(write: Write) -> None:
        write.values["ownerid"] = write.values[key]

    return before_write


def paired_with(target: str, through: Through) -> Navigation:
    """Return the collection of the rows that a row is paired with; it is called like the relationship."""
    return Navigation(through.name, target, collection=True, through=through)


def pairs_of(through: Through, entity: str, title: str) -> EntitySet:
    """Return the set of a relationship's pairs, which clients read; ``$ref`` makes and ends them."""
    return EntitySet(
        name=through.target,
        entity=entity,
        title=title,
        key=through.key,
        properties=(
            guid(through.key, access=Access.READ_ONLY),
            guid(through.own, access=Access.READ_ONLY),
            guid(through.other, access=Access.READ_ONLY),
            bigint("versionnumber", access=Access.READ_ONLY),
        ),
        insert_allowed=False,
        modify_allowed=False,
        delete_allowed=False,
        intersect=True,
    )
