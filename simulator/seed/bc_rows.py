"""Business Central's rows of a seed: what a company starts with, and its customers and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.odata.values import escape_member
from simulator.seed import basics
from simulator.seed.firms import Firm, Person, make_id, make_moment

Row = dict[str, Any]

_BLOCKED = ("Ship", "Invoice", "All")
_NOT_BLOCKED = escape_member(" ")
_CRONUS_NUMBERS = 5


class BusinessCentralRows:
    """Makes the rows of one company for a seed; ids are the same for the same seed and company."""

    def __init__(self, seed: int, company: str) -> None:
        self.seed = seed
        self.company = company
        self._salespeople = [seller.code for seller in basics.SELLERS]
        self._terms = [self.id("paymentTerms", code) for code, *_ in basics.PAYMENT_TERMS]
        self._shipment_methods = [self.id("shipmentMethods", code) for code, _ in basics.SHIPMENT_METHODS]
        self._payment_methods = [self.id("paymentMethods", code) for code, _ in basics.PAYMENT_METHODS]
        self._areas = [(self.id("taxAreas", code), name) for code, name in basics.TAX_AREAS]
        self._currencies = {one.code: self.id("currencies", one.code) for one in basics.CURRENCIES}

    def id(self, kind: str, name: str | int) -> str:
        """Return the id of a row by its kind and code (or index)."""
        return make_id(self.seed, f"{self.company}/{kind}/{name}", 0)

    def basics(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of what every company starts with."""
        coded = self._coded
        yield "currencies", self._currency_rows()
        yield "currencyExchangeRates", self._rate_rows()
        yield "paymentTerms", self._payment_term_rows()
        yield "paymentMethods", coded("paymentMethods", basics.PAYMENT_METHODS)
        yield "shipmentMethods", coded("shipmentMethods", basics.SHIPMENT_METHODS)
        yield "countriesRegions", coded("countriesRegions", basics.COUNTRIES)
        yield "salespeoplePurchasers", self._salesperson_rows()
        yield "unitsOfMeasure", self._unit_rows()
        yield "itemCategories", coded("itemCategories", basics.ITEM_CATEGORIES)
        yield "taxAreas", coded("taxAreas", basics.TAX_AREAS, taxType="VAT")
        yield "taxGroups", coded("taxGroups", basics.TAX_GROUPS, taxType="VAT")
        yield "locations", coded("locations", basics.LOCATIONS)
        yield "generalProductPostingGroups", coded("generalProductPostingGroups", basics.PRODUCT_GROUPS, "description")
        yield "inventoryPostingGroups", coded("inventoryPostingGroups", basics.INVENTORY_GROUPS, "description")
        yield "accounts", self._account_rows()
        yield "dimensions", coded("dimensions", [(code, name) for code, (name, _) in basics.DIMENSIONS.items()])
        yield "dimensionValues", self._dimension_value_rows()
        yield "shippingAgents", coded("shippingAgents", basics.SHIPPING_AGENTS)
        yield "customerPriceGroups", coded("customerPriceGroups", basics.PRICE_GROUPS)

    def companies(self, name: str, display_name: str) -> list[Row]:
        """Return the row of the company itself."""
        stamp = make_moment(0)
        user = self.id("users", "admin")
        return [
            {
                "id": self.company, "systemVersion": "27.0.0.0", "timestamp": 20_251, "name": name,
                "displayName": display_name, "businessProfileId": "", "systemCreatedAt": stamp, "systemCreatedBy": user,
                "systemModifiedAt": stamp, "systemModifiedBy": user,
            }
        ]  # fmt: skip

    def company_information(self, name: str) -> list[Row]:
        """Return the company's own address."""
        return [
            {
                "id": self.id("companyInformation", 0), "displayName": name, "addressLine1": "Ringvejen 5",
                "city": "København K", "country": "DK", "postalCode": "1050", "phoneNumber": "+45 33 44 55 66",
                "email": "info@cronus.example", "website": "https://www.cronus.example", "currencyCode": "DKK",
                "taxRegistrationNumber": "DK12345678", "currentFiscalYearStartDate": "2026-01-01",
                "experience": "Premium", "lastModifiedDateTime": make_moment(0),
            }
        ]  # fmt: skip

    def customer(self, firm: Firm) -> Row:
        """Return the customer a company is."""
        turn = firm.index
        currency = firm.words.country.currency
        area, area_name = self._areas[0 if firm.words.country.code == "DK" else 1 + (firm.words.country.code == "JP")]
        return {
            "id": self.id("customers", turn), "number": self.customer_number(firm), "displayName": firm.name,
            "type": "Company", "addressLine1": firm.street, "city": firm.town, "country": firm.words.country.code,
            "postalCode": firm.postal_code, "phoneNumber": firm.phone, "email": firm.email, "website": firm.website,
            "salespersonCode": self._salespeople[turn % len(self._salespeople)],
            "creditLimit": firm.credit_limit, "taxLiable": True, "taxAreaId": area, "taxAreaDisplayName": area_name,
            "taxRegistrationNumber": firm.tax_number, "currencyCode": currency,
            "currencyId": self._currencies.get(currency, "00000000-0000-0000-0000-000000000000"),
            "paymentTermsId": self._terms[turn % len(self._terms)],
            "shipmentMethodId": self._shipment_methods[turn % len(self._shipment_methods)],
            "paymentMethodId": self._payment_methods[turn % len(self._payment_methods)],
            "blocked": _BLOCKED[turn % 3] if firm.is_blocked else _NOT_BLOCKED,
            "lastModifiedDateTime": make_moment(turn),
        }  # fmt: skip

    def customer_number(self, firm: Firm) -> str:
        """Return the number: the demo company's own five, then a series."""
        return f"{(firm.index + 1) * 10_000}" if firm.index < _CRONUS_NUMBERS else f"C{firm.index * 10:05d}"

    def company_contact(self, firm: Firm) -> Row:
        """Return the contact that Business Central keeps for every customer."""
        return {
            "id": self.id("contacts", f"company/{firm.index}"), "number": _contact_number(firm.index, 0),
            "type": "Company", "displayName": firm.name, "companyNumber": _contact_number(firm.index, 0),
            "companyName": firm.name, "contactBusinessRelation": "Customer", "addressLine1": firm.street,
            "city": firm.town, "country": firm.words.country.code, "postalCode": firm.postal_code,
            "phoneNumber": firm.phone, "email": firm.email, "website": firm.website,
            "searchName": firm.name.upper(), "taxRegistrationNumber": firm.tax_number,
            "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip

    def contact_information(self, firm: Firm) -> Row:
        """Return the row that ties the company contact to its customer."""
        return {
            "contactId": self.id("contacts", f"company/{firm.index}"), "contactNumber": _contact_number(firm.index, 0),
            "contactName": firm.name, "contactType": "Company", "relatedId": self.id("customers", firm.index),
            "relatedType": "Customer",
        }  # fmt: skip

    def contact(self, firm: Firm, person: Person) -> Row:
        """Return someone who works at a customer."""
        name = f"{person.given} {person.surname}"
        return {
            "id": self.id("contacts", person.index),
            "number": _contact_number(firm.index, 1 + firm.people.index(person)),
            "type": "Person", "displayName": name, "jobTitle": person.job,
            "companyNumber": _contact_number(firm.index, 0), "companyName": firm.name,
            "contactBusinessRelation": "None", "addressLine1": firm.street, "city": firm.town,
            "country": firm.words.country.code, "postalCode": firm.postal_code, "phoneNumber": person.phone,
            "mobilePhoneNumber": person.mobile, "email": person.email, "searchName": name.upper(),
            "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip

    def financial_details(self, firm: Firm) -> Row:
        """Return what a customer owes and has bought."""
        balance = firm.index * 37 % 20_000 / 4
        return {
            "id": self.id("customers", firm.index), "number": self.customer_number(firm), "balance": balance,
            "totalSalesExcludingTax": balance * 12, "overdueAmount": balance / 2 if firm.index % 5 == 0 else 0,
            "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip

    def _coded(self, kind: str, pairs: Iterable[tuple[str, str]], label: str = "displayName", **more: Any) -> list[Row]:
        stamp = make_moment(0)
        return [
            {"id": self.id(kind, code), "code": code, label: name, "lastModifiedDateTime": stamp, **more}
            for code, name in pairs
        ]

    def _currency_rows(self) -> list[Row]:
        symbols = {one.code: one.symbol for one in basics.CURRENCIES}
        rows = self._coded("currencies", [(one.code, one.name) for one in basics.CURRENCIES])
        more = {"amountDecimalPlaces": "2:2", "amountRoundingPrecision": 0.01}
        return [row | {"symbol": symbols[row["code"]], **more} for row in rows]

    def _rate_rows(self) -> list[Row]:
        return [
            {
                "id": self.id("currencyExchangeRates", one.code), "currencyCode": one.code,
                "startingDate": "2025-01-01", "exchangeRateAmount": 100, "relationalCurrencyCode": "",
                "relationalExchangeRateAmount": round(one.rate * 100, 4), "lastModifiedDateTime": make_moment(0),
            }
            for one in basics.CURRENCIES
        ]  # fmt: skip

    def _payment_term_rows(self) -> list[Row]:
        rows = self._coded("paymentTerms", [(code, name) for code, name, *_ in basics.PAYMENT_TERMS])
        return [
            row | {"dueDateCalculation": due, "discountDateCalculation": until, "discountPercent": percent}
            for row, (_, _, due, until, percent) in zip(rows, basics.PAYMENT_TERMS, strict=True)
        ]

    def _salesperson_rows(self) -> list[Row]:
        names = [(one.code, f"{one.given} {one.surname}") for one in basics.SELLERS]
        rows = self._coded("salespeoplePurchasers", names)
        return [
            row | {"email": one.email, "jobTitle": "Sales Manager"}
            for row, one in zip(rows, basics.SELLERS, strict=True)
        ]

    def _unit_rows(self) -> list[Row]:
        rows = self._coded("unitsOfMeasure", [(code, name) for code, name, _ in basics.UNITS])
        return [row | {"internationalStandardCode": code} for row, (_, _, code) in zip(rows, basics.UNITS, strict=True)]

    def _account_rows(self) -> list[Row]:
        stamp = make_moment(0)
        return [
            {
                "id": self.id("accounts", number), "number": number, "displayName": name, "category": category,
                "accountType": "Posting", "directPosting": True, "lastModifiedDateTime": stamp,
            }
            for number, name, category in basics.ACCOUNTS
        ]  # fmt: skip

    def _dimension_value_rows(self) -> list[Row]:
        rows: list[Row] = []
        for dimension, (_, values) in basics.DIMENSIONS.items():
            made = self._coded("dimensionValues", values, dimensionId=self.id("dimensions", dimension))
            rows += [row | {"id": self.id("dimensionValues", f"{dimension}/{row['code']}")} for row in made]
        return rows


def _contact_number(firm: int, place: int) -> str:
    return f"CT{firm * 10 + place:06d}"
