"""What keeps a page safe: response headers, and forms that only a page of ours can have sent."""

from __future__ import annotations

from flask import Response, current_app, g, request
from flask_wtf.csrf import ValidationError, generate_csrf, validate_csrf

from flask_coupling.errors import ConflictError, NotConfigured

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormExpiredConflictError(ConflictError):
    """A form came without a valid token: it lay too long, or another site sent it."""

    code = "form_expired"
    status = 400
    template = "This form had expired, so nothing was done."
    advice = "Check it and send it again."


def set_headers(response: Response) -> Response:
    """Add our headers where the view, or the host before us, has not set them; the host's own come after and win."""
    if request.endpoint and request.endpoint.endswith(".static"):
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.vary.add("HX-Target")
    return response


def check_form() -> None:
    """Raise FormExpiredConflictError for a form without a valid token, and NotConfigured when none can be made.

    The host's own CSRFProtect, where there is one, has checked the same token before; WTF_CSRF_ENABLED switches both.
    """
    if not current_app.secret_key:
        raise NotConfigured(detail="SECRET_KEY is not set, so forms cannot be protected", remedy="Set it on the app")
    if request.method in _SAFE or not current_app.config.get("WTF_CSRF_ENABLED", True):
        return
    try:
        validate_csrf(request.form.get(token_name()) or request.headers.get("X-CSRFToken"))
    except ValidationError as error:
        if request.endpoint not in _KEEPS_WHAT_WAS_TYPED:
            raise FormExpiredConflictError from error
        g.coupling_form_expired = True


_KEEPS_WHAT_WAS_TYPED = {"coupling.connection_setup", "coupling.new_connection", "coupling.mapping_editor_page"}


def form_expired() -> bool:
    """Whether this request's form lacks a valid token; its view must then only show it again."""
    return bool(g.get("coupling_form_expired"))


def token_name() -> str:
    """The name of the hidden field that carries the token."""
    name: str = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return name


def token() -> str:
    """This session's token, for a hidden field."""
    value: str = generate_csrf()
    return value


def local_path(address: str | None) -> str | None:
    """The address when it stays on this host, else None: where to go next must not be an outsider's choice."""
    # browsers read // and /\\ as the beginning of another host's address, and skip control characters
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    return None if any(mark in address for mark in "\\\t\r\n") else address
