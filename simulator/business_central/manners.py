"""How Business Central's API v2.0 talks."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from simulator.business_central.addresses import Addresses
from simulator.business_central.words import dialog
from simulator.odata.address import BadKey
from simulator.odata.batch import Part
from simulator.odata.edm import EntitySet
from simulator.odata.errors import ServiceError
from simulator.odata.filter import Dialect
from simulator.odata.manners import Place
from simulator.odata.messages import ServiceRequest
from simulator.odata.prefer import page_size
from simulator.odata.query import Query
from simulator.odata.service import Shape
from simulator.odata.syntax import FilterError, UnknownName, names_of
from simulator.odata.values import new_guid, ticks_of

_TOKEN_TICKS = 7 * 86_400 * 10_000_000
_STATUS_CODES = {
    413: "Application_RequestEntityTooLarge",
    401: "Authentication_InvalidCredentials",
    403: "Authorization_RequestDenied",
    408: "Application_OperationTimeout",
    503: "Internal_ServiceUnavailable",
    504: "Internal_GatewayTimeout",
}
_NO_PARENT = {
    "contactsInformation": "id type not specified.",
    "defaultDimensions": "You must get to the parent first to get to the default dimensions.",
    "attachments": "You must specify a document id to get the attachments.",
}


class BusinessCentralManners(Addresses):
    """Mandatory If-Match, whole rows in every answer, pages of 20,000, a byte order mark before counts."""

    dialect = Dialect(
        functions=frozenset({"contains", "startswith", "endswith", "tolower", "toupper", "substring"}),
        namespace="Microsoft.NAV",
        paths=False,
        distinct_or=False,
    )
    page_size = 20_000
    count_mark = "\ufeff".encode()
    needs_if_match = True
    pages_with_top = True
    reads_json_batch = True
    batch_limit = 100
    needs_company = True
    counts_parts = True
    has_subscriptions = True
    delta_option = "deltaToken"
    refused_options = {"$search": "$search", "$apply": "$apply", "$compute": "$compute"}

    def error_body(self, error: ServiceError, correlation: str) -> bytes:
        """Return the body of an error; the message ends with the correlation id."""
        message = f"{error.message}  CorrelationId:  {correlation}."
        return orjson.dumps({"error": {"code": error.code, "message": message}})

    def filter_problem(self, problem: FilterError) -> ServiceError:
        """400: an unknown name is BadRequest_NotFound, anything else a bad request address."""
        if isinstance(problem, UnknownName):
            return ServiceError(400, "BadRequest_NotFound", str(problem))
        return ServiceError(400, "BadRequest_InvalidRequestUrl", str(problem))

    def bad_key(self, problem: BadKey) -> ServiceError:
        """400 BadRequest_NotFound: error in query syntax."""
        return ServiceError(400, "BadRequest_NotFound", "Bad Request - Error in query syntax.")

    def no_such_key(self, entity: EntitySet) -> ServiceError:
        """Business Central has no alternate keys; never reached."""
        return self.unknown_segment(entity.name)

    def bad_json(self, detail: str) -> ServiceError:
        """400 BadRequest: invalid request body."""
        return ServiceError(400, "BadRequest", f"Invalid Request Body. {detail}")

    def wrong_content_type(self, given: str) -> ServiceError:
        """415: only JSON is read."""
        return ServiceError(415, "BadRequest", f"The content type '{given}' is not supported. Use application/json.")

    def unknown_segment(self, name: str) -> ServiceError:
        """404 BadRequest_ResourceNotFound."""
        return ServiceError(404, "BadRequest_ResourceNotFound", f"Resource not found for the segment '{name}'.")

    def method_not_allowed(self, method: str, entity: EntitySet | None) -> ServiceError:
        """405 BadRequest_MethodNotAllowed."""
        name = entity.name if entity else ""
        return ServiceError(
            405, "BadRequest_MethodNotAllowed",
            f"'{method}' requests for '{name}' of EdmType 'Entity' are not allowed within Dynamics 365 Business "
            "Central OData web services.",
        )  # fmt: skip

    def stale(self, entity: EntitySet) -> ServiceError:
        """409 Request_EntityChanged, not 412."""
        return ServiceError(409, "Request_EntityChanged", "Another user has already changed the record.")

    def no_if_match(self) -> ServiceError:
        """400 BadRequest_InvalidToken."""
        return ServiceError(
            400, "BadRequest_InvalidToken",
            "Could not validate the client concurrency token required by the service. Please provide a valid token in "
            "the client request.",
        )  # fmt: skip

    def exists_already(self, entity: EntitySet) -> ServiceError:
        """Business Central does not upsert; the same answer as a stale row."""
        return self.stale(entity)

    def not_supported(self, what: str) -> ServiceError:
        """501 BadRequest_MethodNotImplemented."""
        return ServiceError(501, "BadRequest_MethodNotImplemented", f"{what} is not supported.")

    def no_owner(self, entity: EntitySet) -> ServiceError:
        """400 Application_DialogException: one must get to the parent first."""
        return dialog(entity.subpage.refusal if entity.subpage is not None else "")

    def no_reference(self, name: str) -> ServiceError:
        """400 BadRequest."""
        return ServiceError(400, "BadRequest", f"The reference '{name}' does not exist in the batch.")

    def no_company(self, given: str) -> ServiceError:
        """404 Internal_CompanyNotFound."""
        what = f"Cannot find company '{given}'." if given else "There is no default company; name one in the address."
        return ServiceError(404, "Internal_CompanyNotFound", what)

    def bad_batch(self, detail: str) -> ServiceError:
        """400 BadRequest."""
        return ServiceError(400, "BadRequest", f"Invalid batch request. {detail}")

    def check_batch(self, parts: Sequence[Part]) -> None:
        """Over 100 operations is a 500, as live services answer."""
        if len(parts) > self.batch_limit:
            raise ServiceError(
                500, "Internal_ServerError",
                f"The maximum number of '{self.batch_limit}' query operations and changesets allowed in a batch "
                "message has been exceeded.",
            )  # fmt: skip

    def answer_headers(self) -> dict[str, str]:
        """Return the version and a fresh request id."""
        key = new_guid()
        return {"OData-Version": "4.0", "request-id": key, "ms-correlation-x": key}

    def throttled(self, limit: str) -> ServiceError:
        """429 Application_TooManyRequests."""
        most = {"requests": "6000", "concurrency": "100", "time": "480"}[limit]
        return ServiceError(
            429, "Application_TooManyRequests", f"Too many requests reached. Actual ({most}). Maximum ({most})."
        )

    def invalid_row(self, message: str) -> ServiceError:
        """400 Application_DialogException."""
        return dialog(message)

    def status_words(self, status: int) -> tuple[str, str]:
        """Return the code of a status as the service names it."""
        return _STATUS_CODES.get(status, "Internal_ServerError"), "An error occurred while processing this request."

    def refused_option(self, sentence: str) -> ServiceError:
        """501: named, not ignored."""
        return self.not_supported(f"The query option {sentence}")

    def bad_token(self) -> ServiceError:
        """400 SkipTokenIsNoLongerValid."""
        return ServiceError(400, "SkipTokenIsNoLongerValid", "The specified skip token is no longer valid.")

    def check_collection(self, entity: EntitySet, has_parent: bool, query: Query) -> None:
        """Lines and their like are read through their parent, or with a filter on it."""
        named, subpage, parent = set(names_of(query.filter)), entity.subpage, entity.parent
        if subpage is not None and not has_parent and (entity.derived or not {subpage.column, subpage.kind} <= named):
            raise self.no_owner(entity)
        needed = entity.read_by or ((parent.column,) if parent is not None else ())
        if has_parent or set(needed) <= named:
            return
        raise dialog(_NO_PARENT.get(entity.name, "You must specify an Id or a Document Id to get the lines."))

    def applied(self, preferences: Mapping[str, str], method: str) -> str:
        """Repeat what was honoured."""
        if method != "GET":
            return ""
        honoured = [f"odata.maxpagesize={size}"] if (size := page_size(preferences)) else []
        return ", ".join([*honoured, *(["odata.track-changes"] if "odata.track-changes" in preferences else [])])

    def no_content_headers(
        self, address: str, shown: str, is_create: bool, preferences: Mapping[str, str]
    ) -> dict[str, str]:
        """Repeat the preference for no content in the spelling that was used."""
        applied = "return-no-content" if "return-no-content" in preferences else "return=minimal"
        return {**super().no_content_headers(address, shown, is_create, preferences), "Preference-Applied": applied}

    def wants_content(self, preferences: Mapping[str, str], is_create: bool) -> bool:
        """Rows are answered unless the caller says no; the server spells that return-no-content."""
        return "return-no-content" not in preferences and preferences.get("return") != "minimal"

    def write_token(
        self, shape: Shape, key: str, position: Sequence[tuple[str, Any]], is_default: bool, page: int
    ) -> str:
        """Return the last row's id; a custom order's values follow it, so that an edit of that row loses nothing."""
        if is_default:
            return key
        values = base64.urlsafe_b64encode(orjson.dumps([value for _, value in position])).decode().rstrip("=")
        return f"{key}~{values}"

    def read_token(self, token: str) -> Place:
        """Return the row or the position behind which to go on."""
        key, mark, values = token.partition("~")
        if not mark:
            return Place(key.lower())
        try:
            position = orjson.loads(base64.urlsafe_b64decode(values + "=" * (-len(values) % 4)))
        except ValueError:
            raise self.bad_token() from None
        if not isinstance(position, list):
            raise self.bad_token()
        return Place(tuple(position))

    def write_delta(self, version: int, now: datetime) -> str:
        """Return an opaque token."""
        return base64.urlsafe_b64encode(orjson.dumps([version, ticks_of(now)])).decode().rstrip("=")

    def read_delta(self, token: str, now: datetime) -> int | None:
        """Return the version of a token that is at most seven days old."""
        try:
            version, ticks = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        except (ValueError, TypeError):
            return None
        if type(version) is not int or type(ticks) is not int or ticks_of(now) - ticks > _TOKEN_TICKS:
            return None
        return version

    def no_tracking(self, entity: EntitySet) -> ServiceError:
        """500, as live services answer."""
        return ServiceError(500, "Internal_ServerError", "Entity does not support delta requests.")

    def delta_expired(self, fresh_link: str) -> ServiceError:
        """410 Gone, with the address of a fresh baseline."""
        return ServiceError(
            410, "SyncStateNotFound", "The delta token is no longer valid. Start over.", {"Location": fresh_link}
        )

    def check_request(self, request: ServiceRequest) -> None:
        """A write that announces to be read-only is refused: it was sent to a copy that only answers."""
        if request.header("data-access-intent").lower() == "readonly" and request.method not in ("GET", "HEAD"):
            raise ServiceError(
                400, "BadRequest", "The request has the header Data-Access-Intent: ReadOnly and cannot write."
            )
