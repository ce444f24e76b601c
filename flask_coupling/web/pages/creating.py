"""Create the partner in the other system and couple it, for one record or a selection."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import mappings, partners

from .. import ui
from ..answers import Answer, back_to, done, next_address, page, watch
from ..language import text
from ..words import OTHER, SIDES
from .selection import back_address, picked


def create_partner(connection: str, mapping: str, side: str, id: str) -> Answer:
    """Ask once more, then create the record in the other system and couple the two."""
    back = ui.address("record_card", mapping=mapping, side=side, id=id)
    if request.method == "GET":
        card = mappings.get_card(connection, mapping, side, id)
        return page("create.html", card=card, side=side, back=next_address(back))
    back_to(back)
    along = "couple_dependencies" in request.form
    coupling = partners.create_partner(connection, mapping, side, id, couple_dependencies=along).coupling
    title = coupling.bc_title or coupling.sales_title
    message = text("%(title)s was created in %(system)s and coupled.", title=title, system=SIDES[OTHER[side]])
    return done(ui.address("coupling_card", id=coupling.id), message)


def create_selected(connection: str, mapping: str) -> Answer:
    """Create the partners of the selected records that have none."""
    back_to(back_address(mapping))
    chosen = picked(connection, mapping)
    side = "sales" if chosen.side == "sales" else "bc"
    if request.method == "GET":
        return page("create_selected.html", mapping=mapping, side=side, picked=chosen, back=back_address(mapping))
    along = "couple_dependencies" in request.form
    if chosen.everything and chosen.holds_uncoupled:
        job = partners.create_all_partners(connection, mapping, side, chosen.search, couple_dependencies=along)
    else:
        job = partners.create_partners(connection, mapping, side, chosen.uncoupled, couple_dependencies=along)
    return watch(ui.address("job", id=job.id))
