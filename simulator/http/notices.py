"""Send webhook notifications: gathered for 30 seconds, folded by record, retried, with the faults of a bad line."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from simulator.faults import NOTIFY, FaultRule, Faults
from simulator.http.sending import Send, post, post_patiently
from simulator.http.steps import Steps
from simulator.store.changes import Change
from simulator.store.store import Store

_GATHER = timedelta(seconds=30)
_MOST_RECORDS = 1_000
_RETRIED = {0, 408, 429, *range(500, 600)}
_GIVE_UP = timedelta(hours=36)
_FOLDED = {("created", "updated"): "created"}


@dataclass(slots=True)
class _Pending:
    """What is to be told to one subscription."""

    since: datetime
    due: datetime
    changes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    tries: int = 0


class Notifier:
    """Tells the subscribers of one simulator what changed: Business Central's here, Dataverse's by `steps`.

    `deliver()` sends what is due by the simulator's clock (30 s after the first change); `deliver(now=True)` does not
    wait. Nothing is sent by itself: a server calls `start()`, a test calls `deliver`.
    """

    def __init__(
        self, store: Store, faults: Faults, send: Send = post, send_step: Send = post_patiently, host: str = ""
    ) -> None:
        self.store = store
        self.faults = faults
        self.send = send
        self.sent = 0
        self._pending: dict[str, _Pending] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.steps = Steps(store, faults, send_step, host or "contoso.crm4.dynamics.com")
        store.listen(self._listen, self._wants)

    def _wants(self, service: str) -> bool:
        return service == "bc" and bool(self._subscriptions())

    def _listen(self, service: str, changes: Sequence[Change]) -> None:
        with self._lock:
            for key, subscription in self._subscriptions().items():
                self._gather(key, subscription, changes)

    def _subscriptions(self) -> dict[str, Any]:
        kept: dict[str, Any] = self.store.get_state("subscriptions", {})
        if not kept:
            return kept
        now = self.store.clock.now()
        return {key: one for key, one in kept.items() if datetime.fromisoformat(one["expirationDateTime"]) > now}

    def _gather(self, key: str, subscription: dict[str, Any], changes: Sequence[Change]) -> None:
        for change in changes:
            suffix = f"companies({change.scope})/{change.entity_set}"
            if not subscription["resource"].rstrip("/").lower().endswith(suffix.lower()):
                continue
            pending = self._pending.setdefault(key, _Pending(change.at, change.at + _GATHER))
            before = pending.changes.get(change.key, ("", change.at))[0]
            kind = _FOLDED.get((before, change.kind), change.kind)
            pending.changes[change.key] = (kind, change.at)

    def deliver(self, now: bool = False) -> int:
        """Send what is due (or everything) and return how many posts were made."""
        time = self.store.clock.now()
        with self._lock:
            due = {key: one for key, one in self._pending.items() if now or one.due <= time}
            for key in due:
                del self._pending[key]
        subscriptions = self._subscriptions()
        posts = sum(self._tell(subscriptions[key], pending) for key, pending in due.items() if key in subscriptions)
        return posts + self.steps.deliver(time, now)

    def _tell(self, subscription: dict[str, Any], pending: _Pending) -> int:
        rules = self.faults.draw("bc", "subscriptions", NOTIFY, subscription["resource"])
        effects = {rule.effect for rule in rules}
        if "expired_subscription" in effects:
            self._end(subscription["subscriptionId"])
            return 0
        if "lost_notice" in effects:
            return 0
        notices = _notices(subscription, pending)
        body = orjson.dumps({"value": _bent(notices, rules)})
        posts = 2 if "repeated_notice" in effects else 1
        for _ in range(posts):
            status, _body = self.send(subscription["notificationUrl"], {"Content-Type": "application/json"}, body)
            self.sent += 1
        self._conclude(subscription["subscriptionId"], pending, status)
        return posts

    def _conclude(self, key: str, pending: _Pending, status: int) -> None:
        if 200 <= status < 300:
            return
        now = self.store.clock.now()
        if status not in _RETRIED or now - pending.since > _GIVE_UP:
            self._end(key)
            return
        pending.tries += 1
        pending.due = now + timedelta(seconds=min(30 * 2**pending.tries, 3600))
        with self._lock:
            later = self._pending.get(key)
            pending.changes |= later.changes if later else {}
            self._pending[key] = pending

    def _end(self, key: str) -> None:
        kept = self.store.get_state("subscriptions", {})
        kept.pop(key, None)
        self.store.put_state("subscriptions", kept)

    def start(self, every: float = 1.0) -> None:
        """Deliver by itself from now on, in a thread, until `stop`; it tidies the store up meanwhile."""
        threading.Thread(target=self._run, args=(every,), name="simulator-webhooks", daemon=True).start()

    def _run(self, every: float) -> None:
        while not self._stop.wait(every):
            self.deliver()
            self.store.tidy()

    def stop(self) -> None:
        """End the thread, if there is one."""
        self._stop.set()


def _notices(subscription: dict[str, Any], pending: _Pending) -> list[dict[str, Any]]:
    """Return one notice for each record, or one for the collection when they are many."""
    resource = "api/v2.0/" + subscription["resource"][subscription["resource"].lower().index("companies(") :]
    common = {
        "subscriptionId": subscription["subscriptionId"],
        "clientState": subscription["clientState"],
        "expirationDateTime": subscription["expirationDateTime"],
    }
    if len(pending.changes) > _MOST_RECORDS:
        first = min(at for _, at in pending.changes.values()) - timedelta(milliseconds=1)
        asked = f"{resource}?$filter=lastModifiedDateTime gt {_text(first)}"
        return [common | {"resource": asked, "changeType": "collection", "lastModifiedDateTime": _text(pending.since)}]
    return [
        common | {"resource": f"{resource}({key})", "changeType": kind, "lastModifiedDateTime": _text(at)}
        for key, (kind, at) in pending.changes.items()
    ]


def _bent(notices: list[dict[str, Any]], rules: Sequence[FaultRule]) -> list[dict[str, Any]]:
    effects = {rule.effect for rule in rules}
    if "reordered_notices" in effects:
        notices = notices[::-1]
    if "forged_notice" in effects:
        notices = [one | {"clientState": "forged"} for one in notices]
    return notices


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
