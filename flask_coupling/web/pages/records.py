"""The card: both sides of a record beside each other."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import business, connections, couplings, failures, history, mappings
from flask_coupling.operations.views import Card, CouplingView, FailureView, HistoryView, Slice

from .. import ui
from ..answers import Answer, go, page
from ..language import text
from ..messages import tell

LATELY = 10
SHOWN_OF_LINES = ("Quantity", "Unit Price", "Line Discount Amount", "Tax")
"""Fields of a document's lines that are shown also where they are alike."""
NOTHING = "00000000-0000-0000-0000-000000000000"


def record_card(connection: str, mapping: str, side: str, id: str) -> Answer:
    """The card of a record, from the side it was opened on."""
    return _show(mappings.get_card(connection, mapping, side, id), side)


def coupling_card(connection: str, id: int) -> Answer:
    """The card of a coupling, also when one of its records is gone."""
    return _show(couplings.get_coupling_card(connection, id), "bc")


def business_figures(connection: str, id: int) -> Answer:
    """What both systems tell of the business with a customer; the card asks for it when it stands."""
    told = business.get_business(connection, id)
    return page("business.html", business=told, coupling=couplings.get_coupling(connection, id))


def synchronize_record(connection: str, mapping: str, side: str, id: str) -> Answer:
    """Synchronize Now on a record: of its coupling, or Set Up Coupling when it has none."""
    coupling = couplings.find_coupling(connection, mapping, side, id)
    came_from = request.args.get("next")
    if coupling is not None:
        return go(ui.address("synchronize_now", id=coupling.id, next=came_from))
    tell(text("This record is not coupled yet, so there is nothing to synchronize it with."), "info")
    return go(ui.address("set_up_coupling", mapping=mapping, side=side, id=id, next=came_from))


def _references(card: Card) -> dict[tuple[str, object], str]:
    """What the ids in reference fields stand for, by side and id: the title of the record they point to."""
    fields = {each.name: each.reference for each in mappings.describe_mapping(_here(), card.mapping).fields}
    told: dict[tuple[str, object], str] = {("bc", NOTHING): "", ("sales", NOTHING): ""}
    for row in card.comparison:
        for side, id in (("bc", row.bc), ("sales", row.sales)):
            if (reference := fields.get(row.name)) and id and (side, id) not in told:
                coupling = couplings.find_coupling(_here(), reference, side, str(id))
                told[side, id] = _title(coupling, side) if coupling else _base_currency(str(id))
    return {key: title for key, title in told.items() if title or key[1] == NOTHING}


def _past(card: Card) -> Slice[HistoryView]:
    """What was written to the record, newest first; the address says where to go on."""
    record = card.bc or card.sales
    if record is None:
        return Slice(())
    cursor = request.args.get("cursor") or None
    return history.record_history(_here(), card.mapping, record.side, record.id, cursor=cursor, limit=LATELY)


def _failed(card: Card) -> list[FailureView]:
    """What of the record, or of its partner, did not get across."""
    ends = {each.side: each.id for each in (card.bc, card.sales) if each is not None}
    if card.coupling is not None:
        ends = {"bc": card.coupling.bc_id, "sales": card.coupling.sales_id}
    return failures.failures_of(_here(), card.mapping, ends)


def _title(coupling: CouplingView, side: str) -> str:
    return coupling.bc_title if side == "bc" else coupling.sales_title


def _base_currency(id: str) -> str:
    """The code of the currency a blank stands for in Business Central; empty for any other id."""
    facts = connections.get_connection(_here()).facts
    return str(facts.get("sales_base_currency_code", "")) if id == facts.get("base_currency_id") else ""


def _here() -> str:
    return ui.connection_name() or "default"


def _show(card: Card, side: str) -> Answer:
    only_differences = request.args.get("show") == "differences"
    different = [each for each in card.comparison if each.state != "same"]
    different_lines = sum(each.state != "same" for each in card.lines)
    return page(
        "card.html",
        card=card,
        side=side,
        rows=different if only_differences else card.comparison,
        differences=len(different),
        different_lines=different_lines,
        shown_of_lines=SHOWN_OF_LINES,
        past=_past(card),
        failed=_failed(card),
        has_business=business.has_business(_here(), card.mapping),
        conflicts=[text(each.caption) for each in different if each.state == "conflict"],
        references=_references(card),
        only_differences=only_differences,
    )
