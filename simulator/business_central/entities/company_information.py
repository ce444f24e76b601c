"""Company information: the one row that says who the company itself is."""

from __future__ import annotations

from simulator.business_central.columns import ADDRESS, COUNTRY, ID, MODIFIED
from simulator.odata.edm import Access, EntitySet, code, date, stream, text

COMPANY_INFORMATION = EntitySet(
    name="companyInformation",
    entity="companyInformation",
    title="Company Information",
    properties=(
        ID,
        text("displayName", 100),
        *ADDRESS,
        text("phoneNumber", 30),
        text("faxNumber", 30),
        text("email", 80),
        text("website", 255),
        text("taxRegistrationNumber", 50),
        code("currencyCode", 10, access=Access.READ_ONLY),
        date("currentFiscalYearStartDate", access=Access.READ_ONLY),
        text("industry", 30),
        stream("picture", access=Access.READ_ONLY),
        text("experience"),
        MODIFIED,
    ),
    relations=(COUNTRY,),
    insert_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    webhooks=True,
)
