"""The token service: who gets a token, who is refused and how, and what a token is good for."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode
from typing import Any

import orjson
import pytest
import requests
from werkzeug.test import Client

from simulator import Simulator

BC = "https://api.businesscentral.dynamics.com/.default"
LOGIN = "https://login.microsoftonline.com"


def form_of(simulator: Simulator, **changes: str | None) -> dict[str, str]:
    config = simulator.config
    form: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": BC,
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def ask(
    simulator: Simulator, tenant: str = "", version: str = "oauth2/v2.0", **changes: str | None
) -> requests.Response:
    address = f"{LOGIN}/{tenant or simulator.config.tenant}/{version}/token"
    return requests.post(address, data=form_of(simulator, **changes), timeout=10)


def companies(simulator: Simulator, authorization: str) -> requests.Response:
    return requests.get(f"{simulator.bc_url}/companies", headers={"Authorization": authorization}, timeout=10)


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def test_a_token_says_what_clients_read_in_it(simulator: Simulator) -> None:
    reply = ask(simulator).json()
    assert (reply["token_type"], reply["expires_in"]) == ("Bearer", 3599)
    claims = claims_of(reply["access_token"])
    assert claims["aud"] == "https://api.businesscentral.dynamics.com"
    assert claims["tid"] == simulator.config.tenant
    assert "API.ReadWrite.All" in claims["roles"]
    assert claims["exp"] - claims["iat"] == 3599
    assert "scp" not in claims


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "00000000-0000-0000-0000-000000000001"}, 400, "unauthorized_client", 700016),
        ({"tenant": "unknown.onmicrosoft.com"}, 400, "invalid_request", 90002),
        ({"scope": "https://api.businesscentral.dynamics.com/user"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://other.example/.default"}, 400, "invalid_resource", 500011),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "refresh_token", "refresh_token": "forged"}, 400, "invalid_grant", 9002313),
    ],
)
def test_a_refusal_has_the_services_own_code(
    simulator: Simulator, changes: dict[str, str], status: int, error: str, code: int
) -> None:
    reply = ask(simulator, **changes)
    body = reply.json()
    assert (reply.status_code, body["error"], body["error_codes"]) == (status, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert simulator.config.client_secret not in reply.text


def test_the_old_address_takes_a_resource_and_answers_texts(simulator: Simulator) -> None:
    reply = ask(simulator, version="oauth2", scope=None, resource="https://api.businesscentral.dynamics.com").json()
    assert reply["expires_in"] == "3599"
    assert reply["resource"] == "https://api.businesscentral.dynamics.com"
    assert companies(simulator, f"Bearer {reply['access_token']}").status_code == 200


@pytest.mark.parametrize("tenant", ["contoso.onmicrosoft.com", "common", "organizations"])
def test_a_tenant_has_other_names(simulator: Simulator, tenant: str) -> None:
    assert ask(simulator, tenant=tenant).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x.y.z", "Basic eDp5", "Nonsense"])
def test_without_a_good_token_each_service_refuses_in_its_own_way(simulator: Simulator, authorization: str) -> None:
    bc = companies(simulator, authorization)
    assert (bc.status_code, bc.json()["error"]["code"]) == (401, "Authentication_InvalidCredentials")
    headers = {"Authorization": authorization}
    sales = requests.get(f"{simulator.sales_url}/accounts", headers=headers, timeout=10)
    assert (sales.status_code, sales.content) == (401, b"")
    assert f"{simulator.config.tenant}/oauth2/authorize" in sales.headers["WWW-Authenticate"]


def test_a_token_for_one_service_is_no_good_at_the_other(simulator: Simulator) -> None:
    token = ask(simulator).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{simulator.sales_url}/accounts", headers=headers, timeout=10).status_code == 401


def test_a_token_expires_by_the_clock(simulator: Simulator) -> None:
    token = f"Bearer {ask(simulator).json()['access_token']}"
    assert companies(simulator, token).status_code == 200
    simulator.clock.advance(3600)
    assert companies(simulator, token).status_code == 401


def test_a_refresh_token_gives_a_new_one_each_time(simulator: Simulator) -> None:
    address = f"{LOGIN}/{simulator.config.tenant}/oauth2/v2.0/authorize"
    asked = {"client_id": simulator.config.client_id, "redirect_uri": "http://localhost/back", "state": "s"}
    back = requests.get(address, params=asked, allow_redirects=False, timeout=10).headers["Location"]
    code = back.partition("code=")[2].partition("&")[0]
    first = ask(simulator, grant_type="authorization_code", code=code).json()
    second = ask(simulator, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert companies(simulator, f"Bearer {second['access_token']}").status_code == 200
    simulator.clock.advance(91 * 24 * 3600)
    expired = ask(simulator, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert expired.json()["error_codes"] == [70008]


@pytest.mark.simulator(lenient=True)
def test_a_lenient_simulator_takes_anything(simulator: Simulator) -> None:
    assert ask(simulator, tenant="any", client_secret="any", scope="https://any/.default").status_code == 200
    address = simulator.bc_url.replace(simulator.config.tenant, "any.example").replace("Production", "Any")
    assert requests.get(f"{address}/companies", headers={"Authorization": "Bearer x"}, timeout=10).status_code == 200


@pytest.mark.simulator(org_url="https://login.microsoftonline.com")
def test_a_token_for_the_own_address_opens_both_services_even_when_it_is_the_organizations(
    simulator: Simulator,
) -> None:
    token = ask(simulator, scope="https://login.microsoftonline.com/.default").json()["access_token"]
    assert companies(simulator, f"Bearer {token}").status_code == 200


@pytest.mark.simulator(basic_users=(("bo", "key"),))
def test_basic_works_for_business_central_where_it_is_switched_on(simulator: Simulator) -> None:
    good, bad = (b64encode(text).decode() for text in (b"bo:key", b"bo:other"))
    assert companies(simulator, f"Basic {good}").status_code == 200
    assert companies(simulator, f"Basic {bad}").status_code == 401
    assert companies(simulator, "Basic !!!").status_code == 401


@pytest.mark.parametrize(
    ("tenant", "environment", "code"),
    [("other.example", "Production", "Internal_TenantUnavailable"), ("", "Sandbox", "NoEnvironment")],
)
def test_an_unknown_tenant_or_environment_is_refused(
    simulator: Simulator, tenant: str, environment: str, code: str
) -> None:
    token = ask(simulator).json()["access_token"]
    base = f"https://api.businesscentral.dynamics.com/v2.0/{tenant or simulator.config.tenant}/{environment}/api/v2.0"
    reply = requests.get(f"{base}/companies", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, code)


def test_the_address_without_a_tenant_answers_too(simulator: Simulator) -> None:
    token = ask(simulator).json()["access_token"]
    address = "https://api.businesscentral.dynamics.com/v2.0/production/api/v2.0/companies"
    assert requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code == 200


def test_the_environments_are_listed(simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {ask(simulator).json()['access_token']}"}
    address = "https://api.businesscentral.dynamics.com/environments/v1.1"
    (environment,) = requests.get(address, headers=headers, timeout=10).json()["value"]
    assert (environment["name"], environment["aadTenantId"]) == ("Production", simulator.config.tenant)


def test_discovery_leads_to_the_token_address(simulator: Simulator) -> None:
    base = f"{LOGIN}/{simulator.config.tenant}/v2.0/.well-known/openid-configuration"
    assert requests.get(base, timeout=10).json()["token_endpoint"] == simulator.token_url


@pytest.mark.simulator(basic_users=(("web", "key"),))
def test_a_server_instance_of_ones_own_is_addressed_without_a_tenant(simulator: Simulator) -> None:
    client = simulator.app.test_client()
    reply = client.get("/BC210/api/v2.0/companies?tenant=default", auth=("web", "key"))
    assert reply.status_code == 200, reply.text
    assert reply.get_json()["@odata.context"].endswith("/BC210/api/v2.0/$metadata#companies")
    assert client.get("/BC210/api/v2.0/companies").status_code == 401
    assert client.get("/BC210/api/beta/companies", auth=("web", "key")).status_code == 404


def test_the_challenge_of_sales_leads_to_where_it_was_asked(simulator: Simulator) -> None:
    reply = requests.get(f"{simulator.sales_url}/WhoAmI", timeout=10)
    home = f"Bearer authorization_uri={LOGIN}/{simulator.config.tenant}/oauth2/authorize"
    assert reply.headers["WWW-Authenticate"] == f"{home}, resource_id={simulator.config.org_url}/"
    elsewhere = Client(simulator.app).get("/api/data/v9.2/WhoAmI", base_url="https://localhost:8100")
    there = f"Bearer authorization_uri=https://localhost:8100/{simulator.config.tenant}/oauth2/authorize"
    assert elsewhere.headers["WWW-Authenticate"] == f"{there}, resource_id=https://localhost:8100/"
