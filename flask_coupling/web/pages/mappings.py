"""Table mappings: the list of them, the editor of one, and trying it on a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import request

from flask_coupling.errors import CouplingError, MappingEditedConflictError, MappingRefused
from flask_coupling.operations import mapping_changes, mapping_editor, mapping_trial, mappings, uncoupling
from flask_coupling.operations.views import (
    MappingChangeView,
    MappingCheck,
    MappingSettingsView,
    Problem,
    RecordRow,
    TrialView,
)
from flask_coupling.operations.views.faults import NEW_FIELD, NEW_TEMPLATE, Fault
from flask_coupling.operations.views.transformations import Transformation
from flask_coupling.permissions import require

from .. import argument_form, mapping_form, ui
from ..answers import Answer, back_to, done, page, watch
from ..language import plural, text
from ..mapping_form import Known
from ..problems import problem_of
from ..security import FormExpiredConflictError, form_expired
from ..setting_words import faults_by_path
from ..transformation_words import transformation_name
from ..typed import shown


@dataclass(slots=True)
class Editing:
    """The editor as it is shown: the settings stored, those typed, and what came of the button."""

    view: MappingSettingsView
    known: Known
    settings: Mapping[str, Any]
    version: int
    asked: Problem | None = None
    problem: Problem | None = None
    faults: tuple[Fault, ...] = ()
    check: MappingCheck | None = None
    others: tuple[MappingChangeView, ...] = ()
    trial: TrialView | None = None
    samples: list[RecordRow] = field(default_factory=list)
    status: int = 200


def mapping_list(connection: str) -> Answer:
    """All table mappings with how each is set, and the file of all of them."""
    return page("mapping_list.html", mappings=mappings.list_mappings(connection))


def mapping_editor_page(connection: str, mapping: str) -> Answer:
    """Show a table mapping's settings, and do what the button says."""
    require("administer", connection=connection, mapping=mapping)
    here = _begin(connection, mapping)
    if request.method == "GET":
        return _show(here)
    names, typed = here.view.shipped, request.form
    here.settings = mapping_form.read_form(typed, here.view.settings, names, here.known)
    here.version = _number(typed.get("version", ""), here.view.version)
    do, _, place = typed.get("do", "save").partition(":")
    if form_expired():
        here.problem, here.status = problem_of(FormExpiredConflictError()), 400
        return _show(here)
    try:
        return _BUTTONS.get(do, _save)(connection, here, place)
    except MappingRefused as error:
        here.faults, here.status = error.facts.get("faults", ()), error.status
    except MappingEditedConflictError as error:
        here.problem, here.status = problem_of(error), error.status
        here.others = _edits_since(connection, mapping, here.version)
        here.version = here.view.version
    except CouplingError as error:
        here.problem, here.status = problem_of(error), error.status
    return _show(here)


def mapping_arguments(connection: str, mapping: str) -> Answer:
    """The inputs for the arguments of the transformation that is being chosen; `key` names its field in the form."""
    require("administer", connection=connection, mapping=mapping)
    key, known = request.args.get("key", "")[:20], _transformations(connection)
    chosen = argument_form.shown_transformation(request.args.get(f"{key}.transformation"), known)
    return page("mapping_arguments.html", key=key, chosen=chosen)


def mapping_restore(connection: str, mapping: str) -> Answer:
    """Ask once more, then give a table mapping its default settings."""
    view = mapping_editor.get_settings(connection, mapping)
    if request.method == "GET":
        return page("mapping_restore.html", view=view)
    back_to(ui.address("mapping_editor_page", mapping=mapping))
    version = _number(request.form.get("version", ""), view.version)
    mapping_editor.restore_default(connection, mapping, version=version)
    told = text("%(name)s has the settings of the default synchronization setup again.", name=ui.caption(mapping))
    return done(ui.address("mapping_editor_page", mapping=mapping), told)


def mapping_uncouple(connection: str, mapping: str) -> Answer:
    """Ask once more, then delete all couplings of a table mapping in a job."""
    if request.method == "GET":
        number = mappings.get_mapping(connection, mapping).couplings
        return page("mapping_uncouple.html", view=mapping_editor.get_settings(connection, mapping), number=number)
    back_to(ui.address("mapping_editor_page", mapping=mapping))
    return watch(ui.address("job", id=uncoupling.delete_couplings(connection, mapping).id))


