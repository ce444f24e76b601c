"""Says what a wheel of this project lacks or has too much of: `python -m tests.wheel dist/*.whl`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent
PACKAGES = ("flask_coupling", "simulator")
KINDS = {
    "types of flask_coupling": "flask_coupling/py.typed",
    "types of simulator": "simulator/py.typed",
    "pages": "flask_coupling/web/templates/coupling/*.html",
    "style sheets": "flask_coupling/web/static/*.css",
    "scripts": "flask_coupling/web/static/*.js",
    "Danish translation": "flask_coupling/web/translations/da/LC_MESSAGES/*.mo",
    "migrations": "flask_coupling/migrations/versions/*.py",
    "licence": "flask_coupling-*.dist-info/licenses/LICENSE",
    "entry points": "flask_coupling-*.dist-info/entry_points.txt",
}
"""What must be there whatever the checkout looks like; `*` stands for any text."""


def sources() -> set[str]:
    """The files of both packages as they lie in the checkout."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def faults_of(wheel: Path) -> Iterator[str]:
    """Yield what is wrong with a wheel, in words; nothing when all is well."""
    with ZipFile(wheel) as archive:
        packed = set(archive.namelist())
        points = archive.read(next(name for name in packed if name.endswith("/entry_points.txt"))).decode()
    contents = {name for name in packed if ".dist-info/" not in name}
    yield from (f"{kind} ({pattern}) are missing" for kind, pattern in KINDS.items() if not _any(packed, pattern))
    yield from (f"{name} is missing" for name in sorted(sources() - contents))
    yield from (f"{name} does not belong there" for name in sorted(contents - sources()))
    if "simulator = simulator.pytest_plugin" not in points:
        yield "the pytest plugin is not registered"


def _any(names: set[str], pattern: str) -> bool:
    return any(Path(name).match(pattern) for name in names)


if __name__ == "__main__":
    wheels = [Path(name) for name in sys.argv[1:]]
    faults = [fault for wheel in wheels for fault in faults_of(wheel)] if wheels else ["no wheel was named"]
    print("\n".join(faults) or f"{', '.join(wheel.name for wheel in wheels)}: complete")
    sys.exit(1 if faults else 0)
