"""Keeps filled worlds on disk by their parameters, so that a large one is made once and then only copied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from simulator.seed.worlds import WorldSeed
from simulator.store import Store

_MOST_FILES = 6
_SOURCES = ("seed", "store", "odata", "business_central", "sales")


class SeedCache:
    """A folder of filled databases; what the worlds were made by, source code included, names the file.

    Those that were used longest ago are deleted: a new version of the code never asks for them again.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def find(self, worlds: Iterable[WorldSeed]) -> Path | None:
        """Return the file that holds these worlds, or None when they have not been kept."""
        path = self._path(worlds)
        if not path.is_file():
            return None
        path.touch()  # it was used just now
        return path

    def keep(self, worlds: Iterable[WorldSeed], store: Store) -> None:
        """Keep a store that has just been filled with these worlds; a reader never sees half a file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        os.close(handle)
        try:
            store.export(name)
            os.replace(name, self._path(worlds))
        finally:
            Path(name).unlink(missing_ok=True)
        self._drop_old()

    def _drop_old(self) -> None:
        kept = sorted(self._folder.glob("seed-*.sqlite3"), key=_last_used, reverse=True)
        for path in kept[_MOST_FILES:]:
            path.unlink(missing_ok=True)

    def _path(self, worlds: Iterable[WorldSeed]) -> Path:
        facts = repr((_fingerprint(), *worlds))
        return self._folder / f"seed-{sha256(facts.encode()).hexdigest()[:24]}.sqlite3"


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another simulator deleted it just now
        return 0.0


def copy_world(kept: Path, target: Path) -> None:
    """Copy a kept file to where a simulator will open it."""
    shutil.copyfile(kept, target)


@cache
def _fingerprint() -> str:
    """Return what tells one version of the code that fills worlds from another."""
    digest = sha256()
    for folder in _SOURCES:
        for source in sorted((Path(__file__).parents[1] / folder).rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()
