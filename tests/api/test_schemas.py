"""Schemas: every answer is whole, every input is strict."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.models import FailureClass, JobState
from flask_coupling.operations import views
from flask_coupling.operations.coupling_lists import STATES
from flask_coupling.operations.history import MOST_UNDONE
from flask_coupling.operations.schedules import MOST_MINUTES
from flask_coupling.operations.synchronization import PREVIEW_LIMIT
from flask_coupling.schemas import (
    conflict,
    connection,
    coupling,
    failure,
    full,
    history,
    job,
    mapping,
    problem,
    record,
    schedule,
    synchronization,
    webhook,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"

VIEWS = {
    views.Problem: problem.ProblemSchema,
    views.ConnectionView: connection.ConnectionSchema,
    views.ServiceReport: connection.ServiceReportSchema,
    views.ConnectionReport: connection.ConnectionReportSchema,
    views.FieldView: mapping.FieldMappingSchema,
    views.MappingView: mapping.TableMappingSchema,
    views.CouplingView: coupling.CouplingSchema,
    views.RecordRow: record.RecordSchema,
    views.FieldComparison: record.FieldComparisonSchema,
    views.Card: record.CardSchema,
    views.ActionView: synchronization.ActionSchema,
    views.PlanView: synchronization.PlanSchema,
    views.JobView: job.JobSchema,
    views.Counts: full.CountsSchema,
    views.LineView: full.LineSchema,
    views.ReviewView: full.ReviewSchema,
    views.ConflictField: conflict.ConflictFieldSchema,
    views.ConflictView: conflict.ConflictSchema,
    views.FailureView: failure.FailureSchema,
    views.FailureGroup: failure.FailureGroupSchema,
    views.Retried: failure.RetriedSchema,
    views.ScheduleView: schedule.ScheduleSchema,
    views.WebhookView: webhook.WebhookSchema,
    views.SalesKey: webhook.SalesKeySchema,
    views.HistoryView: history.HistorySchema,
    views.JobErrorView: job.JobErrorSchema,
    views.CouplingResult: coupling.CouplingResultSchema,
}


@pytest.mark.parametrize(("view", "schema"), VIEWS.items(), ids=lambda each: each.__name__)
def test_an_answer_holds_everything_its_view_holds(view, schema):
    shown = {each.attribute or name for name, each in schema().fields.items()}

    assert {each.name for each in fields(view)} <= shown


def test_the_states_of_a_job_are_those_it_is_stored_with():
    assert set(JobState) == set(job.JOB_STATES)


def test_the_states_of_a_coupling_are_those_it_can_be_searched_by():
    assert set(STATES) == set(coupling.SEARCHED_STATES)


def test_a_preview_takes_as_many_couplings_as_the_operation():
    assert synchronization.MOST_PREVIEWED == PREVIEW_LIMIT


def test_an_undo_takes_as_many_writes_as_the_operation():
    assert history.MOST_UNDONE == MOST_UNDONE


def test_a_schedule_takes_the_intervals_of_the_operation():
    assert schedule.MOST_MINUTES == MOST_MINUTES


def test_failures_are_of_the_classes_they_are_stored_with():
    assert set(FailureClass) == set(failure.ERROR_CLASSES)


def test_a_changed_property_is_shown_as_an_object():
    action = views.ActionView("modify", "sales", GUID, (("name", "Adatum", "Adatum A/S"), ("creditlimit", 1, None)))

    assert synchronization.ActionSchema().dump(action) == {
        "kind": "modify",
        "side": "sales",
        "id": GUID,
        "fields": [
            {"property": "name", "before": "Adatum", "after": "Adatum A/S"},
            {"property": "creditlimit", "before": 1, "after": None},
        ],
        "reason": None,
    }


def test_a_problem_inside_an_answer_says_what_and_what_next():
    told = views.Problem("value_refused", "Sales refused it.", "Correct it.", {"service": "Sales"})
    error = views.JobErrorView(1, "j", "customer", "failed", "sales", GUID, None, "Adatum", told, NOW)

    shown = job.JobErrorSchema().dump(error)

    assert shown["problem"] == {
        "code": "value_refused",
        "detail": "Sales refused it.",
        "hint": "Correct it.",
        "facts": {"service": "Sales"},
    }
    assert shown["created_at"] == "2026-03-04T05:06:07+00:00"


REFUSED = [
    (coupling.CoupleSchema, {"mapping": "customer", "bc_id": GUID}, "sales_id"),
    (coupling.CoupleSchema, {"mapping": "customer", "bc_id": "10000", "sales_id": GUID}, "bc_id"),
    (coupling.CoupleSchema, {"mapping": "", "bc_id": GUID, "sales_id": GUID}, "mapping"),
    (coupling.CoupleSchema, {"mapping": "c" * 51, "bc_id": GUID, "sales_id": GUID}, "mapping"),
    (
        coupling.CoupleSchema,
        {"mapping": "customer", "bc_id": GUID, "sales_id": GUID, "synchronize": "both"},
        "synchronize",
    ),
    (coupling.CoupleSchema, {"mapping": "customer", "bc_id": GUID, "sales_id": GUID, "move": "yes"}, "move"),
    (coupling.CoupleSchema, {"mapping": "customer", "bc_id": GUID, "sales_id": GUID, "extra": 1}, "extra"),
    (coupling.PartnersSchema, {"side": "erp", "ids": [GUID]}, "side"),
    (coupling.PartnersSchema, {"side": "bc", "ids": []}, "ids"),
    (coupling.PartnersSchema, {"side": "bc", "ids": [GUID] * 1001}, "ids"),
    (coupling.PartnersSchema, {"side": "bc", "ids": GUID}, "ids"),
    (coupling.ChosenSchema, {"ids": [0]}, "ids"),
    (coupling.ChosenSchema, {"ids": [2**31]}, "ids"),
    (coupling.ChosenSchema, {}, "ids"),
    (coupling.ChosenSchema, {"ids": [1], "mapping": "CUSTOMER"}, "ids"),
    (coupling.ChosenSchema, {"ids": [1], "state": "failed"}, "ids"),
    (synchronization.SynchronizeSchema, {"coupling_ids": []}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"coupling_ids": None}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"coupling_ids": [True]}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"coupling_ids": ["1"]}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"direction": "sideways"}, "direction"),
    (synchronization.SynchronizeSchema, {"resolution": "mine"}, "resolution"),
    (synchronization.SynchronizeSchema, {"wait": True}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"wait": True, "coupling_ids": [1, 2]}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"preview": True}, "coupling_ids"),
    (synchronization.SynchronizeSchema, {"preview": True, "wait": True, "coupling_ids": [1]}, "preview"),
    (connection.ConnectionValuesSchema, {"tenant": None}, "tenant"),
    (connection.ConnectionValuesSchema, {"company": "CRONUS\nA/S"}, "company"),
    (connection.ConnectionValuesSchema, {"sales_url": "x" * 501}, "sales_url"),
    (record.RecordsQuery, {"limit": "201"}, "limit"),
    (record.RecordsQuery, {"limit": "0"}, "limit"),
    (record.RecordsQuery, {"limit": "ten"}, "limit"),
    (record.RecordsQuery, {"coupled": "perhaps"}, "coupled"),
    (record.RecordsQuery, {"cursor": "a\0"}, "cursor"),
    (coupling.CouplingsQuery, {"state": "fine"}, "state"),
    (job.JobsQuery, {"state": "done"}, "state"),
    (synchronization.SynchronizeSchema, {"confirm": True, "coupling_ids": [1]}, "confirm"),
    (conflict.ConflictsQuery, {"kind": "both"}, "kind"),
    (conflict.ResolveSchema, {}, "choices"),
    (conflict.ResolveSchema, {"choices": {}}, "choices"),
    (conflict.ResolveSchema, {"choices": {"city": "erp"}}, "choices"),
    (conflict.ResolveSchema, {"choices": {"city": "bc"}, "deletion": "restore_record"}, "choices"),
    (conflict.ResolveSchema, {"deletion": "none"}, "deletion"),
    (conflict.ResolveAlikeSchema, {"kind": "update"}, "resolution"),
    (conflict.ResolveAlikeSchema, {"kind": "update", "resolution": "none"}, "resolution"),
    (conflict.ResolveAlikeSchema, {"kind": "deletion", "resolution": "newest"}, "deletion"),
    (failure.FailuresQuery, {"skipped": "perhaps"}, "skipped"),
    (failure.RetrySchema, {"ids": []}, "ids"),
    (failure.RetryAllSchema, {"error_class": "odd"}, "error_class"),
    (history.UndoSchema, {"ids": [1] * 501}, "ids"),
]


@pytest.mark.parametrize(("schema", "values", "field"), REFUSED)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(schema, values, field):
    with pytest.raises(ValidationError) as refused:
        schema().load(values)

    assert set(refused.value.messages_dict) == {field}


def test_a_guid_is_taken_in_any_spelling_and_kept_in_one():
    loaded = coupling.PartnersSchema().load({"side": "bc", "ids": [GUID.upper(), f"{{{GUID}}}"]})

    assert loaded["ids"] == [GUID, GUID]


@pytest.mark.parametrize("resolution", UpdateConflictResolution)
def test_every_rule_for_conflicts_can_be_asked_for(resolution):
    assert synchronization.SynchronizeSchema().load({"resolution": resolution.value}) == {"resolution": resolution}
