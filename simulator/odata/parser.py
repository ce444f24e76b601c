"""Parse an OData expression: $filter, the parts of $orderby, keys and parameters.

Written by hand because the parser library at hand misreads names that begin with any, all, true or null, Business
Central's blank date 0001-01-01, lists of one value and Dataverse's JSON arrays, and gives no positions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import orjson

from simulator.odata.syntax import Arithmetic, Call, Compare, In, Lambda, Literal, Logic, Node, Not, Path, SyntaxProblem

_MOST_DEPTH = 60
_MOST_TEXT = 65_536

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^']|'')*')
      | (?P<json>"(?:[^"\\]|\\.)*")
      | (?P<moment>\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:[Zz]|[+-]\d\d:\d\d)?(?![\w.]))
      | (?P<guid>\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?(?![\w.]))
      | (?P<date>\d{4}-\d\d-\d\d(?![\w.]))
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<member>(?:[^\W\d]\w*\.)+[^\W\d]\w*'(?:[^']|'')*')
      | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | (?P<alias>@\w+)
      | (?P<mark>[(),/:=\[\]-])""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = {"eq": 1, "ne": 1, "gt": 2, "ge": 2, "lt": 2, "le": 2, "in": 2}
_TERMS = {"add": 3, "sub": 3, "mul": 4, "div": 4, "mod": 4}
_QUOTES = "'\""
_CONSTANTS: dict[str, Literal] = {
    "true": Literal("boolean", True),
    "false": Literal("boolean", False),
    "null": Literal("null", None),
}


class Token(NamedTuple):
    """One word of an expression and where it starts."""

    kind: str
    text: str
    at: int


def parse(text: str, aliases: Mapping[str, str] | None = None) -> Node:
    """Return the tree of an expression; SyntaxProblem says where it breaks. `aliases` are the values of @names."""
    parser = _Parser(text, aliases or {})
    node = parser.expression()
    parser.expect_end()
    return node


def parse_list(text: str) -> list[tuple[str | None, Node]]:
    """Return the parts of a key or parameter list: (name, value), name None for a bare value."""
    parser = _Parser(text, {})
    parts: list[tuple[str | None, Node]] = []
    while parser.peek().kind != "end":
        if parts:
            parser.expect(",")
        parts.append(parser.argument())
    return parts


def _tokens(text: str) -> list[Token]:
    if len(text) > _MOST_TEXT:
        raise SyntaxProblem("The expression is too long.")
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _bad_token(text, place)
        if found.lastgroup != "space":
            tokens.append(Token(found.lastgroup, found.group(), place))
        place = found.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


def _bad_token(text: str, place: int) -> SyntaxProblem:
    if text[place] in _QUOTES:
        return SyntaxProblem(f"There is an unterminated literal at position {len(text)} in '{text}'.")
    return SyntaxProblem(f"Syntax error at position {place} in '{text}'.")


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, aliases: Mapping[str, str]) -> None:
        self.text = text
        self.aliases = aliases
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def peek(self) -> Token:
        return self.tokens[self.place]

    def next(self) -> Token:
        token = self.tokens[self.place]
        self.place += token.kind != "end"
        return token

    def at_mark(self, mark: str) -> bool:
        token = self.peek()
        return token.kind == "mark" and token.text == mark

    def take_mark(self, mark: str) -> bool:
        if not self.at_mark(mark):
            return False
        self.place += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take_mark(mark):
            raise self.problem(f"'{mark}' expected")

    def expect_end(self) -> None:
        if self.peek().kind != "end":
            raise self.problem("Syntax error")

    def problem(self, what: str) -> SyntaxProblem:
        return SyntaxProblem(f"{what} at position {self.peek().at} in '{self.text}'.")

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise SyntaxProblem("Recursion depth exceeded allowed limit.")
        node = self._logic("or")
        self.depth -= 1
        return node

    def _logic(self, operator: str) -> Node:
        parts = [self._logic("and") if operator == "or" else self._binary(1)]
        while self._at_word(operator):
            self.place += 1
            parts.append(self._logic("and") if operator == "or" else self._binary(1))
        return parts[0] if len(parts) == 1 else Logic(operator, tuple(parts))

    def _at_word(self, word: str) -> bool:
        token = self.peek()
        return token.kind == "name" and token.text == word

    def _binary(self, level: int) -> Node:
        left = self._unary()
        while True:
            token = self.peek()
            word = token.text if token.kind == "name" else ""
            strength = _COMPARISONS.get(word) or _TERMS.get(word) or 0
            if strength < level or strength == 0:
                return left
            self.place += 1
            left = self._join(word, left, strength)

    def _join(self, word: str, left: Node, strength: int) -> Node:
        if word == "in":
            return In(left, self._items())
        right = self._binary(strength + 1)
        return Compare(word, left, right) if word in _COMPARISONS else Arithmetic(word, left, right)

    def _items(self) -> tuple[Node, ...]:
        if self.take_mark("["):
            return self._until("]")
        self.expect("(")
        return self._until(")")

    def _until(self, mark: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self.take_mark(mark):
            if items:
                self.expect(",")
            items.append(self.expression())
        return tuple(items)

    def _unary(self) -> Node:
        if self._at_word("not"):
            self.place += 1
            return Not(self._nested_unary())
        if self.take_mark("-"):
            node = self._nested_unary()
            if isinstance(node, Literal) and node.kind == "number":
                return Literal("number", -node.value)
            return Arithmetic("neg", node, node)
        return self._primary()

    def _nested_unary(self) -> Node:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise SyntaxProblem("Recursion depth exceeded allowed limit.")
        node = self._unary()
        self.depth -= 1
        return node

    def _primary(self) -> Node:
        if self.take_mark("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.take_mark("["):
            return Literal("json", self._array())
        token = self.peek()
        reader = _LITERALS.get(token.kind)
        if reader is not None:
            self.place += 1
            return reader(token.text)
        if token.kind == "alias":
            return self._alias(token)
        if token.kind == "name":
            return self._named()
        raise self.problem("Expression expected" if token.kind == "end" else "Syntax error")

    def _array(self) -> tuple[object, ...]:
        return tuple(item.value for item in self._until("]") if isinstance(item, Literal))

    def _alias(self, token: Token) -> Node:
        self.place += 1
        if token.text not in self.aliases:
            return Literal("null", None)
        return _Parser(self.aliases[token.text], {}).expression()

    def _named(self) -> Node:
        token = self.next()
        if token.text in _CONSTANTS and not self.at_mark("/"):
            return _CONSTANTS[token.text]
        if self.take_mark("("):
            return self._call(token.text)
        names = [token.text]
        while self.take_mark("/"):
            step = self.next()
            if step.kind != "name":
                raise self.problem("Property name expected")
            if step.text in ("any", "all") and self.take_mark("("):
                return self._lambda(tuple(names), step.text)
            names.append(step.text)
        return Path(tuple(names))

    def _lambda(self, path: tuple[str, ...], operator: str) -> Node:
        if self.take_mark(")"):
            return Lambda(path, operator, "", None)
        variable = self.next()
        self.expect(":")
        body = self.expression()
        self.expect(")")
        return Lambda(path, operator, variable.text, body)

    def _call(self, name: str) -> Node:
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.take_mark(")"):
            if positional or named:
                self.expect(",")
            label, value = self.argument()
            if label is None:
                positional.append(value)
            else:
                named.append((label, value))
        return Call(name, tuple(positional), tuple(named))

    def argument(self) -> tuple[str | None, Node]:
        token, after = self.peek(), self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if token.kind == "name" and after.kind == "mark" and after.text == "=":
            self.place += 2
            return token.text, self.expression()
        return None, self.expression()


def _number(text: str) -> Literal:
    return Literal("number", int(text) if text.isdigit() and len(text) < 19 else float(text))


_LITERALS = {
    "text": lambda text: Literal("text", text[1:-1].replace("''", "'")),
    "member": lambda text: Literal("text", text.partition("'")[2][:-1].replace("''", "'")),
    "json": lambda text: Literal("text", _json_text(text)),
    "moment": lambda text: Literal("moment", text),
    "guid": lambda text: Literal("guid", text.strip("{}").lower()),
    "date": lambda text: Literal("date", text),
    "number": _number,
}


def _json_text(text: str) -> str:
    try:
        return str(orjson.loads(text))
    except orjson.JSONDecodeError:
        raise SyntaxProblem(f"Unrecognized literal {text}.") from None
