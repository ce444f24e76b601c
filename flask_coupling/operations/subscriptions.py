"""What the two services are asked to tell us: Business Central's subscriptions, and the key that Sales sends."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import CursorResult, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.endpoints.business_central import BusinessCentral
from flask_coupling.endpoints.subscriptions import end_subscription, make_subscription, renew_subscription
from flask_coupling.errors import CouplingError, WebhooksOff, WebhooksUnsupported
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, WebhookSubscription
from flask_coupling.models.encrypted import UNREADABLE
from flask_coupling.permissions import principal, require

from .setting import enabled_connection, find_connection, find_mapping, find_whole, whole_mappings
from .views import SalesKey, WebhookView

log = logging.getLogger(__name__)

SECRET_BYTES = 32
KEY_HEADER = "X-Coupling-Key"
KEY_PARAMETER = "code"

EARLY = timedelta(days=1)
"""How long before its end a subscription is renewed; Business Central keeps one for three days."""

OFTEN = timedelta(hours=12)
"""How old a subscription gets before it is renewed: a service that could not reach us, or was refused once, ends one
without a word, and that shows only when it is asked for."""

PATIENCE = timedelta(minutes=10)
"""How long after a try that failed, or is under way elsewhere, the next one is made."""


def list_webhooks(connection: str) -> list[WebhookView]:
    """Return what the services were asked to tell us, by table mapping."""
    require("view", connection=connection)
    find_connection(connection)
    return _views(connection)


def subscribe_webhooks(connection: str, mapping: str | None = None) -> list[WebhookView]:
    """Ask Business Central to tell us of changes in a table mapping's table, or in all; returns all webhooks.

    One there is already is renewed. Named alone, a table that cannot be subscribed to raises what is wrong; among all,
    it is listed as failed. Raises WebhooksOff without COUPLING_PUBLIC_URL.
    """
    require("administer", connection=connection, mapping=mapping)
    row = enabled_connection(connection)
    address(connection, Side.BC)
    found = [find_whole(connection, mapping)] if mapping else list(whole_mappings(connection).values())
    for each in found:
        if mapping or each.direction.allows(Side.BC):
            error = _subscribe(row, each)
            if error is not None and mapping:
                raise error
    log.info("webhooks subscribed connection=%s mapping=%s by=%s", connection, mapping or "all", principal())
    return _views(connection)


def unsubscribe_webhooks(connection: str, mapping: str | None = None) -> list[WebhookView]:
    """End the subscription of a table mapping, or all with the key of Sales; returns those that are left."""
    require("administer", connection=connection, mapping=mapping)
    row = enabled_connection(connection)
    session = current_coupling.session
    for each in _rows(connection):
        if mapping in (None, each.mapping):
            if each.subscription_id is not None:
                end_subscription(
                    _business_central(row), find_mapping(connection, each.mapping).bc, each.subscription_id
                )
            session.execute(delete(WebhookSubscription).where(WebhookSubscription.id == each.id))
            session.commit()
    return _views(connection)


def renew_webhooks(connection: str | None = None) -> int:
    """Renew the subscriptions that are half a day old, end soon or were never answered; how many are good again.

    To be called now and then; runs do it too, and processes with the embedded job engine. What cannot be renewed is
    logged and listed, and not raised.
    """
    require("synchronize", **({} if connection is None else {"connection": connection}))
    return renew_due(connection)


def renew_due(connection: str | None = None) -> int:
    """As `renew_webhooks`, asking no permission: for runs and the job engine."""
    now = current_coupling.clock()
    # one that was refused when it was asked for (a table without webhooks) is left to the administrator
    is_unanswered = and_(WebhookSubscription.expires_at.is_(None), WebhookSubscription.problem == "")
    is_old = and_(WebhookSubscription.expires_at.is_not(None), WebhookSubscription.tried_at < now - OFTEN)
    is_due = or_(is_unanswered, is_old, WebhookSubscription.expires_at < now + EARLY)
    query = select(WebhookSubscription.connection, WebhookSubscription.mapping).where(
        WebhookSubscription.side == Side.BC.value,
        WebhookSubscription.connection.in_(select(Connection.name).where(Connection.enabled)),
        is_due,
        or_(WebhookSubscription.tried_at.is_(None), WebhookSubscription.tried_at < now - PATIENCE),
    )
    if connection is not None:
        query = query.where(WebhookSubscription.connection == connection)
    due = current_coupling.session.execute(query).all()
    return sum(_renew(name, mapping) for name, mapping in due)


def make_sales_key(connection: str) -> SalesKey:
    """Make the key that Sales sends with its webhooks; one made before is not good any more.

    It is told here and nowhere else. In the Plug-in Registration Tool register a webhook with the address and the
    header (authentication HttpHeader) or, where only that is possible, the parameter (WebhookKey), and an asynchronous
    step for Create, Update and Delete of each table.
    """
    require("administer", connection=connection)
    find_connection(connection)
    url, key = address(connection, Side.SALES), token_urlsafe(SECRET_BYTES)
    row = _find(connection, Side.SALES, "") or _add(connection, Side.SALES, "")
    row.secret, row.notified_at = key, None
    current_coupling.session.commit()
    log.info("webhook key made connection=%s by=%s", connection, principal())
    return SalesKey(url, KEY_HEADER, KEY_PARAMETER, key)


def public_address(connection: str) -> str:
    """Where Business Central would send its notifications; raises WebhooksOff when the host has no public address."""
    require("view", connection=connection)
    return address(connection, Side.BC)


def address(connection: str, side: Side) -> str:
    """Where a service sends its notifications; raises WebhooksOff when the host has no public address."""
    settings = current_coupling.settings
    if not settings.public_url:
        raise WebhooksOff()
    return f"{settings.public_url.rstrip('/')}{settings.url_prefix}/webhooks/{connection}/{side.value}"


def _renew(connection: str, mapping: str) -> bool:
    try:
        error = _subscribe(enabled_connection(connection), find_whole(connection, mapping))
    except CouplingError as raised:
        error = raised
    if error is not None:
        log.warning("webhook not renewed connection=%s mapping=%s code=%s", connection, mapping, error.code)
    return error is None


def _subscribe(connection: Connection, mapping: TableMapping) -> CouplingError | None:
    """Make or renew one subscription; None when it is good, else what is wrong, which is stored too."""
    name, session = connection.name, current_coupling.session
    row = _find(name, Side.BC, mapping.name) or _add(name, Side.BC, mapping.name)
    if row.secret == UNREADABLE:
        row.secret = token_urlsafe(SECRET_BYTES)
    if not _claim(row):
        return None  # another process is at it
    url, secret, id = address(name, Side.BC), row.secret, row.subscription_id
    session.commit()  # what the service asks for while it answers us is another request's session
    try:
        bc = _business_central(connection)
        made = renew_subscription(bc, mapping.bc, url, secret, id) if id is not None else None
        made = made or make_subscription(bc, mapping.bc, url, secret)
    except CouplingError as error:
        row.problem = error.message
        session.commit()
        return error
    row.subscription_id, row.expires_at, row.problem = made.id, made.expires_at, ""
    session.commit()
    return None


def _claim(row: WebhookSubscription) -> bool:
    """Say that we are asking, unless another process has just said so; the problem of before is then over."""
    seen = WebhookSubscription.tried_at.is_not_distinct_from(row.tried_at)
    statement = update(WebhookSubscription).where(WebhookSubscription.id == row.id, seen)
    values = {"tried_at": current_coupling.clock(), "problem": ""}
    current_coupling.session.flush()
    statement = statement.values(values).execution_options(synchronize_session=False)
    result = current_coupling.session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _business_central(connection: Connection) -> BusinessCentral:
    bc, _ = current_coupling.endpoints(connection)
    if not isinstance(bc, BusinessCentral):
        raise WebhooksUnsupported(service=Side.BC.label, table="any table", detail="this endpoint has no webhooks.")
    return bc


def _find(connection: str, side: Side, mapping: str) -> WebhookSubscription | None:
    model = WebhookSubscription
    here = (model.connection == connection, model.side == side.value, model.mapping == mapping)
    return current_coupling.session.scalars(select(model).where(*here)).one_or_none()


def _add(connection: str, side: Side, mapping: str) -> WebhookSubscription:
    session = current_coupling.session
    _ = current_coupling.cipher  # without a key this raises here, and not in a statement whose error shows the secret
    secret, now = token_urlsafe(SECRET_BYTES), current_coupling.clock()
    row = WebhookSubscription(connection=connection, side=side.value, mapping=mapping, secret=secret, created_at=now)
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()  # another process has just made it
        found = _find(connection, side, mapping)
        assert found is not None, "the row that ours was one too many of"
        return found
    return row


def _rows(connection: str) -> list[WebhookSubscription]:
    model = WebhookSubscription
    query = select(model).where(model.connection == connection).order_by(model.side, model.mapping)
    return list(current_coupling.session.scalars(query))


def _views(connection: str) -> list[WebhookView]:
    now = current_coupling.clock()
    return [_view(row, now) for row in _rows(connection)]


def _view(row: WebhookSubscription, now: datetime) -> WebhookView:
    return WebhookView(
        side=row.side,
        mapping=row.mapping,
        state=_state(row, now),
        problem=row.problem,
        expires_at=row.expires_at,
        notified_at=row.notified_at,
        created_at=row.created_at,
    )


def _state(row: WebhookSubscription, now: datetime) -> str:
    if row.problem:
        return "failed"
    if row.side == Side.SALES.value:
        return "active"
    if row.expires_at is None:
        return "pending"
    return "active" if row.expires_at > now else "expired"
