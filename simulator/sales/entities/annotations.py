"""Notes: texts and files on a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, guid, integer, lookup, memo, text
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.files import FILE_RULES


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"subject": fake.sentence()[:500], "notetext": fake.text()[:1000]}


ANNOTATIONS = EntitySet(
    name="annotations",
    entity="annotation",
    title="Note",
    key="annotationid",
    primary_name="subject",
    properties=(
        guid("annotationid", access=Access.CREATE_ONLY),
        text("subject", 500),
        memo("notetext", 100_000),
        text("filename", 255),
        text("mimetype", 256),
        memo("documentbody", 6_990_508),
        integer("filesize", access=Access.READ_ONLY),
        boolean("isdocument", False),
        text("langid", 2),
        lookup("objectid", "account", "contact", "opportunity", "incident"),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("objectid_account", "accounts", column="objectid"),
        Navigation("objectid_contact", "contacts", column="objectid"),
        Navigation("objectid_opportunity", "opportunities", column="objectid"),
        Navigation("objectid_incident", "incidents", column="objectid"),
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=5,
    owned=True,
    schema_name="Annotation",
    rules=FILE_RULES,
    sample=sample,
)
