"""Business Central's rows of what is bought, sold and offered: vendors, items, prices, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from simulator.business_central.rules.amounts import allocated_amounts, document_amounts, line_amounts
from simulator.odata.values import escape_member
from simulator.seed import basics
from simulator.seed.bc_rows import BusinessCentralRows
from simulator.seed.catalog import Thing, make_items, make_resources
from simulator.seed.dimensions import make_lines, make_shortcut
from simulator.seed.drawings import SIZE, draw_square
from simulator.seed.firms import Firm, make_moment

Row = dict[str, Any]

_LINES = 2
_TAX = 25
_PICTURES = 6  # items that have one
_FIRST_DAY = date(2025, 2, 3)
_KINDS = (  # set, its lines, number, which of ten customers has one, statuses in turn, property with its date
    ("salesQuotes", "salesQuoteLines", "S-QUO", 1, ("Draft", "Sent", "Accepted"), "documentDate"),
    ("salesOrders", "salesOrderLines", "S-ORD", 2, ("Draft", "Open", "Open"), "orderDate"),
    ("salesInvoices", "salesInvoiceLines", "S-INV", 3, ("Draft", "Open", "Paid"), "invoiceDate"),
)
_MOST_DOCUMENTS = 5_000
_OPPORTUNITY_STATUSES = (escape_member("Not Started"), escape_member("In Progress"))


class BusinessCentralTrade:
    """Makes the rows that depend on customers and items, for one company and seed."""

    def __init__(
        self, rows: BusinessCentralRows, customers: int, items: int = 0, documents: Mapping[str, int] | None = None
    ) -> None:
        self.rows = rows
        self.customers = customers
        self.wanted = documents or {}
        self.seen = 0
        self.items = tuple(make_items(customers, items))
        self.resources = tuple(make_resources(customers))

    def catalog(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of items, resources and their prices."""
        yield "items", [self._item(thing) for thing in self.items]
        yield "pictures", [self._picture(thing) for thing in self.items[:_PICTURES]]
        yield "resources", [self._resource(thing) for thing in self.resources]
        if self.items:
            yield "priceLists", [self._price_list()]
            yield "priceListLines", [self._price(place, thing) for place, thing in enumerate(self._priced())]
            yield "salesPrices", [self._sales_price(place, thing) for place, thing in enumerate(self.items[:20])]

    def vendor(self, firm: Firm) -> Row:
        """Return the vendor that a company also is."""
        return {
            "id": self.rows.id("vendors", firm.index), "number": f"V{firm.index * 10:05d}", "displayName": firm.name,
            "addressLine1": firm.street, "city": firm.town, "country": firm.words.country.code,
            "postalCode": firm.postal_code, "phoneNumber": firm.phone, "email": firm.email, "website": firm.website,
            "taxRegistrationNumber": firm.tax_number, "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip

    def opportunity(self, firm: Firm) -> Row:
        """Return an opportunity with the company's first person."""
        person = firm.people[0]
        return {
            "id": self.rows.id("opportunities", firm.index), "number": f"OP{firm.index:06d}",
            "contactNumber": f"CT{firm.index * 10 + 1:06d}", "contactName": f"{person.given} {person.surname}",
            "contactCompanyName": firm.name, "salespersonCode": basics.SELLERS[firm.index % 4].code,
            "description": f"{self.items[firm.index % len(self.items)].name} for {firm.town}"[:100],
            "status": _OPPORTUNITY_STATUSES[firm.index // 10 % 2], "creationDate": "2025-02-03",
            "estimatedValue": firm.index % 90 * 500, "estimatedClosingDate": "2026-12-01",
            "systemCreatedAt": make_moment(firm.index), "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip

    def documents(self, firms: Sequence[Firm]) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of the companies' quotes, orders and invoices: headers, then lines."""
        for entity_set, lines, prefix, turn, statuses, dated in _KINDS:
            if wanted := self.wanted.get(entity_set):
                turns = [(firm, each) for place, firm in enumerate(firms) for each in self._turns(place, wanted)]
            else:
                last = _MOST_DOCUMENTS * 10
                turns = [(firm, 0) for firm in firms if firm.index % 10 == turn and firm.index < last]
            made = [self._document(firm, each, entity_set, prefix, statuses, dated) for firm, each in turns]
            yield entity_set, [header for header, _ in made]
            yield lines, [line for _, own in made for line in own]
            owned = [(firm, *each) for (firm, _), each in zip(turns, made, strict=True)]
            yield (
                "dimensionSetLines",
                [
                    row
                    for firm, header, own in owned
                    for place, key in ((entity_set, header["id"]), *((lines, line["id"]) for line in own))
                    for row in make_lines(self.rows, firm, place, key)
                ],
            )
        self.seen += len(firms)

    def _turns(self, place: int, wanted: int) -> range:
        """The documents of one customer where there are so many in all, spread evenly."""
        first = self.seen + place
        return range((first + 1) * wanted // self.customers - first * wanted // self.customers)

    def _priced(self) -> tuple[Thing, ...]:
        return (*self.items[:200], *self.resources)

    def _item(self, thing: Thing) -> Row:
        return {
            "id": self.rows.id("items", thing.number), "number": thing.number, "displayName": thing.name,
            "type": "Inventory", "itemCategoryCode": thing.category,
            "itemCategoryId": self.rows.id("itemCategories", thing.category), "blocked": thing.is_blocked,
            "inventory": thing.index * 7 % 200, "unitPrice": thing.price, "unitCost": thing.cost,
            "taxGroupId": self.rows.id("taxGroups", "STANDARD"), "taxGroupCode": "STANDARD",
            "baseUnitOfMeasureId": self.rows.id("unitsOfMeasure", thing.unit), "baseUnitOfMeasureCode": thing.unit,
            "generalProductPostingGroupId": self.rows.id("generalProductPostingGroups", "RETAIL"),
            "generalProductPostingGroupCode": "RETAIL",
            "inventoryPostingGroupId": self.rows.id("inventoryPostingGroups", "RESALE"),
            "inventoryPostingGroupCode": "RESALE", "lastModifiedDateTime": make_moment(thing.index),
        }  # fmt: skip

    def _picture(self, thing: Thing) -> Row:
        return {
            "id": self.rows.id("items", thing.number), "parentType": "Item", "width": SIZE, "height": SIZE,
            "contentType": "image/png", "pictureContent": draw_square(thing.index),
        }  # fmt: skip

    def _resource(self, thing: Thing) -> Row:
        return {
            "id": self.rows.id("resources", thing.number), "number": thing.number, "displayName": thing.name,
            "type": "Machine" if "machine" in thing.name else "Person", "unitPrice": thing.price,
            "unitCost": thing.cost, "baseUnitOfMeasureId": self.rows.id("unitsOfMeasure", thing.unit),
            "baseUnitOfMeasureCode": thing.unit, "lastModifiedDateTime": make_moment(thing.index),
        }  # fmt: skip

    def _price_list(self) -> Row:
        return {
            "id": self.rows.id("priceLists", "S00001"), "code": "S00001", "displayName": "Sales prices",
            "sourceType": "All Customers", "startingDate": "2025-01-01", "status": "Active",
            "lastModifiedDateTime": make_moment(0),
        }  # fmt: skip

    def _price(self, place: int, thing: Thing) -> Row:
        kind = "resource" if thing.is_resource else "item"
        return {
            "id": self.rows.id("priceListLines", place), "priceListId": self.rows.id("priceLists", "S00001"),
            "sequence": (place + 1) * 10_000, "assetType": kind.title(), f"{kind}Number": thing.number,
            f"{kind}Id": self.rows.id(f"{kind}s", thing.number), "unitOfMeasureCode": thing.unit,
            "unitOfMeasureId": self.rows.id("unitsOfMeasure", thing.unit), "unitPrice": round(thing.price * 0.95, 2),
            "lastModifiedDateTime": make_moment(place),
        }  # fmt: skip

    def _sales_price(self, place: int, thing: Thing) -> Row:
        group = basics.PRICE_GROUPS[place % 2][0]
        return {
            "id": self.rows.id("salesPrices", place), "salesType": "Customer Price Group",
            "customerPriceGroupId": self.rows.id("customerPriceGroups", group), "customerPriceGroupCode": group,
            "itemId": self.rows.id("items", thing.number), "itemNumber": thing.number,
            "unitOfMeasureId": self.rows.id("unitsOfMeasure", thing.unit), "unitOfMeasureCode": thing.unit,
            "unitPrice": round(thing.price * 0.9, 2), "lastModifiedDateTime": make_moment(place),
        }  # fmt: skip

    def _document(
        self, firm: Firm, turn: int, entity_set: str, prefix: str, statuses: tuple[str, ...], dated: str
    ) -> tuple[Row, list[Row]]:
        name = f"{firm.index}/{turn}" if turn else str(firm.index)
        key = self.rows.id(entity_set, name)
        status = statuses[(firm.index // 10 + turn) % len(statuses)]
        lines = [self._line(firm, entity_set, key, name, place) for place in range(_LINES)]
        day = (_FIRST_DAY + timedelta(days=firm.index // 10 % 600)).isoformat()
        customer = self.rows.customer(firm)
        for line, left in zip(lines, allocated_amounts(lines, 0), strict=True):
            line.update({name: value for name, value in left.items() if entity_set != "salesQuotes" or name in line})
        totals = document_amounts(lines, 0)
        header = {
            "id": key, "number": f"{prefix}{firm.index:06d}" + (f"-{turn + 1}" if turn else ""), dated: day,
            "postingDate": day, "status": status,
            "customerId": customer["id"], "customerNumber": customer["number"], "customerName": firm.name,
            "billToCustomerId": customer["id"], "billToCustomerNumber": customer["number"], "billToName": firm.name,
            "shipToName": firm.name, **_addresses(firm), "currencyId": customer["currencyId"],
            "currencyCode": customer["currencyCode"], "paymentTermsId": customer["paymentTermsId"],
            "shipmentMethodId": customer["shipmentMethodId"], "salesperson": customer["salespersonCode"],
            "phoneNumber": firm.phone, "email": firm.email, **totals, **make_shortcut(firm),
            "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip
        if entity_set == "salesInvoices" and status == "Open":
            header["remainingAmount"] = totals["totalAmountIncludingTax"]
        return header, lines

    def _line(self, firm: Firm, entity_set: str, document: str, name: str, place: int) -> Row:
        thing = self.items[(firm.index + place * 5) % len(self.items)]
        line: Row = {
            "id": self.rows.id(f"{entity_set}Lines", f"{name}/{place}"), "documentId": document,
            "sequence": (place + 1) * 10_000, "lineType": "Item", "itemId": self.rows.id("items", thing.number),
            "lineObjectNumber": thing.number, "description": thing.name, "unitOfMeasureCode": thing.unit,
            "unitOfMeasureId": self.rows.id("unitsOfMeasure", thing.unit), "quantity": firm.index % 9 + 1,
            "unitPrice": thing.price, "discountPercent": 5 if firm.index % 3 == 0 else 0, "taxCode": "STANDARD",
            "taxPercent": _TAX,
        }  # fmt: skip
        return line | line_amounts({"discountAmount": 0} | line, {})


def _addresses(firm: Firm) -> Row:
    return {
        f"{kind}{ending}": value
        for kind in ("sellTo", "billTo", "shipTo")
        for ending, value in (
            ("AddressLine1", firm.street),
            ("City", firm.town),
            ("Country", firm.words.country.code),
            ("PostCode", firm.postal_code),
        )
    }
