"""Full synchronization: all tables in their order, from nothing."""

from __future__ import annotations

import pytest

from flask_coupling.core.side import Side
from flask_coupling.errors import DependencyMissing, JobRunningConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.queue import PartAsked, enqueue
from flask_coupling.jobs.wishes import cancel
from flask_coupling.models import JobKind
from flask_coupling.operations import couplings, full_synchronization, jobs, modified_records, review, schedules
from flask_coupling.operations.setting import enabled_connection, whole_mappings
from flask_coupling.operations.views import JobView, LineView
from flask_coupling.signals import record_synchronized

from .conftest import C, Stage, counted
from .test_job import TOO_LONG


def full(**options: object) -> JobView:
    return full_synchronization.start_full_synchronization(C, **options)  # type: ignore[arg-type]


def parts(job: JobView) -> dict[str, JobView]:
    return {part.mapping: part for part in jobs.job_parts(C, job.id)}


def reviewed() -> dict[str, LineView]:
    assert review.start_review(C).state == "finished"
    return {line.mapping: line for line in review.get_review(C).lines}


def waiting(stage: Stage, *mappings: str) -> JobView:
    """A full synchronization of these mappings that no worker has begun."""
    ask = [PartAsked(name, JobKind.SYNCHRONIZATION, "bidirectional", {"resolution": None}) for name in mappings]
    whole = {"connection": C, "mapping": "", "kind": JobKind.FULL_SYNCHRONIZATION, "direction": "bidirectional"}
    row = enqueue(stage.coupling._state, **whole, payload={}, parts=ask, deliver=False)  # type: ignore[arg-type]
    return jobs.get_job(C, row.id)


def test_bc_197_a_new_review_leaves_a_line_that_waits_to_run_as_it_is(stage):
    job = waiting(stage, "CUSTOMER")
    before = parts(job)["CUSTOMER"]
    assert reviewed()["CUSTOMER"].job == before == parts(job)["CUSTOMER"]
    assert before.state == "ready"


def test_bc_199_a_line_begins_when_those_it_depends_on_are_finished_and_nothing_temporary_stays(stage):
    customer = stage.customer("Adatum", currencyCode="EUR")
    job = full(lines={"CUSTOMER": "full", "CURRENCY": "couple"})
    assert [part.mapping for part in jobs.job_parts(C, job.id)] == ["CURRENCY", "CUSTOMER"]
    assert job.state == "finished" and counted(parts(job)["CUSTOMER"]) == {"inserted": 1}
    account = stage.sales(stage.coupled()[customer])
    assert account["_transactioncurrencyid_value"] in stage.coupled("CURRENCY").values()
    assert stage.coupling._state.mappings["CUSTOMER"].only_coupled, "the mapping's own setting is as it was"


def test_bc_200_new_records_of_both_sides_get_their_partners_in_one_line(stage):
    customer, account = stage.customer("Adatum"), stage.account("Fabrikam")
    job = full(lines={"CUSTOMER": "full"})
    assert counted(parts(job)["CUSTOMER"]) == {"inserted": 2} and parts(job)["CUSTOMER"].state == "finished"
    assert customer in stage.coupled() and account in stage.coupled().values()


def test_bc_202_a_line_tells_of_the_record_that_failed_beside_the_one_that_was_coupled(stage):
    good, bad = stage.account("Fabrikam"), stage.account(TOO_LONG)
    job = full(lines={"CUSTOMER": "full"}, couple_dependencies=True)
    line = parts(job)["CUSTOMER"]
    assert counted(line) == {"inserted": 1, "failed": 1} == counted(job)
    assert list(stage.coupled().values()) == [good]
    assert [error.sales_id for error in stage.errors(line)] == [bad]


def test_bc_204_the_mappings_own_runs_rest_while_a_full_synchronization_is_under_way(stage):
    schedules.set_schedule(C, "CUSTOMER", enabled=True)
    job = waiting(stage, "CUSTOMER")
    assert schedules.tick() == []
    with pytest.raises(JobRunningConflictError):
        stage.run()
    cancel(stage.coupling._state, job.id)
    schedules.set_schedule(C, "CUSTOMER", enabled=False)
    schedules.set_schedule(C, "CUSTOMER", enabled=True)
    assert [started.mapping for started in schedules.tick()] == ["CUSTOMER"]


