"""The card: both sides of a record beside each other."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import business, couplings, failures, history, mappings
from flask_coupling.operations.views import Card, FailureView, HistoryView, Slice

from .. import ui
from ..answers import Answer, go, page
from ..language import text
from ..messages import tell
from .references import references_of

LATELY = 10
SHOWN_OF_LINES = ("Quantity", "Unit Price", "Line Discount Amount", "Tax")
"""Fields of a document's lines that are shown also where they are alike."""


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
        references=references_of(card),
        only_differences=only_differences,
    )
