"""Read and write `$batch` bodies: multipart/mixed and JSON."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from simulator.odata.messages import ServiceResponse


class BadBatch(Exception):
    """A batch body that cannot be read; the text says why."""


class Part(NamedTuple):
    """One operation of a batch. `group` names its change set ("" for none); headers are lower case."""

    id: str | None
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    parsed: Any = None
    group: str = ""
    depends_on: tuple[str, ...] = ()


_REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed",
    415: "Unsupported Media Type", 424: "Failed Dependency", 429: "Too Many Requests", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable",
}  # fmt: skip


# JSON


def read_json(body: bytes) -> list[Part]:
    """Return the parts of a JSON batch."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise BadBatch(f"The batch is no JSON: {problem}") from problem
    requests = content.get("requests") if isinstance(content, dict) else None
    if not isinstance(requests, list):
        raise BadBatch("The batch has no list 'requests'.")
    return [_json_part(one) for one in requests]


def _json_part(one: Any) -> Part:
    if not isinstance(one, dict):
        raise BadBatch("A request of the batch is no object.")
    method, url, headers = one.get("method"), one.get("url"), one.get("headers") or {}
    if not isinstance(method, str) or not isinstance(url, str) or not isinstance(headers, dict):
        raise BadBatch("A request of the batch lacks its method or url, or its headers are no object.")
    key = one.get("id")
    depends = one.get("dependsOn") or ()
    return Part(
        id=None if key is None else str(key),
        method=method.upper(),
        url=url,
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        parsed=one.get("body"),
        group=str(one.get("atomicityGroup") or ""),
        depends_on=tuple(map(str, depends)) if isinstance(depends, list) else (),
    )


def write_json(answers: Iterable[tuple[str | None, ServiceResponse]]) -> bytes:
    """Return the body of a JSON batch's answer; answers are (id, response)."""
    return b'{"responses":[' + b",".join([_json_answer(key, one) for key, one in answers]) + b"]}"


def _json_answer(key: str | None, response: ServiceResponse) -> bytes:
    headers = {name.lower(): value for name, value in response.headers.items() if name not in ("ETag", "Content-Type")}
    body = response.body
    if not body:
        return b'{"id":%b,"status":%d,"headers":%b}' % (_key(key), response.status, orjson.dumps(headers))
    content_type = response.headers.get("Content-Type", "application/json; odata.metadata=minimal")
    headers = {"content-type": content_type, "odata-version": "4.0", **headers}
    if content_type == "application/octet-stream":
        body = orjson.dumps(urlsafe_b64encode(body).decode())
    elif not content_type.startswith("application/json"):
        body = orjson.dumps(body.decode("utf-8", "replace"))
    return b'{"id":%b,"status":%d,"headers":%b,"body":%b}' % (
        _key(key), response.status, orjson.dumps(headers), body,
    )  # fmt: skip


def _key(key: str | None) -> bytes:
    return b"null" if key is None else orjson.dumps(key)


# multipart


def boundary_of(content_type: str) -> str | None:
    """Return the boundary of a multipart content type, quoted or not; None when there is none."""
    found = re.search(r"""boundary=("[^"]+"|[^;\s"]+)""", content_type, re.IGNORECASE)
    return found.group(1).strip('"') if found else None


def read_multipart(body: bytes, boundary: str) -> list[Part]:
    """Return the parts of a multipart batch; those of a change set carry its number as their group."""
    parts: list[Part] = []
    for number, piece in enumerate(_pieces(body, boundary), 1):
        headers, content = _headers(piece)
        content_type = headers.get("content-type", "")
        if not content_type.lower().startswith("multipart/mixed"):
            parts.append(_http_part(headers, content, ""))
            continue
        inner = boundary_of(content_type)
        if inner is None:
            raise BadBatch("A change set has no boundary.")
        parts += [_http_part(*_headers(one), f"changeset{number}") for one in _pieces(content, inner)]
    return parts


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """Return what stands between the delimiters; line ends may be CRLF or a bare LF."""
    pieces = _split_plainly(body, boundary.encode()) or _split_any(body, boundary.encode())
    if len(pieces) < 2:
        raise BadBatch(f"The boundary '{boundary}' does not occur in the batch.")
    return [stripped for piece in pieces[1:] if (stripped := piece.lstrip(b"\r\n")).strip()]


