"""Read the read-only SQL that `?sql=` takes into a flat query; what it does not know is refused by name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple, NoReturn

from simulator.odata.edm import EntitySet, Property, ServiceModel
from simulator.odata.errors import ServiceError
from simulator.odata.flat import FlatColumn, FlatOrder, FlatQuery, Join, literal_of
from simulator.odata.syntax import Compare, In, Literal, Logic, Node, Not, Path
from simulator.sales.fetchxml import attribute_of, like, unknown_entity

_TOKEN = re.compile(
    r"\s*(?:(?P<text>N?'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>\[?[A-Za-z_]\w*\]?)"
    r"|(?P<mark><>|!=|<=|>=|[=<>(),.*;]))",
    re.ASCII,
)
_OPERATORS = {"=": "eq", "<>": "ne", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX"}
_REFUSED = {"HAVING", "UNION", "WITH", "RIGHT", "FULL", "CROSS", "EXISTS", "INSERT", "UPDATE", "DELETE", "CASE"}


def refused(what: str) -> ServiceError:
    """Return 400 for SQL that is not offered."""
    return ServiceError(400, "0x80040203", f"The SQL is not supported: {what}.")


class Word(NamedTuple):
    """One token."""

    kind: str
    text: str


def parse_sql(text: str, model: ServiceModel, entity_set: EntitySet) -> FlatQuery:
    """Return the flat query of a SELECT about the addressed set."""
    return _Select(text, model, entity_set).read()


class _Select:
    def __init__(self, text: str, model: ServiceModel, entity_set: EntitySet) -> None:
        self.model = model
        self.base = entity_set
        self.words = _words(text)
        self.place = 0
        self.sources: dict[str, tuple[str, EntitySet]] = {}
        self.joins: list[Join] = []

    # tokens

    def peek(self) -> Word:
        return self.words[self.place] if self.place < len(self.words) else Word("end", "")

    def take(self, *texts: str) -> bool:
        if self.peek().kind in ("name", "mark") and self.peek().text.upper() in texts:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.fail(f"'{text}' expected near '{self.peek().text}'")

    def name(self) -> str:
        word = self.peek()
        if word.kind != "name":
            self.fail(f"a name is expected near '{word.text}'")
        if word.text.upper() in _REFUSED:
            raise refused(word.text.upper())
        self.place += 1
        return word.text.strip("[]").lower()

    def number(self) -> int:
        word = self.peek()
        if word.kind != "number" or not word.text.isdigit() or len(word.text) > 9:
            self.fail(f"a number is expected near '{word.text}'")
        self.place += 1
        return int(word.text)

    def fail(self, what: str) -> NoReturn:
        raise ServiceError(400, "0x80040203", f"Incorrect syntax: {what}.")

    # clauses

    def read(self) -> FlatQuery:
        self.expect("SELECT")
        is_distinct = self.take("DISTINCT")
        top = self._top()
        start = self.place
        self._skip_to_from()
        self._from()
        end, self.place = self.place, start
        columns = self._columns()
        self.place = end
        condition = self._where()
        groups = self._groups(columns)
        orders = self._orders(columns)
        offset, fetched = self._offset()
        self.take(";")
        if self.peek().kind != "end":
            word = self.peek().text.upper()
            raise (
                refused(word)
                if word in _REFUSED
                else ServiceError(400, "0x80040203", f"Incorrect syntax near '{self.peek().text}'.")
            )
        limit = fetched if fetched is not None else top
        return FlatQuery(
            self.base.name, tuple(columns), tuple(self.joins), condition, groups, orders, is_distinct,
            None if limit is None else limit + offset, offset=offset, kind="sql",
        )  # fmt: skip

    def _top(self) -> int | None:
        if not self.take("TOP"):
            return None
        in_brackets = self.take("(")
        top = self.number()
        if in_brackets:
            self.expect(")")
        return top

    def _skip_to_from(self) -> None:
        while self.peek().kind != "end" and self.peek().text.upper() != "FROM":
            self.place += 1
        self.expect("FROM")

    def _from(self) -> None:
        name = self.name()
        if name != self.base.entity:
            raise refused(f"the table '{name}' is not the one addressed, '{self.base.entity}'")
        self._alias(name, "", self.base)
        while self.peek().text.upper() in ("INNER", "LEFT", "JOIN", "RIGHT", "FULL", "CROSS"):
            self._join()

    def _alias(self, name: str, alias: str, entity: EntitySet) -> str:
        own = name
        if self.take("AS") or (self.peek().kind == "name" and self.peek().text.upper() not in _KEYWORDS):
            own = self.name()
        self.sources[own] = (alias if alias == "" else own, entity)
        return own

    def _join(self) -> None:
        is_outer = self.take("LEFT")
        if is_outer:
            self.take("OUTER")
        elif not self.take("INNER") and self.peek().text.upper() != "JOIN":
            raise refused(f"{self.peek().text.upper()} JOIN")
        self.expect("JOIN")
        name = self.name()
        entity = self.model.by_entity(name)
        if entity is None:
            raise unknown_entity(name)
        alias = self._alias(name, name, entity)
        self.expect("ON")
        left, left_prop = self._column_name()
        self.expect("=")
        right, right_prop = self._column_name()
        if left == alias:
            left, left_prop, right, right_prop = right, right_prop, left, left_prop
        if right != alias:
            raise refused("a join that does not compare the joined table with one before it")
        self.joins.append(Join(entity.name, alias, right_prop.name, left_prop.name, left, is_outer))

    def _column_name(self) -> tuple[str, Property]:
        first = self.name()
        if self.take("."):
            if first not in self.sources:
                self.fail(f"the table '{first}' is not in the query")
            alias, entity = self.sources[first]
            return alias, attribute_of(entity, self.name())
        for alias, entity in self.sources.values():
            if entity.property(first) is not None:
                return alias, attribute_of(entity, first)
        return "", attribute_of(self.base, first)

    def _columns(self) -> list[FlatColumn]:
        columns = [self._column()]
        while self.take(","):
            columns.append(self._column())
        if self.peek().text.upper() != "FROM":
            self.fail(f"near '{self.peek().text}'")
        return columns

    def _column(self) -> FlatColumn:
        if self.take("*"):
            raise refused("SELECT *")
        word = self.peek().text.upper()
        following = self.words[self.place + 1].text if self.place + 1 < len(self.words) else ""
        if following == "(":
            if word not in _AGGREGATES:
                raise refused(f"the function {word}")
            return self._aggregate(word)
        alias, prop = self._column_name()
        output = f"{alias}.{prop.name}" if alias else prop.wire
        return FlatColumn(prop.name, self._output(output), alias)

    def _output(self, default: str) -> str:
        if self.take("AS"):
            return self.name()
        if self.peek().kind == "name" and self.peek().text.upper() not in _KEYWORDS:
            return self.name()
        return default

    def _aggregate(self, word: str) -> FlatColumn:
        self.place += 2
        how = {"COUNT": "countcolumn"}.get(word, word.lower())
        if word == "COUNT" and self.take("*"):
            alias, prop, how = "", attribute_of(self.base, self.base.key), "count"
        else:
            if self.take("DISTINCT"):
                how = "countdistinct" if word == "COUNT" else how
            alias, prop = self._column_name()
        self.expect(")")
        return FlatColumn(prop.name, self._output(f"{word.lower()}_{prop.name}"), alias, how)

    # WHERE: each side of the ands belongs to one table

    def _where(self) -> Node | None:
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
        alias, prop = self._column_name()
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

    # GROUP BY, ORDER BY, OFFSET

    def _groups(self, columns: list[FlatColumn]) -> tuple[FlatColumn, ...]:
        if not self.take("GROUP"):
            return ()
        self.expect("BY")
        groups = [self._group(columns)]
        while self.take(","):
            groups.append(self._group(columns))
        return tuple(groups)

    def _group(self, columns: list[FlatColumn]) -> FlatColumn:
        alias, prop = self._column_name()
        known = (one for one in columns if one.name == prop.name and one.source == alias and not one.aggregate)
        return next(known, FlatColumn(prop.name, prop.wire, alias))

    def _orders(self, columns: list[FlatColumn]) -> tuple[FlatOrder, ...]:
        if not self.take("ORDER"):
            return ()
        self.expect("BY")
        orders = [self._order(columns)]
        while self.take(","):
            orders.append(self._order(columns))
        return tuple(orders)

    def _order(self, columns: list[FlatColumn]) -> FlatOrder:
        word = self.peek().text.strip("[]").lower()
        named = next((one for one in columns if one.output.lower() == word), None)
        if named is not None:
            self.place += 1
            order = FlatOrder(named.output, "", is_output=True)
        else:
            alias, prop = self._column_name()
            same = (one for one in columns if one.name == prop.name and one.source == alias and not one.aggregate)
            shown = next(same, None)
            order = FlatOrder(shown.output, "", is_output=True) if shown else FlatOrder(prop.name, alias)
        descending = self.take("DESC")
        if not descending:
            self.take("ASC")
        return replace(order, descending=descending)

    def _offset(self) -> tuple[int, int | None]:
        if not self.take("OFFSET"):
            return 0, None
        offset = self.number()
        self.take("ROWS", "ROW")
        if not self.take("FETCH"):
            return offset, None
        self.take("NEXT", "FIRST")
        count = self.number()
        self.take("ROWS", "ROW")
        self.expect("ONLY")
        return offset, count


_KEYWORDS = {
    "FROM", "WHERE", "GROUP", "ORDER", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "JOIN", "ON", "AS", "OFFSET", "UNION",
    "HAVING", "OUTER", "AND", "OR", "ASC", "DESC", "FETCH",
}  # fmt: skip


def _words(text: str) -> list[Word]:
    words: list[Word] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise ServiceError(400, "0x80040203", f"Incorrect syntax near '{text[place : place + 20].strip()}'.")
        words.append(Word(found.lastgroup, found.group(found.lastgroup)))
        place = found.end()
    return words


def _all(nodes: list[Node]) -> Node | None:
    return Logic("and", tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)


def _joined_part(parts: list[tuple[str, Node]]) -> tuple[str, Node]:
    if len({alias for alias, _ in parts}) > 1:
        raise refused("a parenthesis or OR over several tables")
    node = _all([node for _, node in parts])
    assert node is not None
    return parts[0][0], node
