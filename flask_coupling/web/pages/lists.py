"""Lists of a mapped table: the records of one side with their coupled state, and the couplings."""

from __future__ import annotations

from flask import request

from flask_coupling.globals import current_coupling
from flask_coupling.operations import couplings, mappings
from flask_coupling.operations.views import FieldView, MappingView

from .. import ui
from ..answers import Answer, go, page

PAGE_SIZE = 50
COLUMNS = 3
COUPLED = {"yes": True, "no": False}
STATES = ("attention", "conflict", "failed", "never_synchronized", "synchronized", "paused")
# what a person tells two records apart by; other fields follow in the mapping's order
_TELLING = ("phone", "email", "city", "country", "unitPrice")


def table(connection: str, mapping: str) -> Answer:
    """A table mapping's own address leads to the Business Central side of it."""
    return go(ui.address("record_list", mapping=mapping, side="bc"))


def record_list(connection: str, mapping: str, side: str) -> Answer:
    """The records of one side, by search and coupled state."""
    asked = request.args
    view = mappings.get_mapping(connection, mapping)
    found = mappings.list_records(
        connection,
        mapping,
        side,
        search=asked.get("q", "").strip(),
        coupled=COUPLED.get(asked.get("coupled", "")),
        cursor=asked.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    return page("record_list.html", mapping=view, side=side, found=found, columns=columns(view, side))


def coupling_list(connection: str, mapping: str) -> Answer:
    """The couplings of a table mapping, by search and state."""
    asked = request.args
    state = asked.get("state") if asked.get("state") in STATES else None
    found = couplings.list_couplings(
        connection,
        mapping,
        search=asked.get("q", "").strip(),
        state=state,
        cursor=asked.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    view = mappings.get_mapping(connection, mapping)
    return page("coupling_list.html", mapping=view, side="couplings", found=found, states=STATES)


def columns(mapping: MappingView, side: str) -> list[tuple[str, str]]:
    """The properties a list shows beside number and title, with their captions: the telling ones first."""
    declared = current_coupling.mappings.get(mapping.name)
    table = getattr(declared, side, None)
    shown_already = {getattr(table, "title", ""), getattr(table, "number", "")}
    fields = [(str(getattr(each, side)), each) for each in mapping.fields if _is_listed(each, side)]
    fields = [each for each in fields if each[0] not in shown_already]
    fields.sort(key=lambda each: _rank(each[1]))
    return [(name, field.caption) for name, field in fields[:COLUMNS]]


def _is_listed(field: FieldView, side: str) -> bool:
    return bool(getattr(field, side)) and field.constant is None and field.reference is None


def _rank(field: FieldView) -> int:
    matches = [rank for rank, word in enumerate(_TELLING) if word.lower() in field.name.lower()]
    return min(matches, default=len(_TELLING))
