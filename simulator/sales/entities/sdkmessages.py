"""Messages: what can be done in Dataverse, such as Create or CreateMultiple; clients look here before they do it."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, bigint, boolean, guid, text

SDKMESSAGES = EntitySet(
    name="sdkmessages",
    entity="sdkmessage",
    title="Sdk Message",
    key="sdkmessageid",
    primary_name="name",
    properties=(
        guid("sdkmessageid", access=Access.READ_ONLY),
        text("name", 256, access=Access.READ_ONLY),
        boolean("isprivate", False, access=Access.READ_ONLY),
        bigint("versionnumber", access=Access.READ_ONLY),
    ),
    navigations=(
        Navigation("sdkmessageid_sdkmessagefilter", "sdkmessagefilters", collection=True, target_column="sdkmessageid"),
    ),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    object_type_code=4606,
    schema_name="SdkMessage",
)
