"""Read and write `$batch` bodies: multipart/mixed and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from simulator.odata.messages import ServiceResponse


class BadBatch(Exception):
    """A batch body that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One operation of a batch. `group` names its change set ("" for none); headers are lower case."""

    id: str | None
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
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
    if not content_type.startswith("application/json"):
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
        inner = boundary_of(headers.get("content-type", ""))
        if not headers.get("content-type", "").lower().startswith("multipart/mixed"):
            parts.append(_http_part(headers, content, ""))
            continue
        if inner is None:
            raise BadBatch("A change set has no boundary.")
        parts += [_http_part(*_headers(one), f"changeset{number}") for one in _pieces(content, inner)]
    return parts


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """Return what stands between the delimiters; line ends may be CRLF or a bare LF."""
    delimiter = rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?=\r?\n|$)"
    pieces = re.split(delimiter, body)
    if len(pieces) < 2:
        raise BadBatch(f"The boundary '{boundary}' does not occur in the batch.")
    return [stripped for piece in pieces[1:] if (stripped := piece.lstrip(b"\r\n")).strip()]


def _headers(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = _split_blank(piece)
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, mark, value = line.partition(":")
        if mark:
            headers[name.strip().lower()] = value.strip()
    return headers, content


def _split_blank(text: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", text)
    if found is None:
        return text.rstrip(), b"", b""
    return text[: found.start()], found.group(), text[found.end() :]


def _http_part(outer: Mapping[str, str], content: bytes, group: str) -> Part:
    line, _, rest = content.lstrip().partition(b"\n")
    words = line.decode("utf-8", "replace").strip().split(" ")
    if len(words) < 2:
        raise BadBatch("A part of the batch has no request line.")
    headers, body = _headers(rest)
    url = " ".join(words[1:-1] if len(words) > 2 and words[-1].upper().startswith("HTTP/") else words[1:])
    key = outer.get("content-id") or headers.get("content-id")
    return Part(key, words[0].upper(), url, headers, body.rstrip(b"\r\n"), group=group)


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
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    if key is not None:
        head += f"Content-ID: {key}\r\n"
    headers = dict(response.headers)
    if response.body:
        headers.setdefault("Content-Type", "application/json; odata.metadata=minimal")
    headers["OData-Version"] = "4.0"
    listed = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    status = f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Unknown')}\r\n"
    return f"{head}\r\n{status}{listed}\r\n".encode() + response.body + b"\r\n"
