"""Simulated users who keep editing on both sides at a chosen rate, so that there is something to synchronize."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from simulator.odata.errors import ServiceError
from simulator.people import Row, User

# service -> entity set -> properties that people change, with how they make the new value
_Change = Callable[[Random, Row], Row]


def _phone(name: str) -> _Change:
    return lambda random, row: {name: f"+45 {random.randrange(20_000_000, 99_999_999)}"}


def _credit_limit(name: str) -> _Change:
    return lambda random, row: {name: random.randrange(1, 100) * 1_000}


def _street(name: str) -> _Change:
    def change(random: Random, row: Row) -> Row:
        street = str(row.get(name) or "Nygade").split(",")[0]
        return {name: f"{street[:40]}, {random.randrange(1, 99)}. tv"}

    return change


_EDITS: dict[str, dict[str, tuple[_Change, ...]]] = {
    "bc": {
        "customers": (_phone("phoneNumber"), _credit_limit("creditLimit"), _street("addressLine1")),
        "contacts": (_phone("mobilePhoneNumber"), _street("addressLine1")),
    },
    "sales": {
        "accounts": (_phone("telephone1"), _credit_limit("creditlimit"), _street("address1_line1")),
        "contacts": (_phone("mobilephone"), _street("address1_line1")),
    },
}
_KEYS = {"bc": {"customers": "id", "contacts": "id"}, "sales": {"accounts": "accountid", "contacts": "contactid"}}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit that a simulated user made."""

    service: str
    entity_set: str
    key: str
    values: Row


class Editors:
    """The simulated users of both services; stopped until someone asks for a rate."""

    def __init__(self, users: dict[str, User], seed: int) -> None:
        self._users = users
        self._random = Random(seed)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.per_minute = 0.0
        self.edits = 0

    def run(self, per_minute: float) -> None:
        """Keep editing at this rate from now on; 0 stops."""
        with self._lock:
            self.stop()
            self.per_minute = per_minute
            if per_minute > 0:
                self._stop = threading.Event()
                self._thread = threading.Thread(target=self._keep_editing, args=(self._stop,), daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop editing; an edit under way is finished first."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
        self._thread = None
        self.per_minute = 0.0

    def edit_once(self) -> Edit | None:
        """Make one edit and return it; None when the chosen set is empty or the service refuses."""
        service = self._random.choice(sorted(_EDITS))
        entity_set = self._random.choice(sorted(_EDITS[service]))
        row = self._users[service].pick(entity_set, self._random)
        if row is None:
            return None
        key = str(row[_KEYS[service][entity_set]])
        values = self._random.choice(_EDITS[service][entity_set])(self._random, row)
        try:
            self._users[service].update(entity_set, key, **values)
        except (ServiceError, LookupError):  # the row went away or is closed: a user would shrug, too
            return None
        self.edits += 1
        return Edit(service, entity_set, key, values)

    def _keep_editing(self, stop: threading.Event) -> None:
        while not stop.wait(60 / self.per_minute if self.per_minute else 60):
            self.edit_once()
