"""A selection that outlives the page it was made on: records by id, or all that fit a filter when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete

from flask_coupling.errors import InputInvalid, SelectionGone
from flask_coupling.globals import current_coupling
from flask_coupling.models import Selection
from flask_coupling.permissions import principal, require

from .coupling_lists import STATES, Which, count_couplings, coupling_ids
from .setting import enabled_connection, find_mapping

SIDES = ("bc", "sales", "couplings")
MOST_PICKS = 10_000
"""Records that can be selected one by one; any number can by a filter."""

LIFETIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SelectionView:
    """What is selected in a list of a table mapping; `id` is empty for one that was not kept.

    `uncoupled` are ids of records without a partner, `couplings` those of the others' couplings. With `everything` it
    is whatever fits `search` and `state` instead.
    """

    mapping: str
    side: str
    picks: tuple[str, ...] = ()
    everything: bool = False
    search: str = ""
    state: str = ""
    id: str = ""
    uncoupled: tuple[str, ...] = field(init=False)
    couplings: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        ids = [(record, coupling) for record, _, coupling in (each.partition("~") for each in self.picks)]
        object.__setattr__(self, "uncoupled", tuple(record for record, coupling in ids if not coupling))
        numbers = (coupling for _, coupling in ids if coupling.isdecimal() and len(coupling) < 11)
        object.__setattr__(self, "couplings", tuple(dict.fromkeys(int(each) for each in numbers)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not self.picks and not self.everything

    @property
    def holds_coupled(self) -> bool:
        """Whether it may hold records that have a partner."""
        return bool(self.couplings) or (self.everything and self.state != "uncoupled")

    @property
    def holds_uncoupled(self) -> bool:
        """Whether it may hold records that have none."""
        return bool(self.uncoupled) or (
            self.everything and self.side != "couplings" and self.state in ("", "uncoupled")
        )


def keep_selection(
    connection: str, mapping: str, side: str, *, id: str = "", shown: Sequence[str] = (), picked: Sequence[str] = ()
) -> SelectionView:
    """Keep what is ticked on a page together with what was selected on others; returns the selection.

    `shown` are the boxes the page has, `picked` those that are ticked; a box is the record's id, `~` and its coupling's
    after it where it has one. Raises SelectionGone for an `id` that is not (or no more) known.
    """
    before = get_selection(connection, mapping, id) if id else _new(connection, mapping, side)
    others = () if before.everything else (each for each in before.picks if each not in set(shown))
    picks = tuple(dict.fromkeys((*others, *picked)))
    if len(picks) > MOST_PICKS:
        detail = f"at most {MOST_PICKS} records can be selected one by one"
        raise InputInvalid(detail=detail, errors={"pick": ["Select all that match instead."]})
    return _store(connection, replace(before, side=side, picks=picks, everything=False, search="", state=""))


def select_all(connection: str, mapping: str, side: str, search: str = "", state: str = "") -> SelectionView:
    """Select whatever fits, however much it is: what an action is carried out on is looked up when it begins."""
    new = _new(connection, mapping, side)
    if state not in ("", "coupled", "uncoupled", *STATES):
        raise InputInvalid(detail=f"{state!r} is not a state", errors={"state": ["Choose one of the list's."]})
    return _store(connection, replace(new, everything=True, search=search.strip()[:250], state=state))


def _new(connection: str, mapping: str, side: str) -> SelectionView:
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    find_mapping(connection, mapping)
    if side not in SIDES:
        raise InputInvalid(detail=f"{side!r} is not a list", errors={"side": [f"It is one of {', '.join(SIDES)}."]})
    return SelectionView(mapping, side)


def _store(connection: str, view: SelectionView) -> SelectionView:
    session, now = current_coupling.session, current_coupling.clock()
    session.execute(delete(Selection).where(Selection.touched_at < now - LIFETIME))
    row = session.get(Selection, view.id) if view.id else None
    if row is None:
        row = Selection(id=str(uuid4()), connection=connection, mapping=view.mapping, principal=principal())
        session.add(row)
    row.side, row.picks, row.everything = view.side, list(view.picks), view.everything
    row.search, row.state, row.touched_at = view.search, view.state, now
    session.commit()
    return replace(view, id=row.id)


def get_selection(connection: str, mapping: str, id: str) -> SelectionView:
    """Return a selection of the one who asks; raises SelectionGone when there is none (any more)."""
    require("view", connection=connection, mapping=mapping)
    row = current_coupling.session.get(Selection, id[:36])
    mine = row is not None and (row.connection, row.mapping, row.principal) == (connection, mapping, principal())
    if row is None or not mine:
        raise SelectionGone()
    return SelectionView(row.mapping, row.side, tuple(row.picks), row.everything, row.search, row.state, row.id)


def selected_couplings(connection: str, selection: SelectionView) -> list[int]:
    """The ids of the couplings that are selected."""
    if not selection.everything:
        return list(selection.couplings)
    return coupling_ids(connection, _which(selection)) if selection.holds_coupled else []


def count_selected(connection: str, selection: SelectionView) -> int:
    """How many couplings are selected."""
    if not selection.everything:
        return len(selection.couplings)
    return count_couplings(connection, _which(selection)) if selection.holds_coupled else 0


def first_couplings(connection: str, selection: SelectionView, limit: int) -> list[int]:
    """The ids of the first few of the couplings that are selected."""
    if not selection.everything:
        return list(selection.couplings[:limit])
    return coupling_ids(connection, _which(selection), limit) if selection.holds_coupled else []


def _which(selection: SelectionView) -> Which:
    state = None if selection.state in ("", "coupled") else selection.state
    return Which(selection.mapping, selection.search, state)
