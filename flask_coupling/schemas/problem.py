"""Problems: as the body of an error answer (RFC 9457), and as a value inside other answers."""

from __future__ import annotations

from marshmallow import Schema, fields

from .base import ViewSchema


class ProblemSchema(ViewSchema):
    """Why something failed or was set aside."""

    code = fields.String(metadata={"description": "Stable, for programs."})
    detail = fields.String(attribute="message", metadata={"description": "What happened, and where."})
    hint = fields.String(metadata={"description": "What to do next; empty when there is nothing to advise."})
    facts = fields.Dict(keys=fields.String(), metadata={"description": "What the detail was made of."})


class ProblemDetailsSchema(Schema):
    """The body of every error answer, `application/problem+json`."""

    type = fields.String(
        required=True,
        metadata={"description": "Address of the problem's explanation.", "format": "uri-reference"},
    )
    title = fields.String(required=True, metadata={"description": "The kind of problem in words."})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    code = fields.String(required=True, metadata={"description": "Stable, for programs."})
    detail = fields.String(required=True, metadata={"description": "What happened, and where."})
    hint = fields.String(required=True, metadata={"description": "What to do next; empty when there is no advice."})
    facts = fields.Dict(required=True, keys=fields.String(), metadata={"description": "What the detail was made of."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong with each named field of the request."},
    )
    instance = fields.String(
        required=True,
        metadata={"description": "The address that was asked.", "format": "uri-reference"},
    )
