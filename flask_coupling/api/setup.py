"""The synchronization setup as a whole: out as a file, in again, back to the default."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import mapping_editor, mapping_files
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.mapping_edit import ImportSetupSchema
from flask_coupling.schemas.mapping_shown import ImportedSchema, RestoredSchema, SetupSchema

from .connections import ONE as CONNECTION
from .resource import Resource

resource = Resource("synchronization-setup", __name__, "The settings of all table mappings as one file.")

ROOT = f"{CONNECTION}/synchronization-setup"


@resource.get(ROOT)
@resource.gives(200, SetupSchema)
def export_setup(connection: str) -> Any:
    """Give the settings of all table mappings, to be kept as a file and imported again."""
    return mapping_files.export_setup(connection)


@resource.put(ROOT)
@resource.takes(ImportSetupSchema)
@resource.gives(200, ImportedSchema)
def import_setup(connection: str, setup: dict[str, Any], dry_run: bool) -> Any:
    """Set all table mappings that a file names as it says, or none of them.

    Everything is checked first; what is wrong answers 422 `setup_refused` with every reason by setting.
    """
    return mapping_files.import_setup(connection, setup, dry_run=dry_run)


@resource.post(f"{ROOT}/restore")
@resource.takes(EmptySchema)
@resource.gives(200, RestoredSchema)
def restore_setup(connection: str) -> Any:
    """Use the default synchronization setup for all table mappings."""
    return {"changed": mapping_editor.restore_all(connection)}
