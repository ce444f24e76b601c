"""Pages of a list or feed: each is judged before it is used, and so is the link to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orjson import JSONDecodeError

from flask_coupling.errors import ServiceGarbled

from .gate import answer_date
from .guard import same_service
from .refusal import Subject
from .rows import Row
from .transport import Transport
from .wire import Answer

_NEXT = "@odata.nextLink"
_DELTA = "@odata.deltaLink"


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as the service gave it; links are absolute and already judged, "" when there is none.

    `applied` names the preferences the service honored, `service_time` is its clock (None where it did not say).
    `more` are further rows of a large page, which are not parsed yet.
    """

    rows: list[Row]
    next: str
    delta: str
    applied: str = ""
    service_time: float | None = None
    more: Iterator[list[Row]] = field(default_factory=lambda: iter(()))

    def portions(self, service: str) -> Iterator[tuple[list[Row], bool]]:
        """The rows, a portion at a time, each with whether it is the last; raises ServiceGarbled."""
        rows, left = self.rows, self.more
        try:
            for following in left:
                given = [(rows, False)]
                rows = following
                yield given.pop()
        except JSONDecodeError as error:
            raise ServiceGarbled(service=service, detail="a page that is not whole JSON", sent=True) from error
        given = [(rows, True)]
        del rows
        yield given.pop()


Parsed = tuple[Any, Iterator[list[Row]]]
"""The JSON of a page, and further rows of it that are parsed when they are due."""


def raw_page(
    content: Any, transport: Transport, answer: Answer | None = None, more: Iterator[list[Row]] | None = None
) -> RawPage:
    """The page that parsed JSON holds; raises ServiceGarbled when it is none, or when a link leads elsewhere."""
    service = transport.dialect.title
    rows = content.get("value") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise ServiceGarbled(service=service, detail="a list without its rows")
    next, delta = (
        same_service(transport.root, link, service) if (link := content.get(name)) else "" for name in (_NEXT, _DELTA)
    )
    if answer is None:
        return RawPage(rows, next, delta)
    applied, told_at = answer.headers.get("Preference-Applied") or "", answer_date(answer.headers)
    return RawPage(rows, next, delta, applied, told_at, more or iter(()))


def follow(
    transport: Transport, parse: Callable[[Answer], Parsed], path: str, headers: Mapping[str, str], subject: Subject
) -> Iterator[RawPage]:
    """Yield the page at `path` and those its next links lead to; raises ServiceGarbled when one comes again."""
    seen: set[str] = set()
    while path:
        answer = transport.get(path, headers, subject)
        content, more = parse(answer)
        page = raw_page(content, transport, answer, more)
        del answer, content, more  # its body is as large as the rows
        if page.next in seen:
            raise ServiceGarbled(service=transport.dialect.title, detail=f"{subject.table} whose pages go in a circle")
        seen.add(page.next)
        path, given = page.next, [page]
        del page
        yield given.pop()
