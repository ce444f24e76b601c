"""What attachments of both kinds have in common: their columns, and how a row leads to its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID
from simulator.odata.edm import Access, Navigation, Property, enum, guid, integer, moment, stream, text
from simulator.odata.values import escape_member

PARENT_TYPES = (
    " ", "Journal", "Sales Order", "Sales Quote", "Sales Credit Memo", "Sales Invoice", "Purchase Invoice",
    "Purchase Order", "Employee", "Job", "Item", "Customer", "Vendor", "Purchase Credit Memo",
)  # fmt: skip
"""What Business Central attaches files to; of which the simulator has some."""

FILE: tuple[Property, ...] = (
    ID,
    text("fileName", 250),
    integer("byteSize", access=Access.READ_ONLY),
    stream("attachmentContent"),
    enum("parentType", *PARENT_TYPES),
    guid("parentId"),
    moment("lastModifiedDateTime", access=Access.READ_ONLY),
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row below a row that takes attachments."""
    return {"fileName": fake.file_name()}


def attachments_of(title: str, entity_set: str = "documentAttachments") -> Navigation:
    """Return the navigation to the attachments of a row, which call their parent by its title."""
    given = (("parentType", escape_member(title)),)
    return Navigation(entity_set, entity_set, collection=True, target_column="parentId", contained=True, given=given)
