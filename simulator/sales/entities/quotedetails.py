"""Quote products: the lines of a quote."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, choice, date, guid, lookup, text
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS
from simulator.sales.documents import DETAIL, DETAIL_NAVIGATIONS, sample_detail
from simulator.sales.rules.totals import detail_rules

QUOTEDETAILS = EntitySet(
    name="quotedetails",
    entity="quotedetail",
    title="Quote Product",
    key="quotedetailid",
    primary_name="",
    properties=(
        guid("quotedetailid", access=Access.CREATE_ONLY),
        lookup("quoteid", "quote", required_level="ApplicationRequired"),
        *DETAIL,
        choice("quotestatecode", {}, access=Access.READ_ONLY),
        date("requestdeliveryby"),
        guid("shipto_addressid"),
        text("shipto_contactname", 150),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("quoteid", "quotes", column="quoteid"),
        *DETAIL_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1085,
    owned=True,
    schema_name="QuoteDetail",
    rules=detail_rules("quotes", "quoteid", "quotedetails"),
    sample=sample_detail,
)
