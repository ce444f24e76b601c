"""Plain addresses - a set, or a row of it by its id - whose meaning is worked out once for each set."""

from __future__ import annotations

import re

from simulator.http.target import Target
from simulator.odata.messages import ServiceRequest
from simulator.odata.service import Shape
from simulator.store.state import ServiceState

_PLAIN = re.compile(
    r"((/companies\([^()/']+\))?/\w+)(?:\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\))?", re.ASCII | re.IGNORECASE
)
_MOST_SETS = 2_000


class PlainAddresses:
    """The sets that were met at plain addresses of one service, with their companies.

    A mark tells one state of the companies from another: what was met under another mark is forgotten.
    """

    def __init__(self, state: ServiceState, needs_company: bool) -> None:
        self._state = state
        self._needs_company = needs_company
        self._mark: object = None
        self._known: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, request: ServiceRequest, mark: object) -> tuple[str, Target] | None:
        """Return the company and the target of an address whose set was met before; None for every other."""
        plain = _PLAIN.fullmatch(request.path)
        known = self._known.get((request.root, plain[1])) if plain is not None and mark == self._mark else None
        if plain is None or known is None:
            return None
        scope, name = known
        key = plain[3]
        return scope, Target(self._state.service.shapes[name], key.lower() if key else None)

    def learn(self, request: ServiceRequest, mark: object, scope: str, shape: Shape) -> None:
        """Remember what an address means, if it is plain and tells all by itself which company is meant."""
        plain = _PLAIN.fullmatch(request.path)
        if plain is None or not shape.has_guid_key or (self._needs_company and not plain[2]):
            return
        if mark != self._mark or len(self._known) >= _MOST_SETS:
            self._mark, self._known = mark, {}
        self._known[request.root, plain[1]] = scope, shape.name
