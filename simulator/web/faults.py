"""The page of the fault rules: those in force with how often each fired, and a form for one more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.control import operations as op
from simulator.faults import EFFECTS, BadRule, Effect
from simulator.instance import Simulator

Answer = str | tuple[str, int] | Response

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "NOTIFY"]
_TEXTS = ("name", "service", "entity", "method", "path")
_NUMBERS: Mapping[str, Callable[[str], Any]] = {"first": int, "every": int, "times": int, "probability": float}
_PARAMETER = "parameter:"


def add_fault_pages(pages: Blueprint, simulator: Simulator) -> None:
    """Add the views of the fault rules to the pages of a simulator."""

    @pages.get("/faults")
    def faults() -> Answer:
        return _show(simulator, EFFECTS.get(request.args.get("effect", "")), {})

    @pages.post("/faults")
    def add_fault() -> Answer:
        try:
            op.add_fault(simulator, read_rule(request.form))
        except BadRule as refused:
            return _show(simulator, EFFECTS.get(request.form.get("effect", "")), request.form, str(refused)), 422
        return redirect(url_for("pages.faults"), 303)

    @pages.post("/faults/remove")
    def remove_fault() -> Answer:
        op.remove_fault(simulator, request.form.get("name", ""))
        return redirect(url_for("pages.faults"), 303)

    @pages.post("/faults/clear")
    def clear_faults() -> Answer:
        op.clear_faults(simulator)
        return redirect(url_for("pages.faults"), 303)


def _show(simulator: Simulator, effect: Effect | None, typed: Mapping[str, str], error: str = "") -> str:
    return render_template(
        "simulator/faults.html",
        found=op.list_faults(simulator), effect=effect, typed=typed, error=error, methods=METHODS,
        parameters=[(name, _PARAMETER + name, _as_text(value)) for name, value in effect.parameters.items()]
        if effect else [],
        sets=sorted({one.name for service in simulator.services.values() for one in service.model.entity_sets}),
    )  # fmt: skip


def read_rule(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the fault rule that a form describes, for FaultRule to check; BadRule names what is no number."""
    effect = EFFECTS.get(form.get("effect", ""))
    rule: dict[str, Any] = {"effect": form.get("effect", ""), "parts": "parts" in form}
    rule |= {name: form[name].strip() for name in _TEXTS if form.get(name, "").strip()}
    rule |= {name: _number(name, form[name], read) for name, read in _NUMBERS.items() if form.get(name, "").strip()}
    known = effect.parameters if effect else {}
    typed = {name: form[_PARAMETER + name] for name in known if form.get(_PARAMETER + name, "").strip()}
    return rule | {"parameters": {name: _parameter(name, text, known[name]) for name, text in typed.items()}}


def _number(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise BadRule(f"'{name}' is {text!r}: it must be a number.") from error


def _parameter(name: str, text: str, default: Any) -> Any:
    """Return a parameter as the kind its default has; where a number may be words, words are taken."""
    if isinstance(default, dict):
        return _object(name, text)
    if isinstance(default, str):
        return text.strip()
    try:
        return type(default)(text)
    except ValueError:
        if name == "retry_after":
            return text.strip()
        raise BadRule(f"'{name}' is {text!r}: it must be a number.") from None


def _object(name: str, text: str) -> dict[str, Any]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRule(f"'{name}' is no JSON: {error}.") from error
    if not isinstance(values, dict):
        raise BadRule(f'\'{name}\' must be a JSON object, such as {{"city": "Odense"}}.')
    return values


def _as_text(value: Any) -> str:
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
