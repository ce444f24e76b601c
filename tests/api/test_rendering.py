"""JSON of the API's own answers."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson

from flask_coupling.api.rendering import render_json

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_decimal_keeps_its_digits_in_json():
    assert render_json({"amount": Decimal("12345678901234567.10")}) == b'{"amount":12345678901234567.10}'


def test_what_json_cannot_hold_becomes_text():
    assert orjson.loads(render_json({"at": NOW, 1: {"b", "a"}, "none": Decimal("NaN")})) == {
        "at": "2026-03-04T05:06:07+00:00",
        "1": ["a", "b"],
        "none": "NaN",
    }
