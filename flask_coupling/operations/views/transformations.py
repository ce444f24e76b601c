"""Words of the core about transformations, for those who may not reach into it."""

from __future__ import annotations

from flask_coupling.core.argument import ArgumentKind, Parameter, join_name, split_name
from flask_coupling.core.transformation import Transformation

__all__ = ["ArgumentKind", "Parameter", "Transformation", "join_name", "split_name"]
