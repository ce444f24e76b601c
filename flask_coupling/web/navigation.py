"""The places of a connection's pages, in groups; what the reader may not open is not offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

from flask_coupling.permissions import allowed

from .language import mark


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to; `also` are the endpoints of pages that belong to it."""

    endpoint: str
    label: str
    also: tuple[str, ...] = ()
    action: str = "view"
    needs_enabled: bool = True

    @property
    def is_here(self) -> bool:
        """Whether the present page is this place or belongs to it."""
        return request.endpoint in {f"coupling.{each}" for each in (self.endpoint, *self.also)}


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading; `has_tables` puts the table mappings there too."""

    label: str
    places: tuple[Place, ...] = ()
    has_tables: bool = False


GROUPS: tuple[Group, ...] = (
    Group(
        "",
        (
            Place("overview", mark("Overview"), needs_enabled=False),
            Place("health", mark("Health"), needs_enabled=False),
            Place("issues", mark("Errors and Conflicts"), also=("failure_list",)),
        ),
    ),
    Group(mark("Tables"), has_tables=True),
    Group(
        mark("Synchronization"),
        (
            Place("full_synchronization", mark("Full Synchronization")),
            Place("schedule_list", mark("Schedules"), also=("schedule_edit",)),
            Place(
                "job_list",
                mark("Synchronization Log"),
                also=("job", "job_history", "undo_job", "delete_jobs"),
                needs_enabled=False,
            ),
        ),
    ),
    Group(
        mark("Administration"),
        (
            Place(
                "mapping_list",
                mark("Table Mappings"),
                also=(
                    "mapping_editor_page",
                    "mapping_restore",
                    "mapping_uncouple",
                    "mapping_restore_all",
                    "mapping_import",
                    "mapping_change_list",
                ),
                action="administer",
            ),
            Place("webhooks", mark("Notifications of changes"), action="administer"),
            Place(
                "connection_setup",
                mark("Connection Setup"),
                also=("connection_delete",),
                action="administer",
                needs_enabled=False,
            ),
        ),
    ),
)


def groups(connection: str, is_enabled: bool) -> Iterator[tuple[Group, list[Place]]]:
    """The groups of a connection with the places that are open to the reader; groups without any are left out."""
    for group in GROUPS:
        places = [each for each in group.places if _is_open(each, connection, is_enabled)]
        if places or (group.has_tables and is_enabled):
            yield group, places


def stands_apart() -> bool:
    """Whether the present page belongs to a place of its own although its address names a table mapping."""
    return any(place.is_here for group in GROUPS for place in group.places)


def _is_open(place: Place, connection: str, is_enabled: bool) -> bool:
    return (is_enabled or not place.needs_enabled) and allowed(place.action, connection=connection)
