"""Check If-Match and If-None-Match the way each service does."""

from __future__ import annotations

import re
from functools import lru_cache

from simulator.http.target import Target
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest
from simulator.store.reader import StoredRow

_ETAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')


@lru_cache(maxsize=256)
def parse_etags(header: str) -> tuple[str, ...]:
    """Return the opaque parts of a list of ETags; ("*",) for any; () when it cannot be read."""
    text = header.strip()
    if text == "*":
        return ("*",)
    found = tuple(match.group(1) for match in _ETAG.finditer(text))
    return found if found and not _ETAG.sub("", text).replace(",", "").strip() else ()


def matches(manners: Manners, row: StoredRow, etags: tuple[str, ...]) -> bool:
    """Whether one of the ETags is the row's."""
    return "*" in etags or parse_etags(manners.service.conventions.etag(row.version))[0] in etags


def check_if_match(request: ServiceRequest, manners: Manners, target: Target, row: StoredRow, is_must: bool) -> None:
    """Raise the service's refusal unless If-Match names the row's version; `is_must`: absent is refused too."""
    header = request.headers.get("if-match")
    if not header:
        if is_must:
            raise manners.no_if_match()
        return
    etags = parse_etags(header)
    if not etags:
        raise manners.no_if_match()
    if not matches(manners, row, etags):
        raise manners.stale(target.entity)
