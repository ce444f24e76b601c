"""Pictures: every customer, vendor, contact and item has one, which is blank until its bytes are written.

Certain (Microsoft's published page and its tests): the properties, 200 with zeros and 204 for the bytes where there is
no picture, PATCH of the bytes with 204, the parent's change with it. Not certain: which kinds of image are refused and
in which words, and how the ETag of a blank picture comes about.
"""

from __future__ import annotations

from simulator.business_central.columns import ID
from simulator.business_central.rules.pictures import PICTURE_RULES, PICTURED
from simulator.odata.edm import Access, Derived, EntitySet, Subpage, enum, integer, stream, text

PICTURES = EntitySet(
    name="pictures",
    entity="picture",
    title="Picture",
    properties=(
        ID,
        enum("parentType", "Customer", "Item", "Vendor", "Employee", "Contact", access=Access.READ_ONLY),
        integer("width", access=Access.READ_ONLY),
        integer("height", access=Access.READ_ONLY),
        text("contentType", 100, access=Access.READ_ONLY),
        stream("pictureContent"),
    ),
    subpage=Subpage("picture", PICTURED, "You must get to the parent first to get to the picture.", column="id"),
    derived=Derived(),
    insert_allowed=False,
    rules=PICTURE_RULES,
)
