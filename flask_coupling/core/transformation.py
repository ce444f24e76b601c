"""Value conversions between the systems, each declared with examples that tests run; the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, TypeAlias

from flask_coupling.errors import MappingInvalid

from .argument import Parameter, join_name, read_arguments, split_name
from .record import Value
from .side import Side

Convert: TypeAlias = Callable[..., Value]
"""Makes the value of one side that of the other; with parameters, these are keyword arguments."""


@dataclass(frozen=True, slots=True)
class Transformation:
    """A named pair of pure functions.

    `examples` are `(bc value, sales value)` pairs: `to_sales` must turn the first into the second, and, unless the
    transformation is `lossy` or `one_way`, `to_bc` the second into the first. A `lossy` one loses information on the
    way (case, blanks), which the mapping pages show; a `one_way` one has no way back, and a field with it flows in one
    direction only. `parameters` are what a field mapping says besides the name: `substring {"start": 0, "length": 3}`;
    the examples are those with the arguments `sample`.
    """

    name: str
    to_sales: Convert
    to_bc: Convert
    examples: tuple[tuple[Value, Value], ...]
    lossy: bool = False
    summary: str = ""
    one_way: bool = False
    parameters: tuple[Parameter, ...] = ()
    sample: Mapping[str, Any] = field(default_factory=dict)

    def towards(self, side: Side) -> Convert:
        """The function that makes a value fit for `side`."""
        return self.to_sales if side is Side.SALES else self.to_bc

    def with_arguments(self, given: Mapping[str, Any]) -> Transformation:
        """The same for these arguments, named with them; raises MappingInvalid when they do not fit."""
        arguments = read_arguments(self.name, self.parameters, given)
        if not arguments:
            return self
        return replace(
            self,
            name=join_name(self.name, given),
            to_sales=partial(self.to_sales, **arguments),
            to_bc=partial(self.to_bc, **arguments),
        )

    @property
    def sampled(self) -> Transformation:
        """The transformation as its examples show it."""
        return self.with_arguments(self.sample)


_REGISTRY: dict[str, Transformation] = {}


def register(transformation: Transformation) -> Transformation:
    """Offer a transformation to mappings, API and pages under its name; a name is taken only once."""
    if not transformation.examples:
        raise MappingInvalid(mapping="-", detail=f"transformation {transformation.name} has no examples")
    if transformation.name in _REGISTRY:
        raise MappingInvalid(mapping="-", detail=f"transformation {transformation.name} is registered twice")
    if transformation.name != split_name(transformation.name)[0] or not transformation.name:
        raise MappingInvalid(mapping="-", detail=f"{transformation.name!r} is no name for a transformation")
    read_arguments(transformation.name, transformation.parameters, transformation.sample)
    _REGISTRY[transformation.name] = transformation
    return transformation


def transformation(
    name: str,
    *,
    examples: tuple[tuple[Value, Value], ...],
    lossy: bool = False,
    summary: str = "",
    one_way: bool = False,
    parameters: tuple[Parameter, ...] = (),
    sample: Mapping[str, Any] | None = None,
) -> Callable[[type], Transformation]:
    """Register a class with two static methods `to_sales(value)` and `to_bc(value)` as a transformation.

    The decorated name becomes the `Transformation`. Host apps use it the same way as the built-in ones. One with
    `parameters` takes them as keyword arguments.
    """

    def decorate(pair: type) -> Transformation:
        to_sales, to_bc = getattr(pair, "to_sales", None), getattr(pair, "to_bc", None)
        if to_sales is None or to_bc is None:
            raise MappingInvalid(mapping="-", detail=f"transformation {name} lacks to_sales or to_bc")
        told = summary or (pair.__doc__ or "")
        return register(
            Transformation(name, to_sales, to_bc, examples, lossy, told, one_way, parameters, dict(sample or {}))
        )

    return decorate


def get_transformation(text: str) -> Transformation:
    """Return the transformation that a field mapping names, with its arguments.

    Raises MappingInvalid when there is none of that name, or the arguments do not fit.
    """
    return _prepare(text)


@lru_cache(maxsize=1024)
def _prepare(text: str) -> Transformation:
    name, arguments = split_name(text)
    if name not in _REGISTRY:
        known = ", ".join(sorted(_REGISTRY))
        raise MappingInvalid(mapping="-", detail=f"no transformation named {name}; there are {known}")
    return _REGISTRY[name].with_arguments(arguments)


def all_transformations() -> tuple[Transformation, ...]:
    """Every registered transformation, sorted by name."""
    return tuple(_REGISTRY[name] for name in sorted(_REGISTRY))
