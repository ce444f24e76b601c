"""Statistics of customers, and what is open in Sales for their accounts."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from .base import GREATEST_NUMBER, InputSchema, ViewSchema, truth
from .synchronization import MOST_COUPLINGS

MOST_COUNTED = 500


def _ids(most: int, **options: Any) -> Any:
    one = fields.Integer(strict=True, validate=validate.Range(1, GREATEST_NUMBER))
    return fields.List(one, validate=validate.Length(1, most), **options)


class UpdateStatisticsSchema(InputSchema):
    """Whose account statistics to update, and whether to wait for it."""

    coupling_ids = _ids(MOST_COUPLINGS, metadata={"description": "Only these couplings; absent for all customers."})
    wait = truth("Answer with the finished job.")


class CountActivitySchema(InputSchema):
    """For which couplings to count."""

    coupling_ids = _ids(MOST_COUNTED, required=True, metadata={"description": "Couplings of accounts."})


class AccountActivitySchema(ViewSchema):
    """How much is open in Sales for the account of a coupling."""

    coupling_id = fields.Integer()
    opportunities = fields.Integer(metadata={"description": "Open opportunities."})
    quotes = fields.Integer(metadata={"description": "Quotes that are drafts or active."})
    orders = fields.Integer(metadata={"description": "Orders that are active or submitted."})
    cases = fields.Integer(metadata={"description": "Active cases."})


class ActivityListSchema(ViewSchema):
    """The same for several couplings, in the order they were asked for."""

    rows = fields.List(fields.Nested(AccountActivitySchema))
