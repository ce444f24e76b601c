"""What a request must be before a view sees it: small, JSON, and not a form of some other site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from flask_coupling.schemas.base import GREATEST_NUMBER

LARGEST_BODY = 1024 * 1024
"""Bytes of a request's body; ten thousand ids are half of that."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def guard_requests(root: Blueprint) -> None:
    """Have every request below `root` looked at first, and every answer carry headers that keep it where it belongs."""
    root.url_value_preprocessor(refuse_odd_addresses)
    root.before_request(limit_body)
    root.before_request(refuse_forms)
    root.after_request(add_headers)


def refuse_odd_addresses(_: str | None, values: dict[str, Any] | None) -> None:
    """Answer 404 for what nothing can be named in an address, and databases choke on."""
    if any(map(_is_odd, (values or {}).values())):
        raise NotFound


def _is_odd(value: Any) -> bool:
    return value > GREATEST_NUMBER if isinstance(value, int) else bool(_CONTROL.search(str(value)))


def limit_body() -> None:
    """Refuse to read more than LARGEST_BODY, or than the host allows when that is less."""
    request.max_content_length = min(request.max_content_length or LARGEST_BODY, LARGEST_BODY)


def refuse_forms() -> None:
    """Take nothing but JSON for a write.

    A page of another site can make a browser post a form, or a text, with the user's cookies; `application/json`
    it cannot without a preflight, which only the host's own CORS rules can grant. So this stands in for a token.
    """
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if (request.method == "POST" or has_body) and request.mimetype != "application/json":
        raise UnsupportedMediaType


def add_headers(answer: Response) -> Response:
    """Set what keeps an answer from being sniffed, framed or cached; a view's own choice stands."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def exempt_from_csrf(app: Flask, blueprints: Sequence[Blueprint]) -> None:
    """Spare the API from a CSRFProtect that guards the whole host, whether it came before us or comes after.

    It asks for a token in a form or a header, which a program has no page to read from; `refuse_forms` gives the
    same protection.
    """

    def exempt() -> None:
        if protection := app.extensions.get("csrf"):
            for each in blueprints:
                protection.exempt(each)

    exempt()
    if "csrf" not in app.extensions:
        app.before_request(exempt)  # runs before the check of a CSRFProtect registered after us
