"""The simulator's web pages: everything works by plain forms and links, and nothing on them can run."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from simulator import Simulator
from simulator.faults import EFFECTS
from simulator.limits import Limit

PAGES = "/_simulator/pages"


@pytest.fixture
def browser(simulator: Simulator) -> FlaskClient:
    return simulator.app.test_client()


def values_of(html: str) -> dict[str, str]:
    """Return what a browser would send of the first form on a page, as it stands."""
    form = html.split("<form", 1)[1].split("</form>", 1)[0]
    found = dict(re.findall(r'<input name="([^"]+)"[^>]* value="([^"]*)"', form))
    for name, inside in re.findall(r'<select name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL))
    return {name: unescape(value) for name, value in found.items()}


def test_a_browser_is_led_to_the_pages_and_a_program_to_the_status(browser: FlaskClient) -> None:
    assert browser.get("/_simulator", headers={"Accept": "text/html"}).location == f"{PAGES}/"
    assert browser.get("/_simulator", headers={"Accept": "*/*"}).is_json


@pytest.mark.simulator(customers=40)
def test_both_worlds_stand_side_by_side_and_are_searched(browser: FlaskClient) -> None:
    page = browser.get(f"{PAGES}/?bc_search=adatum&sales_set=contacts").text
    assert "Adatum Corporation" in page
    assert "1 rows" in page
    assert "Robert" in page
    assert f"{PAGES}/?" in browser.get(f"{PAGES}/").text


@pytest.mark.simulator(customers=5)
def test_a_form_changes_only_what_was_typed(browser: FlaskClient, simulator: Simulator) -> None:
    account = simulator.sales.list("accounts")[0]
    address = f"{PAGES}/sales/accounts/{account['accountid']}"
    typed = values_of(browser.get(address).text) | {"telephone1": "12345678"}
    assert browser.post(address, data=typed).status_code == 303
    (change,) = simulator.sales.changes("accounts")
    assert set(change.fields) == {"telephone1", "modifiedon", "versionnumber"}


@pytest.mark.parametrize(
    ("service", "entity_set", "name"), [("bc", "customers", "displayName"), ("sales", "accounts", "name")]
)
def test_a_row_is_made_and_deleted_by_forms(
    browser: FlaskClient, simulator: Simulator, service: str, entity_set: str, name: str
) -> None:
    user = getattr(simulator, service)
    form = values_of(browser.get(f"{PAGES}/{service}/{entity_set}/new").text)
    made = browser.post(f"{PAGES}/{service}/{entity_set}/new", data=form | {name: "Æble <b>A/S</b>"})
    assert made.status_code == 303
    assert [row[name] for row in user.list(entity_set)] == ["Æble <b>A/S</b>"]
    address = made.location.split("?")[0]
    assert "<b>" not in browser.get(address).text
    assert browser.post(f"{address}/delete").status_code == 303
    assert user.list(entity_set) == []


def test_a_refusal_is_shown_with_what_was_typed(browser: FlaskClient, simulator: Simulator) -> None:
    reply = browser.post(f"{PAGES}/bc/customers/new", data={"displayName": "x" * 120, "city": "Odense"})
    assert reply.status_code == 400
    assert "must be less than or equal to 100" in reply.text
    assert "Odense" in reply.text
    assert simulator.bc.list("customers") == []


def test_the_journal_shows_why_a_request_was_refused(browser: FlaskClient) -> None:
    browser.get("/v2.0/Production/api/v2.0/companies")
    page = browser.get(f"{PAGES}/journal?refused=true").text
    assert "The server has rejected the client credentials." in page
    number = re.search(r"/journal/(\d+)", page)
    assert number
    assert "Authentication_InvalidCredentials" in browser.get(f"{PAGES}/journal/{number[1]}").text


def test_the_controls_work_by_forms(browser: FlaskClient, simulator: Simulator) -> None:
    assert browser.post(f"{PAGES}/controls/seed", data={"customers": "6", "seed": "2"}).status_code == 303
    assert simulator.bc.count("customers") == 6
    browser.post(f"{PAGES}/controls/snapshot", data={"name": "six"})
    browser.post(f"{PAGES}/controls/reset")
    assert simulator.bc.count("customers") == 0
    browser.post(f"{PAGES}/controls/restore", data={"name": "six"})
    assert simulator.bc.count("customers") == 6
    browser.post(f"{PAGES}/controls/clock", data={"action": "freeze", "seconds": "", "at": "2030-01-01T00:00:00Z"})
    assert "2030-01-01" in browser.get(f"{PAGES}/controls").text
    refused = browser.post(f"{PAGES}/controls/clock", data={"action": "advance"})
    assert refused.status_code == 422
    assert "advance needs seconds" in refused.text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/journal",
        "/controls",
        "/bc/customers/new",
        "/bc/nothing/new",
        "/sales/accounts/x",
        "/faults?effect=status",
    ],
)
def test_no_page_may_run_a_script_or_carry_a_style(browser: FlaskClient, path: str) -> None:
    reply = browser.get(f"{PAGES}{path}")
    assert reply.status_code in (200, 404)
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in reply.text
    assert " style=" not in reply.text


def test_another_site_cannot_post_to_the_pages(browser: FlaskClient, simulator: Simulator) -> None:
    browser.post(f"{PAGES}/controls/seed", data={"customers": "6"}, headers={"Origin": "https://evil.example"})
    assert simulator.bc.count("customers") == 0


def test_a_fault_rule_is_made_counted_and_removed_by_forms(browser: FlaskClient, simulator: Simulator) -> None:
    form = browser.get(f"{PAGES}/faults?effect=throttle").text
    assert 'name="parameter:retry_after"' in form and "429" in form
    typed = {"effect": "throttle", "name": "busy", "service": "sales", "entity": "accounts", "times": "2"}
    assert browser.post(f"{PAGES}/faults", data=typed | {"parameter:retry_after": "7"}).status_code == 303
    headers = {"Authorization": f"Bearer {token(browser, simulator)}"}
    reply = browser.get("/api/data/v9.2/accounts", headers=headers)
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")
    listed = browser.get(f"{PAGES}/faults").text
    assert "retry_after: 7" in listed and "at most 2 times" in listed and "<td>1</td><td>1</td>" in listed
    assert browser.post(f"{PAGES}/faults/remove", data={"name": "busy"}).status_code == 303
    assert browser.get("/api/data/v9.2/accounts", headers=headers).status_code == 200
    assert "None: both services answer as they should." in browser.get(f"{PAGES}/faults").text
    assert browser.post(f"{PAGES}/faults/remove", data={"name": "busy"}).status_code == 404


def token(browser: FlaskClient, simulator: Simulator) -> str:
    config = simulator.config
    form = {
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": f"{config.org_url}/.default",
    }
    found: dict[str, str] = browser.post(f"/{config.tenant}/oauth2/v2.0/token", data=form).get_json()
    return found["access_token"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            {"effect": "latency", "parameter:seconds": "soon"},
            "&#39;seconds&#39; is &#39;soon&#39;",
        ),
        ({"effect": "odd_values", "parameter:values": "[1]"}, "must be a JSON object"),
        ({"effect": "odd_values", "parameter:values": "{"}, "is no JSON"),
        ({"effect": "status", "every": "0"}, "first and every are at least 1"),
        ({"effect": "status", "times": "x"}, "&#39;times&#39; is &#39;x&#39;"),
        ({"effect": "nonsense"}, "Unknown effect"),
        ({}, "Unknown effect"),
    ],
)
def test_a_fault_rule_that_cannot_be_is_explained_and_nothing_typed_is_lost(
    browser: FlaskClient, simulator: Simulator, typed: dict[str, str], told: str
) -> None:
    reply = browser.post(f"{PAGES}/faults", data=typed | {"path": "kept path"})
    assert reply.status_code == 422 and told in reply.text
    assert ("kept path" in reply.text) == (typed.get("effect") in EFFECTS)
    assert simulator.faults.rules() == []


@pytest.mark.parametrize("effect", sorted(EFFECTS))
def test_every_effect_can_be_put_in_force_as_its_form_stands(
    browser: FlaskClient, simulator: Simulator, effect: str
) -> None:
    page = browser.get(f"{PAGES}/faults?effect={effect}").text
    fields = dict(re.findall(r'<input name="([^"]+)"[^>]*? value="([^"]*)"', page))
    typed = {name: unescape(value) for name, value in fields.items()} | {"effect": effect}
    assert browser.post(f"{PAGES}/faults", data=typed).status_code == 303
    ((rule, _, _),) = simulator.faults.rules()
    assert rule.parameters.keys() <= EFFECTS[effect].parameters.keys()
    assert all(rule.get(name) == value for name, value in EFFECTS[effect].parameters.items())


def test_the_limits_are_counted_when_somebody_switches_them_on(browser: FlaskClient, simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {token(browser, simulator)}"}
    simulator.limits.limits["sales"] = Limit(requests=2, concurrency=9)
    ask = lambda: browser.get("/api/data/v9.2/accounts", headers=headers).status_code  # noqa: E731
    assert [ask() for _ in range(4)] == [200] * 4
    browser.post(f"{PAGES}/controls/limits", data={"on": "true"})
    assert [ask() for _ in range(3)] == [200, 200, 429]
    assert "1 requests refused" in browser.get(f"{PAGES}/controls").text
    browser.post(f"{PAGES}/controls/limits", data={"on": "false"})
    assert ask() == 200


def test_a_row_of_a_subpage_is_opened_and_deleted(browser: FlaskClient, simulator: Simulator) -> None:
    item = simulator.bc.create("items", {"displayName": "Lamp"})
    picture = {"id": item["id"], "parentType": "Item", "pictureContent": b"GIF89a\x09\x00\x05\x00"}
    simulator.bc.create("pictures", picture)
    key = f"items({item['id']})/picture({item['id']})"
    assert f"/pictures/{key}" in unquote(browser.get(f"{PAGES}/?bc_set=pictures").text)
    assert browser.get(f"/_simulator/worlds/bc/pictures/{key}").get_json()["width"] == 9
    page = browser.get(f"{PAGES}/bc/pictures/{key}")
    assert page.status_code == 200 and "pictureContent" not in page.text
    assert browser.post(f"{PAGES}/bc/pictures/{key}/delete").status_code == 303
    assert simulator.bc.count("pictures") == 0


@pytest.mark.parametrize("entity_set", ["pictures", "pdfDocument", "agedAccountsReceivables", "dimensionSetLines"])
def test_a_row_that_no_row_owns_is_refused_with_what_was_typed(
    browser: FlaskClient, simulator: Simulator, entity_set: str
) -> None:
    address = f"{PAGES}/bc/{entity_set}/new"
    assert browser.get(address).status_code == 200
    reply = browser.post(address, data={"id": "0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a01"})
    assert reply.status_code == 400
    assert simulator.bc.count(entity_set) == 0
