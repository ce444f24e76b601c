"""What operations answer: plain frozen values, safe to show, the same for REST, pages and host code."""

from __future__ import annotations

from .connections import ConnectionReport, ConnectionView, ServiceReport
from .couplings import Card, CouplingResult, CouplingView, FieldComparison, HistoryView, LineComparison, RecordRow
from .decisions import Cause, ConflictField, ConflictView, FailureGroup, FailureView, Retried, Who
from .full import Counts, LineView, ReviewView
from .health import Finding, Health, MappingHealth, ServiceHealth
from .jobs import ActionView, JobErrorView, JobView, PlanView
from .mapping_edits import (
    ImportView,
    MappingChangeView,
    MappingCheck,
    MappingSettingsView,
    SavedMapping,
    SettingChange,
    TableColumns,
    TrialField,
    TrialView,
)
from .mappings import FieldView, MappingView
from .occasions import SalesKey, ScheduleView, WebhookView
from .statistics import AccountActivity
from .values import Problem, Slice

__all__ = [
    "AccountActivity",
    "ActionView",
    "Card",
    "Cause",
    "ConflictField",
    "ConflictView",
    "ConnectionReport",
    "ConnectionView",
    "Counts",
    "CouplingResult",
    "CouplingView",
    "FailureGroup",
    "FailureView",
    "FieldComparison",
    "FieldView",
    "Finding",
    "Health",
    "HistoryView",
    "ImportView",
    "JobErrorView",
    "JobView",
    "LineComparison",
    "LineView",
    "MappingChangeView",
    "MappingCheck",
    "MappingHealth",
    "MappingSettingsView",
    "MappingView",
    "PlanView",
    "Problem",
    "RecordRow",
    "Retried",
    "ReviewView",
    "SalesKey",
    "SavedMapping",
    "ScheduleView",
    "ServiceHealth",
    "ServiceReport",
    "SettingChange",
    "Slice",
    "TableColumns",
    "TrialField",
    "TrialView",
    "WebhookView",
    "Who",
]
