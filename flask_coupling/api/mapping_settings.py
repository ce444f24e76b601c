"""Settings of table mappings: edited, checked, tried, restored; and what was changed."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import mapping_changes, mapping_editor, mapping_trial
from flask_coupling.schemas.base import PageQuery
from flask_coupling.schemas.mapping_edit import (
    CheckSettingsSchema,
    RestoreSchema,
    SaveSettingsSchema,
    TrySettingsSchema,
)
from flask_coupling.schemas.mapping_shown import (
    BothColumnsSchema,
    MappingChangeListSchema,
    MappingCheckSchema,
    MappingSettingsSchema,
    SavedMappingSchema,
    TransformationListSchema,
    TrialSchema,
)

from .connections import ONE as CONNECTION
from .resource import QUERY, Resource
from .table_mappings import ONE

resource = Resource("mapping-settings", __name__, "What an administrator sets of table mappings.")

SETTINGS = f"{ONE}/settings"


@resource.get(SETTINGS)
@resource.gives(200, MappingSettingsSchema)
def get_settings(connection: str, mapping: str) -> Any:
    """Show all settings of a table mapping, and what of them differs from the default."""
    return mapping_editor.get_settings(connection, mapping)


@resource.put(SETTINGS)
@resource.takes(SaveSettingsSchema)
@resource.gives(200, SavedMappingSchema)
def save_settings(connection: str, mapping: str, settings: dict[str, Any], version: int) -> Any:
    """Change settings of a table mapping; the next run compares all its records.

    They are checked against both services and the other table mappings first. What is wrong answers 422
    `mapping_refused` with the reasons by setting; what somebody else changed meanwhile answers 409 `mapping_edited`.
    """
    return mapping_editor.save_settings(connection, mapping, settings, version=version)


@resource.post(f"{SETTINGS}/check")
@resource.takes(CheckSettingsSchema)
@resource.gives(200, MappingCheckSchema)
def check_settings(connection: str, mapping: str, settings: dict[str, Any]) -> Any:
    """Say what is wrong with settings, if anything, and how many records they select; nothing is saved."""
    return mapping_editor.check_settings(connection, mapping, settings)


@resource.post(f"{SETTINGS}/try")
@resource.takes(TrySettingsSchema)
@resource.gives(200, TrialSchema)
def try_settings(connection: str, mapping: str, settings: dict[str, Any], side: str, id: str) -> Any:
    """Say what synchronizing one record would do with settings; nothing is saved, and nothing written."""
    return mapping_trial.try_settings(connection, mapping, settings, side, id)


@resource.post(f"{SETTINGS}/restore")
@resource.takes(RestoreSchema)
@resource.gives(200, MappingSettingsSchema)
def restore_settings(connection: str, mapping: str, version: int | None) -> Any:
    """Give a table mapping the settings of the default synchronization setup."""
    return mapping_editor.restore_default(connection, mapping, version=version)


@resource.get(f"{ONE}/columns")
@resource.gives(200, BothColumnsSchema)
def list_columns(connection: str, mapping: str) -> Any:
    """List what both services say about the properties of a mapping's tables."""
    return mapping_editor.list_columns(connection, mapping)


@resource.get(f"{CONNECTION}/transformations")
@resource.gives(200, TransformationListSchema)
def list_transformations(connection: str) -> Any:
    """List the conversions that fields may use."""
    return {"rows": mapping_editor.list_transformations(connection)}


@resource.get(f"{ONE}/changes")
@resource.takes(PageQuery, QUERY)
@resource.gives(200, MappingChangeListSchema)
def list_mapping_changes(connection: str, mapping: str, **page: Any) -> Any:
    """List the edits of a table mapping, newest first."""
    return mapping_changes.list_mapping_changes(connection, mapping, **page)


@resource.get(f"{CONNECTION}/mapping-changes")
@resource.takes(PageQuery, QUERY)
@resource.gives(200, MappingChangeListSchema)
def list_all_mapping_changes(connection: str, **page: Any) -> Any:
    """List the edits of all table mappings, newest first."""
    return mapping_changes.list_mapping_changes(connection, **page)
