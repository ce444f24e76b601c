"""Couple and synchronize records between Business Central and Dynamics 365 Sales from any Flask app."""

from . import conversions as conversions  # registers what needs a library's data
from .core.argument import ArgumentKind, Parameter
from .core.conflict import ConflictScope, DeletionConflictResolution, UpdateConflictResolution
from .core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from .core.side import Direction, Side
from .core.table_filter import Condition, TableFilter, both, one_of, where
from .core.transformation import Transformation, transformation
from .errors import ConflictError, CouplingError, RecordError, ServiceError, SetupError
from .extension import FlaskCoupling

__all__ = [
    "ArgumentKind",
    "Condition",
    "ConflictError",
    "ConflictScope",
    "CouplingError",
    "DeletionConflictResolution",
    "Direction",
    "FieldMapping",
    "FlaskCoupling",
    "Lookup",
    "Parameter",
    "RecordError",
    "Reference",
    "ServiceError",
    "SetupError",
    "Side",
    "Table",
    "TableFilter",
    "TableMapping",
    "Transformation",
    "UpdateConflictResolution",
    "both",
    "one_of",
    "transformation",
    "where",
]
