"""A body in a file does what bytes do, and stays in memory where there is no room for a file."""

from __future__ import annotations

import gc
import random

import pytest

from flask_coupling.endpoints import body as bodies
from flask_coupling.endpoints.body import FileBody, Gathering


def gathered(pieces: list[bytes]) -> bytes | FileBody:
    gathering = Gathering()
    for piece in pieces:
        gathering.add(piece)
    assert gathering.size == sum(map(len, pieces))
    return gathering.take()


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGE", 50)
    monkeypatch.setattr(bodies, "_BLOCK", 16)


@pytest.mark.usefixtures("_small")
def test_a_large_body_says_the_same_as_its_bytes() -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    for _ in range(200):
        pieces = [bytes(chance.choices(b"ab}]", k=chance.randrange(1, 40))) for _ in range(chance.randrange(4, 12))]
        whole, held = b"".join(pieces), gathered(pieces)
        assert isinstance(held, FileBody) == (len(whole) > 50), f"seed {seed}"
        start, end = sorted(chance.choices(range(len(whole) + 5), k=2))
        mark = bytes(chance.choices(b"ab}]", k=chance.randrange(1, 5)))
        told = len(held), held[start:end], held.find(mark), held.find(mark, start, end), held.rfind(mark), held[:]
        said = len(whole), whole[start:end], whole.find(mark), whole.find(mark, start, end), whole.rfind(mark), whole
        assert told == said, f"seed {seed}"


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("room", [0, 60, 90])
def test_a_body_stays_in_memory_where_the_disk_is_full(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    append = FileBody.append

    def full(file: FileBody, piece: bytes) -> None:
        if len(file) + len(piece) > room:
            append(file, piece[: len(piece) // 2])
            file._size -= len(piece) // 2
            raise OSError(28, "No space left on device")
        append(file, piece)

    monkeypatch.setattr(FileBody, "append", full)
    pieces = [bytes([97 + place]) * 20 for place in range(8)]
    assert gathered(pieces) == b"".join(pieces)


@pytest.mark.usefixtures("_small")
def test_a_file_goes_with_its_body() -> None:
    held = gathered([b"x" * 60])
    assert isinstance(held, FileBody)
    file = held._file
    del held
    gc.collect()
    assert file.closed
