"""Have the services tell of changes: subscribe, renew, end, and the key for Sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import request

from flask_coupling.errors import CouplingError
from flask_coupling.operations import subscriptions

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import text
from ..problems import message_of, problem_of


def webhooks(connection: str) -> Answer:
    """Show what the services were asked to tell, and do what a button says."""
    if request.method == "GET":
        return _show(connection)
    back_to(ui.address("webhooks"))
    return _BUTTONS.get(request.form.get("do", ""), _subscribe)(connection)


def _subscribe(connection: str) -> Answer:
    found = subscriptions.subscribe_webhooks(connection)
    failed = [each for each in found if each.state == "failed"]
    good = len([each for each in found if each.state == "active" and each.side == "bc"])
    message = text("Business Central tells of changes in %(count)s tables.", count=good)
    if failed:
        message += " " + text("%(count)s could not be subscribed to.", count=len(failed))
    return done(ui.address("webhooks"), message, "warn" if failed else "good")


def _renew(connection: str) -> Answer:
    count = subscriptions.renew_webhooks(connection)
    return done(ui.address("webhooks"), text("%(count)s subscriptions were renewed.", count=count))


def _end(connection: str) -> Answer:
    subscriptions.unsubscribe_webhooks(connection)
    return done(ui.address("webhooks"), text("The services tell of nothing any more."))


def _key(connection: str) -> Answer:
    """The key is part of this one answer, and of no address or message that is kept."""
    return _show(connection, key=subscriptions.make_sales_key(connection))


_BUTTONS: Mapping[str, Callable[[str], Answer]] = {
    "subscribe": _subscribe,
    "renew": _renew,
    "end": _end,
    "key": _key,
}


def _show(connection: str, key: object = None) -> Answer:
    rows = subscriptions.list_webhooks(connection)
    return page("webhooks.html", rows=rows, key=key, why_not=_why_not(connection))


def _why_not(connection: str) -> str:
    """Why nothing can be subscribed to on this host; empty when it can."""
    try:
        subscriptions.public_address(connection)
    except CouplingError as error:
        return message_of(problem_of(error))
    return ""
