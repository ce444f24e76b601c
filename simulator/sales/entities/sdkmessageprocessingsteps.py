"""Processing steps: which message on which table is told to which service endpoint."""

from __future__ import annotations

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    boolean,
    choice,
    guid,
    integer,
    lookup,
    memo,
    state_and_status,
    text,
)
from simulator.odata.rules import Rules
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.steps import check_step

SDKMESSAGEPROCESSINGSTEPS = EntitySet(
    name="sdkmessageprocessingsteps",
    entity="sdkmessageprocessingstep",
    title="Sdk Message Processing Step",
    key="sdkmessageprocessingstepid",
    primary_name="name",
    properties=(
        guid("sdkmessageprocessingstepid", access=Access.CREATE_ONLY),
        text("name", 256),
        text("description", 256),
        lookup("sdkmessageid", "sdkmessage", required=True),
        lookup("sdkmessagefilterid", "sdkmessagefilter"),
        lookup("eventhandler", "serviceendpoint", required=True),
        choice("stage", {40: "Post-operation"}, default=40),
        choice("mode", {0: "Synchronous", 1: "Asynchronous"}, default=0),
        integer("rank", default=1),
        memo("filteringattributes", 100_000),
        boolean("asyncautodelete", False),
        choice("supporteddeployment", {0: "Server Only"}, default=0),
        *state_and_status({0: "Enabled", 1: "Disabled"}, {1: (0, "Enabled"), 2: (1, "Disabled")}),
        *STAMPS,
    ),
    navigations=(
        Navigation("sdkmessageid", "sdkmessages", column="sdkmessageid"),
        Navigation("sdkmessagefilterid", "sdkmessagefilters", column="sdkmessagefilterid"),
        Navigation("eventhandler_serviceendpoint", "serviceendpoints", column="eventhandler"),
        *STAMP_NAVIGATIONS,
    ),
    rules=Rules(before_write=check_step),
    object_type_code=4608,
    schema_name="SdkMessageProcessingStep",
)
