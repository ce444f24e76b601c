"""Random rows and filters for any declared set, from a seed: few different values, so that filters find something."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from simulator.odata.edm import EntitySet, Property, Type
from simulator.odata.values import escape_member
from tests.simulator.oracle.evaluate import (
    BUSINESS_CENTRAL,
    Compare,
    Field,
    Joined,
    Manner,
    Match,
    Opposite,
    Tree,
    Within,
)

KINDS: dict[Type, str] = {
    Type.GUID: "guid", Type.LOOKUP: "guid", Type.TEXT: "text", Type.INTEGER: "number", Type.BIGINT: "number",
    Type.DECIMAL: "number", Type.DOUBLE: "number", Type.BOOLEAN: "boolean", Type.DATE: "date", Type.MOMENT: "moment",
    Type.ENUM: "enum", Type.CHOICE: "number",
}  # fmt: skip
PATTERNS = ("[a-f]", "[^a-e]", "[%]", "a[_]", "*", "a?", "[", "a[b*", "_[c", "%b")
WORDS = (
    "Ærø", "ærø", "ÆRØ", "æble", "ÅRHUS", "årh", "O'Hara", "100 %", "a_b", "a%b", "日本", "ﬁn", "ß", "Ж",
    "Adatum", "ADATUM", " x",
)  # fmt: skip
NUMBERS = (Decimal("-1"), Decimal("0"), Decimal("0.1"), Decimal("1"), Decimal("2.5"), Decimal("20.75"), Decimal("1000"))
GUIDS = tuple(UUID(f"0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a0{n:x}") for n in range(6))
DATES = (date(1999, 12, 31), date(2024, 2, 29), date(2026, 1, 1), date(2026, 1, 2))
MOMENTS = tuple(datetime(2026, 1, 1, hour, minute, tzinfo=UTC) for hour in (0, 11, 23) for minute in (0, 30))
ZONES = (UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=5, minutes=30)))
_EXACT = ("boolean", "enum", "guid")  # kinds that are equal or not, and nothing else


def field_of(prop: Property) -> Field:
    """Return a property as filters see it."""
    kind = "code" if prop.kind == "Code" else KINDS[prop.type]
    return Field(prop.wire, kind, tuple(escape_member(option.label) for option in prop.options))


class Draw:
    """Draws rows and filters for one set."""

    def __init__(self, seed: int, declared: EntitySet, manner: Manner) -> None:
        self.random = Random(f"{declared.name}/{seed}")
        self.declared = declared
        self.manner = manner
        self.properties = [prop for prop in declared.properties if prop.type is not Type.STREAM]
        self.fields = [field_of(prop) for prop in self.properties]

    # rows, as they are loaded

    def row(self, number: int) -> dict[str, Any]:
        """Return the values of one row; a third is left out, which makes a null or a blank."""
        values = {prop.wire: self._value(prop) for prop in self.properties if self.random.random() > 0.3}
        values |= {name: f"{name[:1].upper()}{number:03}" for name in self.declared.unique}
        key = self.declared.property(self.declared.key)
        if key is not None and key.type is Type.GUID:
            values[key.wire] = str(UUID(int=number + 1))
        return values

    def _value(self, prop: Property) -> Any:
        pick = self.random.choice
        if prop.type is Type.TEXT:
            return pick(WORDS)[: prop.max_length]
        if prop.type in (Type.ENUM, Type.CHOICE):
            option = pick(prop.options) if prop.options else None
            return (escape_member(option.label) if prop.type is Type.ENUM else option.value) if option else 1
        if prop.type in (Type.INTEGER, Type.BIGINT):
            return max(int(pick(NUMBERS)), int(prop.minimum or 0))
        if prop.type in (Type.DECIMAL, Type.DOUBLE):
            return max(float(pick(NUMBERS)), float(prop.minimum if prop.minimum is not None else -1))
        if prop.type is Type.MOMENT:
            return pick(MOMENTS).isoformat().replace("+00:00", "Z")
        return (
            pick((True, False))
            if prop.type is Type.BOOLEAN
            else str(pick(GUIDS if prop.type is not Type.DATE else DATES))
        )

    # filters

    def tree(self, depth: int = 3) -> Tree:
        """Return a filter; in Business Central mostly one that keeps its alternatives to one field."""
        if depth == 0 or self.random.random() < 0.25:
            return self._leaf(self.random.choice(self.fields))
        shape = self.random.random()
        if shape < 0.2:
            return Opposite(self.tree(depth - 1))
        if shape < 0.6:
            return Joined("and", tuple(self.tree(depth - 1) for _ in range(self.random.randint(2, 3))))
        if self.manner is BUSINESS_CENTRAL and self.random.random() < 0.8:
            field = self.random.choice(self.fields)
            return Joined("or", tuple(self._leaf(field) for _ in range(self.random.randint(2, 4))))
        return Joined("or", tuple(self.tree(depth - 1) for _ in range(self.random.randint(2, 3))))

    def _leaf(self, field: Field) -> Tree:
        chance = self.random.random()
        if field.kind in ("text", "code") and chance < 0.4:
            function = self.random.choice(("contains", "startswith", "endswith"))
            return Match(function, field, self._part(), self._folds())
        if chance < 0.55 and field.kind not in ("boolean",):
            return Within(field, tuple(self._constant(field) for _ in range(self.random.randint(1, 3))))
        if chance < 0.65:
            return Compare(field, self.random.choice(("eq", "ne")), None)
        words = ("eq", "ne") if field.kind in _EXACT else ("eq", "ne", "lt", "le", "gt", "ge")
        folded = field.kind in ("text", "code") and self._folds()
        return Compare(field, self.random.choice(words), self._constant(field), folded)

    def _folds(self) -> bool:
        return self.manner is BUSINESS_CENTRAL and self.random.random() < 0.3

    def _part(self) -> str:
        if self.random.random() < 0.15:
            return self.random.choice(PATTERNS)
        word = self.random.choice(WORDS)
        start = self.random.randrange(len(word))
        return word[start : start + self.random.randint(1, 4)]

    def _constant(self, field: Field) -> Any:
        pick = self.random.choice
        if field.kind == "enum":
            return self.random.randrange(len(field.members))
        if field.kind == "moment":
            return pick((*MOMENTS, MOMENTS[1] + timedelta(seconds=1), DATES[2]))
        return pick({"text": WORDS, "code": WORDS, "number": NUMBERS, "guid": GUIDS, "date": DATES,
                     "boolean": (True, False)}[field.kind])  # fmt: skip

    # spelling

    def spell(self, tree: Tree) -> str:
        """Return a filter as a client could write it: with parentheses, turned round, in another time zone."""
        match tree:
            case Joined(word, parts):
                return f" {word} ".join(f"({self.spell(part)})" for part in parts)
            case Opposite(part):
                return f"not ({self.spell(part)})"
            case Within(field, values):
                return f"{field.name} in ({','.join(self._literal(field, value) for value in values)})"
            case Match(function, field, text, folded):
                return f"{function}({self._named(field, folded)},{_quoted(text)})"
            case Compare(field, word, value, folded):
                left, right = self._named(field, folded), self._literal(field, value)
                if value is not None and self.random.random() < 0.15:
                    turned = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(word, word)
                    return f"{right} {turned} {left}"
                return f"{left} {word} {right}"

    def _named(self, field: Field, folded: bool) -> str:
        return f"{self.random.choice(('tolower', 'toupper'))}({field.name})" if folded else field.name

    def _literal(self, field: Field, value: Any) -> str:
        if value is None:
            return "null"
        if field.kind == "enum":
            return _quoted(field.members[value])
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, datetime):
            text = value.astimezone(self.random.choice(ZONES)).isoformat()
            return text.replace("+00:00", "Z")
        if isinstance(value, UUID):
            return self.random.choice((str(value), str(value).upper(), f"'{value}'"))
        return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
