"""Collects a service's entity sets: one module each, whose constant bears the module's name in capitals."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from simulator.odata.edm import EntitySet


def collect_entity_sets(package: str, folder: str) -> tuple[EntitySet, ...]:
    """Return what the modules of a package declare, in the order of their names.

    A module ``vendors.py`` must hold ``VENDORS``, an EntitySet; anything else is a TypeError that names the module.
    """
    names = sorted(module.name for module in iter_modules([str(Path(folder))]))
    return tuple(_declared(package, name) for name in names)


def _declared(package: str, name: str) -> EntitySet:
    module = import_module(f"{package}.{name}")
    declared = getattr(module, name.upper(), None)
    if not isinstance(declared, EntitySet):
        raise TypeError(f"{module.__name__} must declare one EntitySet called {name.upper()}; found {declared!r}.")
    return declared
