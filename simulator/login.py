"""The token service's addresses: tokens in both versions, sign-in, and the documents clients discover them by."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Blueprint, Response, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from simulator.auth import Token
from simulator.instance import Simulator
from simulator.journal import Entry
from simulator.refusals import TokenRefused


def create_login(simulator: Simulator) -> Blueprint:
    """Return the blueprint that answers at ``/{tenant}/oauth2/…`` and the discovery addresses."""
    login = Blueprint("login", __name__)
    authority = simulator.authority

    def token(tenant: str, *, is_v1: bool) -> tuple[Response, int]:
        try:
            issued = authority.issue(tenant, request.form, _own_address())
        except TokenRefused as refused:
            return jsonify(_refusal(refused, simulator.clock.now())), refused.status
        return jsonify(_reply_v1(issued) if is_v1 else _reply(issued)), 200

    @login.post("/<tenant>/oauth2/v2.0/token")
    def token_v2(tenant: str) -> tuple[Response, int]:
        return token(tenant, is_v1=False)

    @login.post("/<tenant>/oauth2/token")
    def token_v1(tenant: str) -> tuple[Response, int]:
        return token(tenant, is_v1=True)

    @login.get("/<tenant>/oauth2/v2.0/authorize")
    @login.get("/<tenant>/oauth2/authorize")
    def authorize(tenant: str) -> BaseResponse:
        """Sign the person in without asking, and send them back with a code (to https or this machine only)."""
        target = request.args.get("redirect_uri", "")
        parts = urlsplit(target)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            return make_response("AADSTS50011: The redirect URI specified in the request does not match.", 400)
        answer = {"code": authority.code(request.args.get("client_id", "")), "state": request.args.get("state", "")}
        return redirect(f"{target}{'&' if parts.query else '?'}{urlencode(answer)}")

    @login.get("/<tenant>/v2.0/.well-known/openid-configuration")
    @login.get("/<tenant>/.well-known/openid-configuration")
    def openid_configuration(tenant: str) -> Response:
        return jsonify(_openid_configuration(tenant, authority.config.tenant))

    @login.get("/common/discovery/instance")
    def discover_instance() -> Response:
        host = urlsplit(request.args.get("authorization_endpoint", "")).netloc or request.host
        known = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        endpoint = f"{_own_address()}/{authority.config.tenant}/v2.0/.well-known/openid-configuration"
        return jsonify({"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": [known]})

    @login.after_request
    def write_down(response: Response) -> Response:
        # neither the form nor the answer: both hold secrets
        entry = Entry(0, simulator.clock.now(), "login", request.method, request.full_path.rstrip("?"))
        entry.status = response.status_code
        if entry.status >= 400 and response.is_json:
            entry.reason = response.get_json()["error_description"]
        simulator.requests.add(entry)
        return response

    return login


def _own_address() -> str:
    return request.host_url.rstrip("/")


def _reply(token: Token) -> dict[str, Any]:
    reply = {
        "token_type": "Bearer",
        "expires_in": token.lasts,
        "ext_expires_in": token.lasts,
        "access_token": token.access,
    }
    return reply | ({"refresh_token": token.refresh, "scope": token.scope} if token.refresh else {})


def _reply_v1(token: Token) -> dict[str, Any]:
    """Version 1 sends its numbers as texts, and names the resource."""
    stamps = {"expires_on": str(token.expires_on), "not_before": str(token.expires_on - token.lasts)}
    numbers = {"expires_in": str(token.lasts), "ext_expires_in": str(token.lasts)}
    return {**_reply(token), **numbers, **stamps, "resource": token.resource}


def _refusal(refused: TokenRefused, now: datetime) -> dict[str, Any]:
    trace, correlation = str(uuid4()), str(uuid4())
    stamp = f"{now:%Y-%m-%d %H:%M:%S}Z"
    sentence = (
        f"AADSTS{refused.code}: {refused.sentence} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
    )
    return {
        "error": refused.error,
        "error_description": sentence,
        "error_codes": [refused.code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={refused.code}",
    }


def _openid_configuration(asked: str, tenant: str) -> dict[str, Any]:
    base = f"{_own_address()}/{asked}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "issuer": f"{_own_address()}/{tenant}/v2.0",
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": ["openid", "profile", "offline_access"],
        "tenant_region_scope": "EU",
    }