def test_bc_205_only_lines_that_depend_on_nothing_begin_at_first(stage):
    job = full()
    rows = {part.mapping: part for part in jobs.job_parts(C, job.id)}
    began = [name for name, part in sorted(rows.items(), key=lambda both: both[1].started_at)]
    for name in rows:
        needed = [each for each in stage.coupling._state.mappings[name].depends_on if each in rows]
        assert all(began.index(each) < began.index(name) for each in needed), name
        assert all(rows[each].finished_at <= rows[name].started_at for each in needed), name


def test_bc_207_looking_at_the_review_starts_nothing(stage):
    stage.customer("Adatum")
    before = stage.writes()
    lines = reviewed()
    assert lines["CUSTOMER"].recommendation == "full" and lines["CUSTOMER"].counts.new_in_sales == 1
    assert review.get_review(C).job is None and stage.writes() == before and stage.coupled() == {}


def test_bc_209_the_mappings_own_runs_go_on_where_the_full_synchronization_ended(stage):
    stage.customer("Adatum"), stage.account("Fabrikam")
    full(lines={"CUSTOMER": "full"}, couple_dependencies=True)
    stage.simulator.requests.clear()
    job = stage.run()
    assert counted(job) == {}, "nothing is read again from the beginning"
    assert stage.simulator.requests.count(text="deltatoken") == 1
    assert stage.simulator.requests.count(text="lastModifiedDateTime") == 1


