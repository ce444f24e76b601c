"""mount() and the pytest fixture: the services at their real host names, without a socket."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import requests

from simulator import ConfigurationError, Simulator, mount
from simulator.faults import FaultRule


def token(simulator: Simulator, scope: str) -> dict[str, str]:
    config = simulator.config
    form = {"grant_type": "client_credentials", "client_id": config.client_id, "client_secret": config.client_secret}
    reply = requests.post(simulator.token_url, data=form | {"scope": scope}, timeout=10)
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


def bc_headers(simulator: Simulator) -> dict[str, str]:
    return token(simulator, "https://api.businesscentral.dynamics.com/.default")


def customers_url(simulator: Simulator) -> str:
    return f"{simulator.bc_url}/companies({simulator.config.company.id})/customers"


@pytest.mark.simulator(customers=20, seed=3)
def test_both_services_answer_at_their_real_host_names(simulator: Simulator) -> None:
    customers = requests.get(customers_url(simulator), headers=bc_headers(simulator), timeout=10).json()["value"]
    headers = token(simulator, f"{simulator.config.org_url}/.default")
    accounts = requests.get(f"{simulator.sales_url}/accounts", headers=headers, timeout=10).json()["value"]
    assert len(customers) == 20
    assert {row["name"] for row in accounts} & {row["displayName"] for row in customers}


def test_links_follow_the_real_host(simulator: Simulator) -> None:
    reply = requests.get(customers_url(simulator), headers=bc_headers(simulator), timeout=10).json()
    assert reply["@odata.context"].startswith("https://api.businesscentral.dynamics.com/v2.0/")


def test_the_fixture_starts_with_an_empty_world(simulator: Simulator) -> None:
    assert simulator.bc.count("customers") == 0
    assert simulator.sales.count("accounts") == 0
    assert simulator.sales.find("transactioncurrencies", isocurrencycode="EUR") is not None


def test_another_user_changes_a_row_which_then_has_a_new_etag(simulator: Simulator) -> None:
    made = simulator.bc.create("customers", {"displayName": "Æble A/S"})
    address = f"{customers_url(simulator)}({made['id']})"
    headers = bc_headers(simulator)
    before = requests.get(address, headers=headers, timeout=10).json()["@odata.etag"]
    simulator.bc.update("customers", made["id"], city="Århus")
    stale = {"If-Match": before}
    refused = requests.patch(address, json={"city": "Odense"}, headers=headers | stale, timeout=10)
    assert refused.status_code == 409
    assert simulator.bc.get("customers", made["id"]) == made | {
        "city": "Århus",
        "lastModifiedDateTime": simulator.bc.changes("customers")[-1].after["lastModifiedDateTime"],
    }


def test_the_change_log_says_who_wrote(simulator: Simulator) -> None:
    simulator.sales.create("accounts", {"name": "By a person"})
    headers = token(simulator, f"{simulator.config.org_url}/.default")
    requests.post(f"{simulator.sales_url}/accounts", json={"name": "By the client"}, headers=headers, timeout=10)
    person, client = (change.author for change in simulator.sales.changes("accounts"))
    assert person == simulator.sales.author
    assert client == simulator.authority.application.object_id


def test_every_request_is_in_the_journal_without_its_secrets(simulator: Simulator) -> None:
    requests.get(customers_url(simulator), headers=bc_headers(simulator), timeout=10)
    assert [entry.service for entry in simulator.requests] == ["login", "bc"]
    kept = repr(list(simulator.requests))
    assert simulator.config.client_secret not in kept
    assert "eyJ" not in kept


def test_the_journal_says_which_fault_fired_and_which_parts_of_a_batch_were_refused(simulator: Simulator) -> None:
    simulator.faults.add(FaultRule("stale_etag", name="touched", entity="customers", method="PATCH", parts=True))
    made = simulator.bc.create("customers", {"displayName": "Adatum"})
    path = f"companies({simulator.config.company.id})/customers"
    parts = [
        {"id": "good", "method": "POST", "url": path, "body": {"displayName": "B"}},
        {"id": "bad", "method": "POST", "url": path, "body": {"displayName": "C", "nonsense": 1}},
        {"id": "late", "method": "PATCH", "url": f"{path}({made['id']})", "body": {"city": "x"},
         "headers": {"If-Match": 'W/"JzE5OzE7MDA7Jw=="'}},
    ]  # fmt: skip
    headers = bc_headers(simulator) | {"Prefer": "odata.continue-on-error"}
    requests.post(f"{simulator.bc_url}/$batch", json={"requests": parts}, headers=headers, timeout=10)
    entry = simulator.requests[-1]
    assert entry.faults == ("touched",)
    bad, late = entry.reason.split("; ")
    assert bad.startswith("part bad: 400 ") and "nonsense" in bad
    assert late.startswith("part late: 409 Request_EntityChanged: ")


def test_an_unknown_host_is_refused(simulator: Simulator) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get("https://example.invalid/", timeout=1)


def test_two_simulators_share_nothing() -> None:
    with (
        mount(org_url="https://one.crm4.dynamics.com") as one,
        mount(org_url="https://two.crm4.dynamics.com") as two,
    ):
        one.sales.create("accounts", {"name": "Only in one"})
        headers = token(two, "https://two.crm4.dynamics.com/.default")
        assert requests.get(f"{two.sales_url}/accounts", headers=headers, timeout=10).json()["value"] == []
        assert one.sales.count("accounts") == 1


def test_seeding_again_replaces_the_world(simulator: Simulator) -> None:
    simulator.seed(customers=10, seed=1)
    first = simulator.bc.list("customers")
    simulator.bc.create("customers", {"displayName": "Gone soon"})
    simulator.seed(customers=10, seed=1)
    assert simulator.bc.list("customers") == first


def test_state_in_a_file_survives_a_restart_and_is_not_seeded_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'world.db'}"
    with mount(database=database, customers=5) as simulator:
        made = simulator.bc.create("customers", {"displayName": "Kept"})
    with mount(database=database, customers=5) as simulator:
        assert simulator.bc.get("customers", made["id"]) == made
        assert simulator.bc.count("customers") == 6


def test_an_unknown_option_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'size'.*customers"), mount(size=3):
        pass


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("tenant", "contoso"),
        ("client_id", ""),
        ("customers", -1),
        ("database", "postgresql://x"),
        ("org_url", "contoso"),
    ],
)
def test_an_option_with_an_impossible_value_is_refused_by_name(option: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=option), mount(**{option: value}):
        pass


def test_a_kept_seed_is_copied_and_is_the_same_world(tmp_path: Path) -> None:
    with mount(customers=2_000, cache=str(tmp_path)) as simulator:
        first = simulator.bc.list("customers")
    (kept,) = tmp_path.iterdir()
    with mount(customers=2_000, cache=str(tmp_path)) as simulator:
        assert simulator.bc.list("customers") == first
        simulator.bc.create("customers", {"displayName": "Not in the kept world"})
    with mount(customers=2_000, cache=str(tmp_path), database=f"sqlite:///{tmp_path / 'own.db'}") as simulator:
        assert simulator.bc.list("customers") == first
    with mount(customers=2_000, cache=str(tmp_path), seed=2) as simulator:
        assert simulator.bc.list("customers") != first
    assert kept in tmp_path.iterdir()


def test_seeds_that_nobody_used_for_long_make_room(tmp_path: Path) -> None:
    for age in range(8):
        old = tmp_path / f"seed-{age}.sqlite3"
        old.write_bytes(b"")
        os.utime(old, (1_000_000 - age, 1_000_000 - age))
    with mount(customers=2_000, cache=str(tmp_path)):
        kept = {path.name for path in tmp_path.iterdir()}
    assert {f"seed-{age}.sqlite3" for age in range(5)} < kept and len(kept) == 6


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ("reset_before", requests.ConnectionError),
        ("reset_after", requests.ConnectionError),
        ("timeout", requests.ReadTimeout),
        ("tls", requests.exceptions.SSLError),
        ("cut", requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_broken_connection_is_felt_without_a_socket(
    simulator: Simulator, effect: str, error: type[Exception]
) -> None:
    headers = bc_headers(simulator)
    simulator.faults.add(FaultRule(effect, times=1))
    with pytest.raises(error):
        requests.post(customers_url(simulator), json={"displayName": "A"}, headers=headers, timeout=10)
    is_written = effect not in ("reset_before", "tls")
    assert simulator.bc.count("customers") == is_written
    assert requests.get(customers_url(simulator), headers=headers, timeout=10).status_code == 200
