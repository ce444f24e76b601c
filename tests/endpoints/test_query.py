"""Filters and rows in each service's spelling."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from flask_coupling.core.mapping import TableView
from flask_coupling.core.record import EMPTY_GUID
from flask_coupling.core.table_filter import both, where
from flask_coupling.endpoints.metadata import read_types
from flask_coupling.endpoints.query import BC_SPELLING, SALES_SPELLING, all_of, any_of, render, with_options
from flask_coupling.endpoints.rows import (
    decode_name,
    decode_names,
    encode_name,
    is_deletion,
    read_rows,
    reader,
    selected,
)
from flask_coupling.errors import ServiceGarbled

from .helpers import ACCOUNT_VIEW, ACCOUNTS, CUSTOMERS

GUID = "11111111-1111-1111-1111-111111111111"

FILTERS = [
    (BC_SPELLING, where("blocked", "blank", " "), "blocked eq '_x0020_'"),
    (BC_SPELLING, where("email", "blank", ""), "email eq ''"),
    (BC_SPELLING, where("email", "not_blank"), "email ne ''"),
    (BC_SPELLING, where("currencyId", "blank"), f"currencyId eq {EMPTY_GUID}"),
    (BC_SPELLING, where("currencyId", "eq", GUID), f"currencyId eq {GUID}"),
    (BC_SPELLING, where("displayName", "eq", GUID), f"displayName eq '{GUID}'"),
    (BC_SPELLING, where("dueDate", "blank"), "dueDate eq 0001-01-01"),
    (BC_SPELLING, where("dueDate", "ge", "2026-01-31"), "dueDate ge 2026-01-31"),
    (BC_SPELLING, where("displayName", "startswith", "O'N"), "startswith(displayName,'O''N')"),
    (BC_SPELLING, where("creditLimit", "gt", 10.5), "creditLimit gt 10.5"),
    (BC_SPELLING, where("taxLiable", "eq", False), "taxLiable eq false"),
    (SALES_SPELLING, where("transactioncurrencyid", "eq", GUID), f"_transactioncurrencyid_value eq {GUID}"),
    (SALES_SPELLING, where("transactioncurrencyid", "blank"), "_transactioncurrencyid_value eq null"),
    (SALES_SPELLING, where("name", "contains", "a'b"), "contains(name,'a''b')"),
    (SALES_SPELLING, where("statecode", "eq", 0), "statecode eq 0"),
    (SALES_SPELLING, where("modifiedon", "ge", "2026-01-01T10:00:00Z"), "modifiedon ge 2026-01-01T10:00:00Z"),
    (SALES_SPELLING, both(where("a", "eq", 1), where("b", "lt", 2)), "a eq 1 and b lt 2"),
]


@pytest.mark.parametrize(("spell", "filter", "text"), FILTERS)
def test_a_filter_is_spelled_as_the_service_reads_it(spell, filter, text) -> None:  # type: ignore[no-untyped-def]
    assert render(ACCOUNTS if spell is SALES_SPELLING else CUSTOMERS, filter, spell) == text


def test_values_looked_for_are_told_once_and_within_the_limits() -> None:
    names = [f"Name {number}" for number in range(50)]
    texts = list(any_of(CUSTOMERS, "displayName", [*names, *names], BC_SPELLING, longest=400, most=10))
    assert " or ".join(texts) == " or ".join(f"displayName eq '{name}'" for name in names)
    assert all(text.count(" or ") < 10 for text in texts)
    assert all(len(with_options("", filter=text)) <= 420 for text in texts)


def test_conditions_are_combined_without_changing_their_meaning() -> None:
    assert all_of("a eq 1 or b eq 2", "c eq 3") == "(a eq 1 or b eq 2) and c eq 3"
    assert all_of("", "c eq 3") == "c eq 3"
    assert all_of("a eq 1 or b eq 2", "") == "a eq 1 or b eq 2"


def test_addresses_carry_any_text_unharmed() -> None:
    text = "name eq 'a&b=c#d %41+ \"æ\" \r\n漢'"
    address = with_options("accounts", filter=text, select="name", orderby="")
    assert parse_qs(urlsplit(address).query) == {"$filter": [text], "$select": ["name"]}
    assert address.isascii()
    assert not set(address) & set(' \r\n#"')


NAMES = ["Bank Account", "Non-Inventory", "City+Post Code", "Order", "In Review", "Été", "2 Days"]


@pytest.mark.parametrize("name", NAMES)
def test_option_names_survive_the_services_escapes(name: str) -> None:
    assert decode_name(encode_name(name)) == name
    assert encode_name(name).isidentifier()


@pytest.mark.parametrize("text", ["a_x0041_b", "with blank_x0020_", "_x00zz_", "_x", "x_x0020", ""])
def test_texts_that_only_look_like_an_escape_stay_as_they_are(text: str) -> None:
    assert decode_name(text) == text


def test_blank_options_are_decoded_for_a_whole_page_at_once() -> None:
    assert decode_names(b'{"blocked":"_x0020_","note":"a _x0020_ b"}') == (
        b'{"blocked":" ","note":"a _x0020_ b"}',
        True,
    )
    assert decode_names(b'{"blocked":"_x0020_"}') == (b'{"blocked":" "}', False)


def test_a_row_is_cut_down_to_the_view() -> None:
    row = {
        "@odata.context": "x", "@odata.etag": 'W/"1"', "accountid": GUID, "name": "Adatum", "accountnumber": None,
        "telephone1": "1", "creditlimit": 5, "_transactioncurrencyid_value": EMPTY_GUID,
        "modifiedon": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    record = reader(ACCOUNT_VIEW)(dict(row))
    assert (record.id, record.etag, record.modified_on) == (GUID, 'W/"1"', "2026-01-01T00:00:00Z")
    assert record.values == {
        "name": "Adatum", "accountnumber": None, "telephone1": "1", "creditlimit": 5,
        "transactioncurrencyid": EMPTY_GUID,
    }  # fmt: skip
    row.pop("@odata.context")
    assert reader(ACCOUNT_VIEW)(dict(row)).values == record.values


@pytest.mark.parametrize("name", ["telephone1", "_transactioncurrencyid_value"])
def test_a_row_that_lacks_what_was_selected_is_garbled_and_not_taken_for_blank(name: str) -> None:
    row = {
        "accountid": GUID, "name": "Adatum", "accountnumber": None, "telephone1": "1", "creditlimit": 5,
        "_transactioncurrencyid_value": EMPTY_GUID, "modifiedon": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    del row[name]
    with pytest.raises(ServiceGarbled, match=f"a row without its {name}"):
        read_rows(reader(ACCOUNT_VIEW), [row], "Sales")


def test_a_view_may_ask_for_the_key_and_the_time_stamp_themselves() -> None:
    view = TableView(CUSTOMERS, ("id", "lastModifiedDateTime", "displayName"))
    record = reader(view)({"id": GUID, "lastModifiedDateTime": "2026-01-01T00:00:00Z", "displayName": "A"})
    assert record.values == {"id": GUID, "lastModifiedDateTime": "2026-01-01T00:00:00Z", "displayName": "A"}
    assert record.id == GUID
    assert selected(view) == "id,lastModifiedDateTime,displayName"


def test_deletions_are_told_from_rows() -> None:
    assert is_deletion({"@odata.context": "https://x/$metadata#accounts/$deletedEntity", "id": GUID})
    assert is_deletion({"id": GUID, "reason": "deleted"})
    assert not is_deletion({"accountid": GUID, "name": "reason"})


def test_property_types_are_read_from_the_schema() -> None:
    schema = b"""<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>
      <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Microsoft.NAV">
        <EntityType Name="customer"><Property Name="creditLimit" Type="Edm.Decimal"/></EntityType>
        <EntityContainer Name="NAV"><EntitySet Name="customers" EntityType="Microsoft.NAV.customer"/></EntityContainer>
      </Schema></edmx:DataServices></edmx:Edmx>"""
    assert read_types(schema) == {"customers": {"creditLimit": "Edm.Decimal"}}
