"""Turn a filter's tree into a SQLAlchemy condition over one entity set's table."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, literal, not_, or_, select, true

from simulator.odata.edm import Navigation
from simulator.odata.functions import FUNCTIONS
from simulator.odata.literals import KINDS, Typed, convert_literal, mismatch
from simulator.odata.source import Source, balanced_or, gathered, is_constant, one_of
from simulator.odata.syntax import (
    Arithmetic,
    Call,
    Compare,
    In,
    Lambda,
    Literal,
    Logic,
    Node,
    Not,
    NotSupported,
    Path,
    SyntaxProblem,
    TypeProblem,
    UnknownName,
    names_of,
)
from simulator.odata.values import parse_ticks

_SYMBOLS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TURNED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


NamedFunction = Callable[["Filter", Call], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a service's filters may hold beyond comparisons."""

    functions: frozenset[str]
    namespace: str
    named: Mapping[str, NamedFunction] = field(default_factory=dict)
    paths: bool = True
    arithmetic: bool = False
    wildcards: bool = False
    distinct_or: bool = True


class Filter:
    """Builds the condition for one request.

    `targets` finds the source of another set by name, for paths and lambdas; `now` and `user` are for functions like
    Today and EqualUserId. `used` collects the property names that were filtered on, for the store to index.
    """

    def __init__(
        self, source: Source, dialect: Dialect, targets: Callable[[str], Source], now: datetime, user: str = ""
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.targets = targets
        self.now = now
        self.user = user
        self.used: set[str] = set()
        self._variables: dict[str, Source] = {}

    def condition(self, node: Node) -> ColumnElement[bool]:
        """Return the SQL condition of a tree; a FilterError says what is wrong with it."""
        builder = _CONDITIONS.get(type(node))
        if builder is not None:
            return builder(self, node)
        typed = self.value(node)
        if typed.kind != "boolean":
            raise TypeProblem("The $filter expression must evaluate to a single boolean value.")
        return true() if typed.sql is True else false() if typed.sql is False else typed.sql == 1

    def value(self, node: Node) -> Typed:
        """Return the typed SQL expression of a value node."""
        if isinstance(node, Literal):
            return Typed(node.value, node.kind)
        if isinstance(node, Path):
            return self._path(node)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        if isinstance(node, Call):
            return self._function(node)
        raise TypeProblem("A boolean expression cannot be compared.")

    # names

    def _path(self, node: Path) -> Typed:
        source, names = self.source, node.names
        if names[0] in self._variables and len(names) > 1:
            source, names = self._variables[names[0]], names[1:]
        if len(names) > 1:
            return self._through(source, names)
        found = source.column(names[0])
        if found is None:
            raise UnknownName(names[0], f"{self.dialect.namespace}.{source.shape.entity.entity}")
        prop, column = found
        if source is self.source:
            self.used.add(prop.name)
        return Typed(column, KINDS[prop.type], prop, source.shape.style.fold is not None)

    def _through(self, source: Source, names: tuple[str, ...]) -> Typed:
        navigation = self._navigation(source, names[0])
        if navigation.collection:
            raise TypeProblem(
                f"The parent value for a property access of a property '{names[1]}' is not a single value."
            )
        target = self.targets(navigation.target)
        inner = self._through(target, names[1:]) if len(names) > 2 else self._leaf(target, names[1])
        joined = target.by_name(navigation.target_column or target.shape.key) == source.by_name(
            navigation.column or source.shape.key
        )
        sql = select(inner.sql).where(joined).correlate(source.table).scalar_subquery()
        return Typed(sql, inner.kind, inner.prop, inner.is_folded)

    def _leaf(self, target: Source, name: str) -> Typed:
        found = target.column(name)
        if found is None:
            raise UnknownName(name, f"{self.dialect.namespace}.{target.shape.entity.entity}")
        return Typed(found[1], KINDS[found[0].type], found[0], target.shape.style.fold is not None)

    def _navigation(self, source: Source, name: str) -> Navigation:
        navigation = source.shape.entity.navigation(name)
        if navigation is None:
            raise UnknownName(name, f"{self.dialect.namespace}.{source.shape.entity.entity}")
        if not self.dialect.paths:
            raise NotSupported(f"Filtering through the navigation property '{name}' is not supported.")
        return navigation

    # comparisons

    def _compare(self, node: Compare) -> ColumnElement[bool]:
        left, right = self.value(node.left), self.value(node.right)
        name = node.operator
        if is_constant(node.left):
            left, right, name = right, left, _TURNED[name]
        if right.kind == "null" and not isinstance(right.sql, ColumnElement):
            return self._compare_null(name, left)
        if isinstance(right.sql, ColumnElement):
            return self._compare_columns(name, left, right)
        return self.apply(name, left, right.sql, right.kind)

    def apply(self, name: str, left: Typed, value: Any, kind: str) -> ColumnElement[bool]:
        """Return `left <operator> literal` with the literal converted to what the left side holds."""
        if not isinstance(left.sql, ColumnElement):
            return literal(bool(_SYMBOLS[name](left.sql, value))).is_(True) if left.kind == kind else false()
        converted = convert_literal(left, value, kind, name)
        result: ColumnElement[bool] = _SYMBOLS[name](left.sql, converted)
        return result

    def literal(self, left: Typed, value: Any, kind: str) -> Any:
        """Return a literal as the left side's column holds it, or raise TypeProblem."""
        return convert_literal(left, value, kind)

    def _compare_null(self, name: str, left: Typed) -> ColumnElement[bool]:
        if not isinstance(left.sql, ColumnElement):
            return true() if (left.sql is None) == (name in ("eq", "ge", "le")) else false()
        if left.prop is not None and self.source.shape.style.blanks:
            blank = self.source.shape.fields[left.prop.wire].accept(None)
            stored = parse_ticks(blank) if left.kind == "moment" else blank
            compared: ColumnElement[bool] = _SYMBOLS[name](left.sql, 0 if left.kind == "enum" else stored)
            return compared
        nulls = {"eq": left.sql.is_(None), "ne": left.sql.is_not(None)}
        return nulls.get(name, false())

    def _compare_columns(self, name: str, left: Typed, right: Typed) -> ColumnElement[bool]:
        if left.kind != right.kind:
            raise mismatch(left.kind, right.kind, name)
        result: ColumnElement[bool] = _SYMBOLS[name](left.sql, right.sql)
        return result

    def _in(self, node: In) -> ColumnElement[bool]:
        left = self.value(node.left)
        literals = [item for item in node.items if isinstance(item, Literal)]
        if len(literals) != len(node.items):
            raise TypeProblem("The list of an 'in' operator must hold constants.")
        return self.membership(left, [(item.value, item.kind) for item in literals])

    def membership(self, left: Typed, items: list[tuple[Any, str]]) -> ColumnElement[bool]:
        """Return whether the left side is one of the literals, given with their kinds."""
        values = [self.literal(left, value, kind) for value, kind in items if kind != "null"]
        found = one_of(left.sql, values)
        return or_(found, left.sql.is_(None)) if len(values) < len(items) else found

    # logic

    def _logic(self, node: Logic) -> ColumnElement[bool]:
        if node.operator == "and":
            return and_(*(self.condition(part) for part in node.parts))
        if not self.dialect.distinct_or and len(set(names_of(node))) > 1:
            raise NotSupported("The 'OR' operator is not supported on distinct fields on an OData filter.")
        return balanced_or([self.condition(part) for part in gathered(node.parts)])

    def _not(self, node: Not) -> ColumnElement[bool]:
        return not_(self.condition(node.part))

    def _lambda(self, node: Lambda) -> ColumnElement[bool]:
        if not self.dialect.paths:
            raise NotSupported(f"The lambda operator '{node.operator}' is not supported.")
        source = self._variables.get(node.path[0], self.source)
        path = node.path[1:] if node.path[0] in self._variables else node.path
        if len(path) != 1:
            raise NotSupported("A lambda expression over a path of several navigations is not supported.")
        navigation = self._navigation(source, path[0])
        target = self.targets(navigation.target)
        joined = self._joined(source, target, navigation)
        if node.body is None:
            return exists(select(literal(1)).where(joined).correlate(source.table))
        body = self._with_variable(node.variable, target, node.body)
        inner = and_(joined, body if node.operator == "any" else not_(body))
        found = exists(select(literal(1)).select_from(target.table).where(inner).correlate_except(target.table))
        return found if node.operator == "any" else not_(found)

    def _joined(self, source: Source, target: Source, navigation: Navigation) -> ColumnElement[bool]:
        """Return what rows of the target have in common with a row that a collection leads to them from."""
        if navigation.through is None:
            own = source.by_name(navigation.column or source.shape.key)
            return target.by_name(navigation.target_column or target.shape.key) == own
        pairs = self.targets(navigation.through.target)
        found = select(pairs.by_name(navigation.through.other)).where(
            pairs.by_name(navigation.through.own) == source.by_name(source.shape.key)
        )
        return target.by_name(target.shape.key).in_(found.correlate(source.table))

    def _with_variable(self, name: str, target: Source, body: Node) -> ColumnElement[bool]:
        outer = self._variables.get(name)
        self._variables[name] = target
        try:
            return self.condition(body)
        finally:
            del self._variables[name]
            if outer is not None:
                self._variables[name] = outer

    # functions

    def _function(self, node: Call) -> Typed:
        builder = FUNCTIONS.get(node.name)
        if builder is None or node.name not in self.dialect.functions:
            if node.name in self.dialect.named:
                return Typed(self.dialect.named[node.name](self, node), "condition")
            raise NotSupported(f"An unknown function with name '{node.name}' was found.")
        least, most, build = builder
        if not least <= len(node.arguments) <= most or node.named:
            raise SyntaxProblem(
                f"No function signature for the function with name '{node.name}' matches the arguments."
            )
        return build(self.dialect.wildcards, node.name, [self.value(one) for one in node.arguments])

    def _call(self, node: Call) -> ColumnElement[bool]:
        typed = self._function(node)
        if typed.kind not in ("condition", "boolean"):
            raise TypeProblem("The $filter expression must evaluate to a single boolean value.")
        result: ColumnElement[bool] = typed.sql
        return result

    def _arithmetic(self, node: Arithmetic) -> Typed:
        if not self.dialect.arithmetic:
            raise NotSupported(f"The arithmetic operator '{node.operator}' is not supported.")
        left, right = self.value(node.left), self.value(node.right)
        if left.kind != "number" or right.kind != "number":
            raise TypeProblem(f"The operator '{node.operator}' needs two numbers.")
        return Typed(_ARITHMETIC[node.operator](left.sql, right.sql), "number")


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "mod": operator.mod,
    "neg": lambda left, _: -left,
}


_CONDITIONS: dict[type, Callable[[Filter, Any], ColumnElement[bool]]] = {
    Compare: Filter._compare,
    In: Filter._in,
    Logic: Filter._logic,
    Not: Filter._not,
    Lambda: Filter._lambda,
    Call: Filter._call,
}
