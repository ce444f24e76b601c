"""Read a table filter as a person writes it: OData conditions joined by `and`, and alternatives by `or` or `in`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from .fault import Fault, listed
from .record import Value, is_blank
from .table_filter import AnyOf, Condition, TableFilter, alternatives, equal

LONGEST = 1000
"""Characters a filter may have."""

DEEPEST = 20
"""Parentheses that may stand inside each other."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?(?![\w-]))
    | (?P<guid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-]))
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<name>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)?)
    | (?P<mark>[(),])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_FUNCTIONS = ("startswith", "endswith", "contains")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_NOT_READ = ("and", "or", "not", "in", "any", "all", "has")
_Conditions = tuple[Condition | AnyOf, ...]


class FilterUnreadableError(Exception):
    """A filter's text is not one we can read; internal to the core, where it becomes a Fault."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.fault = Fault("", code, facts)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


def read_filter(text: str) -> TableFilter:
    """Return the filter a text stands for; blank text admits everything.

    `render` of the result is a text that reads as the same filter. Raises FilterUnreadableError, which says where and
    why: what a TableFilter cannot hold (`not`, other functions, an `or` around an `and`) is refused by name.
    """
    if len(text) > LONGEST:
        raise FilterUnreadableError("filter_long", length=LONGEST)
    return TableFilter(_Reader(tuple(_tokens(text))).everything()) if text.strip() else TableFilter()


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while True:
        found = _TOKEN.match(text, place)
        if found is None:
            rest = text[place:].lstrip()
            raise FilterUnreadableError("filter_token", place=len(text) - len(rest) + 1, found=rest[:20])
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind) + 1)
        if kind == "end":
            return
        place = found.end()


class _Reader:
    """Reads conditions from tokens, the next one first."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self.tokens = tokens
        self.next = 0

    def everything(self) -> _Conditions:
        """Every condition of the text."""
        conditions = self._alternatives(0)
        if (token := self._take()).kind != "end":
            self._refuse(token, "filter_joined")
        return conditions

    def _alternatives(self, depth: int) -> _Conditions:
        """What `or` joins, which binds less than `and`: one part, or comparisons of which one must hold."""
        parts = [self._conjunction(depth)]
        while self._peek().text.lower() == "or":
            token = self._take()
            parts.append(self._conjunction(depth))
            if any(len(part) > 1 for part in parts):
                self._refuse(token, "filter_or")
        if len(parts) == 1:
            return parts[0]
        return (AnyOf(tuple(each for (condition,) in parts for each in alternatives(condition))),)

    def _conjunction(self, depth: int) -> _Conditions:
        """What `and` joins."""
        conditions = self._part(depth)
        while self._peek().text.lower() == "and":
            self._take()
            conditions += self._part(depth)
        return conditions

    def _part(self, depth: int) -> _Conditions:
        """One condition, or several in parentheses."""
        if self._peek().text != "(":
            return (self._condition(),)
        if depth == DEEPEST:
            self._refuse(self._peek(), "filter_deep")
        self._take()
        conditions = self._alternatives(depth + 1)
        self._expect(")")
        return conditions

    def _condition(self) -> Condition | AnyOf:
        name = self._name()
        if self._peek().text == "(":
            return self._function(name)
        operator = self._take()
        if operator.text == "in":
            return self._one_of(name)
        if operator.text not in _COMPARISONS:
            self._refuse(operator, "filter_operator", property=name.text, options=listed((*_COMPARISONS, "in")))
        return _comparison(name.text, operator.text, self._value())

    def _one_of(self, name: _Token) -> Condition | AnyOf:
        """The values behind `in`."""
        self._expect("(")
        conditions = [equal(name.text, self._value())]
        while self._peek().text == ",":
            self._take()
            conditions.append(equal(name.text, self._value()))
        self._expect(")")
        return AnyOf(tuple(conditions)) if len(conditions) > 1 else conditions[0]

    def _function(self, name: _Token) -> Condition:
        if name.text not in _FUNCTIONS:
            self._refuse(name, "filter_function", options=listed(_FUNCTIONS))
        self._expect("(")
        field = self._name()
        self._expect(",")
        text = self._peek()
        value = self._value()
        if is_blank(value):
            self._refuse(text, "filter_value")
        self._expect(")")
        return Condition(field.text, name.text, str(value))

    def _name(self) -> _Token:
        token = self._take()
        if token.kind != "name" or token.text in (*_NOT_READ, *_WORDS):
            self._refuse(token, "filter_word" if token.text in _NOT_READ else "filter_name")
        return token

    def _value(self) -> Value:
        token = self._take()
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "moment" | "guid":
                return token.text
            case "number":
                return float(token.text) if "." in token.text else int(token.text)
            case "name" if token.text in _WORDS:
                return _WORDS[token.text]
        self._refuse(token, "filter_value")

    def _peek(self) -> _Token:
        return self.tokens[self.next]

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        self.next = min(self.next + 1, len(self.tokens) - 1)
        return token

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.text != mark:
            self._refuse(token, "filter_mark", mark=mark)

    def _refuse(self, token: _Token, code: str, **facts: object) -> NoReturn:
        raise FilterUnreadableError(code, place=token.place, found=token.text, **facts)


def _comparison(name: str, operator: str, value: Value) -> Condition:
    return equal(name, value, operator) if operator in ("eq", "ne") else Condition(name, operator, value)
