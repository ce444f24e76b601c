"""The invariants: what has to hold once faults are off, judged by what the two services themselves remember."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from flask_coupling.core.conflict import DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side
from flask_coupling.models import ConflictEntry, Coupling, CreateIntent, FailedRecord, UncoupledRecord

from .history import Event, History


class Broken(AssertionError):
    """An invariant does not hold; says which, and for what."""


class Witness(Protocol):
    """What the world can tell a judge."""

    history: History
    never_seen: set[str]
    """Rows that users deleted before their coupling was stored."""
    sent_in_a_wait: int
    """Requests sent while their service had asked to be left alone."""
    renamed: set[str]
    """Records that users renamed before their coupling was stored."""
    undoing: set[str]
    """Jobs that took something back."""
    undone: set[str]
    """Ids of records of which something was taken back: the two sides differ until somebody edits one."""
    parted: set[str]
    """Ids and tokens of records whose coupling a person removed."""
    asked: set[str]
    """Jobs that create partners because a person asked for them."""
    decided: set[tuple[str, str]]
    """What people decided about records whose partner was deleted."""

    @property
    def mapping(self) -> TableMapping:
        """The mapping under test."""
        ...

    def rows(self, side: Side) -> Mapping[str, Mapping[str, Any]]:
        """The rows of the mapping's table."""
        ...

    def token(self, side: Side, values: Mapping[str, Any]) -> str:
        """By what a record is known on both sides."""
        ...

    def plain(self, field: str, side: Side, value: Value) -> object:
        """A value as both sides would say it."""
        ...


def check_converged(world: Witness, session: sa.orm.Session) -> None:
    """1 and 6: coupled pairs are equal, or say why not; what should have a partner has one, or says why not."""
    rows = {side: world.rows(side) for side in Side}
    troubled = _troubled(session)
    couplings = list(session.scalars(sa.select(Coupling).where(Coupling.mapping == world.mapping.name)))
    for coupling in couplings:
        if coupling.id in troubled:
            continue
        bc, sales = rows[Side.BC].get(coupling.bc_id), rows[Side.SALES].get(coupling.sales_id)
        if bc is None or sales is None:
            raise Broken(f"1: coupling {coupling.id} lacks a record and says nothing ({coupling.error_code})")
        if bc.get("blocked") == "All":
            is_undone = bool({coupling.bc_id, coupling.sales_id} & world.undone)
            if not coupling.error_code and unequal(world, bc, sales) and not is_undone:
                raise Broken(f"6: coupling {coupling.id} is blocked and says nothing")
            continue
        fields = unequal(world, bc, sales)
        if fields and not {coupling.bc_id, coupling.sales_id} & world.undone:
            raise Broken(f"1: coupling {coupling.id} differs in {fields}: {bc} / {sales}")
    _check_strangers(world, session, rows, couplings)


def _troubled(session: sa.orm.Session) -> set[int]:
    """The couplings that wait for a person, by their own word."""
    conflicts = session.scalars(sa.select(ConflictEntry.coupling_id).where(ConflictEntry.closed_at.is_(None)))
    failures = session.scalars(sa.select(FailedRecord.coupling_id).where(FailedRecord.coupling_id.is_not(None)))
    return {*conflicts, *(id for id in failures if id is not None)}


def unequal(world: Witness, bc: Mapping[str, Any], sales: Mapping[str, Any]) -> list[str]:
    """The two-way fields in which a pair differs."""
    return [
        field.name
        for field, flow in world.mapping.pairs
        if flow is Direction.BIDIRECTIONAL
        and world.plain(field.name, Side.BC, bc.get(field.bc or ""))
        != world.plain(field.name, Side.SALES, sales.get(field.sales or ""))
    ]


def _check_strangers(
    world: Witness,
    session: sa.orm.Session,
    rows: Mapping[Side, Mapping[str, Mapping[str, Any]]],
    couplings: Iterable[Coupling],
) -> None:
    if world.mapping.only_coupled:
        return
    known = {Side.BC: {each.bc_id for each in couplings}, Side.SALES: {each.sales_id for each in couplings}}
    failed = {(each.side, each.record_id) for each in session.scalars(sa.select(FailedRecord))}
    intents = {(Side(each.side).other, each.source_id) for each in session.scalars(sa.select(CreateIntent))}
    alone = {(each.side, each.record_id) for each in session.scalars(sa.select(UncoupledRecord))}
    for side in Side:
        if not world.mapping.direction.allows(side):
            continue
        for id, values in rows[side].items():
            if id in known[side] or (side, id) in failed or (side, id) in intents or values.get("blocked") == "All":
                continue
            lost = id in world.parted or _lost_its_partner(world, side, world.token(side, values))
            if (side, id) in alone and lost:
                continue
            raise Broken(f"6: {side} {id} {values} has no partner, and nothing says why")


