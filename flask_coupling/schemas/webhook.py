"""What the services are asked to tell us."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.side import Side

from .base import NAME_LENGTH, InputSchema, ViewSchema, text

WEBHOOK_STATES = ("pending", "active", "expired", "failed")


class SubscribeSchema(InputSchema):
    """Which subscriptions are meant."""

    mapping = text(NAME_LENGTH, "Only this table mapping's; absent for all.", shortest=1)


class WebhookSchema(ViewSchema):
    """A subscription of Business Central, or the key of Sales."""

    side = fields.String(validate=validate.OneOf(list(Side)))
    mapping = fields.String(metadata={"description": "Empty for Sales, whose key is for all table mappings."})
    state = fields.String(validate=validate.OneOf(WEBHOOK_STATES))
    problem = fields.String(metadata={"description": "Why it could not be made or renewed; empty for none."})
    expires_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it ends without renewal."})
    notified_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it last told of a change."})
    created_at = fields.AwareDateTime()


class WebhookListSchema(ViewSchema):
    """All webhooks of a connection."""

    rows = fields.List(fields.Nested(WebhookSchema))


class RenewedSchema(ViewSchema):
    """How many subscriptions were renewed."""

    renewed = fields.Integer()


class SalesKeySchema(ViewSchema):
    """What to register in Sales as a webhook, with a step for each table."""

    url = fields.String(metadata={"description": "Address of the service endpoint."})
    header = fields.String(metadata={"description": "Name of the header to send the key in (HttpHeader)."})
    parameter = fields.String(metadata={"description": "Query parameter to send it in instead (WebhookKey)."})
    key = fields.String(metadata={"description": "Not told again; make another when it is lost."})
