"""The messages that each table of the simulator takes, as rows of sdkmessages and sdkmessagefilters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from simulator.odata.edm import EntitySet, ServiceModel

Row = dict[str, Any]

_READING = ("Retrieve", "RetrieveMultiple")
_INSERTING = ("Create", "CreateMultiple")
_MODIFYING = ("Update", "UpdateMultiple")
_BOTH = ("Upsert", "UpsertMultiple")
_DELETING = ("Delete",)
_ALL = (*_READING, *_INSERTING, *_MODIFYING, *_BOTH, *_DELETING)


def messages_of(entity: EntitySet) -> tuple[str, ...]:
    """Return the names of the messages a table takes."""
    inserting, modifying = entity.insert_allowed, entity.modify_allowed
    return (
        *_READING,
        *(_INSERTING if inserting else ()),
        *(_MODIFYING if modifying else ()),
        *(_BOTH if inserting and modifying else ()),
        *(_DELETING if entity.delete_allowed else ()),
    )


def message_rows(model: ServiceModel) -> Iterator[tuple[str, list[Row]]]:
    """Yield (entity set, rows); the same model gives the same ids in every simulator."""
    yield "sdkmessages", [{"sdkmessageid": _id(name), "name": name} for name in _ALL]
    yield (
        "sdkmessagefilters",
        [
            {
                "sdkmessagefilterid": _id(name, entity.entity),
                "name": f"{name} of {entity.entity}",
                "primaryobjecttypecode": entity.entity,
                "_sdkmessageid_value": _id(name),
            }
            for entity in model.entity_sets
            for name in messages_of(entity)
        ],
    )


def _id(*names: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(("dataverse-message", *names))))
