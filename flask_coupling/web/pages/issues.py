"""Errors and conflicts: what waits for a person, grouped by cause, decided one by one or all alike."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import conflicts, failures

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import plural, text
from .synchronizing import summary

PAGE_SIZE = 25
RULES = {"update": ("send_to_sales", "get_from_sales", "newest"), "deletion": ("restore_record", "remove_coupling")}
_FIELD = "field:"


def issues(connection: str) -> Answer:
    """The open conflicts, oldest first, and the failed records grouped by cause."""
    mapping = request.args.get("mapping") or None
    cursor = request.args.get("cursor") or None
    found = conflicts.list_conflicts(connection, mapping, cursor=cursor, limit=PAGE_SIZE)
    groups = [each for each in failures.failure_groups(connection) if mapping in (None, each.mapping)]
    kinds = sorted({(each.coupling.mapping, each.kind) for each in found.rows})
    return page("issues.html", found=found, groups=groups, kinds=kinds, rules=RULES)


def resolve_conflict(connection: str, id: int) -> Answer:
    """Carry out what was chosen for one conflict: a side for each field, or what becomes of the survivor."""
    back = ui.address("issues", mapping=request.args.get("mapping"))
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
    chosen = {"deletion": rule} if kind == "deletion" else {"resolution": rule}
    job = conflicts.resolve_conflicts(connection, mapping, kind=kind, **chosen)
    return done(ui.address("job", id=job.id), text("The job is started."), "info")


def failure_list(connection: str) -> Answer:
    """The failed records of one cause; posted: try the selected ones, or all of them, again."""
    mapping, code = request.values.get("mapping") or None, request.values.get("code") or None
    if request.method == "POST":
        return _retry(connection, mapping, code)
    cursor = request.args.get("cursor") or None
    found = failures.list_failures(connection, mapping, code=code, cursor=cursor, limit=PAGE_SIZE)
    return page("failures.html", found=found, mapping=mapping, code=code)


def _retry(connection: str, mapping: str | None, code: str | None) -> Answer:
    back = ui.address("issues")
    ids = [int(each) for each in request.form.getlist("pick") if each.isdecimal()]
    here = ui.address("failure_list", mapping=mapping, code=code)
    back_to(here)
    if request.form.get("do") == "all":
        number = failures.retry_all(connection, mapping, code=code)
    elif not ids:
        return done(here, text("Select one or more records first."), "warn")
    else:
        number = failures.retry(connection, ids)
    told = plural("%(num)s record is tried again.", "%(num)s records are tried again.", number)
    return done(back, told, "info", text("The next synchronization of the table takes it up."))
