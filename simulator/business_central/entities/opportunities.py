"""Opportunities: sales a salesperson works on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED, SALESPERSON
from simulator.odata.edm import (
    Access,
    EntitySet,
    NumberSeries,
    TableRelation,
    boolean,
    code,
    date,
    decimal,
    enum,
    moment,
    text,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"description": fake.catch_phrase()[:100]}


OPPORTUNITIES = EntitySet(
    name="opportunities",
    entity="opportunity",
    title="Opportunity",
    properties=(
        ID,
        code("number", 20),
        code("contactNumber", 20),
        text("contactName", 100, access=Access.READ_ONLY),
        text("contactCompanyName", 100, access=Access.READ_ONLY),
        code("salespersonCode", 20),
        text("description", 100),
        enum("status", "Not Started", "In Progress", "Won", "Lost", access=Access.READ_ONLY),
        boolean("closed", access=Access.READ_ONLY),
        date("creationDate", access=Access.READ_ONLY),
        date("dateClosed", access=Access.READ_ONLY),
        decimal("calculatedCurrentValue", access=Access.READ_ONLY),
        decimal("chancesOfSuccessPrc", access=Access.READ_ONLY),
        decimal("completedPrc", access=Access.READ_ONLY),
        date("estimatedClosingDate", access=Access.READ_ONLY),
        decimal("estimatedValue", access=Access.READ_ONLY),
        moment("systemCreatedAt", access=Access.READ_ONLY),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="OP", first=1, step=1, width=6),
    relations=(SALESPERSON, TableRelation("contactNumber", "contacts", "Contact No.", "Contact", code="number")),
    change_tracking=True,
    sample=sample,
)
