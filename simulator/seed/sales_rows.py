"""Sales' rows of a seed: users and currencies, and the accounts and contacts as its people typed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from simulator.odata.edm import Option
from simulator.odata.service import Options, Shape
from simulator.sales.rules.base_amounts import fill_base_amounts
from simulator.sales.rules.names import compose_address
from simulator.seed import basics
from simulator.seed.firms import Firm, Person, Share, make_id, make_moment
from simulator.seed.vocabulary import to_ascii

Row = dict[str, Any]

_CUSTOMER = 3  # account.customertypecode
_FIRST_OWN = 100_000_000  # where an organization's own options begin
_TERMS, _METHODS, _AGENTS = basics.PAYMENT_TERMS, basics.SHIPMENT_METHODS, basics.SHIPPING_AGENTS
_OWN_OPTIONS: tuple[tuple[str, str, Sequence[tuple[Any, ...]]], ...] = (
    *((name, "paymenttermscode", _TERMS) for name in ("accounts", "quotes", "salesorders", "invoices")),
    ("accounts", "address1_freighttermscode", _METHODS),
    *((name, "freighttermscode", _METHODS) for name in ("quotes", "salesorders")),
    ("accounts", "address1_shippingmethodcode", _AGENTS),
    *((name, "shippingmethodcode", _AGENTS) for name in ("quotes", "salesorders", "invoices")),
)


class SalesRows:
    """Makes the rows of the organization for a seed; ``caller`` and ``person`` are the ids of the signed-in users."""

    def __init__(self, seed: int, caller: str, person: str, client_id: str) -> None:
        self.seed = seed
        self.caller = caller
        self.person_id = person
        self._client_id = client_id
        self.organization = self.id("organizations", 0)
        self.business_unit = self.id("businessunits", 0)
        self._sellers = [self.id("systemusers", seller.code) for seller in basics.SELLERS]
        self._currencies = {
            one.code: self.id("transactioncurrencies", one.code) for one in (basics.LOCAL_CURRENCY, *basics.CURRENCIES)
        }

        self._rates: dict[str | None, float] = {
            self._currencies[one.code]: round(1 / one.rate, 10) for one in (basics.LOCAL_CURRENCY, *basics.CURRENCIES)
        }

    def id(self, kind: str, name: str | int) -> str:
        """Return the id of a row by its kind and code (or index)."""
        return make_id(self.seed, f"sales/{kind}/{name}", 0)

    def basics(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield (entity set, rows) of what every organization starts with."""
        yield "organizations", [self._organization_row()]
        yield "businessunits", [self.stamped({"businessunitid": self.business_unit, "name": "contoso"})]
        yield "systemusers", self._user_rows()
        yield "teams", [self._team_row()]
        yield from self._memberships()
        yield "transactioncurrencies", self._currency_rows()

    def options(self, declared: Mapping[str, Shape]) -> dict[tuple[str, str], Options]:
        """Return the choices the company has extended by its own codes, as far as they are not there already."""
        found = {}
        own: dict[int, list[str]] = {}
        for entity_set, column, codes in _OWN_OPTIONS:
            prop = declared[entity_set].entity.property(column)
            assert prop is not None
            known = {one.label.casefold() for one in prop.options}
            # the account's choice comes first; the documents' have the same numbers, or they would mean something else
            added = own.setdefault(id(codes), [str(code) for code, *_ in codes if code.casefold() not in known])
            found[entity_set, column] = (*prop.options, *(Option(*one) for one in enumerate(added, _FIRST_OWN)))
        return found

    def account(self, firm: Firm) -> Row:
        """Return the account a company is, with what its people typed differently."""
        row: Row = {
            "accountid": self.id("accounts", firm.index), "name": firm.name, "customertypecode": _CUSTOMER,
            "accountnumber": self._account_number(firm), "address1_line1": firm.street, "address1_city": firm.town,
            "address1_postalcode": firm.postal_code, "address1_country": firm.words.country.code,
            "telephone1": firm.phone, "emailaddress1": firm.email or None, "websiteurl": firm.website or None,
            "creditlimit": firm.credit_limit,
            "paymenttermscode": _FIRST_OWN + firm.index % len(basics.PAYMENT_TERMS),
            "address1_freighttermscode": _FIRST_OWN + firm.index % len(basics.SHIPMENT_METHODS),
            "_transactioncurrencyid_value": self._currencies[firm.words.country.currency or "DKK"],
            "_primarycontactid_value": self.contact_id(firm.people[0]) if firm.people else None,
            "statecode": 1 if firm.is_inactive else 0, "statuscode": 2 if firm.is_inactive else 1,
        }  # fmt: skip
        if firm.share is Share.DIFFERENT:
            vary = _VARIATIONS[firm.index // 2 % len(_VARIATIONS)]
            row |= vary(firm)
        row["address1_composite"] = compose_address(row, "address1")
        return self.owned(row, firm)

    def contact(self, firm: Firm, person: Person) -> Row:
        """Return someone who works at a company; half of those of differing companies differ too."""
        row: Row = {
            "contactid": self.contact_id(person), "firstname": person.given, "lastname": person.surname,
            "fullname": f"{person.given} {person.surname}", "jobtitle": person.job,
            "_parentcustomerid_value": self.id("accounts", firm.index), "emailaddress1": person.email,
            "telephone1": person.phone, "mobilephone": person.mobile, "address1_line1": firm.street,
            "address1_city": firm.town, "address1_postalcode": firm.postal_code,
            "address1_country": firm.words.country.code,
            "statecode": 1 if firm.is_inactive else 0, "statuscode": 2 if firm.is_inactive else 1,
        }  # fmt: skip
        if firm.share is Share.DIFFERENT and person.index % 2 == 0:
            row["mobilephone"] = person.mobile.replace(" ", "")
        row["address1_composite"] = compose_address(row, "address1")
        return self.owned(row, firm)

    def contact_id(self, person: Person) -> str:
        """Return the id of a person's contact."""
        return self.id("contacts", person.index)

    def currency(self, code: str) -> str:
        """Return the id of a currency by its ISO code."""
        return self._currencies[code]

    def stamped(self, row: Row, index: int = 0) -> Row:
        """Add who made and changed a row and when, as the administrator did."""
        moment = make_moment(index)
        row["createdon"] = row["modifiedon"] = moment
        row["_createdby_value"] = row["_modifiedby_value"] = self.person_id
        return row

    def owned(self, row: Row, firm: Firm) -> Row:
        """Add the owner, which is the company's seller, and the stamps."""
        owner = self._sellers[firm.index % len(self._sellers)]
        row["_ownerid_value"] = row["_owninguser_value"] = owner
        row["_owningbusinessunit_value"] = self.business_unit
        return self.stamped(row, firm.index + 60)

    def _account_number(self, firm: Firm) -> str | None:
        """Half of the companies on both sides carry their Business Central number here; others Sales' own or none."""
        if firm.in_bc and firm.index % 2 == 0:
            return f"{(firm.index + 1) * 10_000}" if firm.index < 5 else f"C{firm.index * 10:05d}"
        return f"ACC-{firm.index:06d}" if firm.index % 3 == 0 else None

    def with_base_amounts(self, names: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows with the base amounts of these columns of money, and the rate of their currency."""
        for row in rows:
            fill_base_amounts(row, names, self._rates.get(row.get("_transactioncurrencyid_value")))
            yield row

    def _organization_row(self) -> Row:
        row = {
            "organizationid": self.organization, "name": "contoso", "languagecode": 1030, "localeid": 1030,
            "_basecurrencyid_value": self._currencies["DKK"], "basecurrencysymbol": "kr.",
            "currencydecimalprecision": 2, "pricingdecimalprecision": 2, "expirechangetrackingindays": 7,
            "quoteprefix": "QUO", "orderprefix": "ORD", "invoiceprefix": "INV", "issopintegrationenabled": True,
            "createdon": make_moment(0), "modifiedon": make_moment(0),
        }  # fmt: skip
        return row

    def _user_rows(self) -> list[Row]:
        people: list[tuple[str, str, str, str, str | None]] = [
            (self.person_id, "System", "Administrator", "admin@contoso.com", None)
        ]
        people += [(self.caller, "#", "Integration", "integration@contoso.com", self._client_id)]
        people += [
            (uid, one.given, one.surname, one.email, None)
            for uid, one in zip(self._sellers, basics.SELLERS, strict=True)
        ]
        return [self._user_row(*person) for person in people]

    def _user_row(self, uid: str, given: str, surname: str, email: str, client_id: str | None) -> Row:
        row = {
            "systemuserid": uid, "ownerid": uid, "firstname": given, "lastname": surname,
            "fullname": f"{given} {surname}", "internalemailaddress": email, "domainname": email,
            "_businessunitid_value": self.business_unit, "organizationid": self.organization, "isdisabled": False,
            "islicensed": client_id is None, "accessmode": 0 if client_id is None else 4,
            "azureactivedirectoryobjectid": uid, "applicationid": client_id,
        }  # fmt: skip
        return self.stamped(row)

    def _team_row(self) -> Row:
        team = self.id("teams", 0)
        row = {
            "teamid": team, "ownerid": team, "name": "contoso", "_businessunitid_value": self.business_unit,
            "organizationid": self.organization, "_administratorid_value": self.person_id, "isdefault": True,
        }  # fmt: skip
        return self.stamped(row)

    def _memberships(self) -> Iterator[tuple[str, list[Row]]]:
        """Everyone is in the business unit's own team; administrators and sellers have their roles."""
        team, everyone = self.id("teams", 0), [self.person_id, self.caller, *self._sellers]
        yield "roles", [self._role_row(name) for name in basics.ROLES]
        yield (
            "teammemberships",
            [
                {"teammembershipid": self.id("teammemberships", user), "teamid": team, "systemuserid": user}
                for user in everyone
            ],
        )
        administrator, salesperson = (self.id("roles", name) for name in basics.ROLES[:2])
        yield "systemuserrolescollection", [
            {
                "systemuserroleid": self.id("systemuserroles", user), "systemuserid": user,
                "roleid": salesperson if user in self._sellers else administrator,
            }
            for user in everyone
        ]  # fmt: skip

    def _role_row(self, name: str) -> Row:
        row = {
            "roleid": self.id("roles", name), "name": name, "_businessunitid_value": self.business_unit,
            "organizationid": self.organization, "ismanaged": True, "_parentrootroleid_value": self.id("roles", name),
        }  # fmt: skip
        return self.stamped(row)

    def _currency_rows(self) -> list[Row]:
        return [
            self.stamped(
                {
                    "transactioncurrencyid": self._currencies[one.code], "currencyname": one.name,
                    "isocurrencycode": one.code, "currencysymbol": one.symbol, "currencyprecision": 2,
                    "exchangerate": self._rates[self._currencies[one.code]], "_organizationid_value": self.organization,
                }
            )
            for one in (basics.LOCAL_CURRENCY, *basics.CURRENCIES)
        ]  # fmt: skip


def _shouted(firm: Firm) -> Row:
    return {"name": firm.name.upper()}


def _without_danish_letters(firm: Firm) -> Row:
    """Spell as people without the right keyboard do."""
    plain = " ".join(to_ascii(word).capitalize() or word for word in firm.name.split(" "))
    return {"name": plain}


def _other_phone(firm: Firm) -> Row:
    return {"telephone1": f"{firm.words.country.prefix} 70 {firm.index % 90 + 10} {firm.index % 80 + 10} 00"}


def _phone_without_spaces(firm: Firm) -> Row:
    return {"telephone1": firm.phone.replace(" ", "")}


def _two_spaces(firm: Firm) -> Row:
    return {"name": firm.name.replace(" ", "  ", 1), "address1_city": firm.town.upper()}


def _other_credit_limit(firm: Firm) -> Row:
    return {"creditlimit": firm.credit_limit + 2_500}


def _moved(firm: Firm) -> Row:
    return {"address1_line1": f"{firm.street}, 2. th", "address1_line2": "c/o reception"}


def _other_mailbox(firm: Firm) -> Row:
    return {"emailaddress1": firm.email.replace("info@", "kontakt@")}


_VARIATIONS: tuple[Callable[[Firm], Row], ...] = (
    _shouted, _other_phone, _without_danish_letters, _phone_without_spaces, _two_spaces, _other_credit_limit, _moved,
    _other_mailbox,
)  # fmt: skip
