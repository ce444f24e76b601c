"""How a service talks: limits, preconditions, links and refusals. Each service has its own subclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from simulator.odata.address import BadKey, Segment, parse_path
from simulator.odata.batch import Part
from simulator.odata.edm import EntitySet, Property
from simulator.odata.errors import ServiceError
from simulator.odata.filter import Dialect
from simulator.odata.flat import FlatQuery
from simulator.odata.messages import ServiceRequest
from simulator.odata.query import Query
from simulator.odata.rules import Row, Rows
from simulator.odata.service import Service, Shape
from simulator.odata.syntax import FilterError

_JSON = "application/json; odata.metadata=minimal; odata.streaming=true"


class Place(NamedTuple):
    """Where a page starts: behind a row (its key) or behind a position (the order's values), and its number."""

    values: str | tuple[Any, ...]
    page: int = 2


class Manners:
    """Data and sentences in which the two services differ; subclasses fill them in."""

    dialect: Dialect
    page_size: int
    count_limit: int | None = None
    most_expands: int | None = None
    count_mark: bytes = b""
    upserts: bool = False
    needs_if_match: bool = False
    create_answers_row: bool = True
    update_answers_row: bool = True
    annotates: bool = False
    pages_with_top: bool = False
    ignores_read_only: bool = False
    links_collections: bool = False
    batch_limit: int = 100
    batch_status: int = 200
    reads_json_batch: bool = False
    batch_ends_with_failure: bool = False
    needs_company: bool = False
    puts: bool = True
    content_type: str = _JSON
    counts_parts: bool = False
    has_subscriptions: bool = False
    definitions: Any = None  # what makes the documents of EntityDefinitions, where the service has them
    delta_option: str = "$deltatoken"
    refused_options: Mapping[str, str] = {}

    def __init__(self, service: Service) -> None:
        self.service = service

    # refusals: each returns the error to raise

    def error_body(self, error: ServiceError, correlation: str) -> bytes:
        """Return the body of an error."""
        raise NotImplementedError

    def filter_problem(self, problem: FilterError) -> ServiceError:
        """An expression, option or name in the query string is wrong."""
        raise NotImplementedError

    def bad_key(self, problem: BadKey) -> ServiceError:
        """A key in the path cannot be read."""
        raise NotImplementedError

    def bad_key_value(self, entity: EntitySet, text: str) -> ServiceError:
        """A key that is no GUID."""
        return self.bad_key(BadKey(f"Bad Request - Error in query syntax. '{text}' is no key of '{entity.name}'."))

    def unknown_key(self, entity: EntitySet, names: tuple[str, ...]) -> ServiceError:
        """Named key values that are not an alternate key."""
        return self.bad_key(BadKey("Bad Request - Error in query syntax."))

    def no_such_key(self, entity: EntitySet) -> ServiceError:
        """No row with these alternate key values."""
        raise NotImplementedError

    def bad_json(self, detail: str) -> ServiceError:
        """The body is no JSON object."""
        raise NotImplementedError

    def wrong_content_type(self, given: str) -> ServiceError:
        """The body is of a type the service does not read."""
        raise NotImplementedError

    def too_large(self) -> ServiceError:
        """413: the body is longer than the service takes."""
        code, message = self.status_words(413)
        return ServiceError(413, code, message)

    def unknown_segment(self, name: str) -> ServiceError:
        """A path segment names nothing."""
        raise NotImplementedError

    def method_not_allowed(self, method: str, entity: EntitySet | None) -> ServiceError:
        """The method cannot be used there."""
        raise NotImplementedError

    def stale(self, entity: EntitySet) -> ServiceError:
        """If-Match does not match."""
        raise NotImplementedError

    def no_if_match(self) -> ServiceError:
        """If-Match is missing or unreadable where it must be given."""
        raise NotImplementedError

    def exists_already(self, entity: EntitySet) -> ServiceError:
        """If-None-Match: * on a row that exists."""
        raise NotImplementedError

    def not_supported(self, what: str) -> ServiceError:
        """Something the simulator knows of but does not offer; named, never approximated."""
        raise NotImplementedError

    def deep_update(self, entity: EntitySet, name: str) -> ServiceError:
        """Rows nested in the body of an update."""
        return self.not_supported(f"Updating '{name}' of '{entity.name}' together with its parent")

    def lookup_in_body(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A lookup set by value where it must be bound."""
        return self.service.words.read_only(entity, prop)

    def no_owner(self, entity: EntitySet) -> ServiceError:
        """Rows that are reached through their owner only, without it."""
        return self.unknown_segment(entity.name)

    def no_reference(self, name: str) -> ServiceError:
        """A $1 that no earlier part of the batch declared."""
        raise NotImplementedError

    def no_content_headers(
        self, address: str, shown: str, is_create: bool, preferences: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the headers of a write that answers no row."""
        return {"Location": address} if is_create else {}

    def no_company(self, given: str) -> ServiceError:
        """The company named does not exist, or none was named where one is needed."""
        raise NotImplementedError

    def bad_batch(self, detail: str) -> ServiceError:
        """A batch body that cannot be read."""
        raise NotImplementedError

    def check_batch(self, parts: Sequence[Part]) -> None:
        """Refuse a batch that breaks the service's limits."""

    def answer_headers(self) -> dict[str, str]:
        """Return the headers that every answer of the service carries."""
        return {"OData-Version": "4.0"}

    def throttled(self, limit: str) -> ServiceError:
        """429: a service-protection limit (requests, time or concurrency) is reached."""
        raise NotImplementedError

    def invalid_row(self, message: str) -> ServiceError:
        """400: the row is not valid, in the words of the service's business logic."""
        raise NotImplementedError

    def status_words(self, status: int) -> tuple[str, str]:
        """Return the code and message that go with an error status."""
        return str(status), "An error occurred while processing this request."

    def refused_option(self, sentence: str) -> ServiceError:
        """A query option that the service does not offer."""
        raise NotImplementedError

    def bad_token(self) -> ServiceError:
        """A skip token that is no longer valid, or never was."""
        raise NotImplementedError

    # checks and answers in which only one of the services has something to say

    def check_collection(self, entity: EntitySet, has_parent: bool, query: Query) -> None:
        """Refuse a set that cannot be read this way."""

    def annotation_filter(self, preferences: Mapping[str, str]) -> Callable[[str], bool] | None:
        """Return which annotations were asked for, as a predicate on their names; None for none."""
        return None

    def annotate(self, shape: Shape, values: Row, wants: Callable[[str], bool], references: Mapping[str, Any]) -> Row:
        """Return a row with its annotations, each before its property."""
        return values

    def further_references(self, world: Rows) -> Mapping[str, tuple[str, Row]]:
        """Return rows that a row's annotations depend on though none of its lookups does: (entity, row) by a name."""
        return {}

    def page_annotations(self, wants: Callable[[str], bool] | None, count: int | None) -> Row:
        """Return annotations of a whole page."""
        return {}

    def applied(self, preferences: Mapping[str, str], method: str) -> str:
        """Return the value of Preference-Applied, "" when nothing was."""
        return ""

    def wants_content(self, preferences: Mapping[str, str], is_create: bool) -> bool:
        """Whether a write answers the row."""
        asked = preferences.get("return")
        if asked is None:
            return self.create_answers_row if is_create else self.update_answers_row
        return asked == "representation"

    def flat_query(self, entity: EntitySet, options: Mapping[str, str]) -> FlatQuery | None:
        """Return the flat query that a request asks for (FetchXML, SQL, $apply), or None for an ordinary one."""
        return None

    # paging

    def write_token(
        self, shape: Shape, key: str, position: Sequence[tuple[str, Any]], is_default: bool, page: int
    ) -> str:
        """Return the skip token behind the row with this key, at this position of the order."""
        raise NotImplementedError

    def read_token(self, token: str) -> Place:
        """Return where a skip token leads; raises the refusal of a bad one."""
        raise NotImplementedError

    # change tracking

    def write_delta(self, version: int, now: datetime) -> str:
        """Return the delta token of a version."""
        raise NotImplementedError

    def read_delta(self, token: str, now: datetime) -> int | None:
        """Return the version a delta token was given at; None when it has expired or is none of ours."""
        raise NotImplementedError

    def no_tracking(self, entity: EntitySet) -> ServiceError:
        """The set does not track changes."""
        raise NotImplementedError

    def delta_expired(self, fresh_link: str) -> ServiceError:
        """The delta token is too old; `fresh_link` starts over."""
        raise NotImplementedError

    def check_tracking(self, options: Mapping[str, str]) -> None:
        """Refuse query options that do not go with change tracking."""

    # addresses

    def locate(self, request: ServiceRequest, options: Mapping[str, str]) -> tuple[str, tuple[Segment, ...]]:
        """Return the company that a request names (id or name, "" for none) and the segments below it."""
        return "", parse_path(request.path)

    def row_path(self, shape: Shape, key: str, scope: str) -> str:
        """Return the path of a row under the service root, with a slash in front."""
        raise NotImplementedError

    def acting_as(self, request: ServiceRequest) -> Mapping[str, str]:
        """Return which user, by a property of `systemusers`, a request is to be done as; nothing for the caller."""
        return {}

    def not_a_member(self) -> ServiceError:
        """The user whom a request is to be done as is not known here."""
        raise NotImplementedError

    def check_request(self, request: ServiceRequest) -> None:
        """Refuse a request whose headers forbid what it does."""

    def context(self, request: ServiceRequest, shape: Shape, scope: str, query: Query, suffix: str = "") -> str:
        """Return the @odata.context of an answer about a set."""
        raise NotImplementedError

    def page_options(self, shape: Shape, options: dict[str, str], token: str, left: int | None) -> dict[str, str]:
        """Return the query options of the next page; `left` is what remains of $top."""
        raise NotImplementedError

    def link(self, request: ServiceRequest, options: Mapping[str, str]) -> str:
        """Return the request's own address with other query options."""
        path = quote(request.root + request.path, safe="/()',=:;@$!*-._~")
        text = "&".join(f"{quote(name, safe='$@.')}={_encode(value)}" for name, value in options.items())
        return f"{request.base}{path}?{text}"


def _encode(value: str) -> str:
    return quote(value, safe="(),'/:;=@$!*-._~")


def selected_names(query: Query) -> str:
    """Return the parenthesized list of names that a context carries, "" when all are selected."""
    names = [*query.select, *(f"{one.name}{selected_names(one.query) or '()'}" for one in query.expand)]
    return f"({','.join(names)})" if names else ""
