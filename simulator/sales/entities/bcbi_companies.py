"""Business Central companies: which company's books a row belongs to, where several share an environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, guid, text
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"bcbi_name": fake.company()[:100]}


BCBI_COMPANIES = EntitySet(
    name="bcbi_companies",
    entity="bcbi_company",
    title="Business Central Company",
    key="bcbi_companyid",
    primary_name="bcbi_name",
    properties=(
        guid("bcbi_companyid", access=Access.CREATE_ONLY),
        text("bcbi_name", 100),
        guid("bcbi_externalid"),
        *STAMPS,
    ),
    navigations=(*STAMP_NAVIGATIONS,),
    change_tracking=True,
    webhooks=True,
    object_type_code=10001,
    schema_name="bcbi_Company",
    sample=sample,
)
