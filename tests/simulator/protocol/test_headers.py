"""Headers that change an answer, and those that every answer carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.simulator.protocol.service import COMPANY, Services


def customer(services: Services) -> Any:
    return services.bc("POST", "/customers", {"displayName": "Adatum", "creditLimit": 5}).json


def test_an_answer_tells_the_time_of_the_simulator_not_of_the_machine(services: Services) -> None:
    services.clock.freeze(datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC))
    assert services.bc("GET", "/customers").headers["Date"] == "Mon, 03 Feb 2031 04:05:06 GMT"
    assert services.sales("GET", "/accounts").headers["Date"] == "Mon, 03 Feb 2031 04:05:06 GMT"


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_that_announces_to_be_read_only_is_refused_and_changes_nothing(services: Services, method: str) -> None:
    row = customer(services)
    path = "/customers" if method == "POST" else f"/customers({row['id']})"
    body = None if method == "DELETE" else {"displayName": "B"}
    refused = services.bc(method, path, body, Data_Access_Intent="ReadOnly", If_Match="*")
    assert refused.status_code == 400 and "ReadOnly" in refused.json["error"]["message"]
    assert [one["displayName"] for one in services.bc("GET", "/customers").json["value"]] == ["Adatum"]
    assert services.bc("GET", "/customers", Data_Access_Intent="ReadOnly").status_code == 200


def test_a_read_only_batch_reads_but_does_not_write(services: Services) -> None:
    path = f"companies({COMPANY})/customers"
    parts = [
        {"id": "1", "method": "GET", "url": path},
        {"id": "2", "method": "POST", "url": path, "body": {"displayName": "B"}},
    ]
    answers = services.bc_root("POST", "/$batch", {"requests": parts}, Data_Access_Intent="ReadOnly").json["responses"]
    assert [one["status"] for one in answers] == [200, 400]


@pytest.mark.parametrize("suffix", ["", "/id"])
def test_an_answer_without_metadata_has_bare_rows(services: Services, suffix: str) -> None:
    row = customer(services)
    path = f"/customers({row['id']})" if suffix else "/customers?$count=true"
    answer = services.bc("GET", path, Accept="application/json;odata.metadata=none")
    assert "odata.metadata=none" in answer.headers["Content-Type"]
    bare = {name: value for name, value in row.items() if "@odata" not in name}
    assert answer.json == (bare if suffix else {"@odata.count": 1, "value": [bare]})


def test_full_metadata_names_the_type_and_address_of_each_row(services: Services) -> None:
    row = customer(services)
    accept = "application/json; odata.metadata=full"
    (shown,) = services.bc("GET", "/customers", Accept=accept).json["value"]
    assert shown["@odata.type"] == "#Microsoft.NAV.customer"
    assert shown["creditLimit@odata.type"] == "#Decimal" and "displayName@odata.type" not in shown
    assert shown["type@odata.type"] == "#Microsoft.NAV.customer_type"
    assert services.follow(shown["@odata.id"]).json["id"] == row["id"]
    made = services.sales("POST", "/accounts", {"name": "A"}, Prefer="return=representation", Accept=accept).json
    assert made["@odata.type"] == "#Microsoft.Dynamics.CRM.account" and made["accountid@odata.type"] == "#Guid"


def test_what_was_preferred_and_honoured_is_repeated(services: Services) -> None:
    def applied(service: Any, method: str, path: str, prefer: str, body: Any = None) -> str | None:
        found: str | None = service(method, path, body, Prefer=prefer).headers.get("Preference-Applied")
        return found

    for prefer in ("return-no-content", "return=minimal"):
        assert applied(services.bc, "POST", "/customers", prefer, {"displayName": "A"}) == prefer
    assert applied(services.bc, "GET", "/customers", "odata.track-changes") == "odata.track-changes"
    assert applied(services.bc, "GET", "/customers", "odata.maxpagesize=5") == "odata.maxpagesize=5"
    for service, path in ((services.bc, "/customers"), (services.sales, "/accounts")):
        for nonsense in ("0", "x", "-1"):
            assert applied(service, "GET", path, f"odata.maxpagesize={nonsense}") is None
    assert applied(services.sales, "GET", "/accounts", "odata.maxpagesize=5") == "odata.maxpagesize=5"
    assert applied(services.sales, "GET", "/accounts", "odata.maxpagesize=5001") is None
