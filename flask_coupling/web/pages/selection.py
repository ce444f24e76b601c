"""The records a user selected in a list, and deleting their couplings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from flask_coupling.operations import couplings

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import plural


@dataclass(frozen=True, slots=True)
class Picked:
    """The selection: ids of records without a coupling, ids of the couplings of the others, and the list's side."""

    side: str
    uncoupled: tuple[str, ...]
    couplings: tuple[int, ...]
    raw: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was selected."""
        return not self.raw


def picked() -> Picked:
    """Read the selection: each box holds `record` or, for a coupled one, `record~coupling`."""
    raw = tuple(dict.fromkeys(request.values.getlist("pick")))
    ids = [(record, coupling) for record, _, coupling in (each.partition("~") for each in raw)]
    uncoupled = tuple(record for record, coupling in ids if not coupling)
    coupled = tuple(int(coupling) for _, coupling in ids if coupling.isdecimal())
    side = "sales" if request.values.get("side") == "sales" else "bc"
    return Picked(side, uncoupled, coupled, raw)


def list_address(mapping: str) -> str:
    """The list the selection was made in."""
    asked = request.values.get("side", "bc")
    if asked == "couplings":
        return ui.address("coupling_list", mapping=mapping)
    return ui.address("record_list", mapping=mapping, side="sales" if asked == "sales" else "bc")


def uncouple_selected(connection: str, mapping: str) -> Answer:
    """Ask once more, then delete the couplings of the selected records."""
    chosen = picked()
    if request.method == "GET":
        return page("uncouple_selected.html", mapping=mapping, picked=chosen, back=list_address(mapping))
    back_to(list_address(mapping))
    number = couplings.uncouple_many(connection, chosen.couplings)
    return done(
        list_address(mapping), plural("%(num)s coupling was deleted.", "%(num)s couplings were deleted.", number)
    )
