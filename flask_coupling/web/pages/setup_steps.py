"""What is left to do until two systems are kept alike, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_coupling.operations import mappings, schedules, subscriptions
from flask_coupling.operations.views import ConnectionView

from .. import ui
from ..language import text
from ..words import word


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the set-up: what, whether it is done, more words, and where to do it ("" for this page)."""

    title: str
    is_done: bool
    more: str = ""
    address: str = ""


def steps(connection: str, view: ConnectionView | None) -> list[Step]:
    """The steps in their order; what comes after enabling is offered once the connection is enabled."""
    return [*_of_connection(view), *(_of_records(connection) if view and view.enabled else ())]


def _of_connection(view: ConnectionView | None) -> Iterator[Step]:
    missing = ", ".join(word("value", each) for each in view.missing) if view else ""
    more = text("Missing: %(names)s.", names=missing) if missing else ""
    yield Step(text("Say where both systems are, and how to sign in"), bool(view and not view.missing), more)
    yield Step(text("Test the connection"), bool(view and view.tested_at))
    yield Step(text("Enable the connection"), bool(view and view.enabled))


def _of_records(connection: str) -> Iterator[Step]:
    coupled = sum(each.couplings for each in mappings.list_mappings(connection))
    yield Step(text("Couple the records that are in both systems"), bool(coupled), address=ui.address("overview"))
    runs = any(each.enabled for each in schedules.list_schedules(connection))
    yield Step(text("Let runs start by themselves"), runs)
    told = any(each.state == "active" for each in subscriptions.list_webhooks(connection))
    more = text("Not needed, but runs then start within a minute.")
    yield Step(text("Let the services tell of changes"), told, more, ui.address("webhooks"))
