"""Change tracking: delta links, deletions, paging, expiry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.simulator.protocol.service import COMPANY, Services

PATHS = {"bc": "/customers", "sales": "/accounts"}


def call(services: Services, service: str, prefer: str = "odata.track-changes") -> dict[str, object]:
    answer = getattr(services, service)("GET", PATHS[service], Prefer=prefer)
    assert answer.status_code == 200, answer.data
    return dict(answer.json)


def add(services: Services, service: str, name: str) -> str:
    entity_set, scope, field = ("customers", COMPANY, "displayName") if service == "bc" else ("accounts", "", "name")
    with services.store.writing(service, scope) as world:
        row = world.create(entity_set, {field: name})
    return str(row["id" if service == "bc" else "accountid"])


@pytest.mark.parametrize("service", ["bc", "sales"])
def test_a_delta_link_tells_what_was_made_changed_and_deleted(services: Services, service: str) -> None:
    kept, gone = add(services, service, "A"), add(services, service, "B")
    link = str(call(services, service)["@odata.deltaLink"])
    quiet = services.follow(link).json
    assert quiet["value"] == [] and quiet["@odata.context"].endswith("/$delta")
    made = add(services, service, "C")
    entity_set, scope, field = ("customers", COMPANY, "city") if service == "bc" else ("accounts", "", "fax")
    with services.store.writing(service, scope) as world:
        world.update(entity_set, kept, {field: "new"})
        world.delete(entity_set, gone)
        short_lived = world.create(entity_set, {"displayName" if service == "bc" else "name": "D"})
        world.delete(entity_set, str(short_lived["id" if service == "bc" else "accountid"]))
    answer = services.follow(link).json
    key = "id" if service == "bc" else "accountid"
    assert {row[key] for row in answer["value"] if "reason" not in row} == {kept, made}
    deleted = {row["id"] for row in answer["value"] if row.get("reason") == "deleted"}
    assert deleted == {gone, str(short_lived[key])}
    assert services.follow(answer["@odata.deltaLink"]).json["value"] == []


def test_a_paged_first_read_loses_no_change_made_while_it_was_read(services: Services) -> None:
    first_id = add(services, "sales", "A")
    for number in range(6):
        add(services, "sales", f"B{number}")
    page = call(services, "sales", "odata.track-changes,odata.maxpagesize=3")
    with services.store.writing("sales") as world:
        world.update("accounts", first_id, {"fax": "while reading"})
    seen = list(page["value"])  # type: ignore[call-overload]
    while "@odata.nextLink" in page:
        page = services.follow(str(page["@odata.nextLink"]), Prefer="odata.maxpagesize=3").json
        seen += page["value"]  # type: ignore[operator]
    assert len(seen) == 7
    changed = services.follow(str(page["@odata.deltaLink"])).json["value"]
    assert [row["accountid"] for row in changed] == [first_id]


def test_a_delta_answer_is_paged_and_ends_with_a_delta_link(services: Services) -> None:
    link = str(call(services, "sales")["@odata.deltaLink"])
    made = {add(services, "sales", f"A{number}") for number in range(5)}
    seen: set[str] = set()
    answer = services.follow(link, Prefer="odata.maxpagesize=2").json
    pages = 1
    while True:
        seen |= {row["accountid"] for row in answer["value"]}
        if "@odata.nextLink" not in answer:
            break
        answer, pages = services.follow(answer["@odata.nextLink"], Prefer="odata.maxpagesize=2").json, pages + 1
    assert seen == made and pages == 3 and "@odata.deltaLink" in answer


def test_a_token_expires_after_seven_days_and_after_a_restore(services: Services) -> None:
    links = {service: str(call(services, service)["@odata.deltaLink"]) for service in PATHS}
    services.store.snapshot("before")
    services.clock.advance(timedelta(days=8))
    assert services.follow(links["sales"]).json["error"]["code"] == "0x80044352"
    gone = services.follow(links["bc"])
    assert gone.status_code == 410 and "/customers" in gone.headers["Location"]
    services.clock.reset()
    assert services.follow(links["sales"]).status_code == 200
    services.store.restore("before")
    assert services.follow(links["sales"]).status_code == 400


def test_tracking_refuses_what_it_cannot_be_combined_with(services: Services) -> None:
    answer = services.sales("GET", "/accounts?$filter=name eq 'a'", Prefer="odata.track-changes")
    assert answer.status_code == 400 and "Change Tracking" in answer.json["error"]["message"]
    assert services.sales("GET", "/accounts?$deltatoken=nonsense").status_code == 400


def test_a_write_that_was_undone_is_never_reported_nor_hides_a_later_one(services: Services) -> None:
    link = str(call(services, "sales")["@odata.deltaLink"])
    assert services.sales("POST", "/accounts", {"name": "x" * 300}).status_code == 400
    assert services.follow(link).json["value"] == []
    made = add(services, "sales", "A")
    assert [row["accountid"] for row in services.follow(link).json["value"]] == [made]
