"""Synchronize Now: one coupling, a selection, or all coupled records of a table mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import request

from flask_coupling.errors import RecordError
from flask_coupling.operations import couplings, mappings, selections, synchronization
from flask_coupling.operations.views import JobView, PlanView

from .. import ui
from ..answers import Answer, back_to, done, next_address, page, watch
from ..language import text
from ..words import word
from .references import references_of_plans
from .selection import back_address, picked

PREVIEWED = 20
"""Records shown field by field in the preview of many."""

COUNTED = 500
"""Records that are compared for the counts of that preview; a job of more compares the others when it runs."""

EXTENTS = synchronization.EXTENTS
RESOLUTIONS = ("none", "send_to_sales", "get_from_sales", "newest")
_QUIET = ("unchanged", "skipped", "failed")


def synchronize_now(connection: str, id: int) -> Answer:
    """Choose the direction, look at what will change, then synchronize one pair at once."""
    card_address = ui.address("coupling_card", id=id)
    if request.method == "POST" and request.form.get("do") != "preview":
        back_to(card_address)
        coupling = couplings.get_coupling(connection, id)
        job = _run(connection, coupling.mapping, [id], wait=True)
        return done(card_address, *summary(job))
    card = couplings.get_coupling_card(connection, id)
    direction = _direction(card.directions, card.suggested)
    plans = synchronization.preview(connection, card.mapping, [id], direction=direction, resolution=_resolution())
    return page(
        "synchronize.html",
        title=card.title,
        mapping=card.mapping,
        directions=card.directions,
        direction=direction,
        resolution=_resolution(),
        resolutions=RESOLUTIONS,
        plans=plans,
        references=references_of_plans(card.mapping, plans),
        counts={},
        compared=1,
        number=1,
        picked=None,
        back=next_address(card_address),
    )


def synchronize_selected(connection: str, mapping: str) -> Answer:
    """The same for the selection, or with `all` for every coupled record of the table mapping, as a job.

    All can also only be compared: a drift report, which writes nothing.
    """
    back_to(back_address(mapping))
    chosen, everything = picked(connection, mapping), "all" in request.values
    if request.method == "POST" and everything and request.form.get("do") == "compare":
        return watch(ui.address("job", id=synchronization.compare(connection, mapping).id))
    if request.method == "POST" and request.form.get("do") != "preview":
        ids = None if everything else selections.selected_couplings(connection, chosen)
        return watch(ui.address("job", id=_run(connection, mapping, ids).id))
    view = mappings.get_mapping(connection, mapping)
    directions = _DIRECTIONS.get(view.direction, (view.direction,))
    direction = _direction(directions, view.direction)
    ids = [] if everything else selections.first_couplings(connection, chosen, COUNTED)
    plans = _previews(connection, mapping, ids, direction)
    shown = sorted(plans, key=lambda each: not _has_news(each))[:PREVIEWED]
    return page(
        "synchronize.html",
        title=ui.caption(mapping),
        mapping=mapping,
        directions=directions,
        direction=direction,
        resolution=_resolution(),
        resolutions=RESOLUTIONS,
        plans=shown,
        references=references_of_plans(mapping, shown),
        counts=count_plans(plans),
        compared=len(plans),
        number=view.couplings if everything else selections.count_selected(connection, chosen),
        picked=chosen,
        everything=everything,
        extents=EXTENTS if view.direction != "bidirectional" else EXTENTS[:2],
        back=back_address(mapping),
    )


def count_plans(plans: Sequence[PlanView]) -> dict[str, int]:
    """How many records each kind of action is planned for, conflicts and records without news among them."""
    counts = Counter(kind for plan in plans for kind in _kinds(plan))
    return {kind: counts[kind] for kind in _COUNTED if counts[kind]}


def _kinds(plan: PlanView) -> set[str]:
    kinds = {each.kind for each in plan.actions} - {"couple", "unchanged"}
    kinds |= {"conflict"} if plan.conflict_kind else set()
    return kinds or {"unchanged"}


def _has_news(plan: PlanView) -> bool:
    return _kinds(plan) != {"unchanged"}


_COUNTED = ("insert", "modify", "delete", "uncouple", "conflict", "skip", "unchanged")


def summary(job: JobView) -> tuple[str, str, str]:
    """What a finished job did in one sentence, the tone to say it in, and what to look at."""
    counts = [(code, number) for code, number in job.counters.items() if number and code not in _QUIET]
    told = ", ".join(f"{word('counter', code)}: {number}" for code, number in counts)
    if job.counters.get("failed") or job.state == "error":
        return text("The synchronization failed."), "bad", job.message or text("Look at the record's error below.")
    if job.counters.get("skipped"):
        return text("The record was skipped."), "warn", text("Look at the record's error below.")
    if not told:
        return text("Both records are alike already; nothing was changed."), "info", ""
    return text("Synchronized. %(told)s.", told=told), "good", ""


_DIRECTIONS = {"bidirectional": ("bidirectional", "to_sales", "from_sales")}


def _run(connection: str, mapping: str, ids: Sequence[int] | None, wait: bool = False) -> JobView:
    if ids is not None and not ids:
        raise NothingSelected()
    return synchronization.synchronize(
        connection,
        mapping,
        coupling_ids=ids,
        direction=request.form.get("direction") or None,
        resolution=_resolution(),
        confirm=request.form.get("confirm") == "yes",
        wait=wait,
        extent=request.form.get("extent", EXTENTS[0]) if ids is None else EXTENTS[0],
        couple_dependencies="couple_dependencies" in request.form,
    )


class NothingSelected(RecordError):
    """An action on a selection was asked for without one."""

    code = "nothing_selected"
    template = "None of the selected records is coupled."
    advice = "Select one or more coupled records."


def _direction(allowed: Sequence[str], suggested: str) -> str:
    asked = request.values.get("direction", "")
    return asked if asked in allowed else suggested


def _resolution() -> str | None:
    asked = request.values.get("resolution", "")
    return asked if asked in RESOLUTIONS and asked != "none" else None


def _previews(connection: str, mapping: str, ids: Sequence[int], direction: str) -> list[PlanView]:
    if not ids:
        return []
    return synchronization.preview(connection, mapping, ids, direction=direction, resolution=_resolution())
