"""The demo's guided tour: a customer in both systems, other users who edit it, and how far the visitor is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, redirect, render_template_string, url_for
from werkzeug.wrappers import Response

from flask_coupling.errors import CouplingError
from flask_coupling.operations import conflicts, couplings, failures, history
from flask_coupling.operations.views import CouplingView, HistoryView
from simulator.instance import Simulator

from .stack import CONNECTION

MAPPING = "CUSTOMER"
HOME = (Path(__file__).parent / "guide.html").read_text(encoding="utf-8")
STREETS = ("Nørregade", "Bredgade", "Strandvejen", "Kongensgade", "Møllevej", "Havnegade")


@dataclass(frozen=True)
class Step:
    """A step of the tour: what to do, where, and whether it is done."""

    title: str
    text: str
    is_done: bool
    link: str = ""
    link_text: str = ""
    users: tuple[tuple[str, str], ...] = ()


class Guide:
    """The customer of the tour, and other people who work on it; each edit is one that nobody made before."""

    def __init__(self, simulator: Simulator, pair: tuple[str, str], address: str) -> None:
        self._simulator, self.bc_id, self.sales_id = simulator, *pair
        self._address, self._random = address, Random(1)
        self.users: dict[str, Callable[[], None]] = {
            "bc": self.edit_bc,
            "sales": self.edit_sales,
            "both": self.edit_both,
        }

    def edit_bc(self) -> None:
        """Change the phone number in Business Central."""
        self._simulator.bc.update("customers", self.bc_id, phoneNumber=self._number())

    def edit_sales(self) -> None:
        """Change the street in Sales."""
        street = f"{self._random.choice(STREETS)} {self._random.randrange(1, 200)}"
        self._simulator.sales.update("accounts", self.sales_id, address1_line1=street)

    def edit_both(self) -> None:
        """Change the phone number on both sides, to different numbers."""
        self.edit_bc()
        self._simulator.sales.update("accounts", self.sales_id, telephone1=self._number())

    def values(self) -> list[tuple[str, str, str]]:
        """What the tour edits, as it is on both sides."""
        customer = self._simulator.bc.get("customers", self.bc_id) or {}
        account = self._simulator.sales.get("accounts", self.sales_id) or {}
        pairs = {"Phone number": ("phoneNumber", "telephone1"), "Street": ("addressLine1", "address1_line1")}
        return [(label, customer.get(bc) or "", account.get(sales) or "") for label, (bc, sales) in pairs.items()]

    def name(self) -> str:
        """The customer's name in Business Central."""
        return str((self._simulator.bc.get("customers", self.bc_id) or {}).get("displayName", ""))

    def pages(self) -> dict[str, str]:
        """Where both records are in the simulator, for a visitor who wants to be another user."""
        root = f"{self._address}/_simulator/pages"
        return {
            "bc": f"{root}/bc/customers/{self.bc_id}",
            "sales": f"{root}/sales/accounts/{self.sales_id}",
        }

    def coupling(self) -> CouplingView | None:
        """The customer's coupling, once the visitor made it."""
        return couplings.find_coupling(CONNECTION, MAPPING, "bc", self.bc_id)

    def steps(self) -> Iterator[Step]:
        """The tour, and how far the visitor is; told by what is stored, so that it can be walked in any order."""
        coupling = self.coupling()
        past = history.record_history(CONNECTION, MAPPING, "bc", self.bc_id).rows if coupling else ()
        card = url_for("coupling.record_card", connection=CONNECTION, mapping=MAPPING, side="bc", id=self.bc_id)
        moved = any(bc != sales for _, bc, sales in self.values())
        yield Step(
            "Couple a customer",
            "It is in both systems, and nobody has said so yet. Choose Set Up Coupling on its card; the likeliest "
            "partner is proposed. Synchronize with the data of Business Central.",
            coupling is not None,
            card,
            "Open the customer's card",
        )
        yield Step(
            "Be two other users",
            "Somebody changes the phone number in Business Central, somebody else the street in Sales.",
            bool(coupling and (moved or _has(past, "changed"))),
            users=(("bc", "Edit in Business Central"), ("sales", "Edit in Sales")),
        )
        yield Step(
            "Synchronize Now",
            "The preview shows what will be written before anything is. Both edits meet: the fields are different.",
            _has(past, "changed"),
            _synchronize(coupling) if coupling else "",
            "Synchronize Now",
        )
        yield Step(
            "Resolve a conflict",
            "Let both change the phone number, and synchronize again: nothing is overwritten. Then choose a number "
            "under Errors and Conflicts.",
            _has(past, "conflict"),
            url_for("coupling.issues", connection=CONNECTION, mapping=MAPPING),
            "Errors and Conflicts",
            users=(("both", "Edit the phone number on both sides"),),
        )
        yield Step(
            "Undo",
            "The card's history shows every write with what was there before. Take one back.",
            _has(past, "undo"),
            card,
            "Open the customer's card",
        )

    def _number(self) -> str:
        return f"+45 {self._random.randrange(20_000_000, 99_999_999)}"


def _has(past: tuple[HistoryView, ...], reason: str) -> bool:
    return any(each.reason == reason for each in past)


def _synchronize(coupling: CouplingView) -> str:
    return url_for("coupling.synchronize_now", connection=CONNECTION, id=coupling.id, next=url_for("home"))


def to_look_at() -> list[tuple[str, str]]:
    """What waits for somebody, and where."""
    found = conflicts.list_conflicts(CONNECTION).rows
    groups = failures.failure_groups(CONNECTION)
    updates = len([each for each in found if each.kind == "update"])
    issues = url_for("coupling.issues", connection=CONNECTION)
    return [
        (f"{updates} conflicts: a field was edited on both sides", issues),
        (f"{len(found) - updates} records deleted in one system", issues),
        (f"{sum(each.count for each in groups)} records that fail, with the reason", issues),
        ("How the connection does", url_for("coupling.health", connection=CONNECTION)),
        ("Every run with its counters", url_for("coupling.job_list", connection=CONNECTION)),
    ]


def add_guide(app: Flask, guide: Guide) -> None:
    """The host's own page: the steps with their buttons, and the extension's actions embedded."""

    @app.get("/")
    def home() -> str:
        facts: dict[str, Any] = {"guide": guide, "steps": list(guide.steps()), "things": to_look_at()}
        return render_template_string(HOME, **facts)

    @app.post("/users/<any(bc, sales, both):user>")
    def act(user: str) -> Response:
        guide.users[user]()
        return redirect(url_for("home"))

    @app.errorhandler(CouplingError)
    def tell(error: CouplingError) -> tuple[str, int]:
        return str(error), error.status
