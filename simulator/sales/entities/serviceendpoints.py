"""Service endpoints: where Dataverse posts what happened; only webhooks (contract 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, choice, guid, memo, text
from simulator.odata.rules import Rules
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.steps import check_endpoint, keep_endpoint_in_use


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "name": fake.company()[:100],
        "contract": 8,
        "authtype": 4,
        "authvalue": "key",
        "url": "https://hooks.example/sales",
    }


SERVICEENDPOINTS = EntitySet(
    name="serviceendpoints",
    entity="serviceendpoint",
    title="Service Endpoint",
    key="serviceendpointid",
    primary_name="name",
    properties=(
        guid("serviceendpointid", access=Access.CREATE_ONLY),
        text("name", 160, required=True),
        memo("description"),
        choice("contract", {8: "Webhook"}, default=8),
        choice("authtype", {4: "WebhookKey", 5: "HttpHeader", 6: "HttpQueryString"}, default=4),
        text("authvalue", 2048, secret=True),
        text("url", 500, required=True),
        *STAMPS,
    ),
    navigations=STAMP_NAVIGATIONS,
    rules=Rules(before_write=check_endpoint, before_delete=keep_endpoint_in_use),
    object_type_code=4618,
    schema_name="ServiceEndpoint",
    sample=sample,
)
