"""Invoice products: the lines of an invoice."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, choice, guid, lookup, moment, text
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS, quantity
from simulator.sales.documents import DETAIL, DETAIL_NAVIGATIONS, sample_detail
from simulator.sales.rules.totals import detail_rules

INVOICEDETAILS = EntitySet(
    name="invoicedetails",
    entity="invoicedetail",
    title="Invoice Product",
    key="invoicedetailid",
    primary_name="",
    properties=(
        guid("invoicedetailid", access=Access.CREATE_ONLY),
        lookup("invoiceid", "invoice", required_level="ApplicationRequired"),
        *DETAIL,
        choice("invoicestatecode", {}, access=Access.READ_ONLY),
        boolean("invoiceispricelocked", False, access=Access.READ_ONLY),
        boolean("iscopied", False),
        quantity("quantityshipped"),
        quantity("quantitybackordered"),
        quantity("quantitycancelled"),
        moment("actualdeliveryon"),
        text("shippingtrackingnumber", 100),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("invoiceid", "invoices", column="invoiceid"),
        *DETAIL_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1091,
    owned=True,
    schema_name="InvoiceDetail",
    rules=detail_rules("invoices", "invoiceid", "invoicedetails"),
    sample=sample_detail,
)
