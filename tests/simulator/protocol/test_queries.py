"""$filter, $select, $orderby, $top, $skip, $count, $expand and paging on both services."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest

from tests.simulator.protocol.service import COMPANY, Services

CUSTOMERS = [
    {"number": "C1", "displayName": "Adatum", "city": "Aarhus", "creditLimit": 100, "blocked": " "},
    {"number": "C2", "displayName": "ærø 100%", "city": "Odense", "creditLimit": 20.5, "blocked": "Ship"},
    {"number": "C3", "displayName": "Fabrikam", "city": "", "creditLimit": 0, "blocked": "All"},
    {"number": "C4", "displayName": "O'Hara", "city": "Aarhus", "creditLimit": 1000, "blocked": " "},
]
ACCOUNTS = [
    {"name": "Adatum", "accountnumber": "1", "creditlimit": 100, "createdon": "2020-01-01T10:00:00Z"},
    {"name": "ÆRØ 100%", "accountnumber": "2", "createdon": "2021-06-01T23:30:00Z"},
    {"name": "Fabrikam", "creditlimit": 5, "createdon": "2022-01-01T00:00:00Z", "creditonhold": True},
]


@pytest.fixture
def filled(services: Services) -> Services:
    services.store.load("bc", "customers", CUSTOMERS, scope=COMPANY)
    services.store.load("sales", "accounts", ACCOUNTS)
    return services


def found(services: Services, service: str, entity_set: str, text: str, name: str) -> str:
    answer = getattr(services, service)("GET", f"/{entity_set}?$filter={quote(text)}")
    assert answer.status_code == 200, answer.data
    return "".join(sorted(str(row[name])[-1:] for row in answer.json["value"]))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("displayName eq 'Adatum'", "1"),
        ("displayName eq 'adatum'", ""),
        ("tolower(displayName) eq 'adatum'", "1"),
        ("contains(tolower(displayName),'ÆRØ')", "2"),
        ("displayName eq 'O''Hara'", "4"),
        ("contains(displayName,'100%')", "2"),
        ("startswith(displayName,'A') and city eq 'Aarhus'", "1"),
        ("endswith(displayName,'am')", "3"),
        ("number eq 'c1'", "1"),
        ("number in ('C1')", "1"),
        ("number in ('C1', 'C3')", "13"),
        ("number eq 'C1' or number eq 'C2' or number eq 'C9'", "12"),
        ("not (city eq 'Aarhus')", "23"),
        ("city eq ''", "3"),
        ("creditLimit gt 20.5", "14"),
        ("creditLimit ge 20.5 and creditLimit le 100", "12"),
        ("100 eq creditLimit", "1"),
        ("blocked eq '_x0020_'", "14"),
        ("blocked eq ' '", "14"),
        ("blocked ne 'All'", "124"),
        ("currencyId eq 00000000-0000-0000-0000-000000000000", "1234"),
        ("lastModifiedDateTime lt 0001-01-02T00:00:00Z", "1234"),
        ("substring(city,1,2) eq 'ar'", "14"),
        ("taxLiable eq false", "1234"),
    ],
)
def test_business_central_filters_find_the_right_rows(filled: Services, text: str, numbers: str) -> None:
    assert found(filled, "bc", "customers", text, "number") == numbers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name eq 'ADATUM'", "m"),
        ("name eq 'ærø 100%'", "%"),
        ("contains(name,'æRø')", "%"),
        ("contains(name,'r_')", "%m"),
        ("creditlimit eq null", "%"),
        ("creditlimit ne null", "mm"),
        ("creditlimit ne 100", "m"),
        ("accountnumber ne '1'", "%"),
        ("createdon ge 2021-06-02T00:30:00+01:00", "%m"),
        ("createdon gt 2021-06-02T00:30:00.0000001+01:00", "m"),
        ("createdon lt 2021-01-01", "m"),
        ("creditonhold eq true", "m"),
        ("statecode eq 0 and not contains(name,'fab')", "%m"),
        ('Microsoft.Dynamics.CRM.In(PropertyName=\'accountnumber\',PropertyValues=["1","2"])', "%m"),
        ('Microsoft.Dynamics.CRM.Between(PropertyName=\'creditlimit\',PropertyValues=["1","50"])', "m"),
        ("Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='2021-06-01')", "%"),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=1)", ""),
        ("name eq accountnumber", ""),
        ("contact_customer_accounts/any()", ""),
        ("primarycontactid/fullname eq 'x'", ""),
        ("contact_customer_accounts/all(c:c/lastname eq 'x')", "%mm"),
    ],
)
def test_dataverse_filters_ignore_case_and_drop_nulls(filled: Services, text: str, names: str) -> None:
    assert found(filled, "sales", "accounts", text, "name") == names


@pytest.mark.parametrize(
    ("service", "query", "status", "code"),
    [
        ("bc", "$filter=nope eq 1", 400, "BadRequest_NotFound"),
        ("bc", "$filter=displayName eq 'a' or city eq 'b'", 400, "BadRequest_InvalidRequestUrl"),
        (
            "bc",
            "$filter=(city eq 'a' and number eq 'b') or (number eq 'd' and city ne '')",
            400,
            "BadRequest_InvalidRequestUrl",
        ),
        ("bc", "$filter=displayName eq 5", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$filter=displayName eq 'a", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$filter=length(displayName) eq 1", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$filter=" + "(" * 200, 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$filter=", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$select=nope", 400, "BadRequest_NotFound"),
        ("bc", "$orderby=nope", 400, "BadRequest_NotFound"),
        ("bc", "$expand=nope", 400, "BadRequest_NotFound"),
        ("bc", "$top=-1", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$top=x", 400, "BadRequest_InvalidRequestUrl"),
        ("bc", "$skiptoken=zz~zz", 400, "SkipTokenIsNoLongerValid"),
        ("sales", "$filter=nope eq 1", 400, "0x80060888"),
        ("sales", "$filter=tolower(name) eq 'a'", 400, "0x80060888"),
        ("sales", "$filter=creditlimit add 1 eq 2", 400, "0x80060888"),
        ("sales", "$skip=1", 400, "0x80060888"),
        ("sales", "$search=a", 400, "0x80060888"),
        ("sales", "$skiptoken=x", 400, "0x80060888"),
    ],
)
def test_what_a_service_does_not_understand_is_a_400_of_its_own(
    filled: Services, service: str, query: str, status: int, code: str
) -> None:
    entity_set = "customers" if service == "bc" else "accounts"
    answer = getattr(filled, service)("GET", f"/{entity_set}?{query}")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code), answer.json


def test_select_order_top_skip_and_count_work_together(filled: Services) -> None:
    answer = filled.bc("GET", "/customers?$select=number&$orderby=creditLimit desc&$top=2&$skip=1&$count=true").json
    assert [row["number"] for row in answer["value"]] == ["C1", "C2"]
    assert answer["@odata.count"] == 4
    assert set(answer["value"][0]) == {"@odata.etag", "number"}
    assert answer["@odata.context"].endswith("/customers(number)")


def test_encoded_option_names_are_understood(filled: Services) -> None:
    assert len(filled.bc("GET", "/customers?%24filter=number%20eq%20%27C1%27").json["value"]) == 1


def test_a_count_segment_is_digits_after_a_byte_order_mark_in_business_central_only(filled: Services) -> None:
    assert filled.bc("GET", "/customers/$count").data == b"\xef\xbb\xbf4"
    assert filled.sales("GET", "/accounts/$count?$filter=name eq 'adatum'").data == b"1"


def test_a_dataverse_count_ends_at_5000(services: Services) -> None:
    services.store.load("sales", "accounts", ({"name": f"A{number}"} for number in range(5_010)))
    answer = services.sales("GET", "/accounts?$select=name&$count=true").json
    assert (answer["@odata.count"], len(answer["value"])) == (5_000, 5_000)
    assert services.sales("GET", "/accounts/$count").data == b"5000"
    rest = services.follow(answer["@odata.nextLink"]).json
    assert len(rest["value"]) == 10 and "@odata.nextLink" not in rest


def pages(services: Services, service: str, path: str, size: int) -> list[str]:
    """Read every page while rows change under the reader, and return the names in order."""
    key = "number" if service == "bc" else "name"
    answer = getattr(services, service)("GET", path, Prefer=f"odata.maxpagesize={size}").json
    names = [row[key] for row in answer["value"]]
    draw = random.Random(3)
    while "@odata.nextLink" in answer:
        disturb(services, service, draw)
        answer = services.follow(answer["@odata.nextLink"], Prefer=f"odata.maxpagesize={size}").json
        names += [row[key] for row in answer["value"]]
    return names


def disturb(services: Services, service: str, draw: random.Random) -> None:
    entity_set, scope = ("customers", COMPANY) if service == "bc" else ("accounts", "")
    shape = services.store.state_of(service).service.shapes[entity_set]
    with services.store.writing(service, scope) as world:
        row = draw.choice(world.list(entity_set))
        world.update(entity_set, row[shape.key], {"city" if service == "bc" else "fax": "moved"})


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("bc", "/customers?$select=number,city"),
        ("bc", "/customers?$orderby=displayName desc"),
        ("bc", "/customers?$orderby=creditLimit"),
        ("sales", "/accounts?$select=name"),
        ("sales", "/accounts?$select=name&$orderby=creditlimit desc"),
        ("sales", "/accounts?$select=name&$orderby=accountnumber,name"),
    ],
)
def test_paging_neither_loses_nor_repeats_a_row_while_others_change(
    services: Services, service: str, path: str
) -> None:
    customers = [{"number": f"C{n:03}", "displayName": f"N{n % 7}", "creditLimit": n % 5} for n in range(53)]
    accounts = [
        {"name": f"N{n:03}", **({"creditlimit": n % 4, "accountnumber": str(n % 3)} if n % 5 else {})}
        for n in range(53)
    ]
    services.store.load("bc", "customers", customers, scope=COMPANY)
    services.store.load("sales", "accounts", accounts)
    names = pages(services, service, path, 7)
    assert len(names) == 53 and len(set(names)) == 53


def test_a_page_goes_on_behind_a_row_that_was_deleted(filled: Services) -> None:
    first = filled.bc("GET", "/customers?$select=id,number", Prefer="odata.maxpagesize=2").json
    filled.bc("DELETE", f"/customers({first['value'][-1]['id']})")
    rest = filled.follow(first["@odata.nextLink"]).json
    assert [row["number"] for row in rest["value"]] == ["C3", "C4"]


def test_a_top_above_the_page_size_leaves_the_rest_to_the_link(filled: Services) -> None:
    first = filled.bc("GET", "/customers?$top=3", Prefer="odata.maxpagesize=2").json
    assert "$top=1" in first["@odata.nextLink"] and "aid=FIN" in first["@odata.nextLink"]
    rest = filled.follow(first["@odata.nextLink"], Prefer="odata.maxpagesize=2").json
    assert [row["number"] for row in rest["value"]] == ["C3"] and "@odata.nextLink" not in rest


def test_a_repeated_page_shows_what_was_written_in_between(filled: Services) -> None:
    path = "/customers?$select=number,city"
    assert filled.bc("GET", path).data == filled.bc("GET", path).data
    row = filled.bc("GET", "/customers?$filter=number eq 'C1'").json["value"][0]
    filled.bc("PATCH", f"/customers({row['id']})", {"city": "Skagen"}, If_Match="*")
    assert filled.bc("GET", path).json["value"][0]["city"] == "Skagen"


def test_many_rows_are_searched_by_an_index_made_on_the_way(services: Services) -> None:
    rows = ({"number": f"C{n:05}", "displayName": f"Name {n}", "email": f"{n}@example.com"} for n in range(3_000))
    services.store.load("bc", "customers", rows, scope=COMPANY)
    assert found(services, "bc", "customers", "email eq '77@example.com'", "number") == "7"
    assert found(services, "bc", "customers", "contains(displayName,'Name 299')", "number") == "01234567899"
    assert len(services.bc("GET", "/customers?$filter=contains(displayName,'Name')").json["value"]) == 3_000
    plan = services.store.query("SELECT name FROM sqlite_master WHERE name LIKE 'ax_bc_customers_%' ORDER BY name")
    assert [name for (name,) in plan] == ["ax_bc_customers_displayName", "ax_bc_customers_email"]


def test_sales_expands_fifteen_navigations_at_most(services: Services) -> None:
    names = [one.name for one in services.store.state_of("sales").service.shapes["accounts"].entity.navigations]
    assert services.sales("GET", f"/accounts?$expand={','.join(names[:15])}").status_code == 200
    refused = services.sales("GET", f"/accounts?$expand={','.join(names[:16])}")
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "0x80060888")


def test_default_dimensions_are_read_through_their_parent_or_by_it(services: Services) -> None:
    customer = services.bc("POST", "/customers", {"displayName": "Adatum"}).json["id"]
    refused = services.bc("GET", "/defaultDimensions")
    assert refused.status_code == 400 and "You must get to the parent first" in refused.json["error"]["message"]
    for path in (f"/customers({customer})/defaultDimensions", f"/defaultDimensions?$filter=parentId eq {customer}"):
        assert services.bc("GET", path).json["value"] == []


def test_a_customer_that_a_document_cannot_find_is_refused_by_its_part(services: Services) -> None:
    first, other = (services.bc("POST", "/customers", {"displayName": name}).json for name in "AB")
    absent = "99999999-9999-9999-9999-999999999999"
    for body, message in (
        ({"customerId": absent}, "The sell-to customer cannot be found."),
        ({"customerNumber": "NN"}, "The sell-to customer cannot be found."),
        (
            {"customerId": first["id"], "customerNumber": other["number"]},
            "The sell-to customer values do not match to a",
        ),
        ({"customerId": first["id"], "billToCustomerId": absent}, "The bill-to customer cannot be found."),
    ):
        assert message in services.bc("POST", "/salesOrders", body).json["error"]["message"]


def test_users_show_the_key_by_which_they_own_rows_beside_their_own(services: Services) -> None:
    made = services.sales("POST", "/systemusers", {"firstname": "Ann", "lastname": "Test"})
    key = made.headers["OData-EntityId"][-37:-1]
    row = services.sales("GET", f"/systemusers({key})?$select=firstname").json
    assert {name: row[name] for name in row if "@" not in name} == {
        "firstname": "Ann",
        "systemuserid": key,
        "ownerid": key,
    }
    schema = services.sales("GET", "/$metadata").data.decode()
    assert '<EntityType Name="systemuser" BaseType="mscrm.principal"><Property' in schema
    assert '<EntityType Name="principal" Abstract="true" BaseType="mscrm.crmbaseentity"><Key>' in schema
