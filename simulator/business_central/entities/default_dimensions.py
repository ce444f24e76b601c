"""Default dimensions: what a customer, vendor or item is always analyzed by."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.business_central.rules.default_dimensions import DEFAULT_DIMENSION_RULES
from simulator.odata.edm import Access, CodePair, EntitySet, Navigation, code, enum, guid

DEFAULT_DIMENSIONS = EntitySet(
    name="defaultDimensions",
    entity="defaultDimension",
    title="Default Dimension",
    properties=(
        ID,
        enum("parentType", " ", "Customer", "Item", "Vendor", "Employee"),
        guid("parentId"),
        guid("dimensionId"),
        code("dimensionCode", 20, access=Access.READ_ONLY),
        guid("dimensionValueId"),
        code("dimensionValueCode", 20, access=Access.READ_ONLY),
        enum("postingValidation", " ", "Code Mandatory", "Same Code", "No Code"),
        MODIFIED,
    ),
    order=("dimensionCode",),
    read_by=("parentId",),
    pairs=(
        CodePair("dimensionId", "dimensionCode", "dimensions", "dimension"),
        CodePair("dimensionValueId", "dimensionValueCode", "dimensionValues", "dimension value"),
    ),
    navigations=(
        Navigation("dimension", "dimensions", column="dimensionId"),
        Navigation("dimensionValue", "dimensionValues", column="dimensionValueId"),
        Navigation("customer", "customers", column="parentId"),
        Navigation("vendor", "vendors", column="parentId"),
        Navigation("item", "items", column="parentId"),
        Navigation("account", "accounts", column="parentId"),
    ),
    change_tracking=True,
    rules=DEFAULT_DIMENSION_RULES,
)
