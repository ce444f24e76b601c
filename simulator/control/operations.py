"""What a tester can do to a running simulator: each operation is a function of the simulator and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from simulator.faults import EFFECTS, FaultRule
from simulator.instance import Simulator
from simulator.journal import Entry
from simulator.people import User
from simulator.store import Change

Json = dict[str, Any]


class NoSuchThing(LookupError):
    """The address names something the simulator does not have; the message says what, and what there is."""


def show_status(simulator: Simulator) -> Json:
    """Say that the simulator is ready, what it was filled with, its time, and how much is in it."""
    return {
        "status": "ready",
        **simulator.store.get_state("seed", {}),
        "now": simulator.clock.now().isoformat(),
        "frozen": simulator.clock.is_frozen,
        "requests": len(simulator.requests),
        "editors_per_minute": simulator.editors.per_minute,
        "tenant": simulator.config.tenant,
        "environment": simulator.config.environment,
        "companies": [asdict(company) for company in simulator.config.companies],
    }


def reset(simulator: Simulator) -> None:
    """Go back to the worlds as configured, the real time and an empty journal."""
    simulator.reset()


def seed(simulator: Simulator, customers: int, seed: int) -> Json:
    """Replace both worlds by new ones."""
    simulator.seed(customers, seed)
    return show_status(simulator)


def show_clock(simulator: Simulator) -> Json:
    """Say what time it is in the simulator, and whether it stands still."""
    return {"now": simulator.clock.now().isoformat(), "frozen": simulator.clock.is_frozen}


def set_clock(simulator: Simulator, action: str, at: datetime | None, seconds: float | None) -> Json:
    """Freeze, advance, set, resume or reset the clock."""
    clock = simulator.clock
    actions = {
        "freeze": lambda: clock.freeze(at),
        "advance": lambda: clock.advance(seconds or 0),
        "set": lambda: clock.set(at or clock.now()),
        "resume": clock.resume,
        "reset": clock.reset,
    }
    actions[action]()
    return show_clock(simulator)


def list_snapshots(simulator: Simulator) -> Json:
    """List the snapshots by name."""
    return {"value": simulator.store.snapshots()}


def take_snapshot(simulator: Simulator, name: str) -> Json:
    """Keep both worlds under a name; an older snapshot of that name is replaced."""
    simulator.store.snapshot(name)
    return list_snapshots(simulator)


def restore_snapshot(simulator: Simulator, name: str) -> None:
    """Go back to a snapshot."""
    if name not in simulator.store.snapshots():
        raise NoSuchThing(f"There is no snapshot {name!r}. Known: {', '.join(simulator.store.snapshots()) or 'none'}.")
    simulator.store.restore(name)


def show_editors(simulator: Simulator) -> Json:
    """Say how many edits a minute the simulated users make, and how many they have made."""
    return {"per_minute": simulator.editors.per_minute, "edits": simulator.editors.edits}


def set_editors(simulator: Simulator, per_minute: float) -> Json:
    """Let simulated users keep editing on both sides at this rate; 0 stops them."""
    simulator.editors.run(per_minute)
    return show_editors(simulator)


def show_limits(simulator: Simulator) -> Json:
    """Say whether the service protection limits are counted, what they are, and how many requests they refused."""
    limits = simulator.limits
    return {"on": limits.is_on, "refused": limits.refused, **{name: asdict(one) for name, one in limits.limits.items()}}


def switch_limits(simulator: Simulator, on: bool) -> Json:
    """Count the service protection limits from now on, or no longer; every count starts again."""
    simulator.limits.switch(on)
    return show_limits(simulator)


def list_requests(
    simulator: Simulator, text: str, service: str, method: str, status: int, refused: bool, limit: int
) -> Json:
    """Search the journal: the latest matching requests with their answers, oldest first."""
    found = simulator.requests.find(service, method.upper(), text, status)
    matching = [entry for entry in found if not refused or entry.status >= 400]
    return {"count": len(matching), "value": [describe_entry(entry) for entry in matching[-limit:]]}


def show_request(simulator: Simulator, number: int) -> Json:
    """Show one request of the journal."""
    entry = next((one for one in simulator.requests if one.number == number), None)
    if entry is None:
        raise NoSuchThing(f"The journal has no request {number}; it may have been cleared.")
    return describe_entry(entry)


def clear_requests(simulator: Simulator) -> None:
    """Forget every request of the journal."""
    simulator.requests.clear()


def export_requests(simulator: Simulator) -> bytes:
    """Give the whole journal as JSON lines."""
    return b"".join(orjson.dumps(describe_entry(entry)) + b"\n" for entry in simulator.requests)


def list_faults(simulator: Simulator) -> Json:
    """List the fault rules in force, with how often each matched and fired, and the effects there are."""
    rules = [
        rule.as_mapping() | {"matched": matched, "fired": fired} for rule, matched, fired in simulator.faults.rules()
    ]
    effects = [{"name": one.name, "about": one.about, "parameters": dict(one.parameters)} for one in EFFECTS.values()]
    return {"value": rules, "effects": effects}


def add_fault(simulator: Simulator, values: Json) -> Json:
    """Put a fault rule in force; one of the same name is replaced."""
    simulator.faults.add(FaultRule.from_mapping(values))
    return list_faults(simulator)


def remove_fault(simulator: Simulator, name: str) -> None:
    """End a fault rule."""
    try:
        simulator.faults.remove(name)
    except KeyError as error:
        raise NoSuchThing(f"There is no fault rule {name!r}.") from error


def clear_faults(simulator: Simulator) -> None:
    """End every fault rule."""
    simulator.faults.clear()


def list_worlds(simulator: Simulator) -> Json:
    """List both services' entity sets with their number of rows."""
    return {
        name: [
            {"name": one.name, "entity": one.entity, "key": one.key, "rows": _user(simulator, name).count(one.name)}
            for one in service.model.entity_sets
        ]
        for name, service in simulator.services.items()
    }


