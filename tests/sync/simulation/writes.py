"""What our writes carried and what they replaced, judged by what the two services themselves remember."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.core.side import Direction, Side
from flask_coupling.models import ConflictEntry

from .history import Event
from .invariants import Broken, Witness


def check_writes(world: Witness, session: sa.orm.Session) -> None:
    """2 and 3: each of our writes carries a value the other side held, and buries no edit it had not seen.

    An edit may lose a conflict, which then shows both values.
    """
    shown = _shown_in_conflicts(world, session)
    for event in world.history.events:
        if not event.is_ours or event.after is None or world.token(event.side, event.after) in world.doubled:
            continue
        for field, flow in world.mapping.pairs:
            _check_write(world, event, field.name, flow, shown)


def _shown_in_conflicts(world: Witness, session: sa.orm.Session) -> set[tuple[str, object]]:
    entries = session.scalars(sa.select(ConflictEntry).where(ConflictEntry.kind == "update"))
    fields = [each for entry in entries for each in entry.fields]
    return {(each["field"], world.plain(each["field"], side, each[side.value])) for each in fields for side in Side}


def _check_write(world: Witness, event: Event, field: str, flow: Direction, shown: set[tuple[str, object]]) -> None:
    name = world.mapping.field(field).of(event.side) or ""
    before = world.plain(field, event.side, (event.before or {}).get(name))
    after = world.plain(field, event.side, (event.after or {}).get(name))
    if before == after:
        return
    if event.author in world.undoing:
        return _check_undo(world, event, field, before, after)
    other = _values(world, event.side.other, world.token(event.side, event.after or {}), field)
    if after not in [value for number, value in other if number < event.number]:
        raise Broken(f"3: event {event.number} by {event.author} invents {field}={after!r} on {event.side}")
    if event.before is None or flow is not Direction.BIDIRECTIONAL:
        return
    edit = _author_of(world, event, field, before)
    if edit is None or edit.is_ours or _may_lose(world, event.side, field) or _is_first(world, event, field):
        return
    if (field, before) in shown or _is_back(world, event, field, before):
        return
    if before not in _seen_from(other, edit.number, event.number):
        raise Broken(
            f"2: event {event.number} by {event.author} buries {field}={before!r} on {event.side}, edited in "
            f"event {edit.number}, under {after!r}"
        )


def _is_back(world: Witness, event: Event, field: str, before: object) -> bool:
    """Whether a user had moved a field away and back to what we had carried last, as if it had not been touched.

    A database that was restored may know of an earlier agreement only.
    """
    token = world.token(event.side, event.after or {})
    carried = [
        world.plain(field, each.side, (each.after or {}).get(name))
        for each in world.history.ours()
        if each.number < event.number and each.after is not None and world.token(each.side, each.after) == token
        if (name := world.mapping.field(field).of(each.side) or "") in each.moved or each.before is None
    ]
    return before in (carried if world.restored else carried[-1:])


def _check_undo(world: Witness, event: Event, field: str, before: object, after: object) -> None:
    """What is taken back is a value we wrote, and what comes back stood there before."""
    name = world.mapping.field(field).of(event.side) or ""
    earlier = [each for each in world.history.of(event.side, event.id) if each.number < event.number]
    ours = [world.plain(field, event.side, (each.after or {}).get(name)) for each in earlier if each.is_ours]
    stood = [world.plain(field, event.side, (each.before or {}).get(name)) for each in earlier]
    if before not in ours or after not in stood:
        raise Broken(f"3: event {event.number} takes back {field}: {before!r} becomes {after!r} on {event.side}")


def _may_lose(world: Witness, side: Side, field: str) -> bool:
    """Whether the rules let the other side win without asking."""
    mapping = world.mapping
    rule = mapping.policy.fields.get(field, mapping.policy.update)
    return mapping.direction is not Direction.BIDIRECTIONAL or rule in _LOSES[side]


def _is_first(world: Witness, event: Event, field: str) -> bool:
    """Whether a field of twins is synchronized for the first time: whoever coupled them or started it chose a side."""
    token = world.token(event.side, event.after or {})
    earlier = [
        each
        for each in world.history.events[: event.number]
        if each.is_ours and each.author != event.author and each.after is not None
        if (world.mapping.field(field).of(each.side) or "") in each.moved
    ]
    return token.startswith("T") and not any(world.token(each.side, each.after or {}) == token for each in earlier)


_LOSES = {
    Side.BC: (UpdateConflictResolution.GET_FROM_SALES, UpdateConflictResolution.NEWEST),
    Side.SALES: (UpdateConflictResolution.SEND_TO_SALES, UpdateConflictResolution.NEWEST),
}


def _author_of(world: Witness, event: Event, field: str, value: object) -> Event | None:
    """The event that gave the row the value our write replaced."""
    name = world.mapping.field(field).of(event.side) or ""
    found = None
    for earlier in world.history.of(event.side, event.id):
        if earlier.number >= event.number:
            break
        had = world.plain(field, event.side, (earlier.before or {}).get(name))
        has = world.plain(field, event.side, (earlier.after or {}).get(name))
        if earlier.before is None or had != has:
            found = earlier
    return found


def _values(world: Witness, side: Side, token: str, field: str) -> list[tuple[int, object]]:
    """The values of a field of a record on one side, each with the number of the event it began with."""
    name = world.mapping.field(field).of(side) or ""
    return [
        (event.number, world.plain(field, side, event.after.get(name)))
        for event in world.history.events
        if event.side is side and event.after is not None and world.token(side, event.after) == token
    ]


def _seen_from(values: Iterable[tuple[int, object]], start: int, end: int) -> Iterator[object]:
    """The values held at some time between two events: the last one before, and all since."""
    last: list[object] = []
    for number, value in values:
        if number >= end:
            break
        if number < start:
            last = [value]
        else:
            yield value
    yield from last
