"""The synchronization setup as a whole: its file, the default, and the log of changes."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, request

from flask_coupling.errors import InputInvalid, SetupRefused
from flask_coupling.globals import current_coupling
from flask_coupling.operations import mapping_changes, mapping_editor, mapping_files
from flask_coupling.operations.views import ImportView

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import mark, plural, text
from ..setting_words import fault_message, setting_name

MOST_BYTES = 5_000_000
PAGE_SIZE = 30
_NO_FILE = mark("no file was chosen, or it is too large")


def mapping_export(connection: str) -> Response:
    """The settings of all table mappings as a file."""
    content = orjson.dumps(mapping_files.export_setup(connection), option=orjson.OPT_INDENT_2)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="synchronization-setup-{connection}.json"'
    return answer


def mapping_import(connection: str) -> Answer:
    """Take a file over, or only look whether that can be done."""
    if request.method == "GET":
        return page("mapping_import.html", looked=None, faults=())
    is_look = request.form.get("do") == "look"
    try:
        found = mapping_files.import_setup(connection, _content(), dry_run=is_look)
    except SetupRefused as error:
        faults = [(_place(each.path), fault_message(each)) for each in error.facts.get("faults", ())]
        return page("mapping_import.html", looked=None, faults=faults), error.status
    if is_look:
        return page("mapping_import.html", looked=found, faults=())
    return done(ui.address("mapping_list"), _told(found))


def mapping_restore_all(connection: str) -> Answer:
    """Ask once more, then use the default synchronization setup for all table mappings."""
    if request.method == "GET":
        names = [
            name for name in current_coupling.mappings if mapping_editor.get_settings(connection, name).differences
        ]
        return page("mapping_restore_all.html", names=names)
    back_to(ui.address("mapping_list"))
    changed = mapping_editor.restore_all(connection)
    told = plural("%(num)s table mapping was changed.", "%(num)s table mappings were changed.", len(changed))
    return done(ui.address("mapping_list"), text("The default synchronization setup is in use.") + " " + told)


def mapping_change_list(connection: str) -> Answer:
    """Every edit of one table mapping, or of all, newest first."""
    mapping = request.args.get("mapping") or None
    cursor = request.args.get("cursor") or None
    found = mapping_changes.list_mapping_changes(connection, mapping, cursor=cursor, limit=PAGE_SIZE)
    return page("mapping_changes.html", found=found, mapping=mapping)


def _content() -> Any:
    """What the file holds; raises InputInvalid when it is none, or too large, and SetupRefused when it is no JSON."""
    file = request.files.get("file")
    content = file.read(MOST_BYTES + 1) if file is not None else b""
    if not content or len(content) > MOST_BYTES:
        raise InputInvalid(detail=_NO_FILE, errors={"file": [_NO_FILE]})
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _told(found: ImportView) -> str:
    if not found.changed:
        return text("Everything is as in the file already; nothing was changed.")
    names = ", ".join(ui.caption(each) for each in found.changed)
    return text("The file was imported. Changed: %(names)s.", names=names)


def _place(path: str) -> str:
    """Where in the file something is wrong, in words."""
    head, _, rest = path.partition(".")
    if head != "mappings" or not rest:
        return ""
    name, _, setting = rest.partition(".")
    told = setting_name(setting, lambda each: ui.field_caption(name, each)) if setting else ""
    return f"{ui.caption(name)}: {told}" if told else ui.caption(name)
