"""What the control API takes, checked before anything happens; a field that is not listed is refused."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

_SERVICES = ("bc", "sales")
_SNAPSHOT_NAME = validate.Regexp(r"^[A-Za-z0-9_.-]{1,64}$", error="Letters, digits, '-', '_' and '.' only, at most 64.")


class NothingSchema(Schema):
    """An operation that takes nothing."""


class SeedSchema(Schema):
    """A world to fill both services with."""

    customers = fields.Integer(load_default=200, strict=True, validate=validate.Range(0, 1_000_000))
    seed = fields.Integer(load_default=1, strict=True, validate=validate.Range(0, 2**31 - 1))


class ClockSchema(Schema):
    """What to do with the clock: ``at`` for freeze and set, ``seconds`` for advance."""

    action = fields.String(required=True, validate=validate.OneOf(("freeze", "advance", "set", "resume", "reset")))
    at = fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=None, format="iso")
    seconds = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-3e9, 3e9))

    @validates_schema
    def check_arguments(self, data: dict[str, object], **_: object) -> None:
        """Ask for what the action needs."""
        if data.get("action") == "advance" and data.get("seconds") is None:
            raise ValidationError("advance needs seconds.", "seconds")
        if data.get("action") == "set" and data.get("at") is None:
            raise ValidationError("set needs at.", "at")


class SnapshotSchema(Schema):
    """The name of a snapshot."""

    name = fields.String(required=True, validate=_SNAPSHOT_NAME)


class EditorsSchema(Schema):
    """How many edits a minute the simulated users make on both sides together; 0 stops them."""

    per_minute = fields.Float(required=True, validate=validate.Range(0, 6_000))


class LimitsSchema(Schema):
    """Whether the service protection limits are counted."""

    on = fields.Boolean(required=True)


class RequestsQuerySchema(Schema):
    """Which requests of the journal; all that is given must match."""

    text = fields.String(load_default="")
    service = fields.String(load_default="", validate=validate.OneOf(("", "login", *_SERVICES)))
    method = fields.String(load_default="")
    status = fields.Integer(load_default=0)
    refused = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 10_000))


class RowsQuerySchema(Schema):
    """Which rows of a set: those that hold a text anywhere, one page of them."""

    search = fields.String(load_default="", validate=validate.Length(max=200))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10**9))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 1_000))


class ChangesQuerySchema(Schema):
    """Which entries of a service's change log: after a version, of one set and one row if given."""

    since = fields.Integer(load_default=0, validate=validate.Range(0, 2**62))
    entity_set = fields.String(load_default="")
    key = fields.String(load_default="")
    limit = fields.Integer(load_default=1_000, validate=validate.Range(1, 100_000))


class RowSchema(Schema):
    """A row's values by the names the service uses, or a fault rule's parts: whoever gets them checks them."""

    class Meta:
        """Takes any property: each entity set has its own."""

        unknown = "include"


def loose(schema: type[Schema], name: str) -> fields.Integer:
    """Return an integer field of a schema that takes numbers as text too, as forms send them."""
    strict = schema._declared_fields[name]
    return fields.Integer(load_default=strict.load_default, validate=strict.validate)
