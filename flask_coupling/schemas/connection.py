"""Connections: what is saved, what is shown, and the report of a test."""

from __future__ import annotations

from marshmallow import fields

from .base import InputSchema, ViewSchema, text, truth
from .problem import ProblemSchema

ADDRESS_LENGTH = 500


class ConnectionValuesSchema(InputSchema):
    """The addresses and credentials of both services; what is left out stays as it is."""

    tenant = text(255, "Microsoft Entra tenant, as a GUID or a domain name.")
    environment = text(80, "Business Central environment, such as `Production`.")
    company = text(80, "Business Central company, by its name.")
    client_id = text(80, "Application (client) id.")
    client_secret = text(500, "Application secret; empty leaves the stored one. It is never answered.", load_only=True)
    secret_expires_on = text(
        10, "The day the secret ends, as an ISO date; health warns of it. Empty: not known. A new secret empties it."
    )
    freight_account = text(20, "Number of the G/L account without VAT that freight of orders is sold by. Empty: none.")
    several_companies = truth(
        "Whether several companies share the Sales environment: rows are then told apart by their company. "
        "Refused where no table of Sales has the company's column."
    )
    bc_url = text(ADDRESS_LENGTH, "Root address of Business Central.")
    sales_url = text(ADDRESS_LENGTH, "Root address of the Sales environment.")
    token_url = text(ADDRESS_LENGTH, "Root address of the token service.")


class DisableSchema(InputSchema):
    """Why a connection is switched off."""

    reason = text(500, "Shown to whoever meets the disabled connection.")


class ConnectionSchema(ViewSchema):
    """A connection without its secret."""

    name = fields.String()
    tenant = fields.String()
    environment = fields.String()
    company = fields.String()
    client_id = fields.String()
    secret_set = fields.Boolean(metadata={"description": "Whether a client secret is stored."})
    secret_set_at = fields.AwareDateTime(allow_none=True)
    secret_expires_on = fields.String(metadata={"description": "An ISO date; empty when nobody said."})
    freight_account = fields.String(metadata={"description": "G/L account of freight; empty when none is set."})
    several_companies = fields.Boolean(
        metadata={"description": "Whether rows of Sales are told apart by their company."}
    )
    bc_url = fields.String()
    sales_url = fields.String()
    token_url = fields.String()
    enabled = fields.Boolean()
    disabled_reason = fields.String(metadata={"description": "Why it was switched off; empty when nobody said."})
    tested_at = fields.AwareDateTime(allow_none=True)
    facts = fields.Dict(keys=fields.String(), metadata={"description": "What the last successful test told."})
    missing = fields.List(fields.String(), metadata={"description": "What enabling still needs."})


class ConnectionListSchema(ViewSchema):
    """All connections."""

    rows = fields.List(fields.Nested(ConnectionSchema))


class ServiceReportSchema(ViewSchema):
    """The test of one service."""

    side = fields.String()
    title = fields.String()
    facts = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "What it told."})
    problem = fields.Nested(
        ProblemSchema, allow_none=True, metadata={"description": "What is wrong; null when the service answered."}
    )


class ConnectionReportSchema(ViewSchema):
    """The test of both services."""

    connection = fields.String()
    is_ok = fields.Boolean(metadata={"description": "Whether both services answered."})
    bc = fields.Nested(ServiceReportSchema)
    sales = fields.Nested(ServiceReportSchema)
