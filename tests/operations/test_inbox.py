"""The inbox: causes with their counts, putting off, notes, and that it empties itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.operations import conflicts, failures, inbox
from tests.scenarios.conftest import C, Stage

TOO_LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"
DAY = timedelta(days=1)


def told(mapping: str | None = None) -> list[tuple[str, str, int, int]]:
    return [(each.kind, each.code, each.count, each.snoozed) for each in inbox.list_causes(C, mapping)]


def dispute(stage: Stage, name: str) -> str:
    pair = stage.pair(name)
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, telephone1="3")
    return pair.sales_id


def fail(stage: Stage, name: str) -> str:
    pair = stage.pair(name)
    stage.edit_sales(pair.sales_id, address1_city=TOO_LONG)
    return pair.sales_id


def test_what_waits_is_counted_by_cause_and_leaves_as_it_heals(stage: Stage) -> None:
    dispute(stage, "A")
    dispute(stage, "B")
    account = fail(stage, "D")
    gone = stage.pair("E")
    stage.simulator.sales.delete("accounts", gone.sales_id)
    stage.run()
    expected = [("conflict", "update_conflict", 2, 0), ("conflict", "deletion_conflict", 1, 0)]
    assert told() == [*expected, ("failure", "value_refused", 1, 0)]
    assert told("VENDOR") == []
    assert "D" in str(inbox.list_causes(C)[-1].problem.facts), (
        "the facts of one of them, for its sentence in any language"
    )

    stage.edit_sales(account, address1_city="Aarhus")
    conflicts.resolve_conflicts(C, "CUSTOMER", kind="update", resolution="send_to_sales")
    conflicts.resolve_conflicts(C, "CUSTOMER", kind="deletion", deletion="remove_coupling")
    stage.run()
    assert told() == []


def test_only_the_conflicts_named_are_decided(stage: Stage) -> None:
    first, second = dispute(stage, "A"), dispute(stage, "B")
    stage.run()
    one, two = stage.conflicts()
    conflicts.resolve_conflicts(C, "CUSTOMER", kind="update", ids=[one.id], resolution="send_to_sales")
    assert [each.id for each in stage.conflicts()] == [two.id]
    assert [stage.sales(id)["telephone1"] for id in (first, second)] == ["2", "3"]


def test_what_is_put_off_is_not_shown_until_then_and_tried_all_the_same(stage: Stage) -> None:
    dispute(stage, "A")
    account = fail(stage, "D")
    stage.run()
    (conflict,), (failure,) = stage.conflicts(), stage.failures()
    now = current_coupling.clock()
    assert inbox.snooze(C, now + DAY, conflicts=[conflict.id], failures=[failure.id, 999]) == 2
    assert [each[2:] for each in told()] == [(1, 1), (1, 1)]
    assert conflicts.list_conflicts(C, snoozed=False).rows == failures.list_failures(C, snoozed=False).rows == ()
    assert len(conflicts.list_conflicts(C, snoozed=True).rows) == len(failures.list_failures(C, snoozed=True).rows) == 1

    stage.edit_sales(account, address1_city="Aarhus")
    stage.run()
    assert stage.failures() == [], "it healed meanwhile"
    current_coupling.clock = lambda: now + 2 * DAY  # type: ignore[method-assign]
    assert len(conflicts.list_conflicts(C, snoozed=False).rows) == 1


def test_a_conflict_put_off_is_shown_when_its_values_change_and_keeps_its_note(stage: Stage) -> None:
    account = dispute(stage, "A")
    stage.run()
    (conflict,) = stage.conflicts()
    inbox.annotate(C, " ask Peter ", conflicts=[conflict.id])
    inbox.snooze(C, current_coupling.clock() + DAY, conflicts=[conflict.id])
    stage.edit_sales(account, telephone1="4")
    stage.run()
    (changed,) = conflicts.list_conflicts(C, snoozed=False).rows
    assert (changed.note, changed.snoozed_until) == ("ask Peter", None)
    inbox.annotate(C, "", conflicts=[changed.id])
    assert stage.conflicts()[0].note == ""


def test_a_note_stays_on_a_failed_record_that_fails_again(stage: Stage) -> None:
    fail(stage, "D")
    stage.run()
    inbox.annotate(C, "the town is too long", failures=[stage.failures()[0].id])
    stage.run()
    assert (stage.failures()[0].note, stage.failures()[0].attempts) == ("the town is too long", 2)


@pytest.mark.parametrize("days", [0, -1])
def test_a_moment_that_is_past_puts_nothing_off(stage: Stage, days: int) -> None:
    with pytest.raises(InputInvalid, match="past"):
        inbox.snooze(C, current_coupling.clock() + days * DAY, conflicts=[1])


def test_nothing_and_too_much_are_refused(stage: Stage) -> None:
    with pytest.raises(InputInvalid):
        inbox.snooze(C, None)
    with pytest.raises(InputInvalid):
        inbox.annotate(C, "x" * 2001, failures=[1])
    with pytest.raises(InputInvalid):
        inbox.annotate(C, "x", failures=list(range(1, 1002)))