def test_bc_294_one_action_synchronizes_what_was_modified_in_every_mapping(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    job = modified_records.synchronize_modified(C)
    assert list(parts(job)) == list(whole_mappings(C)), "lines travel with their documents"
    assert job.state == "finished" and counted(parts(job)["CUSTOMER"]) == {"modified": 1}
    assert stage.sales(pair.sales_id)["telephone1"] == "2"


def test_a_token_renewed_while_a_part_runs_counts_once(stage):
    pair, unit = stage.pair(), stage.simulator.bc.find("unitsOfMeasure", code="PCS")["id"]
    item = stage.simulator.bc.create("items", {"displayName": "Lamp", "baseUnitOfMeasureId": unit})["id"]
    couplings.create_partner(C, "ITEM-PRODUCT", "bc", item)
    modified_records.synchronize_modified(C)
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_bc(item, "items", displayName="Desk")
    lines = current_coupling.endpoints(enabled_connection(C))

    def forget_tokens(sender, **told):
        for line in lines:
            line.transport._token.forget(line.transport._token._access)

    stage.simulator.requests.clear()
    with record_synchronized.connected_to(forget_tokens):
        job = modified_records.synchronize_modified(C)
    assert counted(job) == {"modified": 2} and stage.simulator.requests.count(text="oauth2") > 0
    assert job.requests == stage.simulator.requests.count()


def test_a_second_full_synchronization_writes_nothing(stage):
    stage.customer("Adatum"), stage.account("Fabrikam"), stage.pair("Proseware")
    full()
    before = stage.writes()
    assert set(counted(full())) <= {"unchanged"} and stage.writes() == before


def test_where_nothing_changed_all_mappings_together_cost_one_request_for_each_api(stage):
    stage.pair()
    full()
    stage.simulator.requests.clear()
    job = modified_records.synchronize_modified(C)
    apis = {(side, mapping.table(side).route) for mapping in stage.coupling._state.mappings.values() for side in Side}
    assert job.requests == stage.simulator.requests.count() == len(apis)
    assert counted(job) == {}


def test_the_first_one_counts_each_request_once_also_those_for_tokens(stage):
    stage.simulator.requests.clear()
    assert full().requests == stage.simulator.requests.count()


def test_small_tables_are_read_together_when_they_are_known_to_be_small(stage):
    stage.pair()
    full()
    stage.simulator.requests.clear()
    apis = {(side, mapping.table(side).route) for mapping in stage.coupling._state.mappings.values() for side in Side}
    job = full()
    assert job.state == "finished" and job.requests == stage.simulator.requests.count() == len(apis)


def test_what_matches_is_coupled_before_anything_is_created(stage):
    customer = stage.customer("Adatum", postalCode="1000", phoneNumber="1")
    account = stage.account("ADATUM", address1_postalcode="1000", telephone1="2")
    line = reviewed()["CUSTOMER"]
    assert (line.recommendation, line.action, line.counts.to_couple) == ("couple_first", "couple_full", 1)
    job = full(lines={"CUSTOMER": "couple_full"}, couple_dependencies=True)
    assert counted(parts(job)["CUSTOMER"]) == {"coupled": 1, "modified": 1}
    assert stage.coupled() == {customer: account}
    assert stage.sales(account)["telephone1"] == "1", "with the data of Business Central"


def test_a_doubtful_match_makes_no_duplicate_and_waits_for_a_person(stage):
    stage.customer("Adatum", postalCode="1000")
    for _ in range(2):
        stage.account("Adatum", address1_postalcode="1000")
    assert reviewed()["CUSTOMER"].counts.doubtful == 1
    for expected in ({"skipped": 3}, {}):  # they are set aside at once
        job = full(lines={"CUSTOMER": "couple_full"})
        assert counted(parts(job)["CUSTOMER"]) == expected
    stage.set_mapping(only_coupled=False)
    assert counted(stage.run()).get("inserted") is None, "the ordinary runs make none either"
    assert {failure.problem.code for failure in stage.failures()} == {"match_ambiguous"} and stage.coupled() == {}


def test_a_line_without_the_one_it_depends_on_is_refused_unless_that_comes_along(stage):
    with pytest.raises(DependencyMissing) as caught:
        full(lines={"CONTACT": "full"})
    assert caught.value.facts == {"mapping": "CONTACT", "needed": "CUSTOMER"}
    assert jobs.list_jobs(C).rows == ()
    assert full(lines={"CONTACT": "full"}, couple_dependencies=True).state == "finished"


def test_afterwards_ordinary_runs_may_be_allowed_to_create_and_read_nothing_again(stage):
    stage.customer("Adatum")
    job = full()
    assert "CUSTOMER" in review.get_review(C).may_allow and "SALESPEOPLE" not in review.get_review(C).may_allow
    assert full_synchronization.allow_creation(C, ["CUSTOMER"]) == ["CUSTOMER"]
    assert "CUSTOMER" not in full_synchronization.may_allow_creation(C, job.id)
    assert counted(stage.run()) == {}, "all was read a moment ago"
    stage.customer("Fabrikam")
    assert counted(stage.run()) == {"inserted": 1}
    assert full_synchronization.allow_creation(C, ["CUSTOMER"]) == []


def test_what_appeared_before_creation_was_allowed_is_not_passed_over(stage):
    full()
    late = stage.customer("Adatum")
    stage.run()
    full_synchronization.allow_creation(C, ["CUSTOMER"])
    stage.run()
    assert late in stage.coupled()


def test_a_one_way_mapping_can_be_synchronized_whatever_was_agreed_before(stage):
    full(lines={"CURRENCY": "couple"})
    code = stage.simulator.bc.list("currencies")[0]["code"]
    currency = stage.simulator.sales.find("transactioncurrencies", isocurrencycode=code)
    stage.edit_sales(currency["transactioncurrencyid"], "transactioncurrencies", currencyname="Edited over there")
    assert counted(stage.run(mapping="CURRENCY", extent="full")).get("modified") is None, "a lone edit stands"
    assert counted(stage.run(mapping="CURRENCY", extent="unconditional"))["modified"] == 1
    after = stage.sales(currency["transactioncurrencyid"], "transactioncurrencies")
    assert after["currencyname"] != "Edited over there"


@pytest.mark.parametrize("way", ["changes", "full"])
def test_an_account_a_customer_has_waits_when_it_becomes_a_vendors_until_it_is_let_go(stage, way):
    pair = stage.pair("Adatum")
    stage.set_mapping("VENDOR", only_coupled=False)
    stage.run(mapping="VENDOR")
    stage.edit_sales(pair.sales_id, customertypecode=11)

    def run() -> JobView:
        if way == "changes":
            return stage.run(mapping="VENDOR")
        return parts(full(lines={"VENDOR": "full"}, couple_dependencies=True))["VENDOR"]

    for _ in range(2):
        job = run()
        assert counted(job) == {"skipped": 1} and stage.simulator.bc.count("vendors") == 0
        (error,) = stage.errors(job)
        assert error.problem.message == "Adatum is already coupled to Adatum (Customers)."
    couplings.uncouple(C, pair.id)
    assert counted(run()) == {"inserted": 1}
    assert list(stage.coupled("VENDOR").values()) == [pair.sales_id]
    assert stage.failures() == []


def test_a_coupling_somebody_removed_is_not_made_again_for_the_records_are_alike(stage):
    customer, account = stage.customer("Adatum", postalCode="1"), stage.account("Adatum", address1_postalcode="1")
    couplings.uncouple(C, stage.couple(customer, account).id)
    assert reviewed()["CUSTOMER"].counts.to_couple == 0
    job = full(lines={"CUSTOMER": "couple_full"}, couple_dependencies=True)
    assert job.state == "finished" and stage.coupled() == {}
    assert stage.simulator.sales.count("accounts") == stage.simulator.bc.count("customers") == 1
