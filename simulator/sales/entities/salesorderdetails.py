"""Order products: the lines of an order."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, choice, date, guid, integer, lookup, text
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS, quantity
from simulator.sales.documents import DETAIL, DETAIL_NAVIGATIONS, sample_detail
from simulator.sales.rules.totals import detail_rules

SALESORDERDETAILS = EntitySet(
    name="salesorderdetails",
    entity="salesorderdetail",
    title="Order Product",
    key="salesorderdetailid",
    primary_name="",
    properties=(
        guid("salesorderdetailid", access=Access.CREATE_ONLY),
        lookup("salesorderid", "salesorder", required_level="ApplicationRequired"),
        *DETAIL,
        choice("salesorderstatecode", {}, access=Access.READ_ONLY),
        boolean("salesorderispricelocked", False, access=Access.READ_ONLY),
        boolean("iscopied", False),
        quantity("quantityshipped"),
        quantity("quantitybackordered"),
        quantity("quantitycancelled"),
        date("requestdeliveryby"),
        guid("shipto_addressid"),
        text("shipto_contactname", 150),
        integer("bcbi_businesscentrallinenumber"),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("salesorderid", "salesorders", column="salesorderid"),
        *DETAIL_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1089,
    owned=True,
    schema_name="SalesOrderDetail",
    rules=detail_rules("salesorders", "salesorderid", "salesorderdetails"),
    sample=sample_detail,
)
