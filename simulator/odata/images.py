"""What the bytes of a picture say about it: its type and its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # the markers of a JPEG's frames
_BARE = frozenset({0x01, *range(0xD0, 0xDA)})  # its markers without a segment

_TIFF = (b"II*\0", b"MM\0*")
_THUMBNAIL = 144


class Image(NamedTuple):
    """A picture's media type, width and height in pixels."""

    content_type: str
    width: int
    height: int


def measure_image(content: bytes) -> Image | None:
    """Return what a PNG, JPEG, GIF or BMP is; None for anything else, and for a picture that is cut off."""
    for start, measure in _FORMATS:
        if content.startswith(start):
            return measure(content)
    return None


def is_image(content: bytes) -> bool:
    """Whether these are the bytes of a picture, of which Dataverse takes TIFF too."""
    return content.startswith(_TIFF) or measure_image(content) is not None


def is_thumbnail(content: bytes) -> bool:
    """Whether a picture is as small as the thumbnail that Dataverse makes of it: square, 144 pixels at most."""
    found = measure_image(content)
    return found is not None and found.width == found.height <= _THUMBNAIL


def _png(content: bytes) -> Image | None:
    if len(content) < 24 or content[12:16] != b"IHDR":
        return None
    return Image("image/png", int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))


def _gif(content: bytes) -> Image | None:
    if len(content) < 10:
        return None
    return Image("image/gif", int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little"))


def _bmp(content: bytes) -> Image | None:
    if len(content) < 26:
        return None
    width, height = (int.from_bytes(content[at : at + 4], "little", signed=True) for at in (18, 22))
    return Image("image/bmp", width, abs(height))  # rows from the top have a negative height


def _jpeg(content: bytes) -> Image | None:
    for marker, at in _segments(content):
        if marker in _SIZES and len(content) >= at + 7:
            height, width = (int.from_bytes(content[start : start + 2]) for start in (at + 3, at + 5))
            return Image("image/jpeg", width, height)
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the markers of a JPEG, each with where its segment starts."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at + 2
        at += 2 + int.from_bytes(content[at + 2 : at + 4])


_FORMATS: tuple[tuple[bytes, Callable[[bytes], Image | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png), (b"\xff\xd8\xff", _jpeg), (b"GIF87a", _gif), (b"GIF89a", _gif), (b"BM", _bmp),
)  # fmt: skip
