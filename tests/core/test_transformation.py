"""Each transformation does what its own examples say, both ways."""

from __future__ import annotations

import pytest

from flask_coupling.core.record import same_value
from flask_coupling.core.side import Side
from flask_coupling.core.transformation import all_transformations, get_transformation, register, transformation
from flask_coupling.errors import MappingInvalid

EXAMPLES = [(each, bc, sales) for each in all_transformations() for bc, sales in each.examples]
IDS = [f"{each.name}: {bc!r}" for each, bc, _ in EXAMPLES]


@pytest.mark.parametrize("made, bc, sales", EXAMPLES, ids=IDS)
def test_the_examples_hold_both_ways(made, bc, sales):
    assert made.towards(Side.SALES)(bc) == sales
    back = made.towards(Side.BC)(sales)
    assert back == bc if not made.lossy else made.to_sales(back) == sales


@pytest.mark.parametrize("made, bc, sales", EXAMPLES, ids=IDS)
def test_going_there_and_back_again_settles(made, bc, sales):
    once = made.to_bc(made.to_sales(bc))
    assert same_value(made.to_bc(made.to_sales(once)), once)


@pytest.mark.parametrize("made", all_transformations(), ids=lambda each: each.name)
@pytest.mark.parametrize("side", Side)
def test_a_blank_is_taken_like_any_value(made, side):
    made.towards(side)(None)


@pytest.mark.parametrize("made", all_transformations(), ids=lambda each: each.name)
def test_each_says_in_words_what_it_does(made):
    assert made.summary.endswith(".")


def test_an_unknown_one_is_refused_with_those_there_are():
    with pytest.raises(MappingInvalid, match=r"rot13; there are lowercase, not, trim"):
        get_transformation("rot13")


def test_a_name_is_taken_only_once():
    with pytest.raises(MappingInvalid, match="registered twice"):
        register(get_transformation("trim"))


def test_one_without_examples_is_refused():
    with pytest.raises(MappingInvalid, match="has no examples"):

        @transformation("silent", examples=())
        class Silent:
            """Says nothing."""

            to_sales = to_bc = staticmethod(lambda value: value)


def test_one_without_a_way_back_is_refused():
    with pytest.raises(MappingInvalid, match="lacks to_sales or to_bc"):

        @transformation("there", examples=((1, 1),))
        class There:
            """Goes one way."""

            to_sales = staticmethod(lambda value: value)
