"""The tables of a SELECT: the one addressed, those joined to it, and which of them a column is of."""

from __future__ import annotations

from simulator.odata.edm import EntitySet, Property, ServiceModel
from simulator.odata.flat import Join
from simulator.sales.fetchxml import attribute_of, unknown_entity
from simulator.sales.sql.words import KEYWORDS, Words, refused


class Tables(Words):
    """Reads FROM and its joins."""

    def __init__(self, text: str, model: ServiceModel, entity_set: EntitySet) -> None:
        super().__init__(text)
        self.model = model
        self.base = entity_set
        self.sources: dict[str, tuple[str, EntitySet]] = {}
        self.joins: list[Join] = []

    def skip_to_from(self) -> None:
        """Go on to what follows FROM: columns can only be read when the tables are known."""
        while self.peek().kind != "end" and self.peek().text.upper() != "FROM":
            self.place += 1
        self.expect("FROM")

    def read_tables(self) -> None:
        """Read the table addressed and those joined to it."""
        name = self.name()
        if name != self.base.entity:
            raise refused(f"the table '{name}' is not the one addressed, '{self.base.entity}'")
        self._alias(name, "", self.base)
        while self.peek().text.upper() in ("INNER", "LEFT", "JOIN", "RIGHT", "FULL", "CROSS"):
            self._join()

    def _alias(self, name: str, alias: str, entity: EntitySet) -> str:
        own = name
        if self.take("AS") or (self.peek().kind == "name" and self.peek().text.upper() not in KEYWORDS):
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
        left, left_prop = self.column_name()
        self.expect("=")
        right, right_prop = self.column_name()
        if left == alias:
            left, left_prop, right, right_prop = right, right_prop, left, left_prop
        if right != alias:
            raise refused("a join that does not compare the joined table with one before it")
        self.joins.append(Join(entity.name, alias, right_prop.name, left_prop.name, left, is_outer))

    def column_name(self) -> tuple[str, Property]:
        """Read a column; return the alias of its table, "" for the one addressed, and the column."""
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
