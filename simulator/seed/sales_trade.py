"""Sales' rows of what is offered and sold: products and prices, opportunities, documents, cases, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.seed import basics
from simulator.seed.catalog import Thing, make_items, make_resources
from simulator.seed.firms import Firm
from simulator.seed.sales_rows import SalesRows

Row = dict[str, Any]

_Statuses = Sequence[tuple[int, int]]  # of (state, status reason)
_FIRST_DAY = date(2025, 2, 3)
_MOST_DOCUMENTS = 5_000
_KINDS = (  # set, its details, id column, number column and prefix, which of ten companies has one, state and status
    ("quotes", "quotedetails", "quoteid", "quotenumber", "QUO", 4, ((0, 2), (1, 3))),
    ("salesorders", "salesorderdetails", "salesorderid", "ordernumber", "ORD", 5, ((0, 1), (0, 2), (1, 3))),
    ("invoices", "invoicedetails", "invoiceid", "invoicenumber", "INV", 7, ((0, 1), (2, 100001))),
)
_STANDARD_PRICES = "Standard prices"


class SalesTrade:
    """Makes the rows that depend on accounts and products, for one seed."""

    def __init__(self, rows: SalesRows, customers: int, items: int = 0) -> None:
        self.rows = rows
        offered = tuple(thing for thing in make_items(customers, items) if thing.in_sales)
        self.products = offered + tuple(thing for thing in make_resources(customers) if thing.in_sales)

    def catalog(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of units, products and their prices."""
        yield "uomschedules", [self._unit_group(code, name) for code, name, _ in basics.UNITS]
        yield "uoms", [self._unit(code, name) for code, name, _ in basics.UNITS]
        yield "pricelevels", [self._price_list()]
        yield "products", [self._product(thing) for thing in self.products]
        yield "productpricelevels", [self._price(place, thing) for place, thing in enumerate(self.products[:200])]

    def opportunity(self, firm: Firm) -> Row:
        """Return an opportunity with a company."""
        row = {
            "opportunityid": self.rows.id("opportunities", firm.index),
            "name": f"{self.products[firm.index % len(self.products)].name} for {firm.town}",
            "_customerid_value": self.rows.id("accounts", firm.index),
            "_parentaccountid_value": self.rows.id("accounts", firm.index),
            "_pricelevelid_value": self.rows.id("pricelevels", _STANDARD_PRICES),
            "_transactioncurrencyid_value": self.rows.currency("DKK"), "estimatedvalue": firm.index % 90 * 500,
            "estimatedclosedate": "2026-12-01", "closeprobability": firm.index % 10 * 10, "statecode": 0,
            "statuscode": 1,
        }  # fmt: skip
        return self.rows.owned(row, firm)

    def case(self, firm: Firm) -> Row:
        """Return something a company asked for help with."""
        row = {
            "incidentid": self.rows.id("incidents", firm.index), "title": f"Delivery to {firm.town} is late",
            "ticketnumber": f"CAS-{firm.index:06d}", "_customerid_value": self.rows.id("accounts", firm.index),
            "statecode": 0, "statuscode": 1, "caseorigincode": firm.index % 3 + 1,
        }  # fmt: skip
        return self.rows.owned(row, firm)

    def note(self, firm: Firm) -> Row:
        """Return a note on a company's account."""
        row = {
            "annotationid": self.rows.id("annotations", firm.index), "subject": "Called",
            "notetext": f"Spoke with {firm.name} about next year.", "isdocument": False,
            "_objectid_value": self.rows.id("accounts", firm.index),
        }  # fmt: skip
        return self.rows.owned(row, firm)

    def documents(self, firms: Sequence[Firm]) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of the companies' quotes, orders and invoices: headers, then details."""
        for entity_set, details, key, number, prefix, turn, statuses in _KINDS:
            buyers = [firm for firm in firms if firm.index % 10 == turn and firm.index < _MOST_DOCUMENTS * 10]
            own = {firm.index: [self._detail(firm, details, key, place) for place in range(2)] for firm in buyers}
            yield (
                entity_set,
                [
                    self._document(
                        firm, entity_set, key, {number: f"{prefix}-{firm.index:06d}"}, statuses, own[firm.index]
                    )
                    for firm in buyers
                ],
            )
            yield details, [row for rows in own.values() for row in rows]

    def _unit_group(self, code: str, name: str) -> Row:
        row = {"uomscheduleid": self.rows.id("uomschedules", code), "name": name, "baseuomname": code}
        return self.rows.stamped(row | {"statecode": 0, "statuscode": 1})

    def _unit(self, code: str, name: str) -> Row:
        return self.rows.stamped(
            {
                "uomid": self.rows.id("uoms", code), "name": code, "quantity": 1, "isschedulebaseuom": True,
                "_uomscheduleid_value": self.rows.id("uomschedules", code), "organizationid": self.rows.organization,
            }
        )  # fmt: skip

    def _price_list(self) -> Row:
        return self.rows.stamped(
            {
                "pricelevelid": self.rows.id("pricelevels", _STANDARD_PRICES), "name": _STANDARD_PRICES,
                "_transactioncurrencyid_value": self.rows.currency("DKK"), "statecode": 0, "statuscode": 100001,
            }
        )  # fmt: skip

    def _product(self, thing: Thing) -> Row:
        differs = thing.index % 5 == 2
        return self.rows.stamped(
            {
                "productid": self.rows.id("products", thing.number), "productnumber": thing.number,
                "name": thing.name.upper() if differs else thing.name, "producttypecode": 3 if thing.is_resource else 1,
                "price": thing.price, "standardcost": thing.cost, "currentcost": thing.cost, "quantitydecimal": 2,
                "_defaultuomid_value": self.rows.id("uoms", thing.unit),
                "_defaultuomscheduleid_value": self.rows.id("uomschedules", thing.unit),
                "_pricelevelid_value": self.rows.id("pricelevels", _STANDARD_PRICES),
                "_transactioncurrencyid_value": self.rows.currency("DKK"), "statecode": 0, "statuscode": 1,
            },
            thing.index,
        )  # fmt: skip

    def _price(self, place: int, thing: Thing) -> Row:
        return self.rows.stamped(
            {
                "productpricelevelid": self.rows.id("productpricelevels", place),
                "amount": round(thing.price * 0.95, 2),
                "_pricelevelid_value": self.rows.id("pricelevels", _STANDARD_PRICES),
                "_productid_value": self.rows.id("products", thing.number), "productnumber": thing.number,
                "_uomid_value": self.rows.id("uoms", thing.unit),
                "_uomscheduleid_value": self.rows.id("uomschedules", thing.unit), "pricingmethodcode": 1,
                "_transactioncurrencyid_value": self.rows.currency("DKK"),
            },
            place,
        )  # fmt: skip

    def _document(
        self, firm: Firm, entity_set: str, key: str, number: Row, statuses: _Statuses, details: list[Row]
    ) -> Row:
        state, status = statuses[firm.index // 10 % len(statuses)]
        day = (_FIRST_DAY + timedelta(days=firm.index // 10 % 600)).isoformat()
        total = float(sum((Decimal(str(one["extendedamount"])) for one in details), Decimal(0)))
        row = {
            key: self.rows.id(entity_set, firm.index), **number, "name": f"{firm.name}, {day}",
            "_customerid_value": self.rows.id("accounts", firm.index),
            "_pricelevelid_value": self.rows.id("pricelevels", _STANDARD_PRICES),
            "_transactioncurrencyid_value": self.rows.currency("DKK"), "billto_name": firm.name,
            "billto_line1": firm.street, "billto_city": firm.town, "billto_postalcode": firm.postal_code,
            "billto_country": firm.words.country.code, "totallineitemamount": total, "totalamount": total,
            "totalamountlessfreight": total, "totaldiscountamount": 0, "totallineitemdiscountamount": 0,
            "totaltax": 0, "requestdeliveryby": day, "statecode": state, "statuscode": status,
        }  # fmt: skip
        if entity_set == "invoices":
            row["duedate"] = row.pop("requestdeliveryby")
        return self.rows.owned(row, firm)

    def _detail(self, firm: Firm, details: str, key: str, place: int) -> Row:
        thing = self.products[(firm.index + place * 5) % len(self.products)]
        quantity = firm.index % 9 + 1
        amount = float(Decimal(str(thing.price)) * quantity)
        return self.rows.stamped(
            {
                f"{details[:-1]}id": self.rows.id(details, f"{firm.index}/{place}"), "lineitemnumber": place + 1,
                f"_{key}_value": self.rows.id(details.replace("detail", ""), firm.index),
                "_productid_value": self.rows.id("products", thing.number), "productdescription": thing.name,
                "_uomid_value": self.rows.id("uoms", thing.unit), "quantity": quantity, "priceperunit": thing.price,
                "baseamount": amount, "extendedamount": amount, "isproductoverridden": False,
                "_transactioncurrencyid_value": self.rows.currency("DKK"),
            },
            firm.index,
        )  # fmt: skip
