"""How a value of one side reads on the other, and when two values say the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flask_coupling.core.mapping import FieldMapping, Reference
from flask_coupling.core.record import EMPTY_GUID, is_blank, same_value
from flask_coupling.core.reference import MissingReferenceError, agree, spell, translate
from flask_coupling.core.side import Side

NAME = FieldMapping(bc="name", sales="title")
BY_CODE = FieldMapping(bc="currencyCode", sales="money", reference=Reference("CURRENCY", "code"))
BY_ID = FieldMapping(bc="currencyId", sales="money", reference=Reference("CURRENCY"))
KNOWN = {("CURRENCY", Side.BC, "EUR"): "guid-eur", ("CURRENCY", Side.SALES, "guid-eur"): "EUR"}
LOCAL = KNOWN | {("CURRENCY", Side.BC, None): "guid-dkk", ("CURRENCY", Side.SALES, "guid-dkk"): None}

SAME = (
    (None, "", True),
    (" ", EMPTY_GUID, True),
    ("0001-01-01", None, True),
    (1, 1.0, True),
    (Decimal("2.50"), 2.5, True),
    (0.1, Decimal("0.1"), True),
    (0, None, False),
    (False, None, False),
    (True, 1, False),
    (False, 0, False),
    (True, True, True),
    (True, False, False),
    ("1", 1, False),
    ("a", "A", False),
)


@pytest.mark.parametrize("left, right, same", SAME)
def test_values_are_the_same_by_meaning_not_by_type(left, right, same):
    assert same_value(left, right) is same and same_value(right, left) is same


def test_no_value_of_a_number_or_a_boolean_is_blank():
    assert not any(is_blank(value) for value in (0, 0.0, False, Decimal(0), "0"))


REFERRED = (
    (BY_CODE, Side.BC, "EUR", KNOWN, "guid-eur"),
    (BY_CODE, Side.SALES, "guid-eur", KNOWN, "EUR"),
    (BY_CODE, Side.BC, "", KNOWN, None),
    (BY_CODE, Side.SALES, None, KNOWN, ""),
    (BY_ID, Side.SALES, None, KNOWN, EMPTY_GUID),
    (BY_ID, Side.BC, EMPTY_GUID, KNOWN, None),
    (BY_CODE, Side.BC, "", LOCAL, "guid-dkk"),
    (BY_CODE, Side.SALES, "guid-dkk", LOCAL, ""),
    (BY_ID, Side.SALES, "guid-dkk", LOCAL, EMPTY_GUID),
)


@pytest.mark.parametrize("field, source, value, references, told", REFERRED)
def test_a_reference_is_told_by_the_coupling_of_what_it_points_to(field, source, value, references, told):
    assert translate(field, source, value, references) == told


def test_a_reference_to_what_is_not_coupled_is_missing_unless_it_may_be_blank():
    with pytest.raises(MissingReferenceError) as caught:
        translate(BY_CODE, Side.BC, "USD", KNOWN)
    assert caught.value.facts == (("field", "currencyCode"), ("value", "USD"), ("mapping", "CURRENCY"), ("side", "bc"))
    lenient = FieldMapping(bc="c", sales="m", reference=Reference("CURRENCY", "code"), blank_if_missing=True)
    assert translate(lenient, Side.BC, "USD", KNOWN) is None
    assert translate(lenient, Side.SALES, "guid-usd", KNOWN) == ""


SPELLED = (
    (Side.BC, "", "old", None),
    (Side.SALES, None, "old", ""),
    (Side.SALES, None, None, ""),
    (Side.SALES, None, 5, 0),
    (Side.SALES, None, 0.5, 0),
    (Side.SALES, None, True, False),
    (Side.SALES, "new", "old", "new"),
)


@pytest.mark.parametrize("source, value, present, written", SPELLED)
def test_a_blank_is_written_as_the_other_service_writes_its_own(source, value, present, written):
    told = spell(NAME, source, value, present, {})
    assert told == written and type(told) is type(written)


def lossy(transformation: str) -> FieldMapping:
    return FieldMapping(bc="name", sales="title", transformation=transformation)


AGREEMENTS = (
    (NAME, "a", "a", True),
    (NAME, "a", "A", False),
    (NAME, "", None, True),
    (NAME, 0, None, True),
    (NAME, False, None, True),
    (NAME, 5, None, False),
    (lossy("lowercase"), "A@x", "a@x", True),
    (lossy("lowercase"), "a@x", "A@x", True),
    (lossy("lowercase"), "A@x", "A@X", False),
    (lossy("uppercase_in_bc"), "DK", "dk ", True),
    (lossy("uppercase_in_bc"), "DK", "se", False),
    (BY_CODE, "EUR", "guid-eur", True),
    (BY_CODE, "USD", "guid-usd", False),
)


@pytest.mark.parametrize("field, bc, sales, same", AGREEMENTS)
def test_two_sides_agree_when_one_reads_as_the_other_whichever_way_loses_less(field, bc, sales, same):
    assert agree(field, bc, sales, KNOWN) is same
