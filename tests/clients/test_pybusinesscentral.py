"""The client that OpenAPI Generator made of Microsoft's own description of the Business Central API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from pybusinesscentral import ApiClient, Configuration
from pybusinesscentral.api.account_api import AccountApi
from pybusinesscentral.api.company_api import CompanyApi
from pybusinesscentral.api.customer_api import CustomerApi
from pybusinesscentral.api.payment_term_api import PaymentTermApi
from pybusinesscentral.api.sales_invoice_api import SalesInvoiceApi
from pybusinesscentral.api.vendor_api import VendorApi
from pybusinesscentral.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    UnauthorizedException,
)
from pybusinesscentral.model.post_customer_request import PostCustomerRequest
from pybusinesscentral.model.post_sales_invoice_request import PostSalesInvoiceRequest

from tests.clients.conftest import Service

JSON = "application/json"


@pytest.fixture
def client(service: Service) -> Iterator[ApiClient]:
    with ApiClient(
        Configuration(host=service.bc, access_token=service.token(), ssl_ca_cert=service.certificate)
    ) as one:
        yield one


@pytest.fixture
def customers(client: ApiClient) -> CustomerApi:
    return CustomerApi(client)


@pytest.fixture
def name() -> str:
    return f"Æblegård {uuid4().hex[:8]}"


def etag_of(customers: CustomerApi, service: Service, customer: str) -> str:
    raw = customers.get_customer_with_http_info(service.company, customer).raw_data
    return str(json.loads(raw)["@odata.etag"])


def test_companies_are_listed(client: ApiClient, service: Service) -> None:
    companies = CompanyApi(client).list_companies().value
    assert [one.id for one in companies] == [service.company]


def test_a_customer_is_created_read_changed_and_deleted(customers: CustomerApi, service: Service, name: str) -> None:
    made = customers.post_customer(service.company, JSON, PostCustomerRequest(displayName=name, city="Aarhus"))
    read = customers.get_customer(service.company, made.id)
    assert (read.display_name, read.city, read.number, read.phone_number) == (name, "Aarhus", made.number, "")
    etag = etag_of(customers, service, made.id)
    changed = customers.patch_customer(service.company, made.id, JSON, etag, PostCustomerRequest(city="Odense"))
    assert (changed.city, changed.display_name) == ("Odense", name)
    customers.delete_customer(service.company, made.id)
    with pytest.raises(NotFoundException, match="Internal_RecordNotFound"):
        customers.get_customer(service.company, made.id)


def test_a_stale_etag_is_a_conflict_and_changes_nothing(customers: CustomerApi, service: Service, name: str) -> None:
    made = customers.post_customer(service.company, JSON, PostCustomerRequest(displayName=name))
    etag = etag_of(customers, service, made.id)
    customers.patch_customer(service.company, made.id, JSON, etag, PostCustomerRequest(city="First"))
    with pytest.raises(ConflictException, match="Request_EntityChanged"):
        customers.patch_customer(service.company, made.id, JSON, etag, PostCustomerRequest(city="Second"))
    assert customers.get_customer(service.company, made.id).city == "First"


def test_customers_are_filtered_selected_and_cut_into_pages(
    customers: CustomerApi, service: Service, name: str
) -> None:
    made = [
        customers.post_customer(service.company, JSON, PostCustomerRequest(displayName=f"{name} {n}")).number
        for n in range(5)
    ]
    mine = f"startswith(displayName,'{name}')"
    pages = [
        customers.list_customers(service.company, filter=mine, select=["number"], top=2, skip=skip).value
        for skip in (0, 2, 4)
    ]
    assert [[one.number for one in page] for page in pages] == [made[:2], made[2:4], made[4:]]
    assert customers.list_customers(service.company, filter=f"displayName eq '{name.upper()} 1'").value == []


def test_navigations_are_expanded(client: ApiClient, customers: CustomerApi, service: Service, name: str) -> None:
    terms = PaymentTermApi(client).list_payment_terms(service.company).value[0]
    request = PostCustomerRequest(displayName=name, paymentTermsId=terms.id)
    made = customers.post_customer(service.company, JSON, request, expand=["paymentTerm"])
    assert made.payment_term is not None and made.payment_term.code == terms.code


def test_an_invoice_with_its_lines_is_read(client: ApiClient, customers: CustomerApi, service: Service) -> None:
    invoices = SalesInvoiceApi(client)
    listed = invoices.list_sales_invoices(service.company, top=5, expand=["salesInvoiceLines"]).value
    assert listed and all(one.sales_invoice_lines for one in listed)
    customer = customers.post_customer(service.company, JSON, PostCustomerRequest(displayName="Buyer"))
    request = PostSalesInvoiceRequest(customerId=customer.id, invoiceDate=date(2026, 1, 31))
    made = invoices.post_sales_invoice(service.company, JSON, request)
    assert (made.status, made.customer_number, made.invoice_date) == ("Draft", customer.number, date(2026, 1, 31))


def test_vendors_and_accounts_are_read(client: ApiClient, service: Service) -> None:
    assert VendorApi(client).list_vendors(service.company, top=2).value
    assert AccountApi(client).list_accounts(service.company, top=2).value


def test_refusals_are_told_apart(customers: CustomerApi, service: Service) -> None:
    with pytest.raises(BadRequestException, match="notAProperty"):
        customers.list_customers(service.company, filter="notAProperty eq 1")
    with pytest.raises(NotFoundException, match="Internal_CompanyNotFound"):
        customers.list_customers(str(uuid4()))
    configuration = Configuration(host=service.bc, access_token="wrong", ssl_ca_cert=service.certificate)
    with ApiClient(configuration) as stranger, pytest.raises(UnauthorizedException):
        CompanyApi(stranger).list_companies()