def _begin(connection: str, mapping: str) -> Editing:
    view = mapping_editor.get_settings(connection, mapping)
    ways = _transformations(connection)
    known, asked = Known({}, {}, ways), None
    try:
        found = mapping_editor.list_columns(connection, mapping)
        bc, sales = ({each.name: each for each in found[side].columns} for side in ("bc", "sales"))
        known = Known(bc, sales, ways)
    except CouplingError as error:
        asked = problem_of(error)
    return Editing(view, known, view.settings, view.version, asked=asked)


def _transformations(connection: str) -> dict[str, Transformation]:
    return {each.name: each for each in mapping_editor.list_transformations(connection)}


def _save(connection: str, here: Editing, _: str) -> Answer:
    mapping = here.view.mapping
    saved = mapping_editor.save_settings(connection, mapping, here.settings, version=here.version)
    address = ui.address("mapping_editor_page", mapping=mapping)
    if saved.settings.version == here.version:
        return done(address, text("The settings are as they were; nothing was saved."), "info")
    if saved.bc_count is None or saved.sales_count is None:
        return done(address, text("The settings were saved. The next synchronization compares all records."))
    told = text(
        "The settings were saved. They select %(bc)s in Business Central and %(sales)s in Sales. The next "
        "synchronization compares all records.",
        bc=_count(saved.bc_count),
        sales=_count(saved.sales_count),
    )
    return done(address, told)


def _count(count: Any) -> str:
    told = plural("%(num)s record", "%(num)s records", count.number)
    return told if count.is_exact else text("at least %(records)s", records=told)


def _check(connection: str, here: Editing, _: str) -> Answer:
    here.check = mapping_editor.check_settings(connection, here.view.mapping, here.settings)
    here.faults = here.check.faults
    return _show(here)


def _try(connection: str, here: Editing, _: str) -> Answer:
    mapping, side = here.view.mapping, request.form.get("try_side", "bc")
    here.samples = mapping_trial.find_samples(connection, mapping, side, request.form.get("try_search", ""))
    ids = [each.id for each in here.samples]
    wanted = request.form.get("try_id", "")
    if ids:
        chosen = wanted if wanted in ids else ids[0]
        here.trial = mapping_trial.try_settings(connection, mapping, here.settings, side, chosen)
    return _show(here)


def _add(_: str, here: Editing, kind: str) -> Answer:
    part, new = ("templates", NEW_TEMPLATE) if kind == "template" else ("fields", {"name": "", **NEW_FIELD})
    here.settings = {**here.settings, part: [*here.settings[part], dict(new)]}
    return _show(here)


def _remove(_: str, here: Editing, place: str) -> Answer:
    kind, _, number = place.partition(".")
    here.settings = mapping_form.without(dict(here.settings), kind, _number(number, -1), here.view.shipped)
    return _show(here)


_BUTTONS: Mapping[str, Callable[[str, Editing, str], Answer]] = {
    "save": _save,
    "check": _check,
    "show": lambda _, here, __: _show(here),
    "try": _try,
    "add": _add,
    "remove": _remove,
}


def _edits_since(connection: str, mapping: str, version: int) -> tuple[MappingChangeView, ...]:
    rows = mapping_changes.list_mapping_changes(connection, mapping, limit=20).rows
    return tuple(each for each in rows if each.version > version)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def _show(here: Editing) -> Answer:
    shipped = set(here.view.shipped)
    own = [each for each in here.settings["fields"] if each["name"] not in shipped]
    form = {
        "try_side": request.form.get("try_side", "bc"),
        "try_search": request.form.get("try_search", ""),
        "try_id": request.form.get("try_id", ""),
    }
    answer = page(
        "mapping_editor.html",
        here=here,
        view=here.view,
        settings=here.settings,
        fields=[each for each in here.settings["fields"] if each["name"] in shipped],
        own=own,
        wrong=faults_by_path(here.faults),
        names={each["name"]: each for each in own},
        ways=sorted(((name, transformation_name(name)) for name in here.known.transformations), key=lambda way: way[1]),
        chosen=partial(argument_form.shown_transformation, known=here.known.transformations),
        form=form,
        here_mapping=here.view.mapping,
        as_typed=shown,
        blank_rows=mapping_form.TEMPLATE_ROWS,
    )
    return answer, here.status
