"""Companies: the books Business Central keeps apart; read-only here as there."""

from __future__ import annotations

from simulator.business_central.columns import ID
from simulator.odata.edm import Access, EntitySet, bigint, guid, moment, text

COMPANIES = EntitySet(
    name="companies",
    entity="company",
    title="Company",
    properties=(
        ID,
        text("systemVersion", access=Access.READ_ONLY),
        bigint("timestamp", access=Access.READ_ONLY),
        text("name", 30, access=Access.READ_ONLY),
        text("displayName", 250, access=Access.READ_ONLY),
        text("businessProfileId", 250, access=Access.READ_ONLY),
        moment("systemCreatedAt", access=Access.READ_ONLY),
        guid("systemCreatedBy", access=Access.READ_ONLY),
        moment("systemModifiedAt", access=Access.READ_ONLY),
        guid("systemModifiedBy", access=Access.READ_ONLY),
    ),
    order=("name",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    scoped=False,
)
