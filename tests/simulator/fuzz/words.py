"""The words of nonsense: values, bodies, headers and addresses that nobody should send."""

from __future__ import annotations

from typing import Any

# fmt: off
ODD_TEXTS = (
    "", " ", "'", '"', "æøå", "𝄞", "a\0b", "\r\n", "..", "../..", "%", "%00", "$", "(", ")", "()", ",", ";", "&",
    "?", "#",
    "x" * 3_000, "-1", "0", "NaN", "null", "true", "\ufeff", "\u202e", "*", "W/", 'W/"1"', "99999999999999999999",
    "00000000-0000-0000-0000-000000000000", "{0}", "<a>", "1=1;--", "=1+1",
)
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**40, 1e308, 0.1, [], {}, [[]], [None], [{}],
    {"a": {"b": []}},
    {"@odata.bind": 1}, "0001-01-01", "2026-02-30", "2026-01-31T25:00:00Z", *ODD_TEXTS,
)
RAW_BODIES = (
    b"", b"{", b"}", b"[", b"nonsense", b'{"a":', b'{"a":1,}', b"\xff\xfe", b"\x00", b"null", b"[]", b'"text"', b"1",
    b"\xef\xbb\xbf{}", b"NaN", b'{"a":NaN}', b"[" * 2_000, b'{"a":' * 500, b"<xml/>", b'{"a":1}{"b":2}',
    b'{"a":1,"a":2}',
)
CONTENT_TYPES = (
    "application/json", "application/json;charset=utf-8", "text/plain", "application/xml", "", "multipart/mixed",
    "multipart/mixed;boundary=", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded", "x/y", "/",
    ";;;",
)
PREFER = (
    "return=minimal", "return=representation", "return-no-content", "odata.maxpagesize=0", "odata.maxpagesize=-5",
    "odata.maxpagesize=1", "odata.maxpagesize=99999999999999999999", "odata.maxpagesize=x", "odata.track-changes",
    "odata.continue-on-error", 'odata.include-annotations="*"', "odata.include-annotations=", ",,,", "=",
    "respond-async",
)
OPTIONS = (
    "$top", "$skip", "$count", "$select", "$orderby", "$expand", "$filter", "$apply", "$search", "$skiptoken",
    "$deltatoken", "$format", "$levels", "fetchXml", "sql", "savedQuery", "userQuery", "aid", "company", "tenant",
    "$schemaversion", "deltaToken", "@p1", "$nope", "$compute", "$batch",
)
OPTION_TEXTS = (
    "0", "1", "5", "-1", "1.5", "99999999999999999999999", "true", "TRUE", "maybe", "name", "displayName desc",
    "nope",
    "name,name", "*", "nope asc,", "nope($select=)", "contact_customer_accounts($filter=nope eq 1;$top=x)",
    "nav/nav/nav",
    "<fetch/>", "<fetch", "<fetch count='x'><entity name='account'/></fetch>", "<fetch><entity name='nope'/></fetch>",
    "<fetch><entity name='account'><filter><condition attribute='name' operator='nope'/></filter></entity></fetch>",
    "<fetch page='0' paging-cookie='x'><entity name='account'><all-attributes/></entity></fetch>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><fetch><entity name='account'/></fetch>", "SELECT", "SELECT * FROM",
    "DROP TABLE account",
    "SELECT name FROM account WHERE name = 'x", "SELECT TOP -1 name FROM account", "SELECT nope FROM account",
    "SELECT name FROM account; DELETE FROM account", "aggregate(nope with sum as x)", "groupby((name))", "groupby((",
    "aggregate($count as n)", "filter(name eq 1)/aggregate($count as n)", "919042!08/22/2017",
    "<cookie pagenumber='x'/>",
)
SEGMENTS = (
    "$count", "$value", "$ref", "$batch", "$metadata", "$links", "nope", "displayName", "name", "Microsoft.NAV.post",
    "Microsoft.NAV.nope", "Microsoft.Dynamics.CRM.CreateMultiple", "Microsoft.Dynamics.CRM.UpsertMultiple",
    "Microsoft.Dynamics.CRM.UpdateMultiple", "Microsoft.Dynamics.CRM.nope", "Keys", "Attributes", "salesOrderLines",
    "contact_customer_accounts", "primarycontactid", "picture", "pictureContent",
    "picture/pictureContent", "currency", "(x)", "()", "primarycontactid/$ref",
)
UNBOUND = (
    "WhoAmI", "WhoAmI()", "RetrieveVersion", "RetrieveTotalRecordCount(EntityNames=['account'])",
    "RetrieveTotalRecordCount(EntityNames=@p)", "RetrieveTotalRecordCount", "RetrieveMetadataChanges(Query=@p)",
    "WinOpportunity", "LoseOpportunity", "WinQuote", "CloseQuote", "ConvertQuoteToSalesOrder", "FulfillSalesOrder",
    "CancelSalesOrder", "BulkDelete", "EntityDefinitions", "EntityDefinitions(LogicalName='account')",
    "subscriptions",
    "EntityDefinitions(nope)", "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='name')", "$metadata",
    "EntityDefinitions(LogicalName='account')/Keys", "RelationshipDefinitions", "RelationshipDefinitions(x)",
    "$batch",
    "subscriptions('x')", "webhookSupportedResources", "",
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "PATCH", "PATCH", "PUT", "DELETE", "MERGE", "HEAD", "OPTIONS")
# fmt: on
