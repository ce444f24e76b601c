"""The table of the control API: what each address does, what it takes and what it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from simulator.control import operations as op
from simulator.control import schemas


@dataclass(frozen=True, slots=True)
class Route:
    """One operation's address; ``run(simulator, **path, **taken)`` does it, its docstring is the summary."""

    method: str
    path: str
    run: Callable[..., Any]
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    status: int = 200
    content_type: str = "application/json"

    @property
    def summary(self) -> str:
        """What the operation does, in one sentence."""
        return (self.run.__doc__ or "").strip()


_ROWS = "/worlds/<service>/<entity_set>"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/status", op.show_status),
    Route("POST", "/reset", op.reset, status=204),
    Route("POST", "/seed", op.seed, body=schemas.SeedSchema),
    Route("GET", "/clock", op.show_clock),
    Route("PUT", "/clock", op.set_clock, body=schemas.ClockSchema),
    Route("GET", "/snapshots", op.list_snapshots),
    Route("POST", "/snapshots", op.take_snapshot, body=schemas.SnapshotSchema, status=201),
    Route("POST", "/snapshots/<name>/restore", op.restore_snapshot, status=204),
    Route("GET", "/editors", op.show_editors),
    Route("PUT", "/editors", op.set_editors, body=schemas.EditorsSchema),
    Route("GET", "/limits", op.show_limits),
    Route("PUT", "/limits", op.switch_limits, body=schemas.LimitsSchema),
    Route("GET", "/requests", op.list_requests, query=schemas.RequestsQuerySchema),
    Route("DELETE", "/requests", op.clear_requests, status=204),
    Route("GET", "/requests/export", op.export_requests, content_type="application/x-ndjson"),
    Route("GET", "/requests/<int:number>", op.show_request),
    Route("GET", "/faults", op.list_faults),
    Route("POST", "/faults", op.add_fault, body=schemas.RowSchema, status=201),
    Route("DELETE", "/faults", op.clear_faults, status=204),
    Route("DELETE", "/faults/<name>", op.remove_fault, status=204),
    Route("GET", "/worlds", op.list_worlds),
    Route("GET", _ROWS, op.list_rows, query=schemas.RowsQuerySchema),
    Route("POST", _ROWS, op.create_row, body=schemas.RowSchema, status=201),
    Route("GET", f"{_ROWS}/<path:key>", op.show_row),
    Route("PATCH", f"{_ROWS}/<path:key>", op.update_row, body=schemas.RowSchema),
    Route("DELETE", f"{_ROWS}/<path:key>", op.delete_row, status=204),
    Route("GET", "/changes/<service>", op.list_changes, query=schemas.ChangesQuerySchema),
)
