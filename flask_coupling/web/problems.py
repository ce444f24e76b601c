"""Errors in the reader's language: translated by code, with the facts they carry, also those stored earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from flask_coupling.errors import CouplingError, error_classes
from flask_coupling.globals import current_coupling
from flask_coupling.operations.views import Problem

from .detail_words import told_detail
from .language import shown, text
from .setting_words import fault_message
from .words import word

_ONLY_FACTS = ("{detail}", "{remedy}")
# facts that are our own words, and so have a translation; all others are data or a service's own words
_OUR_WORDS = frozenset({"action", "allowed", "detail", "direction", "missing", "reason"})


class _Facts(dict[str, str]):
    """Facts as text; one that is missing reads as `?`."""

    def __missing__(self, key: str) -> str:
        return "?"


def problem_of(error: CouplingError) -> Problem:
    """An error as the value that pages show; the first fault of refused settings stands for all of them."""
    facts = dict(error.facts)
    if faults := facts.get("faults"):
        facts["detail"] = fault_message(faults[0])
    elif isinstance(errors := facts.get("errors"), Mapping) and facts.get("detail") == _joined(errors, str, str):
        facts["detail"] = _joined(errors, partial(word, "value"), told_detail)
    return Problem(error.code, error.message, error.hint, facts)


def _joined(errors: Mapping[str, Any], name: Callable[[str], str], say: Callable[[str], str]) -> str:
    """What is wrong with each value, as the sentence of the whole error tells it."""
    return "; ".join(f"{name(key)}: {say(told[0])}" for key, told in errors.items() if told).rstrip(".")


def message_of(problem: Problem, caption: Callable[[str], str] | None = None) -> str:
    """What happened, and where; a code this version does not know is told in the words it was stored with.

    `caption` names a field as pages do; without it fields keep the services' own names.
    """
    if caption is not None and "fields" in problem.facts:
        names = [caption(name).rstrip(".") for name in _listed(problem.facts["fields"])]
        problem = replace(problem, facts={**problem.facts, "fields": names})
    if "fates" in problem.facts:
        problem = replace(problem, facts={**problem.facts, "differences": _differences(problem.facts)})
    if (mapping := _mapping_of(problem)) is not None:
        problem = replace(problem, facts={**problem.facts, "mapping": text(mapping)})
    if problem.code == "connection_incomplete":
        names = [word("value", name) for name in _listed(problem.facts.get("missing", ()))]
        problem = replace(problem, facts={**problem.facts, "missing": names})
    return _say(problem, "template") or problem.message or problem.code


def _differences(facts: Mapping[str, Any]) -> str:
    """What a synchronization would make of each field that differs, or of what only one side has."""
    fates = [word("fate", each) for each in facts["fates"]]
    names = _listed(facts["fields"]) if "fields" in facts else []
    told = zip(names, fates, strict=False)
    return ", ".join(f"{name} ({fate})" for name, fate in told) if names else ", ".join(fates)


def _mapping_of(problem: Problem) -> str | None:
    """The caption of the table mapping an error tells of; None where it tells of none that is known."""
    mapping = current_coupling.mappings.get(str(problem.facts.get("mapping")))
    return mapping.caption if mapping is not None else None


def _listed(value: Any) -> list[str]:
    return value.split(", ") if isinstance(value, str) else [str(each) for each in value]


def hint_of(problem: Problem) -> str:
    """What to do next, or empty text."""
    return _say(problem, "advice") or problem.hint


def _say(problem: Problem, part: str) -> str:
    template: str = getattr(_classes().get(problem.code), part, "")
    if not template or template in _ONLY_FACTS or not problem.facts:
        return text(template) if template and "{" not in template else ""
    return text(template).format_map(_Facts(_told(problem.facts)))


@cache
def _classes() -> dict[str, type[CouplingError]]:
    return {each.code: each for each in error_classes()}


def _told(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: _fact(value, name in _OUR_WORDS) for name, value in facts.items()}


def _fact(value: Any, translate: bool) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return ", ".join(_fact(each, translate) for each in value)
    return told_detail(value) if translate and isinstance(value, str) else shown(value)
