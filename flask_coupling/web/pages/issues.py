"""Errors and conflicts: what waits for a person, grouped by cause, decided one by one or all alike."""

from __future__ import annotations

from typing import Any

from flask import request

from flask_coupling.operations import conflicts, failed_pairs, failures, inbox
from flask_coupling.operations.views import Retried

from .. import ui
from ..answers import Answer, back_to, done, go, next_address, page, watch
from ..here import here
from ..language import plural, text
from ..messages import tell
from .putting_off import act_on_ticked, numbers, tomorrow
from .synchronizing import summary

PAGE_SIZE = 25
RULES = {
    "update": ("send_to_sales", "get_from_sales", "newest"),
    "deletion": ("restore_record", "remove_coupling", "delete_record"),
}
_FIELD = "field:"


def issues(connection: str) -> Answer:
    """What waits by cause, and the open conflicts, oldest first; posted: do something to the ticked ones."""
    if request.method == "POST":
        return act_on_ticked(connection, here(), conflicts_=numbers("conflict"))
    mapping, kind = request.args.get("mapping") or None, request.args.get("kind") or None
    snoozed = "snoozed" in request.args
    causes = inbox.list_causes(connection, mapping)
    shown = [each for each in causes if (each.snoozed if snoozed else each.count > each.snoozed)]
    found = conflicts.list_conflicts(
        connection,
        mapping,
        kind=kind if kind in RULES else None,
        snoozed=snoozed,
        cursor=request.args.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    return page(
        "issues.html",
        found=found,
        causes=shown,
        put_off=sum(each.snoozed for each in causes),
        snoozed=snoozed,
        rules=RULES,
        tomorrow=tomorrow(),
    )


def resolve_conflict(connection: str, id: int) -> Answer:
    """Carry out what was chosen for one conflict: a side for each field, or what becomes of the survivor."""
    back = next_address(ui.address("issues", mapping=request.args.get("mapping")))
    back_to(back)
    fields = request.form.items()
    choices = {name.removeprefix(_FIELD): side for name, side in fields if name.startswith(_FIELD) and side}
    deletion = request.form.get("deletion")
    job = conflicts.resolve_conflict(connection, id, choices=choices or None, deletion=deletion)
    return done(back, *summary(job))


def resolve_alike(connection: str, mapping: str) -> Answer:
    """Decide all conflicts of one kind of a table mapping by the same rule, as a job."""
    back_to(ui.address("issues", mapping=mapping))
    kind, rule = request.form.get("kind", ""), request.form.get("rule") or None
    if "selected" in request.args and not numbers("conflict"):
        return done(ui.address("issues", mapping=mapping), text("Select one or more records first."), "warn")
    if rule == "delete_record" and request.form.get("sure") != "yes":
        hint = text("Records are deleted for good: say that you are sure.")
        return done(ui.address("issues", mapping=mapping), text("Nothing was done."), "warn", hint)
    chosen: dict[str, Any] = {"deletion": rule} if kind == "deletion" else {"resolution": rule}
    job = conflicts.resolve_conflicts(connection, mapping, kind=kind, ids=numbers("conflict") or None, **chosen)
    return watch(ui.address("job", id=job.id))


def failure_list(connection: str) -> Answer:
    """The failed records of one cause; posted: do something to the selected ones, or try all of them again."""
    mapping, code = request.values.get("mapping") or None, request.values.get("code") or None
    snoozed = "snoozed" in request.values
    if request.method == "POST":
        return _act_on_failures(connection, mapping, code)
    cursor = request.args.get("cursor") or None
    found = failures.list_failures(connection, mapping, code=code, snoozed=snoozed, cursor=cursor, limit=PAGE_SIZE)
    return page("failures.html", found=found, mapping=mapping, code=code, snoozed=snoozed, tomorrow=tomorrow())


def _act_on_failures(connection: str, mapping: str | None, code: str | None) -> Answer:
    address, ids = next_address(here()), numbers("pick")
    back_to(address)
    if request.form.get("do") == "all":
        return _tried_again(failures.retry_all_now(connection, mapping, code=code))
    if not ids:
        return done(address, text("Select one or more records first."), "warn")
    if request.form.get("do") == "selected":
        return _tried_again(failures.retry_now(connection, ids))
    if request.form.get("do") in failed_pairs.DECISIONS:
        return _decided(connection, address, ids)
    if request.form.get("do") == "uncouple":
        number = failed_pairs.uncouple_failed(connection, ids)
        return done(address, plural("%(num)s coupling was deleted.", "%(num)s couplings were deleted.", number))
    return act_on_ticked(connection, address, failures_=ids)


def _decided(connection: str, address: str, ids: list[int]) -> Answer:
    """Bring deleted partners back, or delete what is left of the pairs too."""
    decision = request.form["do"]
    if decision == "delete_record" and request.form.get("sure") != "yes":
        return done(
            address, text("Nothing was done."), "warn", text("Records are deleted for good: say that you are sure.")
        )
    jobs = failed_pairs.decide_failed(connection, ids, decision)
    return watch(ui.address("job", id=jobs[0].id) if len(jobs) == 1 else ui.address("job_list"))


def _tried_again(retried: Retried) -> Answer:
    """Lead to the run that tries them, or to all of them."""
    tell(plural("%(num)s record is tried again.", "%(num)s records are tried again.", retried.count), "info")
    if len(retried.jobs) == 1:
        return go(ui.address("job", id=retried.jobs[0].id))
    return go(ui.address("job_list" if retried.jobs else "issues"))
