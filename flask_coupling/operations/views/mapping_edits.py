"""Table mappings as they are edited: settings, what differs, what is wrong, what a sample record would become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_coupling.core.column import Column
from flask_coupling.core.fault import Fault
from flask_coupling.core.record import Value
from flask_coupling.endpoints.endpoint import Count

from .jobs import PlanView
from .values import Problem


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting before and after; None where there is none. `path` is `bc_filter`, `fields.city.direction`, ..."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MappingSettingsView:
    """All settings of a table mapping, and what of them differs from the default synchronization setup.

    `version` rises with each edit and is to be sent back when saving; 0 is a mapping that was never edited. `shipped`
    names the fields that belong to the default. `problem` says why the settings cannot be used, which a new version
    of the default may bring about. `company` is the company whose rows of Sales take part unless `multi_company` says
    otherwise, empty where rows are not told apart; `warnings` are what to know of the settings.
    """

    mapping: str
    caption: str
    bc_table: str
    sales_table: str
    version: int
    settings: Mapping[str, Any]
    shipped: tuple[str, ...]
    differences: tuple[SettingChange, ...]
    edited_at: datetime | None
    edited_by: str
    problem: Problem | None = None
    company: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """What checking settings found: nothing wrong, or `faults`; and how many records each side's filter selects.

    A count is None when the filter cannot be read, while something else is wrong with it, and for a document's lines.
    `warnings` are what to know of settings that can be saved.
    """

    settings: Mapping[str, Any]
    faults: tuple[Fault, ...]
    bc_count: Count | None = None
    sales_count: Count | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the settings can be saved."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """Settings that were saved, and how many records each side's filter selects now (None: not counted)."""

    settings: MappingSettingsView
    bc_count: Count | None
    sales_count: Count | None


@dataclass(frozen=True, slots=True)
class TrialField:
    """What would become of one field of a sample record.

    `to` is the side it would be written to with `value` (None: nothing is written). `state` is why: written, alike,
    template, held_conflict, held_direction, held_record, other_side_stands, blank.
    """

    name: str
    caption: str
    bc_property: str | None
    sales_property: str | None
    direction: str
    bc: Value
    sales: Value
    to: str | None
    value: Value
    state: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """What synchronizing one sample record would do with settings that are not saved; nothing is written.

    `reason` is why the record as a whole is set aside, or None. `happens_by_itself` is False where a run leaves the
    record alone (new records while only coupled ones are synchronized, or outside the filter).
    """

    title: str
    plan: PlanView
    fields: tuple[TrialField, ...]
    template: str | None
    happens_by_itself: bool
    reason: Problem | None


@dataclass(frozen=True, slots=True)
class MappingChangeView:
    """One edit of a table mapping. `action` is edit, restore or import."""

    id: int
    mapping: str
    caption: str
    version: int
    action: str
    changes: tuple[SettingChange, ...]
    requested_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The properties of one side's table as its service tells them; `is_known` is False where it does not."""

    side: str
    table: str
    is_known: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ImportView:
    """What an import changed, by table mapping; mappings that were as in the file already are not named."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
