"""The words of a SQL text, taken one by one; what is not offered is refused by name."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from simulator.odata.errors import ServiceError

_TOKEN = re.compile(
    r"\s*(?:(?P<text>N?'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>\[?[A-Za-z_]\w*\]?)"
    r"|(?P<mark><>|!=|<=|>=|[=<>(),.*;]))",
    re.ASCII,
)
REFUSED = {"HAVING", "UNION", "WITH", "RIGHT", "FULL", "CROSS", "EXISTS", "INSERT", "UPDATE", "DELETE", "CASE"}
KEYWORDS = {
    "FROM", "WHERE", "GROUP", "ORDER", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "JOIN", "ON", "AS", "OFFSET", "UNION",
    "HAVING", "OUTER", "AND", "OR", "ASC", "DESC", "FETCH",
}  # fmt: skip


def refused(what: str) -> ServiceError:
    """Return 400 for SQL that is not offered."""
    return ServiceError(400, "0x80040203", f"The SQL is not supported: {what}.")


class Word(NamedTuple):
    """One token."""

    kind: str
    text: str


class Words:
    """A text's tokens and how far it is read."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self.place = 0

    def peek(self) -> Word:
        """Return the next token without taking it."""
        return self.words[self.place] if self.place < len(self.words) else Word("end", "")

    def take(self, *texts: str) -> bool:
        """Take the next token if it is one of these words or marks; return whether it was."""
        if self.peek().kind in ("name", "mark") and self.peek().text.upper() in texts:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Take a word or mark that must come next."""
        if not self.take(text):
            self.fail(f"'{text}' expected near '{self.peek().text}'")

    def name(self) -> str:
        """Take a name, which must come next."""
        word = self.peek()
        if word.kind != "name":
            self.fail(f"a name is expected near '{word.text}'")
        if word.text.upper() in REFUSED:
            raise refused(word.text.upper())
        self.place += 1
        return word.text.strip("[]").lower()

    def number(self) -> int:
        """Take a whole number, which must come next."""
        word = self.peek()
        if word.kind != "number" or not word.text.isdigit() or len(word.text) > 9:
            self.fail(f"a number is expected near '{word.text}'")
        self.place += 1
        return int(word.text)

    def fail(self, what: str) -> NoReturn:
        """Refuse the text as no SQL."""
        raise ServiceError(400, "0x80040203", f"Incorrect syntax: {what}.")


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
