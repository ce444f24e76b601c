"""Post what happened in Dataverse to the webhooks registered for it: within the transaction, or after it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from simulator.faults import NOTIFY, Faults
from simulator.http.execution_context import MESSAGES, changed_names, execution_context
from simulator.http.sending import Send
from simulator.odata.credentials import read_settings
from simulator.odata.errors import ServiceError
from simulator.odata.properties import Property
from simulator.store.changes import Change
from simulator.store.store import Store

log = logging.getLogger(__name__)

STEPS = "sdkmessageprocessingsteps"
_MOST_BYTES = 256 * 1024
_RETRIED = (502, 503, 504)
_MOST_TRIES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One registered step with its endpoint; `entity` is "" for every table, `columns` are empty for any."""

    message: str
    entity: str
    columns: frozenset[str]
    mode: int
    url: str
    headers: dict[str, str]

    def covers(self, message: str, entity: str, columns: set[str]) -> bool:
        """Whether a change is to be told."""
        if message != self.message or self.entity not in ("", entity):
            return False
        return message != "Update" or not self.columns or not self.columns.isdisjoint(columns)


@dataclass(slots=True)
class _Waiting:
    step: Step
    headers: dict[str, str]
    body: bytes
    due: datetime
    tries: int = 0


class Steps:
    """The processing steps of one organization; a store without that table has none.

    A synchronous step is told before the write lasts, and a post that fails refuses the write. An asynchronous one
    waits for `deliver`; 502, 503 and 504 are tried again, any other failure is given up, as Dataverse does.
    """

    def __init__(self, store: Store, faults: Faults, send: Send, organization: str) -> None:
        self.store = store
        self.faults = faults
        self.send = send
        self.organization = organization
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._mark: tuple[int, int] | None = None
        self._steps: list[Step] = []
        if store.has_set("sales", STEPS):
            self._state = store.state_of("sales")
            store.listen(self._listen, self._wants)
            self._refresh()

    def _refresh(self) -> list[Step]:
        """Return the steps in force; the write path pays for synchronous ones only while there are some."""
        mark = (self.store.epoch, self._state.set_versions[STEPS] + self._state.set_versions["serviceendpoints"])
        if self._mark != mark:
            self._mark, self._steps = mark, self._read()
            at_once = any(step.mode == 0 for step in self._steps)
            self._state.guard = self._tell_at_once if at_once else None
        return self._steps

    def _read(self) -> list[Step]:
        with self.store.reading("sales") as world:
            rows = sorted(world.list(STEPS, statecode=0), key=lambda row: row.get("rank") or 0)
            found = []
            for row in rows:
                endpoint = world.get("serviceendpoints", row["_eventhandler_value"])
                message = world.get("sdkmessages", row["_sdkmessageid_value"])
                if endpoint is None or message is None:
                    continue
                table = world.get("sdkmessagefilters", row.get("_sdkmessagefilterid_value") or "")
                secret = world.secret("serviceendpoints", endpoint["serviceendpointid"], "authvalue")
                url, headers = _signed(endpoint, secret)
                columns = frozenset(name.strip() for name in (row.get("filteringattributes") or "").split(",") if name)
                entity = table["primaryobjecttypecode"] if table else ""
                found.append(Step(message["name"], entity, columns, row["mode"], url, headers))
            return found

    # after the commit

    def _wants(self, service: str) -> bool:
        steps = self._refresh() if service == "sales" else ()
        return bool(steps) and any(step.mode == 1 for step in steps)

    def _listen(self, service: str, changes: Sequence[Change]) -> None:
        for change in changes:
            for step in self._covering(change, 1):
                headers, body = self._message(step, change)
                with self._lock:
                    self._waiting.append(_Waiting(step, headers, body, change.at))

    def deliver(self, time: datetime, now: bool = False) -> int:
        """Post what is due by then (or everything) and return how many posts were made."""
        with self._lock:
            due = [one for one in self._waiting if now or one.due <= time]
            self._waiting = [one for one in self._waiting if one not in due]
        return sum(self._deliver(one, time) for one in due)

    def _deliver(self, waiting: _Waiting, time: datetime) -> int:
        effects = {rule.effect for rule in self.faults.draw("sales", STEPS, NOTIFY, waiting.step.url)}
        if "lost_notice" in effects:
            return 0
        posts = 2 if "repeated_notice" in effects else 1
        for _ in range(posts):
            status, _body = self.send(waiting.step.url, waiting.headers, waiting.body)
        if status in _RETRIED and waiting.tries + 1 < _MOST_TRIES:
            waiting.tries += 1
            waiting.due = time + timedelta(seconds=min(30 * 2**waiting.tries, 3600))
            with self._lock:
                self._waiting.append(waiting)
        elif not 200 <= status < 300:
            log.warning("webhook given up url=%s status=%d", waiting.step.url.partition("?")[0], status)
        return posts

    # within the transaction

    def _tell_at_once(self, change: Change) -> None:
        for step in self._covering(change, 0):
            headers, body = self._message(step, change)
            status, _body = self.send(step.url, headers, body)
            if not 200 <= status < 300:
                reason = f"the endpoint answered {status}" if status else "the endpoint did not answer in 60 seconds"
                raise ServiceError(400, "0x80050203", f"The webhook call failed because {reason}.")

    # what is posted

    def _covering(self, change: Change, mode: int) -> list[Step]:
        shape = self._state.service.shapes[change.entity_set]
        columns, message = changed_names(change, shape), MESSAGES[change.kind]
        steps = (step for step in self._refresh() if step.mode == mode)
        return [step for step in steps if step.covers(message, shape.entity.entity, columns)]

    def _message(self, step: Step, change: Change) -> tuple[dict[str, str], bytes]:
        shape = self._state.service.shapes[change.entity_set]
        context = execution_context(change, shape, self._entity_of, self.organization, step.mode)
        headers = {
            "Content-Type": "application/json",
            "x-ms-dynamics-organization": self.organization,
            "x-ms-dynamics-entity-name": shape.entity.entity,
            "x-ms-dynamics-request-name": step.message,
            "x-ms-correlation-request-id": context["CorrelationId"],
            **step.headers,
        }
        body = orjson.dumps(context)
        if len(body) > _MOST_BYTES:
            headers["x-ms-dynamics-msg-size-exceeded"] = "true"
            dropped: dict[str, Any] = {"InputParameters": [], "PreEntityImages": [], "PostEntityImages": []}
            body = orjson.dumps(context | dropped)
        return headers, body

    def _entity_of(self, prop: Property, key: str) -> str:
        """Return which of its targets a lookup's id is of."""
        if len(prop.targets) == 1:
            return prop.targets[0]
        with self.store.reading("sales") as world:
            for entity in prop.targets:
                declared = world.service.model.by_entity(entity)
                if declared is not None and world.get(declared.name, key) is not None:
                    return entity
        return prop.targets[0]


def _signed(endpoint: dict[str, Any], secret: str) -> tuple[str, dict[str, str]]:
    """Return an endpoint's address and headers with its credential where its kind puts it."""
    url = endpoint["url"]
    if endpoint["authtype"] == 5:
        return url, read_settings(secret)
    named = {"code": secret} if endpoint["authtype"] == 4 else read_settings(secret)
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(named)}", {}
