"""The columns of a list: what is shown beside number and name unless the reader chooses, from either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from flask_coupling.globals import current_coupling
from flask_coupling.operations import record_lists
from flask_coupling.operations.views import FieldView, MappingView, RecordRow

USUAL = 3
MOST = 8
# what a person tells two records apart by; other fields follow in the mapping's order
_TELLING = ("phone", "email", "city", "country", "unitPrice")


@dataclass(frozen=True, slots=True)
class Column:
    """A property of one side as a column; `key` is what the list's address calls it."""

    side: str
    name: str
    caption: str

    @property
    def key(self) -> str:
        """The side and the property."""
        return f"{self.side}.{self.name}"


def all_columns(mapping: MappingView, side: str) -> list[Column]:
    """What can be shown: the mapped properties of the list's side, the telling ones first, then the partner's."""
    return [each for one in (side, "sales" if side == "bc" else "bc") for each in _of_side(mapping, one)]


def chosen_columns(mapping: MappingView, side: str) -> list[Column]:
    """What the address asks for; without a wish the first few of the list's own side."""
    offered = all_columns(mapping, side)
    wanted = [each for each in offered if each.key in request.args.getlist("col")]
    return wanted[:MOST] or [each for each in offered if each.side == side][:USUAL]


def partner_values(
    connection: str, columns: Sequence[Column], side: str, rows: Sequence[RecordRow]
) -> Mapping[int, Mapping[str, Any]]:
    """What the partners held when they were last synchronized, by coupling; asked only when a column shows it."""
    others = {each.side for each in columns} - {side}
    ids = [row.coupling.id for row in rows if row.coupling is not None]
    return record_lists.agreed_values(connection, others.pop(), ids) if others and ids else {}


def _of_side(mapping: MappingView, side: str) -> list[Column]:
    declared = current_coupling.mappings.get(mapping.name)
    table = getattr(declared, side, None)
    shown_already = {getattr(table, "title", ""), getattr(table, "number", "")}
    fields = [(str(getattr(each, side)), each) for each in mapping.fields if _is_listed(each, side)]
    fields = [each for each in fields if each[0] not in shown_already]
    fields.sort(key=lambda each: _rank(each[1]))
    return [Column(side, name, field.caption) for name, field in fields]


def _is_listed(field: FieldView, side: str) -> bool:
    return bool(getattr(field, side)) and field.constant is None and field.reference is None


def _rank(field: FieldView) -> int:
    matches = [rank for rank, word in enumerate(_TELLING) if word.lower() in field.name.lower()]
    return min(matches, default=len(_TELLING))
