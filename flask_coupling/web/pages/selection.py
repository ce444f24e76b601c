"""The records a user selected in a list: kept across pages, and what each button of the list leads to."""

from __future__ import annotations

from flask import request

from flask_coupling.errors import CouplingError
from flask_coupling.operations import couplings, pausing, selections
from flask_coupling.operations.selections import SelectionView

from .. import security, ui
from ..answers import Answer, back_to, done, go, page
from ..language import plural, text

LEADS_TO = {
    "synchronize": "synchronize_selected",
    "create": "create_selected",
    "uncouple": "uncouple_selected",
    "pause": "pause_selected",
}


def keep_selection(connection: str, mapping: str) -> Answer:
    """Keep what is ticked, then go where the button leads: to another page of the list, or to an action."""
    form = request.form
    back_to(list_address(mapping))
    asked, side = form.get("do", ""), _side()
    if asked == "all":
        kept = selections.select_all(connection, mapping, side, form.get("q", ""), form.get("state", ""))
        return go(_list_with(kept.id))
    if asked == "none":
        return go(_list_with(None))
    shown, picked = form.getlist("shown"), form.getlist("pick")
    if not picked and not form.get("sel"):
        return _lead(mapping, selections.SelectionView(mapping, side), asked)
    before = selections.get_selection(connection, mapping, form["sel"]) if form.get("sel") else None
    if before is not None and before.everything:
        return _lead(mapping, before, asked)
    kept = selections.keep_selection(connection, mapping, side, id=form.get("sel", ""), shown=shown, picked=picked)
    return _lead(mapping, kept, asked)


def _lead(mapping: str, kept: SelectionView, asked: str) -> Answer:
    sel = kept.id or None
    if asked in LEADS_TO:
        return go(ui.address(LEADS_TO[asked], mapping=mapping, side=kept.side, sel=sel, next=_list_with(sel)))
    if asked == "match":
        return go(ui.address("match_records", mapping=mapping, sel=sel))
    if asked == "couple":
        return _set_up(mapping, kept)
    target = security.local_path(request.form.get("go"))
    return go(_with_selection(target, sel) if target else _list_with(sel))


def _set_up(mapping: str, kept: SelectionView) -> Answer:
    """Set Up Coupling is for one record; many are coupled by what they have in common."""
    if len(kept.picks) != 1 or kept.everything or kept.side == "couplings":
        hint = text("To couple many at once, choose Match-Based Coupling.")
        return done(_list_with(kept.id or None), text("Select exactly one record."), "warn", hint)
    record = kept.picks[0].partition("~")[0]
    return go(ui.address("set_up_coupling", mapping=mapping, side=kept.side, id=record))


def _list_with(sel: str | None) -> str:
    """The list as it was, with another selection."""
    here = security.local_path(request.form.get("here")) or list_address(request.view_args["mapping"])  # type: ignore[index]
    return _with_selection(here, sel)


def _with_selection(address: str, sel: str | None) -> str:
    path, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("sel=")]
    kept += [f"sel={sel}"] if sel else []
    return path + ("?" + "&".join(kept) if kept else "")


def _side() -> str:
    asked = request.values.get("side", "bc")
    return asked if asked in selections.SIDES else "bc"


def shown_selection(connection: str, mapping: str) -> SelectionView | None:
    """The selection a list's address names; None when it has none, or it is not kept any more."""
    id = request.args.get("sel")
    try:
        return selections.get_selection(connection, mapping, id) if id else None
    except CouplingError:
        return None


def picked(connection: str, mapping: str) -> SelectionView:
    """The selection an action is for: one that was kept (`sel`), or the boxes themselves (`pick`)."""
    if id := request.values.get("sel"):
        return selections.get_selection(connection, mapping, id)
    return SelectionView(mapping, _side(), tuple(dict.fromkeys(request.values.getlist("pick"))))


def list_address(mapping: str) -> str:
    """The list the selection was made in."""
    asked = request.values.get("side", "bc")
    if asked == "couplings":
        return ui.address("coupling_list", mapping=mapping)
    return ui.address("record_list", mapping=mapping, side="sales" if asked == "sales" else "bc")


def back_address(mapping: str) -> str:
    """Where an action on a selection leads back to."""
    return security.local_path(request.values.get("next")) or list_address(mapping)


def uncouple_selected(connection: str, mapping: str) -> Answer:
    """Ask once more, then delete the couplings of the selected records."""
    back_to(back_address(mapping))
    chosen = picked(connection, mapping)
    if request.method == "GET":
        number = selections.count_selected(connection, chosen)
        return page("uncouple_selected.html", mapping=mapping, picked=chosen, number=number, back=back_address(mapping))
    number = couplings.uncouple_many(connection, selections.selected_couplings(connection, chosen))
    told = plural("%(num)s coupling was deleted.", "%(num)s couplings were deleted.", number)
    return done(_with_selection(back_address(mapping), None), told)


def pause_selected(connection: str, mapping: str) -> Answer:
    """Pause the couplings of the selected records, or let them go on."""
    back_to(back_address(mapping))
    chosen = picked(connection, mapping)
    if request.method == "GET":
        number = selections.count_selected(connection, chosen)
        return page("pause_selected.html", mapping=mapping, picked=chosen, number=number, back=back_address(mapping))
    ids = selections.selected_couplings(connection, chosen)
    return done(back_address(mapping), *pause_or_resume(connection, ids))


def pause_or_resume(connection: str, ids: list[int]) -> tuple[str, str, str]:
    """Do what the form's button says, and tell it."""
    if request.form.get("do") == "resume":
        number = pausing.resume(connection, ids)
        told = plural("%(num)s coupling goes on.", "%(num)s couplings go on.", number)
        return told, "good", text("What changed meanwhile is synchronized with the next run.")
    number = pausing.pause(connection, ids)
    told = plural("%(num)s coupling is paused.", "%(num)s couplings are paused.", number)
    return told, "info", text("Its records are left alone on both sides until it is resumed.") if ids else ""
