"""How the Dataverse Web API talks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from simulator.odata.address import BadKey
from simulator.odata.batch import Part
from simulator.odata.edm import EntitySet, Property
from simulator.odata.errors import ServiceError
from simulator.odata.filter import Dialect
from simulator.odata.flat import FlatQuery, parse_apply
from simulator.odata.messages import ServiceRequest
from simulator.odata.prefer import page_size
from simulator.odata.rules import Row, Rows
from simulator.odata.service import Shape
from simulator.odata.syntax import FilterError
from simulator.odata.values import new_guid, parse_guid
from simulator.sales import definitions
from simulator.sales.annotations import BASE, annotate, annotation_filter
from simulator.sales.fetchxml import parse_fetch
from simulator.sales.functions import FUNCTIONS
from simulator.sales.places import Places
from simulator.sales.rules.currencies import base_currency
from simulator.sales.sql import parse_sql
from simulator.sales.words import request_error

_LIMITS = {
    "requests": (
        "0x80072322",
        "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
    ),
    "time": (
        "0x80072321",
        "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of "
        "300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.",
    ),
    "concurrency": ("0x80072326", "Number of concurrent requests exceeded the limit of 52."),
}
_IMPERSONATION = {"mscrmcallerid": "systemuserid", "callerobjectid": "azureactivedirectoryobjectid"}
_STATUS_CODES = {403: "0x80040220", 401: "0x80040225"}


class SalesManners(Places):
    """No content unless asked for, upsert by PATCH, pages of 5,000, annotations on demand."""

    dialect = Dialect(
        functions=frozenset({"contains", "startswith", "endswith"}),
        namespace="Microsoft.Dynamics.CRM",
        named=FUNCTIONS,
        wildcards=True,
    )
    page_size = 5_000
    count_limit = 5_000
    most_expands = 15
    upserts = True
    create_answers_row = False
    update_answers_row = False
    annotates = True
    ignores_read_only = True
    links_collections = True
    batch_limit = 1_000
    definitions = definitions
    batch_ends_with_failure = True
    puts = False
    refused_options = {
        "$skip": "The query parameter $skip is not supported",
        "$search": "The query parameter $search is not supported",
        "$format": "The query parameter $format is not supported",
        "$compute": "The query parameter $compute is not supported",
        "savedQuery": "The query parameter savedQuery is not supported",
        "userQuery": "The query parameter userQuery is not supported",
    }

    def error_body(self, error: ServiceError, correlation: str) -> bytes:
        """Return the body of an error."""
        return orjson.dumps({"error": {"code": error.code, "message": error.message}})

    def filter_problem(self, problem: FilterError) -> ServiceError:
        """400 0x80060888."""
        return request_error(str(problem))

    def bad_key(self, problem: BadKey) -> ServiceError:
        """400 0x80060888."""
        return request_error(str(problem))

    def unknown_key(self, entity: EntitySet, names: tuple[str, ...]) -> ServiceError:
        """400: the named columns are no active key."""
        return request_error(f"The specified key attributes are not a defined key for the {entity.entity} entity")

    def no_such_key(self, entity: EntitySet) -> ServiceError:
        """404 0x80060891."""
        return ServiceError(
            404, "0x80060891", f"A record with the specified key values does not exist in {entity.entity} entity"
        )

    def bad_json(self, detail: str) -> ServiceError:
        """400 0x80048d19 with the reader's own words."""
        return ServiceError(400, "0x80048d19", f"Error identified in Payload provided by the user. {detail}")

    def wrong_content_type(self, given: str) -> ServiceError:
        """415."""
        return request_error(f"The content type '{given}' is not supported by the resource.", 415)

    def unknown_segment(self, name: str) -> ServiceError:
        """404 0x8006088a."""
        return ServiceError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")

    def method_not_allowed(self, method: str, entity: EntitySet | None) -> ServiceError:
        """405 0x80060888."""
        return request_error(f"The requested resource does not support http method '{method}'.", 405)

    def stale(self, entity: EntitySet) -> ServiceError:
        """412 0x80060882."""
        return ServiceError(
            412, "0x80060882",
            "The version of the existing record doesn't match the RowVersion property provided.",
        )  # fmt: skip

    def no_if_match(self) -> ServiceError:
        """400 0x80060883: an If-Match that is no version."""
        return ServiceError(
            400, "0x80060883",
            "The RowVersion property must be provided when the value of ConcurrencyBehavior is IfVersionMatches.",
        )  # fmt: skip

    def exists_already(self, entity: EntitySet) -> ServiceError:
        """412: If-None-Match: * on a row that exists."""
        return ServiceError(412, "0x80060892", "A record with matching key values already exists.")

    def not_supported(self, what: str) -> ServiceError:
        """501 0x80060888."""
        return request_error(f"{what} is not supported.", 501)

    def lookup_in_body(self, entity: EntitySet, prop: Property) -> ServiceError:
        """400: lookups are bound, not set."""
        return ServiceError(
            400, "0x80048d19",
            "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead. "
            f"The property is '{prop.wire}'.",
        )  # fmt: skip

    def no_reference(self, name: str) -> ServiceError:
        """400 0x80060888."""
        return request_error(f"Content-ID Reference: '{name}' does not exist in the batch context.")

    def no_content_headers(
        self, address: str, shown: str, is_create: bool, preferences: Mapping[str, str]
    ) -> dict[str, str]:
        """OData-EntityId repeats the form of key that the request used; Location is by id."""
        return {"OData-EntityId": shown} | ({"Location": address} if is_create else {})

    def bad_batch(self, detail: str) -> ServiceError:
        """400 0x80060888."""
        return request_error(detail)

    def check_batch(self, parts: Sequence[Part]) -> None:
        """At most 1,000 requests, no batch in a batch, no GET and no missing Content-ID in a change set."""
        if len(parts) > self.batch_limit:
            raise request_error(f"The number of requests in the batch exceeds the limit of {self.batch_limit}.")
        for part in parts:
            if part.url.rstrip("/").endswith("$batch"):
                raise request_error("Nested batch requests are not supported.")
            if part.group and part.method == "GET":
                raise request_error("A GET operation is not supported in a change set.")
            if part.group and part.id is None:
                raise request_error("Content-ID is required for the operations of a change set.")

    def acting_as(self, request: ServiceRequest) -> Mapping[str, str]:
        """Return the user whom MSCRMCallerID or CallerObjectId names."""
        for header, name in _IMPERSONATION.items():
            if asked := request.headers.get(header):
                return {name: parse_guid(asked) or ""}
        return {}

    def not_a_member(self) -> ServiceError:
        """403 0x80072560."""
        return ServiceError(403, "0x80072560", "The user is not a member of the organization.")

    def answer_headers(self) -> dict[str, str]:
        """Return the headers that clients look at, with a fresh request id."""
        key = new_guid()
        return {
            "OData-Version": "4.0",
            "REQ_ID": key,
            "x-ms-service-request-id": key,
            "Allow": "OPTIONS,GET,HEAD,POST",
            "Access-Control-Expose-Headers": "Preference-Applied,OData-EntityId,Location,ETag,OData-Version",
            "x-ms-ratelimit-burst-remaining-xrm-requests": "5999",
            "x-ms-ratelimit-time-remaining-xrm-requests": "1,200.00",
        }

    def throttled(self, limit: str) -> ServiceError:
        """429 with the code of the limit."""
        code, message = _LIMITS[limit]
        return ServiceError(429, code, message)

    def invalid_row(self, message: str) -> ServiceError:
        """400 0x80040265: a plug-in aborted."""
        return ServiceError(400, "0x80040265", message)

    def status_words(self, status: int) -> tuple[str, str]:
        """Return the code of a status as the service names it."""
        return _STATUS_CODES.get(status, "0x80040216"), "An unexpected error occurred."

    def refused_option(self, sentence: str) -> ServiceError:
        """400 0x80060888."""
        return request_error(sentence)

    def bad_token(self) -> ServiceError:
        """400: the cookie cannot be read."""
        return request_error("The paging cookie of the $skiptoken is malformed.")

    def annotation_filter(self, preferences: Mapping[str, str]) -> Callable[[str], bool] | None:
        """Return what odata.include-annotations asks for."""
        return annotation_filter(preferences.get("odata.include-annotations", ""))

    def annotate(self, shape: Shape, values: Row, wants: Callable[[str], bool], references: Mapping[str, Any]) -> Row:
        """Add formatted values, lookup names and navigation properties."""
        return annotate(shape, values, wants, references)

    def further_references(self, world: Rows) -> Mapping[str, tuple[str, Row]]:
        """Return the organization's own currency, whose symbol base amounts carry."""
        key = base_currency(world)
        currency = world.get("transactioncurrencies", key) if key else None
        return {BASE: ("transactioncurrency", currency)} if currency else {}

    def page_annotations(self, wants: Callable[[str], bool] | None, count: int | None) -> Row:
        """Add the record counts that clients read; -1 unless $count was asked for."""
        if wants is None:
            return {}
        total = -1 if count is None else count
        found = {
            "@Microsoft.Dynamics.CRM.totalrecordcount": total,
            "@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded": count == self.count_limit,
            "@Microsoft.Dynamics.CRM.globalmetadataversion": "1",
        }
        return {name: value for name, value in found.items() if wants(name[1:])}

    def applied(self, preferences: Mapping[str, str], method: str) -> str:
        """Repeat what was honoured."""
        honoured = []
        if preferences.get("return") == "representation" and method != "GET":
            honoured.append("return=representation")
        if "odata.include-annotations" in preferences:
            honoured.append(f'odata.include-annotations="{preferences["odata.include-annotations"]}"')
        if "odata.track-changes" in preferences and method == "GET":
            honoured.append("odata.track-changes")
        size = page_size(preferences)
        if size and size <= self.page_size and method == "GET":  # a greater one is ignored
            honoured.append(f"odata.maxpagesize={size}")
        return ", ".join(honoured)

    def flat_query(self, entity: EntitySet, options: Mapping[str, str]) -> FlatQuery | None:
        """Read fetchXml, sql and $apply."""
        if "fetchXml" in options:
            return parse_fetch(options["fetchXml"], self.service.model, entity)
        page = self.read_token(options["$skiptoken"]).page if "$skiptoken" in options else 1
        if "sql" in options:
            return replace(parse_sql(options["sql"], self.service.model, entity), page=page)
        if "$apply" in options:
            return replace(parse_apply(options["$apply"], entity, self.dialect.namespace), page=page)
        return None
