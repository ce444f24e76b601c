"""Company information: the one row that says who the company itself is."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, code, date, guid, moment, text

COMPANY_INFORMATION = EntitySet(
    name="companyInformation",
    entity="companyInformation",
    title="Company Information",
    properties=(
        guid("id", access=Access.READ_ONLY),
        text("displayName", 100),
        text("addressLine1", 100),
        text("addressLine2", 50),
        text("city", 30),
        text("state", 30),
        code("country", 10),
        code("postalCode", 20),
        text("phoneNumber", 30),
        text("faxNumber", 30),
        text("email", 80),
        text("website", 255),
        text("taxRegistrationNumber", 50),
        code("currencyCode", 10, access=Access.READ_ONLY),
        date("currentFiscalYearStartDate", access=Access.READ_ONLY),
        text("industry", 30),
        text("experience"),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    insert_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    webhooks=True,
)
