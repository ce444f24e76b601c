"""The token service's refusals, in its own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class TokenRefused(Exception):
    """The token service's refusal: HTTP status, OAuth error, and the AADSTS code and sentence clients branch on."""

    status: int
    error: str
    code: int
    sentence: str


# kind -> HTTP status, OAuth error, AADSTS code and sentence; clients branch on the first three
_REFUSALS: dict[str, tuple[int, str, int, str]] = {
    "missing parameter": (
        400, "invalid_request", 900144, "The request body must contain the following parameter: '{name}'.",
    ),
    "unknown tenant": (
        400, "invalid_request", 90002,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into "
        "the correct cloud. Check with your subscription administrator, this may happen if there are no "
        "active subscriptions for the tenant.",
    ),
    "unknown client": (
        400, "unauthorized_client", 700016,
        "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if"
        " the application has not been installed by the administrator of the tenant or consented to by any "
        "user in the tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    "missing secret": (
        401, "invalid_client", 7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    "wrong secret": (
        401, "invalid_client", 7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
        "value, not the client secret ID, for a secret added to app '{client}'.",
    ),
    "unknown resource": (
        400, "invalid_resource", 500011,
        "The resource principal named {resource} was not found in the tenant named {domain}. This can happen "
        "if the application has not been installed by the administrator of the tenant or consented to by any "
        "user in the tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    "not .default": (
        400, "invalid_scope", 1002012,
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope value "
        "with /.default suffixed to the resource identifier (application ID URI).",
    ),
    "unknown grant": (400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '{grant}'."),
    "wrong password": (
        400, "invalid_grant", 50126, "Error validating credentials due to invalid username or password.",
    ),
    "malformed grant": (
        400, "invalid_grant", 9002313, "Invalid request. {what} is malformed or was not issued by this tenant.",
    ),
    "expired grant": (400, "invalid_grant", 70008, "{what} has expired due to inactivity."),
}  # fmt: skip


def refusal(kind: str, **facts: str) -> TokenRefused:
    """Return the refusal of a kind of the table above, with its facts in the sentence."""
    status, error, code, sentence = _REFUSALS[kind]
    return TokenRefused(status, error, code, sentence.format(**facts))
