"""A table mapping and a transformation of a host's own, at work: `python -m examples.custom_mapping`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import Direction, FieldMapping, FlaskCoupling, Table, TableMapping, transformation, where
from flask_coupling.operations import connections, couplings, synchronization
from simulator.inprocess import mount

VENDOR_TYPE = 11
COUNTRIES = {"DK": "Denmark", "DE": "Germany", "NO": "Norway", "SE": "Sweden"}
CODES = {name: code for code, name in COUNTRIES.items()}


@transformation("country_in_words", examples=(("DK", "Denmark"), ("SE", "Sweden"), ("XX", "XX"), ("", "")))
class CountryName:
    """A country's code in Business Central, its English name in Sales; what is not in the list stays as it is."""

    to_sales = staticmethod(lambda value: COUNTRIES.get(value, value))
    to_bc = staticmethod(lambda value: CODES.get(value, value))


VENDOR = TableMapping(
    name="VENDOR",
    caption="Vendors",
    bc=Table(name="vendors", key="id", modified_on="lastModifiedDateTime", title="displayName", number="number"),
    sales=Table(name="accounts", key="accountid", modified_on="modifiedon", title="name", number="accountnumber"),
    bc_filter=where("blocked", "blank", " "),
    sales_filter=where("customertypecode", "eq", VENDOR_TYPE),
    only_coupled=False,
    fields=(
        FieldMapping(bc="displayName", sales="name", caption="Name"),
        FieldMapping(bc="city", sales="address1_city", caption="City"),
        FieldMapping(
            bc="country", sales="address1_country", caption="Country/Region", transformation="country_in_words"
        ),
        FieldMapping(bc="phoneNumber", sales="telephone1", caption="Phone No."),
        FieldMapping(bc="number", sales="accountnumber", caption="No.", direction=Direction.TO_SALES),
        FieldMapping(sales="customertypecode", constant=VENDOR_TYPE, direction=Direction.TO_SALES),
    ),
)


def make_app(folder: Path) -> Flask:
    """A host app that has its own vendors in place of the shipped ones."""
    app = Flask(__name__, instance_path=str(folder))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}",
        COUPLING_SECRET_KEYS=[Fernet.generate_key().decode()],
        COUPLING_JOB_ENGINE="inline",
    )
    coupling = FlaskCoupling(app, SQLAlchemy(app))
    coupling.add_mapping(VENDOR, replace=True)
    coupling.upgrade_db()
    return app


def main() -> None:
    """Bring vendors over to Sales, change one there, and bring the change back."""
    with tempfile.TemporaryDirectory() as folder, mount(customers=100) as simulator:
        app, config = make_app(Path(folder)), simulator.config
        with app.app_context():
            connections.save_connection("default", config.credentials() | {"sales_url": config.org_url})
            connections.enable_connection("default")
            job = synchronization.synchronize("default", "VENDOR")
            print(f"To Sales: {job.counters['inserted']} accounts created, {job.counters['failed']} failed.")

            vendor = couplings.list_couplings("default", "VENDOR").rows[0]
            simulator.sales.update("accounts", vendor.sales_id, address1_country="Norway")
            synchronization.synchronize("default", "VENDOR")
            country = (simulator.bc.get("vendors", vendor.bc_id) or {})["country"]
            print(f"From Sales: {vendor.sales_title} moved to Norway, which Business Central knows as {country}.")


if __name__ == "__main__":
    main()
