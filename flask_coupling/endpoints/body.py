"""The body of an answer: a large one is kept in a file, so that memory need not hold a page while its rows are used."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Protocol
from weakref import finalize

LARGE = 2 << 20
"""Bytes up to which a body stays in memory: more than the answer to a batch of a thousand operations."""

_BLOCK = 1 << 16


class Body(Protocol):
    """What bytes can do, as far as a page is cut by it."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...

    def find(self, mark: bytes, start: int = ..., end: int = ..., /) -> int:
        """See `bytes.find`."""
        ...

    def rfind(self, mark: bytes, /) -> int:
        """See `bytes.rfind`."""
        ...


class FileBody:
    """Bytes in a file without a name, which goes with this object. Used by one thread at a time."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed with this object
        self._size = 0
        finalize(self, self._file.close)

    def append(self, piece: bytes) -> None:
        """Write further bytes; raises OSError where they do not fit, and they are then not there."""
        self._file.seek(self._size)
        left = memoryview(piece)
        while left:
            left = left[self._file.write(left) :]
        self._size += len(piece)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        self._file.seek(start)
        return bytes(self._file.read(max(stop - start, 0)))

    def find(self, mark: bytes, start: int = 0, end: int | None = None) -> int:
        """See `bytes.find`."""
        end = self._size if end is None else min(end, self._size)
        while start + len(mark) <= end:
            found = self[start : min(start + _BLOCK, end)].find(mark)
            if found >= 0:
                return start + found
            start += _BLOCK - len(mark) + 1  # it may lie across two blocks
        return -1

    def rfind(self, mark: bytes) -> int:
        """See `bytes.rfind`."""
        end = self._size
        while end >= len(mark):
            start = max(end - _BLOCK, 0)
            found = self[start:end].rfind(mark)
            if found >= 0:
                return start + found
            end = start + len(mark) - 1 if start else 0
        return -1


class Gathering:
    """A body that comes piece by piece; `size` is what came."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._file: FileBody | None = None
        self._has_room = True

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self.size += len(piece)
        self._pieces.append(piece)
        if self.size > LARGE and self._has_room:
            self._write_down()

    def take(self) -> bytes | FileBody:
        """All that came."""
        return b"".join(self._pieces) if self._file is None else self._file

    def _write_down(self) -> None:
        """Into the file; where there can be none, or the disk is full, all stays in memory."""
        try:
            self._file = self._file or FileBody()
            while self._pieces:
                self._file.append(self._pieces[0])
                del self._pieces[0]
        except OSError:
            self._has_room = False
            if self._file is not None:
                self._pieces.insert(0, self._file[:])
                self._file = None
