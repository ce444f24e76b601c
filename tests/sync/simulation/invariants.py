"""The invariants: what has to hold once faults are off, judged by what the two services themselves remember."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side
from flask_coupling.models import ConflictEntry, Coupling, CreateIntent, FailedRecord, UncoupledRecord

from .history import NOBODY, Event, History


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
    doubled: set[str]
    """Tokens that users gave to several records of a side, or a person wanted one more record of."""
    undoing: set[str]
    """Jobs that took something back."""
    undone: set[str]
    """Ids of records of which something was taken back: the two sides differ until somebody edits one."""
    parted: set[str]
    """Ids and tokens of records whose coupling a person removed."""
    asking: set[str]
    """Jobs that create partners because a person asked for them."""
    asked: Mapping[str, int]
    """When a person last asked for the partner of a record: the number of the next event, by the record's token."""
    restored: bool
    """Whether the database came from a backup."""
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
        if event.before is not None and event.after is None:
            alive[(event.side, world.token(event.side, event.before))].discard(event.id)
        if event.before is None and event.after is not None:  # nobody edits the word by which a record is known
            twins = alive[(event.side, world.token(event.side, event.after))]
            twins.add(event.id)
            token = world.token(event.side, event.after)
            is_wanted = token in world.asked and token in world.parted  # a person parted them, and asked again
            if len(twins) > 1 and token not in world.renamed | world.doubled and not is_wanted:
                raise Broken(f"4: event {event.number} by {event.author} makes a double on {event.side}: {event.after}")


def check_matched(world: Witness, begun: Mapping[str, int]) -> None:
    """4 and F25: where new records are matched first, none is created beside an equal one that was there before.

    `begun` tells with which event each job began; a row that changed since may not have been equal when it was read.
    """
    if not world.mapping.match_first:
        return
    last: dict[tuple[Side, str], Event] = {}
    for event in world.history.events:
        if event.kind == "created" and event.is_ours and not _is_chosen(world, event):
            for (side, id), other in last.items():
                is_equal = side is event.side and _title(world, other) == _title(world, event)
                if is_equal and other.number < begun.get(event.author, 0) and _takes_part(other):
                    raise Broken(f"4: event {event.number} by {event.author} makes {event.after} beside {side} {id}")
        last[event.side, event.id] = event


def _is_chosen(world: Witness, event: Event) -> bool:
    """Whether a person or a rule wanted a partner again, whatever else there is."""
    token = world.token(event.side, event.after or {})
    is_restored = world.mapping.deletion_conflict is DeletionConflictResolution.RESTORE_RECORD
    is_decided = (token, "restore_record") in world.decided or token in world.asked or token in world.parted
    return is_restored or is_decided or event.author in world.undoing | {NOBODY}


def _title(world: Witness, event: Event) -> object:
    return (event.after or {}).get(world.mapping.field("displayName").of(event.side) or "")


def _takes_part(event: Event) -> bool:
    return event.after is not None and event.after.get("blocked") != "All"


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
    """5: we delete nothing that nobody deleted, and bring back nothing unless asked to.

    A person asks by deciding so, by a rule of the mapping, or by creating the partner of a record by hand.
    """
    gone: dict[tuple[Side, str], Event] = {}
    deleted: set[tuple[Side, str]] = set()
    made: set[tuple[Side, str]] = set()
    rule = world.mapping.deletion_conflict
    restores = rule is DeletionConflictResolution.RESTORE_RECORD
    for event in world.history.events:
        if world.token(event.side, event.after or event.before or {}) in world.doubled:
            continue  # nobody can tell which of them was meant
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
            is_asked = restores or (key[1], "restore_record") in world.decided or event.author in world.asking
            is_late = key in gone and gone[key].number < world.asked.get(key[1], 0)  # asked for again, and done later
            if key in gone and not (is_asked or is_late) and event.author != NOBODY:
                raise Broken(f"5: event {event.number}: {event.author} brought back {event.side} {event.after}")


def _lost_its_partner(world: Witness, side: Side, token: str) -> bool:
    """Whether somebody deleted the record on the other side: the rule says that the survivor is then left alone."""
    return any(
        event.kind == "deleted" and event.side is side.other and world.token(event.side, event.before or {}) == token
        for event in world.history.events
    )
