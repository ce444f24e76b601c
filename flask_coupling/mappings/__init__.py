"""The default synchronization setup: one table mapping in each module of this package.

Modules whose names begin with an underscore hold what several mappings share.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.order import in_dependency_order
from flask_coupling.errors import MappingInvalid


def default_setup() -> dict[str, TableMapping]:
    """Return the shipped table mappings by name, in dependency order.

    Each module whose name does not begin with an underscore declares exactly one `TableMapping` constant; raises
    MappingInvalid when it does not.
    """
    names = sorted(module.name for module in iter_modules(__path__))
    found = [_declared(name) for name in names if not name.startswith("_")]
    return {mapping.name: mapping for mapping in in_dependency_order(found)}


def _declared(module: str) -> TableMapping:
    contents = vars(import_module(f"{__name__}.{module}"))
    declared = [value for value in contents.values() if isinstance(value, TableMapping)]
    if len(declared) != 1:
        detail = f"mappings/{module}.py must declare one TableMapping, it declares {len(declared)}"
        raise MappingInvalid(mapping=module, detail=detail)
    return declared[0]
