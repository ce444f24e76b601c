"""A SELECT as a whole: its columns, groups, order and page."""

from __future__ import annotations

from dataclasses import replace

from simulator.odata.edm import EntitySet, ServiceModel
from simulator.odata.errors import ServiceError
from simulator.odata.flat import FlatColumn, FlatOrder, FlatQuery
from simulator.sales.fetchxml import attribute_of
from simulator.sales.sql.conditions import Conditions
from simulator.sales.sql.words import KEYWORDS, REFUSED, refused

_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX"}


def parse_sql(text: str, model: ServiceModel, entity_set: EntitySet) -> FlatQuery:
    """Return the flat query of a SELECT about the addressed set."""
    return _Select(text, model, entity_set).read()


class _Select(Conditions):
    def read(self) -> FlatQuery:
        """Return the query."""
        self.expect("SELECT")
        is_distinct = self.take("DISTINCT")
        top = self._top()
        start = self.place
        self.skip_to_from()
        self.read_tables()
        end, self.place = self.place, start
        columns = self._columns()
        self.place = end
        condition = self.read_where()
        groups = self._groups(columns)
        orders = self._orders(columns)
        offset, fetched = self._offset()
        self.take(";")
        if self.peek().kind != "end":
            word = self.peek().text.upper()
            raise (
                refused(word)
                if word in REFUSED
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
        alias, prop = self.column_name()
        output = f"{alias}.{prop.name}" if alias else prop.wire
        return FlatColumn(prop.name, self._output(output), alias)

    def _output(self, default: str) -> str:
        if self.take("AS"):
            return self.name()
        if self.peek().kind == "name" and self.peek().text.upper() not in KEYWORDS:
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
            alias, prop = self.column_name()
        self.expect(")")
        return FlatColumn(prop.name, self._output(f"{word.lower()}_{prop.name}"), alias, how)

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
        alias, prop = self.column_name()
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
            alias, prop = self.column_name()
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
