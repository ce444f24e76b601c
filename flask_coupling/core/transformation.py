"""Two-way value conversions between the systems, each declared with examples that tests run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flask_coupling.errors import MappingInvalid

from .record import Value
from .side import Side

Convert: TypeAlias = Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Transformation:
    """A named pair of pure functions.

    `examples` are `(bc value, sales value)` pairs: `to_sales` must turn the first into the second, and, unless the
    transformation is `lossy`, `to_bc` the second into the first. A `lossy` one loses information on the way (case,
    blanks), which the mapping pages show.
    """

    name: str
    to_sales: Convert
    to_bc: Convert
    examples: tuple[tuple[Value, Value], ...]
    lossy: bool = False
    summary: str = ""

    def towards(self, side: Side) -> Convert:
        """The function that makes a value fit for `side`."""
        return self.to_sales if side is Side.SALES else self.to_bc


_REGISTRY: dict[str, Transformation] = {}


def register(transformation: Transformation) -> Transformation:
    """Offer a transformation to mappings, API and pages under its name; a name is taken only once."""
    if not transformation.examples:
        raise MappingInvalid(mapping="-", detail=f"transformation {transformation.name} has no examples")
    if transformation.name in _REGISTRY:
        raise MappingInvalid(mapping="-", detail=f"transformation {transformation.name} is registered twice")
    _REGISTRY[transformation.name] = transformation
    return transformation


def transformation(
    name: str, *, examples: tuple[tuple[Value, Value], ...], lossy: bool = False, summary: str = ""
) -> Callable[[type], Transformation]:
    """Register a class with two static methods `to_sales(value)` and `to_bc(value)` as a transformation.

    The decorated name becomes the `Transformation`. Host apps use it the same way as the built-in ones.
    """

    def decorate(pair: type) -> Transformation:
        to_sales, to_bc = getattr(pair, "to_sales", None), getattr(pair, "to_bc", None)
        if to_sales is None or to_bc is None:
            raise MappingInvalid(mapping="-", detail=f"transformation {name} lacks to_sales or to_bc")
        return register(Transformation(name, to_sales, to_bc, examples, lossy, summary or (pair.__doc__ or "")))

    return decorate


def get_transformation(name: str) -> Transformation:
    """Return the transformation of that name; raises MappingInvalid when there is none."""
    try:
        return _REGISTRY[name]
    except KeyError:
        known = ", ".join(sorted(_REGISTRY))
        raise MappingInvalid(mapping="-", detail=f"no transformation named {name}; there are {known}") from None


def all_transformations() -> tuple[Transformation, ...]:
    """Every registered transformation, sorted by name."""
    return tuple(_REGISTRY[name] for name in sorted(_REGISTRY))


def _text(value: Value) -> str:
    return "" if value is None else str(value)


@transformation("trim", examples=(("  Adatum ", "Adatum"), ("", "")), lossy=True)
class Trim:
    """Leave out leading and trailing blanks, both ways."""

    to_sales = to_bc = staticmethod(lambda value: _text(value).strip())


@transformation("uppercase_in_bc", examples=(("DK", "DK"),), lossy=True)
class UppercaseInBc:
    """Business Central's Code fields are upper case and trimmed; Sales keeps what was typed."""

    to_sales = staticmethod(lambda value: value)
    to_bc = staticmethod(lambda value: _text(value).strip().upper())


@transformation("lowercase", examples=(("Sales@Adatum.com", "sales@adatum.com"),), lossy=True)
class Lowercase:
    """Lower case both ways, as for e-mail addresses."""

    to_sales = to_bc = staticmethod(lambda value: _text(value).lower())


@transformation("yes_no", examples=((True, "Yes"), (False, "No")))
class YesNo:
    """A Boolean in Business Central, the words Yes and No in Sales."""

    to_sales = staticmethod(lambda value: "Yes" if value else "No")
    to_bc = staticmethod(lambda value: _text(value).strip().lower() == "yes")


@transformation("not", examples=((True, False), (False, True)))
class Not:
    """The opposite Boolean."""

    to_sales = to_bc = staticmethod(lambda value: not value)