def list_rows(simulator: Simulator, service: str, entity_set: str, search: str, offset: int, limit: int) -> Json:
    """Show one page of a set's rows."""
    total, rows = _known(simulator, service, entity_set).search(entity_set, search, offset, limit)
    return {"count": total, "value": list(rows)}


def show_row(simulator: Simulator, service: str, entity_set: str, key: str) -> Json:
    """Show one row."""
    row = _known(simulator, service, entity_set).get(entity_set, key)
    if row is None:
        raise NoSuchThing(f"{entity_set} has no row {key}.")
    return row


def create_row(simulator: Simulator, service: str, entity_set: str, values: Json) -> Json:
    """Create a row as another user would."""
    return _known(simulator, service, entity_set).create(entity_set, values)


def update_row(simulator: Simulator, service: str, entity_set: str, key: str, values: Json) -> Json:
    """Change properties of a row as another user would."""
    show_row(simulator, service, entity_set, key)
    return _known(simulator, service, entity_set).update(entity_set, key, **values)


def delete_row(simulator: Simulator, service: str, entity_set: str, key: str) -> None:
    """Delete a row as another user would."""
    show_row(simulator, service, entity_set, key)
    _known(simulator, service, entity_set).delete(entity_set, key)


def list_changes(simulator: Simulator, service: str, since: int, entity_set: str, key: str, limit: int) -> Json:
    """Show a service's change log, oldest first: who wrote what, before and after."""
    changes = _user(simulator, service).changes(entity_set, key, since)
    return {"value": [_describe_change(change) for change in changes[:limit]]}


def describe_entry(entry: Entry) -> Json:
    """Return an entry of the journal as JSON values, bodies as text."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "service": entry.service,
        "method": entry.method,
        "url": entry.url,
        "status": entry.status,
        "seconds": round(entry.seconds, 6),
        "reason": entry.reason,
        "faults": list(entry.faults),
        "request": {"headers": entry.headers, "body": entry.body.decode(errors="replace")},
        "response": {"headers": entry.answer_headers, "body": entry.answer.decode(errors="replace")},
    }


def _describe_change(change: Change) -> Json:
    return {
        "version": change.version,
        "entity_set": change.entity_set,
        "key": change.key,
        "kind": change.kind,
        "author": change.author,
        "at": change.at.isoformat(),
        "fields": list(change.fields),
        "before": change.before,
        "after": change.after,
    }


def _user(simulator: Simulator, service: str) -> User:
    users: Mapping[str, User] = {"bc": simulator.bc, "sales": simulator.sales}
    if service not in users:
        raise NoSuchThing(f"There is no service {service!r}. Known: bc, sales.")
    return users[service]


def _known(simulator: Simulator, service: str, entity_set: str) -> User:
    user = _user(simulator, service)
    if simulator.services[service].model.entity_set(entity_set) is None:
        raise NoSuchThing(f"{service} has no entity set {entity_set!r}; GET /_simulator/worlds lists those it has.")
    return user
