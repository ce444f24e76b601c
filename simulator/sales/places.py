"""Where things are in Dataverse: rows by their address, pages by their cookie, changes by their token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.odata.edm import EntitySet
from simulator.odata.errors import ServiceError
from simulator.odata.manners import Manners, Place, selected_names
from simulator.odata.messages import ServiceRequest
from simulator.odata.query import Query
from simulator.odata.service import Shape
from simulator.sales.cookies import read_cookie, write_cookie
from simulator.sales.words import request_error


class Places(Manners):
    """Paging cookies, delta tokens of seven days, and plain addresses."""

    def write_token(
        self, shape: Shape, key: str, position: Sequence[tuple[str, Any]], is_default: bool, page: int
    ) -> str:
        """Return the paging cookie behind a row."""
        return write_cookie([(name or shape.key, value) for name, value in position], page)

    def read_token(self, token: str) -> Place:
        """Return the position that a paging cookie holds."""
        found = read_cookie(token)
        if found is None:
            raise self.bad_token()
        return found

    def write_delta(self, version: int, now: datetime) -> str:
        """Return version!date, as the service's tokens look."""
        return f"{version}!{now:%m/%d/%Y %H:%M:%S}"

    def read_delta(self, token: str, now: datetime) -> int | None:
        """Return the version of a token that is at most seven days old."""
        version, _, stamp = token.partition("!")
        try:
            at = datetime.strptime(stamp, "%m/%d/%Y %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            return None
        if not version.isascii() or not version.isdigit() or now - at > timedelta(days=7):
            return None
        return int(version)

    def no_tracking(self, entity: EntitySet) -> ServiceError:
        """400 0x80060888."""
        return request_error(f"The entity '{entity.entity}' does not have change tracking enabled.")

    def delta_expired(self, fresh_link: str) -> ServiceError:
        """400 0x80044352."""
        return ServiceError(
            400, "0x80044352",
            "The version stamp associated with the client has expired. Please perform a full sync.",
        )  # fmt: skip

    def check_tracking(self, options: Mapping[str, str]) -> None:
        """Refuse what changes cannot be tracked with."""
        for name in ("$filter", "$orderby", "$expand", "$top"):
            if name in options:
                raise request_error(f'The "{name}" query parameter isn\'t supported when Change Tracking is enabled.')

    def row_path(self, shape: Shape, key: str, scope: str) -> str:
        """Return /set(id)."""
        return f"/{shape.name}({key})"

    def context(self, request: ServiceRequest, shape: Shape, scope: str, query: Query, suffix: str = "") -> str:
        """Return …$metadata#accounts(name,telephone1)."""
        return f"{request.root_url}/$metadata#{shape.name}{selected_names(query)}{suffix}"

    def page_options(self, shape: Shape, options: dict[str, str], token: str, left: int | None) -> dict[str, str]:
        """Return the options with the paging cookie, which is percent-encoded once more in the link."""
        kept = {name: value for name, value in options.items() if name != "$skiptoken"}
        if left is not None:
            kept["$top"] = str(left)
        return kept | {"$skiptoken": token}
