"""Pausing couplings, and what is done to all that fit, over REST."""

import pytest

from .conftest import expect_problem

HOME = "/connections/default"
COUPLINGS = f"{HOME}/couplings"


@pytest.fixture
def coupled(api, world):
    """Two coupled customers, by name."""
    made = {}
    for name in ("Adatum", "Fabrikam"):
        body = {"mapping": "CUSTOMER", "bc_id": world.customer(name), "sales_id": world.account(name)}
        made[name] = api.post(COUPLINGS, body).json["coupling"]["id"]
    return made


def states(api):
    return {row["bc_title"]: row["state"] for row in api.get(COUPLINGS).json["rows"]}


def test_couplings_are_paused_and_resumed_by_id(api, coupled):
    assert api.post(f"{COUPLINGS}/pause", {"ids": [coupled["Adatum"], 999]}).json == {"count": 1}
    assert states(api) == {"Adatum": "paused", "Fabrikam": "never_synchronized"}
    assert api.post(f"{COUPLINGS}/resume", {"ids": list(coupled.values())}).json == {"count": 1}
    assert set(states(api).values()) == {"never_synchronized"}


def test_all_that_fit_are_chosen_without_naming_them(api, coupled):
    assert api.post(f"{COUPLINGS}/pause", {"mapping": "CUSTOMER", "search": "adat"}).json == {"count": 1}
    assert states(api)["Adatum"] == "paused"
    assert api.post(f"{COUPLINGS}/uncouple", {"mapping": "CUSTOMER", "state": "paused"}).json == {"uncoupled": 1}
    assert list(states(api)) == ["Fabrikam"]


def test_a_request_that_names_nothing_changes_nothing(api, coupled):
    expect_problem(api.post(f"{COUPLINGS}/pause", {}), 422, "input_invalid")
    expect_problem(api.post(f"{COUPLINGS}/uncouple", {"state": "paused"}), 422, "input_invalid")
    expect_problem(api.post(f"{COUPLINGS}/pause", {"mapping": "NOPE"}), 404, "mapping_not_found")
    assert set(states(api).values()) == {"never_synchronized"}


def test_a_paused_coupling_is_not_synchronized_alone(api, coupled):
    api.post(f"{COUPLINGS}/pause", {"ids": [coupled["Adatum"]]})
    body = {"coupling_ids": [coupled["Adatum"]], "wait": True}
    problem = expect_problem(api.post(f"{HOME}/table-mappings/CUSTOMER/synchronize", body), 409, "coupling_paused")
    assert problem["detail"].startswith("Adatum is paused.")


def test_couplings_are_sorted_and_records_narrowed_as_asked(api, coupled, world):
    world.customer("Zeta")
    assert [row["bc_title"] for row in api.get(f"{COUPLINGS}?sort=-name").json["rows"]] == ["Fabrikam", "Adatum"]
    records = f"{HOME}/table-mappings/CUSTOMER/records/bc"
    assert [row["title"] for row in api.get(f"{records}?state=uncoupled").json["rows"]] == ["Zeta"]
    assert [row["title"] for row in api.get(f"{records}?sort=-name").json["rows"]] == ["Zeta", "Fabrikam", "Adatum"]
    expect_problem(api.get(f"{records}?sort=nonsense"), 422, "input_invalid")
