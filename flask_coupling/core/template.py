"""Templates for new records: values that a record starts with where the field mappings give it none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .record import Record, Value
from .side import Side
from .table_filter import EVERYTHING, TableFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a new record of `side` gets besides its mapped fields (Configuration Template).

    Of several templates the one with the lowest `priority` applies whose `filter` admits the source record, which is
    the one of the other side. `values` are written by property; a value that a field mapping gives wins.
    """

    name: str
    side: Side
    priority: int = 0
    filter: TableFilter = EVERYTHING
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # a source record in Sales is compared as that service compares text
        object.__setattr__(self, "filter", replace(self.filter, ignores_case=self.side is Side.BC))


def choose_template(templates: Iterable[Template], side: Side, source: Record) -> Template | None:
    """The template that applies to a new record of `side` made from `source`, or None."""
    fitting = [each for each in templates if each.side is side and each.filter.admits(source)]
    return min(fitting, key=lambda each: each.priority, default=None)
