"""The pages, one module for each question a user has; this table is the site's map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    connection,
    coupling,
    creating,
    embedded,
    exports,
    filters,
    full,
    health,
    home,
    issues,
    jobs,
    lists,
    mapping_setup,
    mappings,
    matching,
    past,
    pauses,
    records,
    schedules,
    selection,
    synchronizing,
    webhooks,
)

View = Callable[..., Any]

_GET = ("GET",)
_POST = ("POST",)
_FORM = ("GET", "POST")
_ONE = "/connections/<connection>"
_TABLE = f"{_ONE}/tables/<mapping>"
_SIDE = f"{_TABLE}/<any(bc, sales):side>"
_RECORD = f"{_SIDE}/<id>"
_COUPLING = f"{_ONE}/couplings/<int:id>"

PAGES: tuple[tuple[str, tuple[str, ...], View], ...] = (
    ("/", _GET, home.home),
    ("/connections/new", _GET, home.new_connection),
    (f"{_ONE}/", _GET, home.overview),
    (f"{_ONE}/setup", _FORM, connection.connection_setup),
    (f"{_ONE}/webhooks/", _FORM, webhooks.webhooks),
    (f"{_ONE}/delete", _FORM, connection.connection_delete),
    (f"{_ONE}/mappings/", _GET, mappings.mapping_list),
    (f"{_ONE}/mappings/setup.json", _GET, mapping_setup.mapping_export),
    (f"{_ONE}/mappings/import", _FORM, mapping_setup.mapping_import),
    (f"{_ONE}/mappings/restore", _FORM, mapping_setup.mapping_restore_all),
    (f"{_ONE}/mappings/changes", _GET, mapping_setup.mapping_change_list),
    (f"{_TABLE}/", _GET, lists.table),
    (f"{_SIDE}/", _GET, lists.record_list),
    (f"{_SIDE}/export.csv", _GET, exports.record_export),
    (f"{_TABLE}/couplings/", _GET, lists.coupling_list),
    (f"{_TABLE}/couplings/export.csv", _GET, exports.coupling_export),
    (f"{_TABLE}/selection", _POST, selection.keep_selection),
    (f"{_TABLE}/filters", _POST, filters.save_filter),
    (f"{_TABLE}/filters/<int:id>/delete", _POST, filters.delete_filter),
    (f"{_TABLE}/match", _FORM, matching.match_records),
    (f"{_TABLE}/mapping", _FORM, mappings.mapping_editor_page),
    (f"{_TABLE}/mapping/arguments", _GET, mappings.mapping_arguments),
    (f"{_TABLE}/mapping/restore", _FORM, mappings.mapping_restore),
    (f"{_TABLE}/mapping/uncouple", _FORM, mappings.mapping_uncouple),
    (_RECORD, _GET, records.record_card),
    (_COUPLING, _GET, records.coupling_card),
    (f"{_RECORD}/couple", _FORM, coupling.set_up_coupling),
    (f"{_RECORD}/create", _FORM, creating.create_partner),
    (f"{_RECORD}/synchronize", _GET, records.synchronize_record),
    (f"{_COUPLING}/synchronize", _FORM, synchronizing.synchronize_now),
    (f"{_COUPLING}/uncouple", _FORM, coupling.delete_coupling),
    (f"{_TABLE}/selected/synchronize", _FORM, synchronizing.synchronize_selected),
    (f"{_TABLE}/selected/create", _FORM, creating.create_selected),
    (f"{_COUPLING}/statistics", _GET, records.business_figures),
    (f"{_COUPLING}/pause", _POST, pauses.pause_coupling),
    (f"{_TABLE}/selected/uncouple", _FORM, selection.uncouple_selected),
    (f"{_TABLE}/selected/pause", _FORM, selection.pause_selected),
    (f"{_ONE}/health/", _GET, health.health),
    (f"{_ONE}/issues/", _FORM, issues.issues),
    (f"{_ONE}/conflicts/<int:id>/resolve", _POST, issues.resolve_conflict),
    (f"{_TABLE}/conflicts/resolve", _POST, issues.resolve_alike),
    (f"{_ONE}/failures/", _FORM, issues.failure_list),
    (f"{_ONE}/history/<int:id>/undo", _POST, past.undo_change),
    (f"{_ONE}/jobs/", _GET, jobs.job_list),
    (f"{_ONE}/jobs/<id>", _GET, jobs.job),
    (f"{_ONE}/jobs/delete", _FORM, jobs.delete_jobs),
    (f"{_ONE}/jobs/<id>/history", _GET, past.job_history),
    (f"{_ONE}/jobs/<id>/errors.csv", _GET, exports.error_export),
    (f"{_ONE}/jobs/<id>/cancel", _POST, jobs.cancel_job),
    (f"{_ONE}/jobs/<id>/pause", _POST, jobs.pause_job),
    (f"{_ONE}/jobs/<id>/resume", _POST, jobs.resume_job),
    (f"{_ONE}/jobs/<id>/restart", _POST, jobs.restart_job),
    (f"{_ONE}/jobs/<id>/undo", _FORM, past.undo_job),
    (f"{_ONE}/full-synchronization/", _FORM, full.full_synchronization),
    (f"{_ONE}/full-synchronization/review", _POST, full.start_review),
    (f"{_ONE}/full-synchronization/allow-creation", _POST, full.allow_creation),
    (f"{_ONE}/synchronize", _POST, full.synchronize_modified),
    (f"{_ONE}/schedules/", _FORM, schedules.schedule_list),
    (f"{_TABLE}/schedule", _FORM, schedules.schedule_edit),
    (f"{_ONE}/fragments/actions/<mapping>/<any(bc, sales):side>/<id>", _GET, embedded.actions),
)