def check_one_partner(world: Witness) -> None:
    """4: at no moment does a side hold two rows of the same record.

    A row of Business Central whose creation was never answered is found again by its name and its time: one that a
    user has renamed before is nobody's, and is left out here.
    """
    alive: dict[tuple[Side, str], set[str]] = defaultdict(set)
    for event in world.history.events:
        if event.before is not None:
            alive[(event.side, world.token(event.side, event.before))].discard(event.id)
        if event.after is not None:
            twins = alive[(event.side, world.token(event.side, event.after))]
            twins.add(event.id)
            token = world.token(event.side, event.after)
            is_wanted = event.author in world.asked and token in world.parted  # a person parted them, and asked again
            if len(twins) > 1 and token not in world.renamed and not is_wanted:
                raise Broken(f"4: event {event.number} by {event.author} makes a double on {event.side}: {event.after}")


def check_secrets(texts: Iterable[str], secrets: Iterable[str]) -> None:
    """13: what is written down holds no secret."""
    for text in texts:
        if leaked := [secret for secret in secrets if secret in text]:
            raise Broken(f"13: {leaked[0][:6]}... is written down in {text[:200]}")


def check_patience(world: Witness) -> None:
    """12: while a service wants to be left alone nobody sends it anything."""
    if world.sent_in_a_wait:
        raise Broken(f"12: {world.sent_in_a_wait} requests were sent inside a wait")


def check_deletions(world: Witness) -> None:
    """5: we delete nothing that nobody deleted, and bring back nothing unless asked to."""
    gone: dict[tuple[Side, str], Event] = {}
    deleted: set[tuple[Side, str]] = set()
    made: set[tuple[Side, str]] = set()
    rule = world.mapping.deletion_conflict
    restores = rule is DeletionConflictResolution.RESTORE_RECORD
    for event in world.history.events:
        if event.kind == "deleted":
            token = world.token(event.side, event.before or {})
            is_asked = rule is DeletionConflictResolution.DELETE_RECORD or (token, "delete_record") in world.decided
            partner = (event.side.other, world.token(event.side, event.before or {}))
            is_undone = event.author in world.undoing and (event.side, event.id) in made
            if event.is_ours and not (is_asked and partner in deleted) and not is_undone:
                raise Broken(f"5: event {event.number}: {event.author} deleted {event.side} {event.id}")
            deleted.add((event.side, world.token(event.side, event.before or {})))
            if event.id not in world.never_seen:
                gone[(event.side, world.token(event.side, event.before or {}))] = event
        elif event.kind == "created" and event.is_ours:
            made.add((event.side, event.id))
            key = (event.side, world.token(event.side, event.after or {}))
            if key in gone and not restores and (key[1], "restore_record") not in world.decided:
                raise Broken(f"5: event {event.number}: {event.author} brought back {event.side} {event.after}")


def _lost_its_partner(world: Witness, side: Side, token: str) -> bool:
    """Whether somebody deleted the record on the other side: the rule says that the survivor is then left alone."""
    return any(
        event.kind == "deleted" and event.side is side.other and world.token(event.side, event.before or {}) == token
        for event in world.history.events
    )


def check_writes(world: Witness, session: sa.orm.Session) -> None:
    """2 and 3: each of our writes carries a value the other side held, and buries no edit it had not seen.

    An edit may lose a conflict, which then shows both values.
    """
    shown = _shown_in_conflicts(world, session)
    for event in world.history.events:
        if not event.is_ours or event.after is None:
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
    if (field, before) not in shown and before not in _seen_from(other, edit.number, event.number):
        raise Broken(
            f"2: event {event.number} by {event.author} buries {field}={before!r} on {event.side}, edited in "
            f"event {edit.number}, under {after!r}"
        )


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
