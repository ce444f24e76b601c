"""A company that trades: customers and items known to both services, and quotes, orders and invoices between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_coupling.operations import couplings, jobs, synchronization
from flask_coupling.operations.views import CouplingView, JobErrorView, JobView
from simulator.instance import Simulator

C = "default"
ORDERS, INVOICES, QUOTES = "SALESORDER-ORDER", "POSTEDSALESINV-INV", "SALESQUOTE-QUOTE"
ORDER_LINES, INVOICE_LINES = "SOLINE-ORDERDETAIL", "POSTEDSALESLINE-INV"
BC_LINES = {ORDERS: "salesOrderLines", INVOICES: "salesInvoiceLines", QUOTES: "salesQuoteLines"}
SALES_LINES = {ORDERS: "salesorderdetails", INVOICES: "invoicedetails"}

Row = dict[str, Any]


@dataclass
class Trade:
    """What people of both services do, and what the synchronization does; ids are those of the services."""

    simulator: Simulator
    customers: dict[str, CouplingView] = field(default_factory=dict)
    items: dict[str, CouplingView] = field(default_factory=dict)

    # --- what both services know -------------------------------------------------------------------------------------

    def customer(self, name: str = "Adatum") -> CouplingView:
        """A customer that is coupled; made at the first call."""
        if name not in self.customers:
            made = self.simulator.bc.create("customers", {"displayName": name, "city": "Odense"})
            self.customers[name] = couplings.create_partner(C, "CUSTOMER", "bc", made["id"]).coupling
        return self.customers[name]

    def item(self, name: str = "Lamp", price: float = 100.0, **values: Any) -> CouplingView:
        """An item that is coupled, with its unit; made at the first call."""
        if name not in self.items:
            made = self.uncoupled_item(name, price, **values)
            self.items[name] = couplings.create_partner(C, "ITEM-PRODUCT", "bc", made["id"]).coupling
        return self.items[name]

    def uncoupled_item(self, name: str = "Chair", price: float = 100.0, **values: Any) -> Row:
        """An item of Business Central only."""
        unit = self.simulator.bc.find("unitsOfMeasure", code="PCS")
        assert unit is not None
        row = {"displayName": name, "unitPrice": price, "baseUnitOfMeasureId": unit["id"], **values}
        return self.simulator.bc.create("items", row)

    # --- what people in Sales do -------------------------------------------------------------------------------------

    def sales_order(self, *lines: Mapping[str, Any], submit: bool = True, **values: Any) -> str:
        """An order in Sales with these lines (`item` names the item); submitted, unless it is to stay in work."""
        account = values.pop("account", None) or self.customer().sales_id
        row = {"name": "Order", "_customerid_value": account, **values}
        order = str(self.simulator.sales.create("salesorders", row)["salesorderid"])
        for line in lines or ({},):
            self.sales_line(order, **line)
        if submit:
            self.submit(order)
        return order

    def sales_line(self, order: str, item: str | None = "Lamp", **values: Any) -> str:
        """A line of an order in Sales."""
        row = {"_salesorderid_value": order, "quantity": 1, **values}
        if item is not None:
            row["_productid_value"] = self.item(item).sales_id
        return str(self.simulator.sales.create("salesorderdetails", row)["salesorderdetailid"])

    def quote(self, *lines: Mapping[str, Any], activate: bool = True, **values: Any) -> str:
        """A quote in Sales with these lines; activated, unless it is to stay a draft."""
        account = values.pop("account", None) or self.customer().sales_id
        row = {"name": "Quote", "_customerid_value": account, **values}
        quote = str(self.simulator.sales.create("quotes", row)["quoteid"])
        for line in lines or ({},):
            product = self.item(line.get("item", "Lamp")).sales_id
            own = {name: value for name, value in line.items() if name != "item"}
            detail = {"_quoteid_value": quote, "_productid_value": product, "quantity": 1, **own}
            self.simulator.sales.create("quotedetails", detail)
        if activate:
            self.simulator.sales.update("quotes", quote, statecode=1, statuscode=3)
        return quote

    def submit(self, order: str) -> None:
        """Send an order on its way."""
        self.simulator.sales.update("salesorders", order, statecode=1, statuscode=3)

    def reopen(self, order: str) -> None:
        """Take an order back into work."""
        self.simulator.sales.update("salesorders", order, statecode=0, statuscode=1)

    # --- what people in Business Central do --------------------------------------------------------------------------

    def bc_order(self, *lines: Mapping[str, Any], release: bool = True, **values: Any) -> str:
        """An order in Business Central with these lines; released, unless it is to stay a draft."""
        row = {"customerId": self.customer().bc_id, **values}
        order = str(self.simulator.bc.create("salesOrders", row)["id"])
        for line in lines or ({},):
            self.bc_line(order, **line)
        if release:
            self.release(order)
        return order

    def bc_line(self, document: str, item: str | None = "Lamp", table: str = "salesOrderLines", **values: Any) -> str:
        """A line of a document in Business Central."""
        row = {"documentId": document, "quantity": 1, **values}
        if item is not None:
            row |= {"lineType": "Item", "itemId": self.item(item).bc_id}
        return str(self.simulator.bc.create(table, row)["id"])

    def release(self, order: str) -> None:
        """Let the warehouse work on an order."""
        self.simulator.bc.update("salesOrders", order, status="Open")

    def reopen_bc(self, order: str) -> None:
        """Take an order back into work."""
        self.simulator.bc.update("salesOrders", order, status="Draft")

    def invoice(self, *lines: Mapping[str, Any], post: bool = True, **values: Any) -> str:
        """An invoice in Business Central; posted, unless it is to stay a draft."""
        row = {"customerId": self.customer().bc_id, **values}
        invoice = str(self.simulator.bc.create("salesInvoices", row)["id"])
        for line in lines or ({},):
            self.bc_line(invoice, table="salesInvoiceLines", **line)
        if post:
            total = self.bc(invoice, "salesInvoices")["totalAmountIncludingTax"]
            self.simulator.bc.update(
                "salesInvoices", invoice, status="Open", remainingAmount=total, dueDate="2026-12-24"
            )
        return invoice

    def pay(self, invoice: str, rest: float = 0.0) -> None:
        """The customer pays all of an invoice but the rest."""
        status = "Open" if rest else "Paid"
        self.simulator.bc.update("salesInvoices", invoice, status=status, remainingAmount=rest)

    # --- what the synchronization does -------------------------------------------------------------------------------

    def create(self, mapping: str, side: str, id: str) -> CouplingView:
        """Create the partner of a document."""
        return couplings.create_partner(C, mapping, side, id).coupling

    def run(self, *coupled: CouplingView, mapping: str = ORDERS, **options: Any) -> JobView:
        """Synchronize these documents, or all that changed in the mapping."""
        ids = [each.id for each in coupled] or None
        return synchronization.synchronize(C, mapping, coupling_ids=ids, **options)

    def errors(self, job: JobView) -> list[JobErrorView]:
        """What a job failed on or set aside."""
        return list(jobs.job_errors(C, job.id).rows)

    # --- what there is -----------------------------------------------------------------------------------------------

    def bc(self, id: str, table: str = "salesOrders") -> Row:
        """A row of Business Central."""
        found = self.simulator.bc.get(table, id)
        assert found is not None
        return found

    def sales(self, id: str, table: str = "salesorders") -> Row:
        """A row of Sales."""
        found = self.simulator.sales.get(table, id)
        assert found is not None
        return found

    def bc_lines(self, document: str, mapping: str = ORDERS) -> list[Row]:
        """The lines of a document of Business Central, in order."""
        return self.simulator.bc.list(BC_LINES[mapping], documentId=document)

    def sales_lines(self, document: str, mapping: str = ORDERS) -> list[Row]:
        """The lines of a document of Sales, in order."""
        column = "_salesorderid_value" if mapping == ORDERS else "_invoiceid_value"
        rows = self.simulator.sales.list(SALES_LINES[mapping], **{column: document})
        return sorted(rows, key=lambda row: row["lineitemnumber"])

    def totals(self, pair: CouplingView) -> tuple[Decimal, Decimal]:
        """What a document comes to in Business Central and in Sales."""
        bc, sales = ("salesOrders", "salesorders") if pair.mapping == ORDERS else ("salesInvoices", "invoices")
        ours = self.bc(pair.bc_id, bc)["totalAmountIncludingTax"]
        theirs = self.sales(pair.sales_id, sales)["totalamount"]
        return Decimal(str(ours)), Decimal(str(theirs))

    def writes(self) -> int:
        """How many changes both services have seen, by whomever."""
        return len(self.simulator.bc.changes()) + len(self.simulator.sales.changes())


def counted(job: JobView) -> dict[str, int]:
    """The counters of a job that are not zero."""
    return {name: count for name, count in job.counters.items() if count}


def column(rows: Sequence[Row], name: str) -> list[Any]:
    """One property of several rows."""
    return [row[name] for row in rows]
