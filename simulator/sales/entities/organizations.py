"""Organizations: the one row that holds the environment's settings."""

from __future__ import annotations

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    bigint,
    boolean,
    choice,
    guid,
    integer,
    lookup,
    moment,
    text,
)

ORGANIZATIONS = EntitySet(
    name="organizations",
    entity="organization",
    title="Organization",
    key="organizationid",
    primary_name="name",
    properties=(
        guid("organizationid", access=Access.READ_ONLY),
        text("name", 160, access=Access.CREATE_ONLY),
        text("quoteprefix", 20),
        text("orderprefix", 20),
        text("invoiceprefix", 20),
        moment("createdon", access=Access.READ_ONLY),
        moment("modifiedon", access=Access.READ_ONLY),
        integer("languagecode", access=Access.CREATE_ONLY),
        integer("pricingdecimalprecision"),
        choice("currencyformatcode", {0: "$123", 1: "123$", 2: "$ 123", 3: "123 $"}, default=3),
        boolean("sharetopreviousowneronassign", False, access=Access.READ_ONLY),
        bigint("versionnumber", access=Access.READ_ONLY),
        integer("localeid"),
        boolean("issopintegrationenabled", False),
        integer("currencydecimalprecision"),
        lookup("basecurrencyid", "transactioncurrency", access=Access.CREATE_ONLY),
        text("basecurrencysymbol", 5, access=Access.READ_ONLY),
        integer("expirechangetrackingindays"),
    ),
    navigations=(Navigation("basecurrencyid", "transactioncurrencies", column="basecurrencyid"),),
    change_tracking=True,
    webhooks=True,
    object_type_code=1019,
    schema_name="Organization",
)
