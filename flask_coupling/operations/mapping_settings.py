"""Change a few settings of a table mapping from within another operation; they are kept like any other edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_coupling.globals import current_coupling

from .drafts import declared_mapping, make_draft, present_document
from .mapping_store import ANY, store_draft


def change_settings(connection: str, mapping: str, values: Mapping[str, Any]) -> None:
    """Set these settings of a table mapping, and leave the others; the caller commits. Raises MappingRefused."""
    declared = declared_mapping(mapping)
    draft = make_draft(declared, present_document(connection, declared), values)
    if refusal := draft.refusal():
        raise refusal
    store_draft(connection, draft, ANY, "edit", current_coupling.clock())
