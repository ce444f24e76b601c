"""Lists of a mapped table: the records of one side with their coupled state, and the couplings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request

from flask_coupling.operations import couplings, explaining, mappings, saved_filters

from .. import ui
from ..answers import Answer, go, page
from .columns import all_columns, chosen_columns, partner_values
from .filters import link_of
from .selection import shown_selection

PAGE_SIZE = 50
RECORD_STATES = ("coupled", "uncoupled", "conflict", "failed", "skipped", "paused")
STATES = ("attention", "conflict", "failed", "skipped", "never_synchronized", "synchronized", "paused")
_EARLIER = {"yes": "coupled", "no": "uncoupled"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list's address asks for; what it cannot be asked for is left out."""

    search: str = ""
    state: str | None = None
    sort: str = "name"
    options: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", {"search": self.search, "state": self.state, "sort": self.sort})


def asked(states: tuple[str, ...]) -> Asked:
    """Read the address of a list."""
    state = request.args.get("state") or _EARLIER.get(request.args.get("coupled", ""), "")
    search = request.args.get("q", "").strip()[:250]
    return Asked(search, state if state in states else None, request.args.get("sort") or "name")


def table(connection: str, mapping: str) -> Answer:
    """A table mapping's own address leads to the Business Central side of it."""
    return go(ui.address("record_list", mapping=mapping, side="bc"))


def record_list(connection: str, mapping: str, side: str) -> Answer:
    """The records of one side, by search and state."""
    view, wanted = mappings.describe_mapping(connection, mapping), asked(RECORD_STATES)
    found = mappings.list_records(connection, mapping, side, **wanted.options, **_part())
    columns = chosen_columns(view, side)
    return page(
        "record_list.html",
        mapping=view,
        side=side,
        found=found,
        asked=wanted,
        columns=columns,
        offered=all_columns(view, side),
        partners=partner_values(connection, columns, side, found.rows),
        is_ours=wanted.state not in (None, "uncoupled"),
        states=RECORD_STATES,
        **_common(connection, mapping, side),
    )


def coupling_list(connection: str, mapping: str) -> Answer:
    """The couplings of a table mapping, by search and state."""
    wanted = asked(STATES)
    found = couplings.list_couplings(connection, mapping, **wanted.options, **_part())
    return page(
        "coupling_list.html",
        mapping=mappings.describe_mapping(connection, mapping),
        problems=explaining.explain(connection, found.rows),
        side="couplings",
        found=found,
        asked=wanted,
        states=STATES,
        offered=(),
        **_common(connection, mapping, "couplings"),
    )


def _part() -> dict[str, Any]:
    return {"cursor": request.args.get("cursor") or None, "limit": PAGE_SIZE}


def _common(connection: str, mapping: str, side: str) -> dict[str, Any]:
    kept = saved_filters.list_saved_filters(connection, mapping, side)
    return {"selection": shown_selection(connection, mapping), "saved": [(each, link_of(each)) for each in kept]}
