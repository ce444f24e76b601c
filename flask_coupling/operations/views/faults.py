"""Words of the core about settings, for those who may not reach into it: what is wrong, what is there, what is new."""

from __future__ import annotations

from flask_coupling.core.column import Column
from flask_coupling.core.document_shape import NEW_FIELD, NEW_TEMPLATE
from flask_coupling.core.fault import KIND_FACTS, KINDS, TEMPLATES, Fault

__all__ = ["KINDS", "KIND_FACTS", "NEW_FIELD", "NEW_TEMPLATE", "TEMPLATES", "Column", "Fault"]
