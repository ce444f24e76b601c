"""What is wrong with settings, and what services say of their properties, for those who may not reach into the core."""

from __future__ import annotations

from flask_coupling.core.column import Column
from flask_coupling.core.fault import KIND_FACTS, KINDS, TEMPLATES, Fault

__all__ = ["KINDS", "KIND_FACTS", "TEMPLATES", "Column", "Fault"]
