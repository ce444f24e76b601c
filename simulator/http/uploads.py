"""Uploads of files in chunks: a first request without a body, then the parts in their order."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from simulator.http.bodies import read_bytes
from simulator.http.preconditions import check_if_match
from simulator.http.target import Target
from simulator.http.writing import Writing
from simulator.odata.errors import ServiceError
from simulator.odata.messages import ServiceResponse
from simulator.odata.values import new_guid

_CHUNK = 4 * 1024 * 1024  # what the service recommends
_MOST_BYTES = 32 * 1024 * 1024  # an image is refused long before
_MOST_UPLOADS = 100  # those that nobody goes on with are forgotten
_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_TOKEN = "sessiontoken"


@dataclass(slots=True)
class Upload:
    """A file on its way to a column of a row."""

    place: tuple[str, str, str]
    content: bytearray = field(default_factory=bytearray)


class Uploads:
    """The uploads in chunks of one service."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Upload] = OrderedDict()

    def answer(self, writing: Writing, target: Target) -> ServiceResponse | None:
        """Answer a request that begins or continues an upload; None for any other."""
        if target.prop is None or target.prop.kind != "Image" or writing.request.method != "PATCH":
            return None
        if _TOKEN in writing.reading.options:
            return self._continue(writing, target, writing.reading.options[_TOKEN])
        return self._begin(writing, target) if writing.request.header("x-ms-transfer-mode") == "chunked" else None

    def _begin(self, writing: Writing, target: Target) -> ServiceResponse:
        row = writing.resolver.fetch(_row_of(target))
        check_if_match(writing.request, writing.manners, target, row, is_must=False)
        token = new_guid()
        self._open[token] = Upload(_place(target, row.key))
        while len(self._open) > _MOST_UPLOADS:
            self._open.popitem(last=False)
        address = f"{writing.request.root_url}{quote(writing.request.path, safe='/()=,')}?{_TOKEN}={token}"
        return ServiceResponse(200, {"Location": address, "x-ms-chunk-size": str(_CHUNK), "Accept-Ranges": "bytes"})

    def _continue(self, writing: Writing, target: Target, token: str) -> ServiceResponse:
        row = writing.resolver.fetch(_row_of(target))
        upload = self._open.get(token)
        if upload is None or upload.place != _place(target, row.key):
            raise _refusal(f"The upload session '{token}' is not known, or is over.")
        body = read_bytes(writing.request, writing.manners)
        total = _check_range(writing.request.header("content-range"), len(upload.content), len(body))
        upload.content += body
        if len(upload.content) < total:
            return ServiceResponse(206)
        del self._open[token]
        assert target.prop is not None
        writing.store_file(target, row, target.prop, bytes(upload.content))
        return ServiceResponse(204)


def _row_of(target: Target) -> Target:
    return replace(target, prop=None)


def _place(target: Target, key: str) -> tuple[str, str, str]:
    assert target.prop is not None
    return target.shape.name, key, target.prop.wire


def _check_range(header: str, start: int, length: int) -> int:
    """Return how long the whole file is; the chunk must be the one that follows what is there."""
    found = _RANGE.fullmatch(header.strip())
    first, last, total = map(int, found.groups()) if found else (-1, -1, -1)
    if first != start or last - first + 1 != length or not 0 < last + 1 <= total <= _MOST_BYTES:
        raise _refusal(f"The Content-Range '{header}' does not tell the chunk that follows {start} bytes.")
    return total


def _refusal(message: str) -> ServiceError:
    return ServiceError(400, "0x80060888", message)
