"""Many operations in one request: Business Central's JSON batch and Dataverse's multipart batch, written and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar
from uuid import uuid4

import orjson

from flask_coupling.errors import CouplingError, ServiceGarbled, ValueRefused

from .endpoint import Outcome
from .wire import Answer

T = TypeVar("T")

_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)"?', re.IGNORECASE)
_CONTENT_ID = re.compile(rb"(?i)\ncontent-id:[ \t]*(\d+)[ \t]*(?:\r|\n|$)")
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")
_HEAD_LINES = 3
_JSON = {"Content-Type": "application/json"}


_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Part(NamedTuple):
    """One operation of a batch; `path` is relative to the API's root.

    `id` is the id of the row it writes, where that is known, and `key` the property that holds it.
    """

    method: str
    path: str
    headers: Mapping[str, str] = _NO_HEADERS
    body: Mapping[str, Any] | None = None
    key: str = ""
    id: str = ""


class Reply(NamedTuple):
    """The answer to one operation. `content` is its JSON (None when empty), `number` the part it says it answers."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = _NO_HEADERS
    number: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether the operation was carried out."""
        return 200 <= self.status < 300


Result: TypeAlias = Reply | CouplingError
"""What became of one operation: its reply, or why there is none."""


# --- Business Central: JSON -----------------------------------------------------------------------------------------


def write_json(parts: Sequence[Part]) -> bytes:
    """The body of a JSON batch; a part's id is its place in the list."""
    return orjson.dumps({"requests": [_json_part(number, part) for number, part in enumerate(parts)]})


def _json_part(number: int, part: Part) -> dict[str, Any]:
    written = {"id": str(number), "method": part.method, "url": part.path}
    if part.body is None:
        return {**written, "headers": dict(part.headers)}
    return {**written, "headers": {**_JSON, **part.headers}, "body": part.body}


def read_json(content: Any, count: int, service: str) -> list[Result]:
    """The results in the order of the parts, whatever order the replies came in."""
    replies: dict[int, Reply] = {}
    try:
        for each in content["responses"]:
            id = str(each.get("id"))
            number = int(id) if id.isdecimal() else count
            if number >= count or number in replies:
                raise ServiceGarbled(service=service, detail=f"a batch reply to part {id!r}, which is none", sent=True)
            replies[number] = Reply(int(each["status"]), each.get("body"), _titled(each.get("headers") or {}))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceGarbled(service=service, detail="a batch answer of another shape", sent=True) from error
    return [replies[number] if number in replies else no_reply(service) for number in range(count)]


def _titled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.title(): str(value) for name, value in headers.items()}


def no_reply(service: str) -> ServiceGarbled:
    """The result of an operation that the answer says nothing about: it may have been carried out."""
    return ServiceGarbled(service=service, detail="no reply to an operation of a batch", sent=True)


# --- Dataverse: multipart --------------------------------------------------------------------------------------------


def write_multipart(parts: Sequence[Part], root_path: str, service: str) -> tuple[str, bytes]:
    """The content type and body of a multipart batch of single operations, each of its own transaction."""
    boundary = f"batch_{uuid4()}"
    envelope = f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: "
    opening = envelope.encode()
    written = bytearray()  # joined as it comes: what orjson returns holds several times its length
    method, path, headers, head = "", "", _NO_HEADERS, b""
    for number, part in enumerate(parts, 1):
        if part.path != path or part.headers is not headers or part.method != method:  # creates are all alike
            method, path, headers = part.method, part.path, part.headers
            head = _head(part, root_path, service)
        body = b"" if part.body is None else orjson.dumps(part.body)
        written += b"%s%d%s%s\r\n" % (opening, number, head, body)
    written += f"--{boundary}--\r\n".encode()
    return f'multipart/mixed; boundary="{boundary}"', bytes(written)


