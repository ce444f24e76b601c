"""Payment terms and shipment methods of a customer are options of its account."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import couplings, synchronization

from .conftest import C, counted


def terms(stage: Any, code: str) -> str:
    """A user creates payment terms; their id."""
    return str(stage.simulator.bc.create("paymentTerms", {"code": code, "displayName": code.title()})["id"])


def label(stage: Any, number: int, column: str = "paymenttermscode") -> str:
    """What Sales calls an option of an account."""
    declared = stage.simulator.store.state_of("sales").service.model.by_entity("account")
    return next(one.label for one in declared.property(column).options if one.value == number)


def test_bc_220_a_customers_option_is_set_by_its_coupled_code(stage):
    method = stage.simulator.bc.find("shipmentMethods", code="FOB")
    made = couplings.create_partner(C, "CUSTOMER", "bc", stage.customer(shipmentMethodId=method["id"]))
    number = stage.sales(made.coupling.sales_id)["address1_freighttermscode"]
    assert label(stage, number, "address1_freighttermscode") == "FOB"


def test_an_option_chosen_in_sales_sets_the_customers_code(stage):
    pair = stage.pair()
    couplings.create_partner(C, "PAYMENT TERMS", "bc", terms(stage, "90D"))
    [option] = [number for number in range(100_000_000, 100_000_020) if _is(stage, number, "90D")]
    stage.edit_sales(pair.sales_id, paymenttermscode=option)
    assert counted(stage.run()) == {"modified": 1}
    named = stage.simulator.bc.get("paymentTerms", stage.bc(pair.bc_id)["paymentTermsId"])
    assert named["code"] == "90D"


def _is(stage: Any, number: int, code: str) -> bool:
    try:
        return label(stage, number) == code
    except StopIteration:
        return False


def test_an_option_unknown_to_sales_fails_its_record_by_name_and_the_others_go_on(stage):
    known, lost = stage.pair("Adatum"), stage.pair("Fabrikam")
    stage.run()
    stage.edit_bc(known.bc_id, phoneNumber="2")
    stage.edit_bc(lost.bc_id, phoneNumber="3", paymentTermsId=terms(stage, "91D"))
    job = stage.run()
    assert counted(job) == {"modified": 1, "skipped": 1}
    (error,) = stage.errors(job)
    for word in ("91D", "Business Central", "Sales", "PAYMENT TERMS"):
        assert word in error.problem.message
    assert "create its partner" in error.problem.hint
    assert stage.sales(known.sales_id)["telephone1"] == "2" and stage.sales(lost.sales_id)["telephone1"] == "1"


def test_the_record_goes_on_once_its_option_is_created(stage):
    pair = stage.pair()
    stage.run()
    id = terms(stage, "92D")
    stage.edit_bc(pair.bc_id, paymentTermsId=id)
    assert counted(stage.run()) == {"skipped": 1}
    couplings.create_partner(C, "PAYMENT TERMS", "bc", id)
    assert counted(stage.run(pair)) == {"modified": 1}
    assert label(stage, stage.sales(pair.sales_id)["paymenttermscode"]) == "92D"


def test_an_option_of_sales_without_a_code_fails_its_record_by_name(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_sales(pair.sales_id, paymenttermscode=1)
    job = stage.run()
    (error,) = stage.errors(job)
    assert "Net 30" in error.problem.message and "Business Central" in error.problem.message


def test_a_customers_terms_are_cleared_on_both_sides(stage):
    pair = stage.pair()
    couplings.create_partner(C, "PAYMENT TERMS", "bc", id := terms(stage, "93D"))
    stage.edit_bc(pair.bc_id, paymentTermsId=id)
    assert counted(stage.run()) == {"modified": 1}
    assert stage.sales(pair.sales_id)["paymenttermscode"]
    stage.edit_bc(pair.bc_id, paymentTermsId=None)
    assert counted(stage.run()) == {"modified": 1}
    assert stage.sales(pair.sales_id).get("paymenttermscode") is None


def test_options_do_not_flow_back_into_business_central(stage):
    before = stage.simulator.bc.count("paymentTerms")
    stage.set_mapping("PAYMENT TERMS", only_coupled=False)
    synchronization.synchronize(C, "PAYMENT TERMS", wait=True, confirm=True)
    synchronization.synchronize(C, "PAYMENT TERMS", wait=True, confirm=True)
    assert stage.simulator.bc.count("paymentTerms") == before
