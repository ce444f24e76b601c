"""Which messages each table takes: one row for each table and message."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, bigint, guid, lookup, text

SDKMESSAGEFILTERS = EntitySet(
    name="sdkmessagefilters",
    entity="sdkmessagefilter",
    title="Sdk Message Filter",
    key="sdkmessagefilterid",
    primary_name="name",
    properties=(
        guid("sdkmessagefilterid", access=Access.READ_ONLY),
        text("name", 256, access=Access.READ_ONLY),
        text("primaryobjecttypecode", 64, access=Access.READ_ONLY),
        lookup("sdkmessageid", "sdkmessage", access=Access.READ_ONLY),
        bigint("versionnumber", access=Access.READ_ONLY),
    ),
    navigations=(Navigation("sdkmessageid", "sdkmessages", column="sdkmessageid"),),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    object_type_code=4607,
    schema_name="SdkMessageFilter",
)
