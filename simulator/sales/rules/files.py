"""A note may carry a file: its content travels as base64, its size and that it is a file are Dataverse's to say."""

from __future__ import annotations

import binascii

from simulator.odata.errors import ServiceError
from simulator.odata.rules import Rules, Write

_CONTENT = "documentbody"


def _measure_file(write: Write) -> None:
    if _CONTENT not in write.given:
        return
    content = write.values.get(_CONTENT)
    write.values["filesize"] = None if content is None else _size_of(content)
    write.values["isdocument"] = content is not None


def _size_of(content: str) -> int:
    try:
        return len(binascii.a2b_base64(content.encode(), strict_mode=True))
    except ValueError as error:
        raise ServiceError(
            400, "0x80040203", f"The property '{_CONTENT}' of 'annotation' is not a valid Base-64 string."
        ) from error


FILE_RULES = Rules(before_write=_measure_file)
