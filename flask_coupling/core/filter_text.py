"""Read a table filter as a person writes it: OData conditions joined by `and`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from .fault import Fault, listed
from .record import Value, is_blank
from .table_filter import Condition, TableFilter

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
_FUNCTIONS = ("startswith", "contains")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_NOT_READ = ("or", "not", "in", "any", "all", "endswith", "has")


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
    why: what a TableFilter cannot hold (`or`, `not`, other functions) is refused by name.
    """
    if len(text) > LONGEST:
        raise FilterUnreadableError("filter_long", length=LONGEST)
    return TableFilter(tuple(_Reader(tuple(_tokens(text))).conditions())) if text.strip() else TableFilter()


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

    def conditions(self) -> Iterator[Condition]:
        """Every condition of the text."""
        yield from self._part()
        while (token := self._take()).kind != "end":
            if token.text.lower() != "and":
                self._refuse(token, "filter_joined")
            yield from self._part()

    def _part(self, depth: int = 0) -> Iterator[Condition]:
        """One condition, or several in parentheses."""
        if self._peek().text != "(":
            yield self._condition()
            return
        if depth == DEEPEST:
            self._refuse(self._peek(), "filter_deep")
        self._take()
        yield from self._part(depth + 1)
        while self._peek().text.lower() == "and":
            self._take()
            yield from self._part(depth + 1)
        self._expect(")")

    def _condition(self) -> Condition:
        name = self._name()
        if self._peek().text == "(":
            return self._function(name)
        operator = self._take()
        if operator.text not in _COMPARISONS:
            self._refuse(operator, "filter_operator", property=name.text, options=listed(_COMPARISONS))
        return _condition(name.text, operator.text, self._value())

    def _function(self, name: _Token) -> Condition:
        if name.text not in _FUNCTIONS:
            self._refuse(name, "filter_function", options=listed(_FUNCTIONS))
        self._expect("(")
        field = self._name()
        self._expect(",")
        value = self._value()
        self._expect(")")
        return Condition(field.text, name.text, str(value or ""))

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


def _condition(name: str, operator: str, value: Value) -> Condition:
    """Nothing is equal to a blank in words of its own: each service spells it differently."""
    if is_blank(value) and operator in ("eq", "ne"):
        return Condition(name, "blank" if operator == "eq" else "not_blank", value)
    return Condition(name, operator, value)
