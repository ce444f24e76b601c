"""What the ids in fields that refer to other records stand for: their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_coupling.operations import connections, couplings, mappings
from flask_coupling.operations.views import Card, PlanView

from .. import ui

Names = dict[tuple[str, object], str]
"""The name of a record, by side and by the id or code it is referred to."""

NOTHING = "00000000-0000-0000-0000-000000000000"


def references_of(card: Card) -> Names:
    """The names of what the two records of a card refer to."""
    fields = {each.name: each.reference for each in mappings.describe_mapping(_here(), card.mapping).fields}
    return _named((fields.get(row.name), side, id) for row in card.comparison for side, id in _ends(row.bc, row.sales))


def references_of_plans(mapping: str, plans: Iterable[PlanView]) -> Names:
    """The names of what is written, and of what was there before."""
    fields = mappings.describe_mapping(_here(), mapping).fields
    known = {(side, getattr(each, side)): each.reference for each in fields for side in ("bc", "sales")}
    return _named(
        (known.get((action.side or "", name)), action.side or "", id)
        for plan in plans
        for action in plan.actions
        for name, *values in action.fields
        for id in values
    )


def _ends(bc: object, sales: object) -> Iterator[tuple[str, object]]:
    yield from (("bc", bc), ("sales", sales))


def _named(referred: Iterable[tuple[str | None, str, object]]) -> Names:
    told: Names = {("bc", NOTHING): "", ("sales", NOTHING): ""}
    for reference, side, id in referred:
        if reference and id and (side, id) not in told:
            coupling = couplings.find_coupling(_here(), reference, side, str(id))
            title = (coupling.bc_title if side == "bc" else coupling.sales_title) if coupling else ""
            told[side, id] = title or _base_currency(str(id))
    return {key: title for key, title in told.items() if title or key[1] == NOTHING}


def _base_currency(id: str) -> str:
    """The code of the currency a blank stands for in Business Central; empty for any other id."""
    facts = connections.get_connection(_here()).facts
    return str(facts.get("sales_base_currency_code", "")) if id == facts.get("base_currency_id") else ""


def _here() -> str:
    return ui.connection_name() or "default"
