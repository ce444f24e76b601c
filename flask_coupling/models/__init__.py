"""The extension's tables, on a plain declarative base, used through the host's `db.session`."""

from .base import Base, table_of
from .choosing import SavedFilter, Selection
from .conflict import ConflictEntry
from .connection import Connection
from .coupling import Coupling, CreateIntent, UncoupledRecord, WriteIntent
from .failure import FailedRecord, FailureClass
from .history import HistoryEntry
from .job import JobKind, JobState, SynchJob, SynchJobError
from .mapping import IntegrationTableMapping, MappingChange
from .schedule import Schedule
from .usage import ServiceUsage
from .webhook import WebhookSubscription

__all__ = [
    "Base",
    "ConflictEntry",
    "Connection",
    "Coupling",
    "CreateIntent",
    "FailedRecord",
    "FailureClass",
    "HistoryEntry",
    "IntegrationTableMapping",
    "JobKind",
    "JobState",
    "MappingChange",
    "SavedFilter",
    "Schedule",
    "Selection",
    "ServiceUsage",
    "SynchJob",
    "SynchJobError",
    "UncoupledRecord",
    "WebhookSubscription",
    "WriteIntent",
    "table_of",
]
