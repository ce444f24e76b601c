"""The WHERE of a SELECT: each side of the ands belongs to one table."""

from __future__ import annotations

from dataclasses import replace

from simulator.odata.edm import Property
from simulator.odata.flat import literal_of
from simulator.odata.syntax import Compare, In, Literal, Logic, Node, Not, Path
from simulator.sales.fetchxml import like
from simulator.sales.sql.tables import Tables
from simulator.sales.sql.words import refused

_OPERATORS = {"=": "eq", "<>": "ne", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class Conditions(Tables):
    """Reads WHERE."""

    def read_where(self) -> Node | None:
        """Return the condition on the table addressed, if any; those on joined tables go to their joins."""
        if not self.take("WHERE"):
            return None
        by_source: dict[str, list[Node]] = {}
        for alias, node in self._ands():
            by_source.setdefault(alias, []).append(node)
        for place, join in enumerate(self.joins):
            mine = by_source.get(join.alias)
            if mine:  # a condition on the joined row leaves out results that have none
                self.joins[place] = replace(join, filter=_all(mine), is_outer=False)
        return _all(by_source.get("", []))

    def _ands(self) -> list[tuple[str, Node]]:
        parts = [self._ors()]
        while self.take("AND"):
            parts.append(self._ors())
        if self.take("OR"):
            alias, rest = self._one_source([_joined_part(parts), self._ors_of_ands()])
            return [(alias, Logic("or", rest))]
        return parts

    def _ors_of_ands(self) -> tuple[str, Node]:
        return _joined_part(self._ands())

    def _ors(self) -> tuple[str, Node]:
        if self.take("NOT"):
            alias, node = self._ors()
            return alias, Not(node)
        if self.take("("):
            if self.peek().text.upper() == "SELECT":
                raise refused("subqueries")
            inside = _joined_part(self._ands())
            self.expect(")")
            return inside
        return self._condition()

    def _one_source(self, parts: list[tuple[str, Node]]) -> tuple[str, tuple[Node, ...]]:
        if len({alias for alias, _ in parts}) > 1:
            raise refused("OR over several tables")
        return parts[0][0], tuple(node for _, node in parts)

    def _condition(self) -> tuple[str, Node]:
        alias, prop = self.column_name()
        path = Path((prop.wire,))
        if self.take("IS"):
            operator = "ne" if self.take("NOT") else "eq"
            self.expect("NULL")
            return alias, Compare(operator, path, Literal("null", None))
        is_not = self.take("NOT")
        node = self._test(prop, path)
        return alias, Not(node) if is_not else node

    def _test(self, prop: Property, path: Path) -> Node:
        if self.take("LIKE"):
            return like(prop, self._text())
        if self.take("IN"):
            self.expect("(")
            items = [literal_of(prop, self._text())]
            while self.take(","):
                items.append(literal_of(prop, self._text()))
            self.expect(")")
            return In(path, tuple(items))
        if self.take("BETWEEN"):
            low = literal_of(prop, self._text())
            self.expect("AND")
            return Logic("and", (Compare("ge", path, low), Compare("le", path, literal_of(prop, self._text()))))
        operator = _OPERATORS.get(self.peek().text)
        if operator is None:
            self.fail(f"an operator is expected near '{self.peek().text}'")
        self.place += 1
        return Compare(operator, path, literal_of(prop, self._text()))

    def _text(self) -> str:
        word = self.peek()
        if word.kind not in ("text", "number"):
            raise refused(f"comparing with '{word.text}'; a literal is expected")
        self.place += 1
        if word.kind == "number":
            return word.text
        return word.text.removeprefix("N")[1:-1].replace("''", "'")


def _all(nodes: list[Node]) -> Node | None:
    return Logic("and", tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)


def _joined_part(parts: list[tuple[str, Node]]) -> tuple[str, Node]:
    if len({alias for alias, _ in parts}) > 1:
        raise refused("a parenthesis or OR over several tables")
    node = _all([node for _, node in parts])
    assert node is not None
    return parts[0][0], node