def _split_plainly(body: bytes, boundary: bytes) -> list[bytes]:
    """Return the pieces of a body whose delimiters are whole lines that end in CRLF, as most are; [] for others."""
    mark = b"\r\n--" + boundary
    first, *pieces = (b"\r\n" + body).split(mark)
    if body.count(b"\n--" + boundary) >= len(pieces) + (not body.startswith(mark[2:])):
        return []
    if not all(piece.startswith((b"\r\n", b"--\r\n")) or piece == b"--" for piece in pieces):
        return []
    return [first, *(piece.removeprefix(b"--") for piece in pieces)]


def _split_any(body: bytes, boundary: bytes) -> list[bytes]:
    delimiter = rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r?\n|$)"
    return re.split(delimiter, body)


def _headers(piece: bytes) -> tuple[Mapping[str, str], bytes]:
    head, content = _split_blank(piece)
    return _read_headers(head), content


@lru_cache(maxsize=512)  # the parts of a batch have their heads in common
def _read_headers(head: bytes) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, mark, value = line.partition(":")
        if mark:
            headers[name.strip().lower()] = value.strip()
    return MappingProxyType(headers)


def _split_blank(text: bytes) -> tuple[bytes, bytes]:
    """Return what is before the first blank line, and what is behind it."""
    head, mark, content = text.partition(b"\r\n\r\n")
    if mark and _is_plain(head):
        return head, content
    found = re.search(rb"\r?\n\r?\n", text)
    return (text.rstrip(), b"") if found is None else (text[: found.start()], text[found.end() :])


@lru_cache(maxsize=512)
def _is_plain(head: bytes) -> bool:
    """Whether no blank line that ends in a bare LF comes before the first that ends in CRLF."""
    return b"\n\n" not in head and b"\n\r\n" not in head


def _http_part(outer: Mapping[str, str], content: bytes, group: str) -> Part:
    head, body = _split_blank(content.lstrip())
    method, url, headers = _read_request(head)
    key = outer.get("content-id") or headers.get("content-id")
    return Part(key, method, url, headers, body.rstrip(b"\r\n"), None, group)


@lru_cache(maxsize=512)
def _read_request(head: bytes) -> tuple[str, str, Mapping[str, str]]:
    """Return method, address and headers of a request line and what follows it."""
    line, _, rest = head.partition(b"\n")
    words = line.decode("utf-8", "replace").strip().split(" ")
    if len(words) < 2:
        raise BadBatch("A part of the batch has no request line.")
    url = " ".join(words[1:-1] if len(words) > 2 and words[-1].upper().startswith("HTTP/") else words[1:])
    return words[0].upper(), url, _read_headers(rest)


_PART_HEAD = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"


def write_multipart(
    answers: Sequence[tuple[str | None, ServiceResponse, str]], boundary: str, name_change_set: str
) -> bytes:
    """Return the body of a multipart answer; answers are (content id, response, group), a group's stand together."""
    lines: list[bytes] = []
    place = 0
    while place < len(answers):
        key, response, group = answers[place]
        lines.append(b"--" + boundary.encode() + b"\r\n")
        if not group:
            lines.append(_part_bytes(key, response))
            place += 1
            continue
        members = [one for one in answers[place:] if one[2] == group]
        inner = f"changesetresponse_{name_change_set}{place}"
        lines.append(f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode())
        for member_key, member, _ in members:
            lines.append(b"--" + inner.encode() + b"\r\n" + _part_bytes(member_key, member))
        lines.append(b"--" + inner.encode() + b"--\r\n")
        place += len(members)
    lines.append(b"--" + boundary.encode() + b"--\r\n")
    return b"".join(lines)


def _part_bytes(key: str | None, response: ServiceResponse) -> bytes:
    headers = response.headers
    if response.body and "Content-Type" not in headers:
        headers = headers | {"Content-Type": "application/json; odata.metadata=minimal"}
    listed = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    named = "" if key is None else f"Content-ID: {key}\r\n"
    head = f"{_PART_HEAD}{named}\r\n{_status_line(response.status)}{listed}OData-Version: 4.0\r\n\r\n"
    return head.encode() + response.body + b"\r\n"


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}\r\n"
