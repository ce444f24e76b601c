"""What every company and every organization starts with: currencies, terms, units, users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency with its rate: what one unit is worth in the local currency (DKK)."""

    code: str
    name: str
    symbol: str
    rate: float


@dataclass(frozen=True, slots=True)
class Seller:
    """Someone who sells: a salesperson in Business Central and a user in Sales, known to both by the address."""

    code: str
    given: str
    surname: str

    @property
    def email(self) -> str:
        """The address on both sides."""
        return f"{self.given}.{self.surname}@contoso.com".lower()


LOCAL_CURRENCY = Currency("DKK", "Danish Krone", "kr.", 1.0)
CURRENCIES = (
    Currency("EUR", "Euro", "€", 7.46),
    Currency("USD", "US Dollar", "$", 6.85),
    Currency("GBP", "Pound Sterling", "£", 8.73),
    Currency("SEK", "Swedish Krona", "kr", 0.65),
    Currency("NOK", "Norwegian Krone", "kr", 0.64),
)
SELLERS = (
    Seller("JO", "Jim", "Olive"),
    Seller("HR", "Helena", "Ray"),
    Seller("LT", "Lina", "Townsend"),
    Seller("OF", "Otis", "Falls"),
)

# code, name, how the due date is found, discount date, discount
PAYMENT_TERMS = (
    ("NET30", "Net 30", "30D", "", 0),
    ("2%10NET30", "2% 10, Net 30", "30D", "10D", 2),
    ("NET45", "Net 45", "45D", "", 0),
    ("NET60", "Net 60", "60D", "", 0),
    ("14D", "Net 14 days", "14D", "", 0),
    ("7D", "Net 7 days", "7D", "", 0),
    ("CM", "Current month", "CM", "", 0),
    ("COD", "Cash on delivery", "0D", "", 0),
)
PAYMENT_METHODS = (
    ("BANK", "Bank transfer"), ("CARD", "Card payment"), ("CASH", "Cash payment"), ("CHECK", "Check payment"),
)  # fmt: skip
SHIPMENT_METHODS = (
    ("CIF", "Cost, insurance and freight"), ("EXW", "Ex works"), ("FOB", "Free on board"),
    ("DDP", "Delivered duty paid"), ("PICKUP", "Pick up at location"), ("WILLCALL", "Will call"),
)  # fmt: skip
SHIPPING_AGENTS = (
    ("AIRBORNE", "Airborne"), ("DHL", "DHL"), ("FEDEX", "FedEx"), ("UPS", "UPS"), ("POSTAL", "Postal Mail"),
    ("FULLLOAD", "Full Load"), ("OWN", "Own logistics"),
)  # fmt: skip
COUNTRIES = (
    ("DK", "Danmark"), ("SE", "Sverige"), ("NO", "Norge"), ("DE", "Deutschland"), ("GB", "United Kingdom"),
    ("PL", "Polska"), ("GR", "Ελλάδα"), ("JP", "日本"), ("US", "United States"),
)  # fmt: skip
UNITS = (
    ("PCS", "Piece", "EA"), ("BOX", "Box", "BX"), ("SET", "Set", "SET"), ("HOUR", "Hour", "HUR"), ("DAY", "Day", "DAY"),
    ("KG", "Kilo", "KGM"), ("PALLET", "Pallet", "PF"),
)  # fmt: skip
ITEM_CATEGORIES = (
    ("CHAIR", "Chairs"), ("DESK", "Desks"), ("TABLE", "Tables"), ("LAMP", "Lamps"), ("MISC", "Miscellaneous"),
    ("SUPPLIERS", "Office supplies"),
)  # fmt: skip
PRODUCT_GROUPS = (("RETAIL", "Retail, in full"), ("SERVICES", "Services"), ("MISC", "Miscellaneous"))
INVENTORY_GROUPS = (("RESALE", "Resale items"), ("FINISHED", "Finished items"))
TAX_AREAS = (("DOMESTIC", "Domestic customers"), ("EU", "Customers in the EU"), ("EXPORT", "Other customers"))
TAX_GROUPS = (("STANDARD", "Standard rate"), ("REDUCED", "Reduced rate"), ("LOW", "Low rate"), ("ZERO", "No VAT"))
LOCATIONS = (("EAST", "East warehouse"), ("WEST", "West warehouse"))
ACCOUNTS = (
    ("6110", "Sales, retail, domestic", "Income"), ("6120", "Sales, retail, EU", "Income"),
    ("6130", "Sales, retail, export", "Income"), ("6710", "Consulting fees", "Income"),
    ("7110", "Purchases, retail", "Cost of Goods Sold"), ("8110", "Cleaning", "Expense"),
)  # fmt: skip
DIMENSIONS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "CUSTOMERGROUP": (
        "Customer Group",
        (("LARGE", "Large business"), ("MEDIUM", "Medium business"), ("SMALL", "Small")),
    ),
    "DEPARTMENT": ("Department", (("ADM", "Administration"), ("PROD", "Production"), ("SALES", "Sales"))),
    "AREA": ("Area", (("30", "Europe"), ("70", "America"), ("80", "Asia"))),
}
ROLES = ("System Administrator", "Salesperson", "Sales Manager", "System Customizer", "Basic User")
PRICE_GROUPS = (("RETAIL", "Retail customers"), ("WHOLE", "Wholesale customers"))