def _head(part: Part, root_path: str, service: str) -> bytes:
    """What stands between the number of an operation and its body; raises ValueRefused for what would break it up."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in part.headers.items())
    kind = "" if part.body is None else "Content-Type: application/json\r\n"
    request = f"{part.method} {root_path}/{part.path} HTTP/1.1\r\nAccept: application/json\r\n{kind}{headers}\r\n"
    lines = _HEAD_LINES + len(part.headers) + (part.body is not None)
    if request.count("\n") != lines or request.count("\r") != lines:
        raise ValueRefused(service=service, record=part.path[:80], detail="a line break in an id or a header")
    return f"\r\n\r\n{request}".encode()


def read_multipart(answer: Answer) -> list[Reply]:
    """The replies of a multipart answer in the order they came; raises ServiceGarbled when it is cut or misshapen."""
    found = _BOUNDARY.search(answer.headers.get("Content-Type") or "")
    if not found:
        raise ServiceGarbled(service=answer.service, detail="a batch answer without a boundary", sent=True)
    return list(_replies(answer.body, b"\n--" + found[1].encode(), answer.service))


def _replies(body: bytes, mark: bytes, service: str) -> Iterator[Reply]:
    """One after the other: an answer is large, and not copied as a whole."""
    place = 0 if body.startswith(mark[1:]) else body.find(mark) + 1
    while body.startswith(mark[1:], place):
        begin = place + len(mark) - 1
        if body.startswith(b"--", begin):
            return
        end = body.find(mark, begin)
        if end < 0:
            break
        yield _reply(body[begin:end], service)
        place = end + 1
    raise ServiceGarbled(service=service, detail="a batch answer that was cut off", sent=True)


def _reply(section: bytes, service: str) -> Reply:
    envelope, _, rest = section.partition(b"\r\n\r\n")
    head, _, content = rest.partition(b"\r\n\r\n")
    if not rest:
        envelope, head, content = (*section.replace(b"\n", b"\r\n").split(b"\r\n\r\n", 2), b"", b"")[:3]
    status = _STATUS.match(head)
    if not status:
        raise ServiceGarbled(service=service, detail="a batch reply without a status", sent=True)
    try:
        parsed = orjson.loads(content) if content and not content.isspace() else None
    except orjson.JSONDecodeError as error:
        raise ServiceGarbled(service=service, detail="a batch reply that is not whole JSON", sent=True) from error
    code = int(status[1])
    headers = _NO_HEADERS if code < 300 and parsed is not None else _headers(head)
    return Reply(code, parsed, headers, _number(envelope, head))


def _number(envelope: bytes, head: bytes) -> int | None:
    """The place of the part that a reply says it answers; None where it does not say."""
    found = _CONTENT_ID.search(envelope) or _CONTENT_ID.search(head)
    return int(found[1]) - 1 if found else None


def _headers(head: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    return {name.strip().title(): value.strip() for name, _, value in lines}


def arrange(replies: Sequence[Reply], parts: Sequence[Part], service: str) -> list[Result]:
    """Give each operation its reply.

    A reply names its operation by its Content-ID or by the id of the row it holds. Those that name none are taken by
    their place, but only when no reply is missing and none that names its operation stands elsewhere: an answer is
    never given to another operation.
    """
    if len(replies) == len(parts) and all(reply.number == index for index, reply in enumerate(replies)):
        return list(replies)  # as always, from a service that repeats our numbers
    places = {part.id.lower(): place for place, part in enumerate(parts) if part.id}
    keys = {part.key for part in parts if part.id}
    named = [_place(reply, places, keys, len(parts)) for reply in replies]
    if len(replies) == len(parts) and all(place is None or place == index for index, place in enumerate(named)):
        return list(replies)
    arranged: list[Result] = [no_reply(service) for _ in parts]
    for place, reply in zip(named, replies, strict=True):
        if place is not None:
            arranged[place] = reply
    return arranged


def _place(reply: Reply, places: Mapping[str, int], keys: Collection[str], count: int) -> int | None:
    if reply.number is not None:
        return reply.number if 0 <= reply.number < count else None
    row = reply.content
    if not reply.is_success or not isinstance(row, dict):
        return None
    for key in keys:
        place = places.get(str(row.get(key)).lower())
        if place is not None:
            return place
    return None


# --- several batches --------------------------------------------------------------------------------------------------


def chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """The items in portions of at most `size`, in order."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def carry_all(
    portions: Sequence[Sequence[int]], carry: Callable[[Sequence[int]], list[Outcome]], parallel: int
) -> tuple[dict[int, Outcome], CouplingError | None]:
    """Carry out portions of numbered operations, `parallel` at a time.

    Returns the outcomes by number, and the error of the first exchange that failed altogether; none is begun after it.
    """
    is_over = Event()

    def attempt(portion: Sequence[int]) -> list[Outcome] | CouplingError | None:
        if is_over.is_set():
            return None
        try:
            return carry(portion)
        except CouplingError as error:
            is_over.set()
            return error

    if parallel > 1 and len(portions) > 1:
        with ThreadPoolExecutor(min(parallel, len(portions))) as pool:
            results = list(pool.map(attempt, portions))
    else:
        results = [attempt(portion) for portion in portions]
    known: dict[int, Outcome] = {}
    for portion, result in zip(portions, results, strict=True):
        if isinstance(result, list):
            known.update(zip(portion, result, strict=True))
    return known, next((result for result in results if isinstance(result, CouplingError)), None)
