"""Webhooks: what the services are asked to tell us; the notifications themselves come in elsewhere."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import subscriptions
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.webhook import RenewedSchema, SalesKeySchema, SubscribeSchema, WebhookListSchema

from .connections import ONE as CONNECTION
from .resource import Resource

resource = Resource("webhooks", __name__, "Letting the services tell of changes, so that runs start soon after them.")

ROOT = f"{CONNECTION}/webhooks"


@resource.get(ROOT)
@resource.gives(200, WebhookListSchema)
def list_webhooks(connection: str) -> Any:
    """List what the services were asked to tell, and until when they do."""
    return {"rows": subscriptions.list_webhooks(connection)}


@resource.post(f"{ROOT}/subscribe")
@resource.takes(SubscribeSchema)
@resource.gives(200, WebhookListSchema)
def subscribe_webhooks(connection: str, mapping: str | None = None) -> Any:
    """Have Business Central tell of changes in one table mapping's table, or in all that can be subscribed to."""
    return {"rows": subscriptions.subscribe_webhooks(connection, mapping)}


@resource.post(f"{ROOT}/renew")
@resource.takes(EmptySchema)
@resource.gives(200, RenewedSchema)
def renew_webhooks(connection: str) -> Any:
    """Renew the subscriptions that are half a day old or end soon; runs do it by themselves."""
    return {"renewed": subscriptions.renew_webhooks(connection)}


@resource.post(f"{ROOT}/unsubscribe")
@resource.takes(SubscribeSchema)
@resource.gives(200, WebhookListSchema)
def unsubscribe_webhooks(connection: str, mapping: str | None = None) -> Any:
    """End the subscription of one table mapping, or all with the key of Sales."""
    return {"rows": subscriptions.unsubscribe_webhooks(connection, mapping)}


@resource.post(f"{ROOT}/sales-key")
@resource.takes(EmptySchema)
@resource.gives(200, SalesKeySchema)
def make_sales_key(connection: str) -> Any:
    """Make the key to register in Sales with the address; it is answered this once, and ends the one before."""
    return subscriptions.make_sales_key(connection)
