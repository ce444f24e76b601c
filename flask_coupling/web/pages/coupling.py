"""Set Up Coupling and Delete Coupling, for one record."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import partial
from typing import Any

from flask import request

from flask_coupling.errors import CouplingError, RecordNotFound
from flask_coupling.operations import couplings, mappings, partners, suggesting
from flask_coupling.operations.suggesting import SuggestionView as Suggestion
from flask_coupling.operations.views import Card, CouplingResult, Problem, RecordRow

from .. import ui
from ..answers import Answer, asked_part, back_to, done, next_address, page
from ..language import text
from ..problems import message_of, problem_of
from ..words import OTHER, word
from .references import references_of

CANDIDATES = 20
AFTERWARDS = ("none", "bc", "sales")


def set_up_coupling(connection: str, mapping: str, side: str, id: str) -> Answer:
    """Choose the partner (or a new one) and what to synchronize afterwards, then couple."""
    if request.method == "GET" or request.form.get("do") in ("search", "compare"):
        return _ask(connection, mapping, side, id)
    try:
        result = _couple(connection, mapping, side, id)
    except CouplingError as error:
        if error.code == "not_permitted":
            raise
        return _ask(connection, mapping, side, id, problem_of(error))
    return _say_done(result)


def delete_coupling(connection: str, id: int) -> Answer:
    """Ask once more, then delete the coupling; both records stay as they are."""
    if request.method == "GET":
        return page("uncouple.html", coupling=couplings.get_coupling(connection, id), back=_card(id))
    back_to(ui.address("overview"))
    coupling = couplings.get_coupling(connection, id)
    couplings.uncouple(connection, id)
    card = ui.address("record_card", mapping=coupling.mapping, side="bc", id=coupling.bc_id)
    title = coupling.bc_title or coupling.sales_title
    return done(card, text("The coupling of %(title)s was deleted. Both records stay as they are.", title=title))


def _card(id: int) -> str:
    return next_address(ui.address("coupling_card", id=id))


def _couple(connection: str, mapping: str, side: str, id: str) -> CouplingResult | None:
    partner, along = request.form.get("partner", ""), "couple_dependencies" in request.form
    if partner == "new":
        return partners.create_partner(connection, mapping, side, id, couple_dependencies=along)
    if not partner:
        return None
    ids = {side: id, OTHER[side]: partner}
    afterwards = request.form.get("synchronize", "none")
    move = request.form.get("move") == "yes"
    return couplings.couple(
        connection, mapping, ids["bc"], ids["sales"], synchronize=afterwards, move=move, couple_dependencies=along
    )


def _say_done(result: CouplingResult | None) -> Answer:
    if result is None:
        back = ui.page_path()
        return done(back, text("Choose a record to couple with, or create a new one."), "warn")
    coupling, job = result.coupling, result.job
    names = {"bc": coupling.bc_title, "sales": coupling.sales_title}
    message = text("%(bc)s in Business Central is now coupled to %(sales)s in Sales.", **names)
    hint = text("The synchronization afterwards: %(state)s.", state=word("job_state", job.state)) if job else ""
    return done(ui.address("coupling_card", id=coupling.id), message, "good", hint)


def _ask(connection: str, mapping: str, side: str, id: str, problem: Problem | None = None) -> Answer:
    card = mappings.get_card(connection, mapping, side, id)
    partner = request.values.get("partner", "")
    if asked_part() == "cpl-pair":
        return page("couple.html", **_pair(connection, card, side, partner), card=card, side=side)
    search, candidates, reasons = _candidates(connection, card, side)
    candidates = [*_chosen(connection, card, side, candidates), *candidates]
    answer = page(
        "couple.html",
        card=card,
        side=side,
        id=id,
        search=search,
        candidates=candidates,
        reasons=reasons,
        chosen=partner,
        **_pair(connection, card, side, partner),
        afterwards=request.values.get("synchronize") or _proposed(card, side),
        choices=[each for each in AFTERWARDS if each == "none" or ui.flows(card.directions, each)],
        problem=problem,
        problem_text=message_of(problem) if problem else "",
        offers_move=problem is not None and problem.code == "already_coupled",
        back=next_address(ui.address("record_card", mapping=mapping, side=side, id=id)),
    )
    return answer if problem is None else (answer, 409)


def _proposed(card: Card, side: str) -> str:
    """What to synchronize afterwards if nothing else is chosen: the data of the side the user looks at."""
    if card.coupling:
        return "none"
    return side if ui.flows(card.directions, side) else OTHER[side]


def _candidates(connection: str, card: Card, side: str) -> tuple[str, list[RecordRow], dict[str, Suggestion]]:
    """What was searched for, the partner's side's records found, and why each of them is likely.

    At first these are records without a partner that resemble this one, the likeliest first.
    """
    find = partial(mappings.list_records, connection, card.mapping, OTHER[side], limit=CANDIDATES)
    asked = request.values.get("q", "").strip()
    if asked:
        return asked, list(find(search=asked).rows), {}
    likely = suggesting.suggestions(connection, card.mapping, card.bc.id) if side == "bc" and card.bc else []
    rows = [RecordRow("sales", each.sales_id, "", each.sales_title, "", {}, None) for each in likely]
    for search in (card.title, card.title.split(" ")[0], ""):
        if named := find(search=search, coupled=False).rows:
            known = {row.id for row in rows}
            others = sorted(named, key=lambda row: -_likeness(row.title, card.title))
            rows += [row for row in others if row.id not in known]
            break
    return "", rows[:CANDIDATES], {each.sales_id: each for each in likely}


def _pair(connection: str, card: Card, side: str, candidate: str) -> dict[str, Any]:
    """The two records as the dialog compares them, and the names of what they refer to."""
    compared = _compared(connection, card, side, candidate)
    return {"compared": compared, "references": references_of(compared) if compared else {}}


def _compared(connection: str, card: Card, side: str, candidate: str) -> Card | None:
    """This record beside the one that is chosen; None while there is none, or it is gone."""
    if candidate in ("", "new"):
        return None
    ids = {side: getattr(card, side).id if getattr(card, side) else "", OTHER[side]: candidate}
    try:
        return mappings.compare_records(connection, card.mapping, ids["bc"], ids["sales"])
    except RecordNotFound:
        return None


def _chosen(connection: str, card: Card, side: str, candidates: list[RecordRow]) -> list[RecordRow]:
    """The record chosen before this answer, where it is not among the candidates; nothing when it is gone."""
    id = request.values.get("partner", "")
    if id in ("", "new", *(row.id for row in candidates)):
        return []
    try:
        other = mappings.get_card(connection, card.mapping, OTHER[side], id)
    except RecordNotFound:
        return []
    row = other.sales if side == "bc" else other.bc
    return [row] if row else []


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()
