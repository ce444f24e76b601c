"""What a job does, says and keeps."""

from __future__ import annotations

import pytest

from flask_coupling.errors import DirectionNotAllowed
from flask_coupling.operations import jobs
from flask_coupling.signals import job_finished, record_synchronized

from .conftest import C, counted

TOO_LONG = "A very long name of a firm " * 5
"""Sales takes 160 characters, Business Central 100."""


def test_bc_115_a_run_against_the_direction_of_the_mapping_is_refused(stage):
    pair = stage.pair()
    before = stage.writes()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    with pytest.raises(DirectionNotAllowed, match="does not synchronize"):
        stage.run(mapping="CURRENCY", direction="from_sales")
    assert stage.writes() == before + 1


def test_bc_122_a_listener_that_raises_does_not_stop_the_run(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    for each in pairs:
        stage.edit_bc(each.bc_id, phoneNumber="2")

    def fail(sender, **facts):
        raise RuntimeError("a host's listener")

    with record_synchronized.connected_to(fail, stage.app):
        assert counted(stage.run()) == {"modified": 2}
    assert [stage.sales(each.sales_id)["telephone1"] for each in pairs] == ["2", "2"]


def test_bc_124_a_failed_record_is_logged_with_both_ends(stage):
    pair = stage.pair()
    stage.edit_sales(pair.sales_id, name=TOO_LONG)
    job = stage.run()
    (error,) = stage.errors(job)
    assert counted(job) == {"failed": 1}
    assert (error.bc_id, error.sales_id) == (pair.bc_id, pair.sales_id)


def test_bc_125_where_one_end_is_gone_the_log_still_names_the_other(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    (error,) = stage.errors(stage.run(pair))
    assert error.sales_id == pair.sales_id and error.problem.code == "deletion_conflict"


@pytest.mark.parametrize("direction", ["to_sales", "from_sales", "bidirectional"])
def test_bc_144_and_bc_154_a_job_without_records_says_its_direction(stage, direction):
    job = stage.run(direction=direction)
    assert (job.direction, job.state, counted(job)) == (direction, "finished", {})
    assert [each.id for each in jobs.list_jobs(C).rows] == [job.id]


def test_bc_155_a_run_brings_over_an_uncoupled_account(stage):
    stage.set_mapping(only_coupled=False)
    account = stage.account("Fabrikam")
    assert counted(stage.run())["inserted"] == 1
    assert account in stage.coupled().values()


def test_bc_272_a_record_that_failed_before_it_was_coupled_is_listed_with_the_reason(stage):
    stage.set_mapping(only_coupled=False)
    account = stage.account(TOO_LONG)
    assert counted(stage.run())["failed"] == 1 and stage.coupled() == {}
    (failure,) = stage.failures()
    assert (failure.side, failure.record_id, failure.coupling_id) == ("sales", account, None)
    assert failure.problem.message and failure.attempts == 1


def test_bc_274_a_refused_write_changes_nothing_and_keeps_what_the_service_said(stage):
    pair = stage.pair()
    stage.edit_sales(pair.sales_id, name=TOO_LONG)
    job = stage.run()
    (error,) = stage.errors(job)
    assert stage.bc(pair.bc_id)["displayName"] == "Adatum"
    assert error.problem.code == "value_refused" and "The length of the string is 135" in error.problem.message
    assert error.job_id == job.id and stage.failures()[0].job_id == job.id


def test_the_other_records_of_a_job_go_on(stage):
    bad, good = stage.pair("A"), stage.pair("B")
    stage.edit_sales(bad.sales_id, name=TOO_LONG)
    stage.edit_sales(good.sales_id, telephone1="2")
    assert counted(stage.run()) == {"failed": 1, "modified": 1}
    assert stage.bc(good.bc_id)["phoneNumber"] == "2"


def test_a_finished_job_is_told_to_whoever_listens(stage):
    told = []

    def listen(sender, **facts):
        told.append((facts["job_id"], facts["state"]))

    with job_finished.connected_to(listen, stage.app):
        job = stage.run()
    assert told == [(job.id, "finished")]


def test_bc_180_a_job_that_a_failed_record_points_to_stays_in_the_log(stage):
    pair = stage.pair()
    stage.edit_sales(pair.sales_id, name=TOO_LONG)
    failed = stage.run()
    for _ in range(2):
        stage.run(mapping="CURRENCY")
    assert jobs.delete_jobs(C) == 3, "the two runs, and the first synchronization of the pair"
    assert [row.id for row in jobs.list_jobs(C).rows] == [failed.id] and len(stage.errors(failed)) == 1
    assert stage.failures()[0].job_id == failed.id
