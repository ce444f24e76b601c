"""The options of a service's choices that its makers changed: published ones, and those that wait to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.odata.edm import Option
from simulator.odata.service import Options, Service

Column = tuple[str, str]
"""An entity set and one of its choices."""


@dataclass(slots=True)
class OptionSets:
    """What differs from the declared options; a choice that is in neither has the options it is declared with."""

    published: dict[Column, Options] = field(default_factory=dict)
    drafts: dict[Column, Options] = field(default_factory=dict)

    def service(self, declared: Service) -> Service:
        """The declared service with the published options."""
        return declared.with_options(self.published) if self.published else declared

    def latest(self, declared: Service, column: Column) -> Options:
        """The options of a choice, with what is not published yet."""
        for known in (self.drafts, self.published):
            if column in known:
                return known[column]
        prop = declared.shapes[column[0]].entity.property(column[1])
        return prop.options if prop is not None else ()

    def publish(self) -> list[Column]:
        """Make the drafts what everyone sees; returns the choices that changed."""
        changed = list(self.drafts)
        self.published |= self.drafts
        self.drafts.clear()
        return changed

    def as_json(self) -> list[list[Any]]:
        """The two dictionaries as lists, to be kept."""
        return [_listed(self.published), _listed(self.drafts)]

    @classmethod
    def of(cls, kept: list[list[Any]]) -> OptionSets:
        """The reverse of `as_json`."""
        return cls(*map(_unlisted, kept)) if kept else cls()


def _listed(options: Mapping[Column, Options]) -> list[Any]:
    return [[*column, [[one.value, one.label] for one in listed]] for column, listed in options.items()]


def _unlisted(kept: list[Any]) -> dict[Column, Options]:
    return {(name, column): tuple(Option(*one) for one in listed) for name, column, listed in kept}
