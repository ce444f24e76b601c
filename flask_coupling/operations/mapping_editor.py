"""Edit a table mapping: look at its settings, check what they would select, save them, restore the default."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flask_coupling.core.fault import Fault
from flask_coupling.core.mapping_document import document_of, list_changes
from flask_coupling.core.side import Side
from flask_coupling.core.transformation import Transformation, all_transformations
from flask_coupling.endpoints.endpoint import Count
from flask_coupling.errors import MappingInvalid, QueryRefused
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, IntegrationTableMapping
from flask_coupling.permissions import require

from .companies import company_of, of_company, warnings_of
from .drafts import Draft, check_drafts, columns_of, declared_mapping, make_draft, present_document, shipped_names
from .mapping_store import ANY, store_settings
from .setting import enabled_connection, find_connection, with_settings
from .show import show_error
from .views import MappingCheck, MappingSettingsView, SavedMapping, SettingChange, TableColumns

log = logging.getLogger(__name__)


def get_settings(connection: str, mapping: str) -> MappingSettingsView:
    """Return all settings of a table mapping with its version, and what differs from the default."""
    require("view", connection=connection, mapping=mapping)
    find_connection(connection)
    return show_settings(connection, mapping)


def list_columns(connection: str, mapping: str) -> dict[str, TableColumns]:
    """Return, by side, what each service says about the properties of its table."""
    require("view", connection=connection, mapping=mapping)
    declared = declared_mapping(mapping)
    known = columns_of(enabled_connection(connection), declared)
    return {str(side): _show_columns(side, declared.table(side).name, known[side]) for side in Side}


def _show_columns(side: Side, table: str, columns: Any) -> TableColumns:
    rows = sorted((columns or {}).values(), key=lambda each: each.name.lower())
    return TableColumns(str(side), table, columns is not None, tuple(rows))


def list_transformations(connection: str) -> tuple[Transformation, ...]:
    """Return every transformation a field may use, by name."""
    require("view", connection=connection)
    find_connection(connection)
    return all_transformations()


def check_settings(connection: str, mapping: str, changes: Mapping[str, Any]) -> MappingCheck:
    """Return what is wrong with settings, if anything, and how many records they would select; nothing is saved.

    `changes` are as for `save_settings`.
    """
    require("administer", connection=connection, mapping=mapping)
    row = enabled_connection(connection)
    draft = draft_of(row, mapping, changes)
    counts = _counts(row, draft) if not any(each.path.endswith("_filter") for each in draft.faults) else {}
    warnings = warnings_of(draft.declared, draft.document)
    return MappingCheck(draft.document, tuple(draft.faults), counts.get(Side.BC), counts.get(Side.SALES), warnings)


def save_settings(connection: str, mapping: str, changes: Mapping[str, Any], *, version: int) -> SavedMapping:
    """Change a table mapping's settings; what is not in `changes` stays as it is.

    `version` is the one that was read. In `changes["fields"]` a shipped field that is left out stays as it is, and
    one of one's own is removed. The next run compares all records. Raises MappingRefused, which says of each setting
    what is wrong with it, and MappingEditedConflictError when somebody else changed the mapping meanwhile.
    """
    require("administer", connection=connection, mapping=mapping)
    row = enabled_connection(connection)
    draft = draft_of(row, mapping, changes)
    if refusal := draft.refusal():
        raise refusal
    counts = _counts(row, draft)
    if refusal := draft.refusal():
        raise refusal
    store_settings(connection, [draft], {mapping: version}, "edit")
    return SavedMapping(show_settings(connection, mapping), counts.get(Side.BC), counts.get(Side.SALES))


def restore_default(connection: str, mapping: str, *, version: int | None = None) -> MappingSettingsView:
    """Give a table mapping the settings of the default synchronization setup; other mappings stay as they are.

    With a `version` it must still be the one that was read. Raises MappingRefused when the default does not go
    together with what was set of other mappings.
    """
    require("administer", connection=connection, mapping=mapping)
    row, declared = find_connection(connection), declared_mapping(mapping)
    draft = Draft(declared, document_of(declared), declared)
    check_drafts(row, {mapping: draft}, with_columns=False)
    if refusal := draft.refusal():
        raise refusal
    store_settings(connection, [draft], {mapping: ANY if version is None else version}, "restore")
    return show_settings(connection, mapping)


def restore_all(connection: str) -> list[str]:
    """Use the default synchronization setup for all table mappings; returns the names of those that changed."""
    require("administer", connection=connection)
    find_connection(connection)
    drafts = [Draft(each, document_of(each), each) for each in current_coupling.mappings.values()]
    return store_settings(connection, drafts, {}, "restore")


def draft_of(connection: Connection, mapping: str, changes: Mapping[str, Any]) -> Draft:
    """The mapping as `changes` would make it, checked against the services and the other mappings."""
    declared = declared_mapping(mapping)
    draft = make_draft(declared, present_document(connection.name, declared), changes)
    check_drafts(connection, {mapping: draft})
    draft.mapping = of_company(connection, draft.mapping) if draft.mapping is not None else None
    return draft


def show_settings(connection: str, mapping: str) -> MappingSettingsView:
    """A mapping's settings as shown."""
    declared = declared_mapping(mapping)
    document, default = present_document(connection, declared), document_of(declared)
    row = current_coupling.session.get(IntegrationTableMapping, (connection, mapping))
    problem = None
    try:
        with_settings(declared, (row.settings if row is not None else None) or {})
    except MappingInvalid as error:
        problem = show_error(error)
    return MappingSettingsView(
        mapping=mapping,
        caption=declared.caption or mapping,
        bc_table=declared.bc.name,
        sales_table=declared.sales.name,
        version=row.version if row is not None else 0,
        settings=document,
        shipped=tuple(sorted(shipped_names(declared))),
        differences=tuple(SettingChange(*each) for each in list_changes(default, document)),
        edited_at=row.edited_at if row is not None else None,
        edited_by=row.edited_by if row is not None else "",
        problem=problem,
        company=company_of(current_coupling.session.get(Connection, connection), declared),
        warnings=warnings_of(declared, document),
    )


def _counts(connection: Connection, draft: Draft) -> dict[Side, Count]:
    """How many records each side's filter selects; a filter the service does not take becomes a fault.

    A document's lines are read with it only, and so not counted.
    """
    if draft.mapping is None:
        return {}
    counts: dict[Side, Count] = {}
    for side, endpoint in zip(Side, current_coupling.endpoints(connection), strict=True):
        table, where = draft.declared.table(side), draft.mapping.filter(side)
        if table.within is not None:
            continue
        try:
            counts[side] = endpoint.count(table, where)
        except QueryRefused as error:
            facts = {"service": side.label, "detail": str(error.facts.get("detail", "")).rstrip(".")}
            draft.faults.append(Fault(f"{side}_filter", "filter_refused", facts))
    return counts
