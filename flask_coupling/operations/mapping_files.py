"""The synchronization setup as a file: all table mappings out, all or none of them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_coupling.core.fault import Fault, listed
from flask_coupling.core.mapping_document import document_of
from flask_coupling.errors import SetupRefused
from flask_coupling.globals import current_coupling
from flask_coupling.permissions import require

from .drafts import Draft, check_drafts, errors_of, make_draft, present_document
from .mapping_store import store_settings
from .setting import enabled_connection, find_connection
from .views import ImportView

FORMAT = "flask_coupling/synchronization-setup"
VERSION = 1


def export_setup(connection: str) -> dict[str, Any]:
    """Return the settings of all table mappings, to be kept as JSON and imported again, here or elsewhere."""
    require("view", connection=connection)
    find_connection(connection)
    mappings = current_coupling.mappings.items()
    return {
        "format": FORMAT,
        "version": VERSION,
        "connection": connection,
        "exported_at": current_coupling.clock().isoformat(),
        "mappings": {name: present_document(connection, declared) for name, declared in mappings},
    }


def import_setup(connection: str, content: Any, *, dry_run: bool = False) -> ImportView:
    """Set all table mappings that a file names as it says; with `dry_run` only look whether that can be done.

    A setting that the file leaves out is that of the default synchronization setup; a table mapping it does not name
    stays as it is. All of it is checked first: raises SetupRefused with every reason, and changes nothing then.
    """
    require("administer", connection=connection)
    row = enabled_connection(connection)
    drafts = _drafts(content)
    check_drafts(row, drafts)
    _refuse([each.below(f"mappings.{name}") for name, draft in drafts.items() for each in draft.faults])
    if dry_run:
        changed = [
            name for name, each in drafts.items() if each.document != present_document(connection, each.declared)
        ]
    else:
        changed = store_settings(connection, list(drafts.values()), {}, "import")
    return ImportView(tuple(changed), tuple(name for name in drafts if name not in changed))


def _drafts(content: Any) -> dict[str, Draft]:
    _refuse(_check_head(content))
    known = current_coupling.mappings
    foreign = [name for name in content["mappings"] if name not in known]
    facts = {"options": listed(known)}
    _refuse([Fault(f"mappings.{name[:50]}", "mapping_foreign", facts) for name in foreign])
    return {name: make_draft(known[name], document_of(known[name]), each) for name, each in content["mappings"].items()}


def _check_head(content: Any) -> list[Fault]:
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        return [Fault("format", "file_foreign", {"format": FORMAT})]
    if content.get("version") != VERSION:
        return [Fault("version", "file_version", {"version": str(content.get("version"))[:20], "known": VERSION})]
    if not isinstance(content.get("mappings"), Mapping):
        return [Fault("mappings", "wrong_shape", {"shape": "an object"})]
    return []


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise SetupRefused(detail=faults[0].message, errors=errors_of(faults), faults=tuple(faults))
