"""Match-based coupling: choose the criteria, look at what they find, untick what is wrong, couple the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from flask_coupling.operations import mappings, match_criteria, matching, record_lists
from flask_coupling.operations.selections import SelectionView
from flask_coupling.schemas.matching import MOST_PRIORITY, CriterionSchema, CriterionViewSchema

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import text
from ..words import WORDS
from .selection import back_address, picked

PAGE_SIZE = 50
CHOICES = ("none", "bc", "sales", "both")


@dataclass(frozen=True, slots=True)
class Row:
    """One field as the form shows it: whether it is matched on, and how."""

    field: str
    is_used: bool
    priority: int = 0
    case_sensitive: bool = False
    evening: str = "trim"


def match_records(connection: str, mapping: str) -> Answer:
    """The form with the criteria; sent, it shows what they find, or starts the job."""
    selection = picked(connection, mapping) if "sel" in request.values else None
    here = ui.address("match_records", mapping=mapping, sel=selection.id if selection else None)
    view = mappings.get_mapping(connection, mapping)
    names = [each.name for each in view.fields if each.bc and each.sales]
    wish = request.form.get("do") if request.method == "POST" else None
    rows = [_read_row(name) for name in names] if wish else _kept_rows(connection, mapping, names)
    if wish == "match":
        back_to(here)
        return _start(connection, mapping, rows, _records(connection, selection))
    found = None
    if wish is not None:
        back_to(here)
        asked = _load(rows)
        if wish == "save":
            match_criteria.save_criteria(connection, mapping, asked)
            return done(here, text("The criteria are saved."))
        cursor = request.form.get("cursor") if wish == "next" else None
        found = matching.preview_matches(
            connection,
            mapping,
            asked,
            bc_ids=_records(connection, selection),
            cursor=cursor or None,
            limit=PAGE_SIZE,
        )
    return page(
        "match.html",
        mapping=view,
        rows=rows,
        found=found,
        excluded=_excluded(request.form),
        choices=_choices(view.direction),
        evenings=list(WORDS["evening"]),
        may_create=ui.flows([view.direction], "bc") and mapping not in matching.OF_USERS,
        create_new="create_new" in request.form,
        synchronize=request.form.get("synchronize", "none"),
        selection=selection,
        back=back_address(mapping),
    )


def _records(connection: str, selection: SelectionView | None) -> list[str] | None:
    """The records to match, or None for all that are not coupled."""
    if selection is None:
        return None
    if not selection.everything:
        return list(selection.uncoupled)
    if not selection.holds_uncoupled:
        return []
    search = selection.search
    return record_lists.uncoupled_ids(connection, selection.mapping, "bc", search) if search else None


def _start(connection: str, mapping: str, rows: list[Row], bc_ids: list[str] | None) -> Answer:
    job = matching.match(
        connection,
        mapping,
        _load(rows),
        bc_ids=bc_ids,
        exclude=_excluded(request.form),
        create_new="create_new" in request.form,
        synchronize=request.form.get("synchronize", "none"),
        couple_dependencies="couple_dependencies" in request.form,
    )
    return done(ui.address("job", id=job.id), text("The job is started."), "info")


def _kept_rows(connection: str, mapping: str, names: list[str]) -> list[Row]:
    kept = {each.field: each for each in match_criteria.get_criteria(connection, mapping)}
    told: dict[str, dict[str, Any]] = {name: CriterionViewSchema().dump(each) for name, each in kept.items()}
    return [_kept_row(name, told.get(name)) for name in names]


def _kept_row(name: str, kept: dict[str, Any] | None) -> Row:
    if kept is None:
        return Row(name, False)
    evening = next((code for code, names in _EVENING.items() if set(names) == set(kept["normalize"])), "trim")
    return Row(name, True, kept["priority"], kept["case_sensitive"], evening)


_EVENING = {
    "exact": (),
    "trim": ("trim",),
    "accents": ("trim", "accents"),
    "digits": ("digits",),
    "email": ("email",),
}
"""What can be chosen in the form for one field, as normalizations."""


def _read_row(name: str) -> Row:
    form = request.form
    priority = form.get(f"priority:{name}", "")
    evening = form.get(f"evening:{name}", "trim")
    return Row(
        name,
        f"use:{name}" in form,
        min(int(priority), MOST_PRIORITY) if priority.isdecimal() and len(priority) < 4 else 0,
        f"case:{name}" in form,
        evening if evening in _EVENING else "trim",
    )


def _load(rows: list[Row]) -> list[Any]:
    chosen = [
        {
            "field": each.field,
            "priority": each.priority,
            "case_sensitive": each.case_sensitive,
            "normalize": list(_EVENING[each.evening]),
        }
        for each in rows
        if each.is_used
    ]
    loaded: list[Any] = CriterionSchema(many=True).load(chosen)
    return loaded


def _excluded(form: MultiDict[str, str]) -> list[str]:
    """Those unticked on this page (shown, but not picked), and those of the pages before."""
    picked = set(form.getlist("pick"))
    unticked = [id for id in form.getlist("shown") if id not in picked]
    return list(dict.fromkeys([*(id for id in form.getlist("exclude") if id not in picked), *unticked]))


def _choices(direction: str) -> list[str]:
    allowed = {code: code in ("none", "both") or ui.flows([direction], code) for code in CHOICES}
    return [code for code in CHOICES if allowed[code]]
