"""Notifications from the two services: checked, and turned into no more than waking a run; polling stays the truth."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select, update

from flask_coupling.core.side import Side
from flask_coupling.errors import WebhookRefused
from flask_coupling.globals import current_coupling
from flask_coupling.models import WebhookSubscription
from flask_coupling.models.encrypted import UNREADABLE
from flask_coupling.sync.link import chunks

from .connections import is_enabled
from .schedules import wake
from .setting import whole_mappings

log = logging.getLogger(__name__)

LONGEST_TOKEN = 1024
LONGEST_KEY = 500


def accept_validation(connection: str, token: str) -> str:
    """Return what proves to Business Central that we want its notifications: the token it sent.

    Raises WebhookRefused for an odd token, or while no subscription is asked for or known.
    """
    if not 0 < len(token) <= LONGEST_TOKEN or not (token.isascii() and token.isprintable()):
        raise WebhookRefused(detail="the validation token is not one")
    model = WebhookSubscription
    known = model.subscription_id.is_not(None) | (model.problem == "")
    query = select(model.id).where(model.connection == connection, model.side == Side.BC.value, known)
    if current_coupling.session.scalar(query.limit(1)) is None:
        raise WebhookRefused(detail="no subscription is asked for")
    return token


def accept_bc(connection: str, body: bytes) -> None:
    """Take Business Central's notifications and wake the table mappings concerned.

    Those of unknown subscriptions, or with another secret, are passed over; when none is left, WebhookRefused is
    raised, and Business Central ends a subscription that is answered so. Nothing is read from the services.
    """
    given = _read_notifications(body)
    rows = [
        row for row in _subscriptions(connection, list(given)) if _is_secret(row.secret, given[row.subscription_id])
    ]
    if not rows:
        log.warning("webhook refused connection=%r side=bc", connection)
        raise WebhookRefused(detail="it belongs to no subscription of ours")
    _wake(connection, rows, [row.mapping for row in rows])


def accept_sales(connection: str, key: str, entity: str, body: bytes) -> None:
    """Take a notification of Sales and wake the table mappings of its table; `entity` is the header's, if any.

    Raises WebhookRefused unless the key is the connection's. A table that no mapping has is passed over.
    """
    model = WebhookSubscription
    query = select(model.id, model.secret).where(model.connection == connection, model.side == Side.SALES.value)
    row = current_coupling.session.execute(query).first()
    if row is None or not _is_secret(row.secret, key):
        log.warning("webhook refused connection=%r side=sales", connection)
        raise WebhookRefused(detail="its key is not the present one")
    name = entity or str(_read_object(body).get("PrimaryEntityName") or "")
    tables = whole_mappings(connection).values()
    # the key column of a Dataverse table is its logical name and `id`
    names = [each.name for each in tables if each.sales.key == f"{name}id" and each.direction.allows(Side.SALES)]
    _wake(connection, [row], names)


def _wake(connection: str, rows: Sequence[Any], mappings: Sequence[str]) -> None:
    told = update(WebhookSubscription).where(WebhookSubscription.id.in_([row.id for row in rows]))
    current_coupling.session.execute(told.values(notified_at=current_coupling.clock()))
    current_coupling.session.commit()
    if is_enabled(connection):
        known = [name for name in mappings if name in current_coupling.mappings]
        jobs = wake(connection, known)
        log.info("webhook taken connection=%s mappings=%s jobs=%d", connection, ",".join(known), len(jobs))


def _read_notifications(body: bytes) -> dict[str, str]:
    """The secret given for each subscription."""
    items = _read_object(body).get("value")
    if not isinstance(items, list):
        raise WebhookRefused(detail="it is no list of notifications")
    found: dict[str, str] = {}
    for each in items:
        id, secret = (each.get("subscriptionId"), each.get("clientState")) if isinstance(each, dict) else (None, None)
        if isinstance(id, str) and isinstance(secret, str) and 0 < len(id) <= 100:
            found.setdefault(id, secret)
    return found


def _read_object(body: bytes) -> Mapping[str, Any]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise WebhookRefused(detail="its body is not JSON") from None  # the body may hold the secret
    if not isinstance(content, dict):
        raise WebhookRefused(detail="its body is no JSON object")
    return content


def _subscriptions(connection: str, ids: Sequence[str]) -> list[Any]:
    model = WebhookSubscription
    query = select(model.id, model.mapping, model.subscription_id, model.secret).where(
        model.connection == connection, model.side == Side.BC.value
    )
    session = current_coupling.session
    return [row for part in chunks(ids) for row in session.execute(query.where(model.subscription_id.in_(part)))]


def _is_secret(stored: str, given: str) -> bool:
    """Whether the given secret is the stored one, in a time that tells nothing of how much of it is right."""
    if stored == UNREADABLE or len(given) > LONGEST_KEY:
        return False
    return hmac.compare_digest(stored.encode(), given.encode("utf-8", "surrogatepass"))
