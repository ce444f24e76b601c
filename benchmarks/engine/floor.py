"""The floor: plain requests and orjson, the same pages and batches, no bookkeeping of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
import requests

from benchmarks.worlds import bc_company, bc_root, sales_root

Row = dict[str, Any]

FIELDS = {
    "displayName": "name",
    "addressLine1": "address1_line1",
    "addressLine2": "address1_line2",
    "postalCode": "address1_postalcode",
    "city": "address1_city",
    "state": "address1_stateorprovince",
    "country": "address1_country",
    "phoneNumber": "telephone1",
    "email": "emailaddress1",
    "website": "websiteurl",
    "creditLimit": "creditlimit",
}
BC_PAGE, SALES_PAGE = "odata.maxpagesize=20000", "odata.track-changes,odata.maxpagesize=5000"
OPTIONS = {"paymentTermsId": "paymenttermscode", "shipmentMethodId": "address1_freighttermscode"}
"""References to options: the floor reads them, and writes the same one for all rows."""
_BC_SELECT = f"$select=id,{','.join((*FIELDS, *OPTIONS))},currencyId,number,blocked,lastModifiedDateTime"
_SALES_NAMES = [name for name in FIELDS.values() if name != "creditlimit"]
_SALES_SELECT = (
    f"$select=accountid,{','.join((*_SALES_NAMES, *OPTIONS.values()))},"
    "_transactioncurrencyid_value,customertypecode,statecode,creditlimit,accountnumber,modifiedon"
)
_BLANK = (None, "", "00000000-0000-0000-0000-000000000000")


class Floor:
    """One program with one line to each service; `requests` counts what it sent."""

    def __init__(self, bc: str, sales: str) -> None:
        self.bc, self.bc_batch, self.sales = bc_company(bc), f"{bc_root(bc)}/$batch", sales_root(sales)
        self.company = self.bc.removeprefix(f"{bc_root(bc)}/")
        self.line = requests.Session()
        self.line.headers["Authorization"] = "Bearer anybody"
        self.requests = 0

    # --- what it does --------------------------------------------------------------------------------------------

    def load_to_sales(self) -> int:
        """Create an account for each customer."""
        currencies = self.currencies()
        for rows in self.pages(f"{self.bc}/customers?{_BC_SELECT}", BC_PAGE):
            accounts = [_account(row, currencies) for row in rows if row["blocked"] == "_x0020_"]
            for start in range(0, len(accounts), 1000):
                self.send_multipart("POST", "accounts", accounts[start : start + 1000])
        return self.requests

    def load_to_bc(self) -> int:
        """Create a customer for each account."""
        ids = {sales: bc for bc, sales in self.currencies().items()}
        for rows in self.pages(f"{self.sales}/accounts?{_SALES_SELECT}", SALES_PAGE):
            customers = [_customer(row, ids) for row in rows if row["statecode"] == 0 and row["customertypecode"] == 3]
            for start in range(0, len(customers), 100):
                self.send_json(customers[start : start + 100])
        return self.requests

    def bring_changes(self, since: str, delta: str, partners: dict[str, str]) -> int:
        """Read what changed on both sides and send Business Central's changes."""
        currencies = self.currencies() if partners else {}
        changed = []
        for rows in self.pages(f"{self.bc}/customers?{_BC_SELECT}&$filter=lastModifiedDateTime ge {since}", BC_PAGE):
            changed += [row for row in rows if row["id"] in partners]
        for _ in self.pages(f"{self.sales}/{delta}", SALES_PAGE):
            pass
        for start in range(0, len(changed), 1000):
            part = changed[start : start + 1000]
            accounts = [_account({**row, **dict.fromkeys(OPTIONS)}, currencies) for row in part]
            self.send_multipart("PATCH", "accounts", accounts, [partners[row["id"]] for row in part])
        return self.requests

    def read_both(self) -> int:
        """Read all of both sides."""
        for address, page in ((f"{self.bc}/customers?{_BC_SELECT}", BC_PAGE), (self._accounts, SALES_PAGE)):
            for _ in self.pages(address, page):
                pass
        return self.requests

    def edit(self, customers: Sequence[str]) -> None:
        """Change the phone numbers of these customers, as users of Business Central."""
        for start in range(0, len(customers), 100):
            part = customers[start : start + 100]
            self.send_json([{"id": id, "phoneNumber": f"{place:08}"} for place, id in enumerate(part)], "PATCH")

    # --- how -----------------------------------------------------------------------------------------------------

    @property
    def _accounts(self) -> str:
        return f"{self.sales}/accounts?{_SALES_SELECT}"

    def pages(self, address: str, prefer: str) -> Iterator[list[Row]]:
        """The rows of a list, page by page."""
        while address:
            page = orjson.loads(self._send("GET", address, {"Prefer": prefer}))
            address = page.get("@odata.nextLink", "")
            yield page["value"]

    def currencies(self) -> dict[str, str]:
        """The currencies of Business Central by id, as the ids of those of Sales with the same code."""
        theirs = {
            row["isocurrencycode"]: row["transactioncurrencyid"]
            for rows in self.pages(f"{self.sales}/transactioncurrencies?$select=isocurrencycode", SALES_PAGE)
            for row in rows
        }
        ours = [row for rows in self.pages(f"{self.bc}/currencies?$select=id,code", BC_PAGE) for row in rows]
        return {row["id"]: theirs[row["code"]] for row in ours if row["code"] in theirs}

    def send_multipart(self, method: str, table: str, rows: Sequence[Row], ids: Sequence[str] = ()) -> None:
        """Write rows to Sales in one batch."""
        head = (
            f"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{method} "
            f"/api/data/v9.2/{table}%s HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
        )
        pieces = []
        for place, row in enumerate(rows):
            pieces += [(head % (f"({ids[place]})" if ids else "")).encode(), orjson.dumps(row), b"\r\n"]
        headers = {"Content-Type": "multipart/mixed; boundary=b", "Prefer": "odata.continue-on-error"}
        answer = self._send("POST", f"{self.sales}/$batch", headers, b"".join([*pieces, b"--b--\r\n"]))
        _check(answer.count(b"HTTP/1.1 204"), len(rows))

    def send_json(self, rows: Sequence[Row], method: str = "POST") -> None:
        """Write rows to Business Central in one batch; a row that is changed brings its id."""
        parts = []
        for place, row in enumerate(rows):
            key = f"({row.pop('id')})" if method == "PATCH" else ""
            headers = {"Content-Type": "application/json", "If-Match": "*"}
            url = f"{self.company}/customers{key}"
            parts.append({"id": str(place), "method": method, "url": url, "headers": headers, "body": row})
        body = orjson.dumps({"requests": parts})
        answer = orjson.loads(self._send("POST", self.bc_batch, {"Content-Type": "application/json"}, body))
        _check(sum(1 for each in answer["responses"] if each["status"] < 300), len(rows))

    def _send(self, method: str, address: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
        self.requests += 1
        answer = self.line.request(method, address, headers=headers, data=body)
        answer.raise_for_status()
        return answer.content


def _check(done: int, asked: int) -> None:
    if done != asked:
        raise RuntimeError(f"only {done} of {asked} writes of the floor program were carried out")


def _account(row: Row, currencies: dict[str, str]) -> Row:
    account = {FIELDS[name]: row[name] for name in FIELDS if row[name] not in _BLANK}
    account |= {OPTIONS[name]: 1 for name in OPTIONS if row[name] not in _BLANK}
    account["customertypecode"] = 3
    if row["currencyId"] in currencies:
        account["transactioncurrencyid@odata.bind"] = f"/transactioncurrencies({currencies[row['currencyId']]})"
    return account


def _customer(row: Row, currencies: dict[str, str]) -> Row:
    names = ((bc, sales) for bc, sales in FIELDS.items() if sales != "creditlimit")
    customer = {bc: row[sales] for bc, sales in names if row[sales] not in _BLANK}
    if row["_transactioncurrencyid_value"] in currencies:
        customer["currencyId"] = currencies[row["_transactioncurrencyid_value"]]
    return customer


WORK: dict[str, Callable[..., int]] = {
    "to_sales": Floor.load_to_sales,
    "to_bc": Floor.load_to_bc,
    "changes": Floor.bring_changes,
    "compare": Floor.read_both,
}
"""What the floor program can be asked for."""
