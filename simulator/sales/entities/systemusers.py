"""System users: people and applications that sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, Property, boolean, choice, guid, integer, lookup, text
from simulator.odata.rules import Rules
from simulator.sales.columns import (
    CURRENCY_NAVIGATION,
    STAMP_NAVIGATIONS,
    STAMPS,
    UNDEFINED,
    composite,
    currency,
    street_and_city,
)
from simulator.sales.memberships import PRINCIPAL, TEAM_MEMBERS, USER_ROLES, be_principal, paired_with
from simulator.sales.rules.images import IMAGE, carrying_image
from simulator.sales.rules.names import composing, in_turn, name_person


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "firstname": fake.first_name()[:64],
        "lastname": fake.last_name()[:64],
        "internalemailaddress": fake.email()[:100],
    }


def _address(prefix: str, telephone_length: int) -> tuple[Property, ...]:
    lengths = {"city": 128, "stateorprovince": 128, "country": 128, "postalcode": 40}
    return (
        text(f"{prefix}_name", 100),
        *street_and_city(prefix, **lengths),
        text(f"{prefix}_telephone1", telephone_length),
        choice(f"{prefix}_shippingmethodcode", UNDEFINED, default=1),
        text(f"{prefix}_fax", telephone_length),
        composite(prefix),
    )


SYSTEMUSERS = EntitySet(
    name="systemusers",
    entity="systemuser",
    title="User",
    key="systemuserid",
    primary_name="fullname",
    properties=(
        guid("systemuserid", access=Access.CREATE_ONLY),
        guid("ownerid", access=Access.READ_ONLY),
        guid("organizationid", access=Access.READ_ONLY),
        lookup("businessunitid", "businessunit", required_level="ApplicationRequired"),
        lookup("parentsystemuserid", "systemuser"),
        text("firstname", 64, required_level="ApplicationRequired"),
        text("salutation", 20),
        text("middlename", 50),
        text("lastname", 64, required_level="ApplicationRequired"),
        text("personalemailaddress", 100),
        text("fullname", 200, access=Access.READ_ONLY),
        text("nickname", 50),
        text("title", 128),
        text("internalemailaddress", 100, required_level="ApplicationRequired"),
        text("jobtitle", 100),
        text("mobilealertemail", 100),
        choice("preferredemailcode", UNDEFINED, default=1),
        text("homephone", 50),
        text("mobilephone", 64),
        choice(
            "preferredphonecode",
            {1: "Main Phone", 2: "Other Phone", 3: "Home Phone", 4: "Mobile Phone"},
            default=1,
        ),
        choice("preferredaddresscode", {1: "Mailing Address", 2: "Other Address"}, default=1),
        text("domainname", 250),
        text("disabledreason", 250, access=Access.READ_ONLY),
        text("employeeid", 100),
        boolean("isdisabled", False, access=Access.READ_ONLY),
        text("governmentid", 100),
        *_address("address1", telephone_length=64),
        *_address("address2", telephone_length=50),
        text("skills", 100),
        boolean("displayinserviceviews", False),
        text("windowsliveid", 250),
        choice(
            "incomingemaildeliverymethod",
            {
                0: "None",
                1: "Microsoft Dynamics CRM for Outlook",
                2: "Server-Side Synchronization or Email Router",
                3: "Forward Mailbox",
            },
            default=1,
        ),
        choice(
            "outgoingemaildeliverymethod",
            {
                0: "None",
                1: "Microsoft Dynamics CRM for Outlook",
                2: "Server-Side Synchronization or Email Router",
            },
            default=1,
        ),
        choice(
            "accessmode",
            {
                0: "Read-Write",
                1: "Administrative",
                2: "Read",
                3: "Support User",
                4: "Non-interactive",
            },
            default=0,
        ),
        choice(
            "invitestatuscode",
            {
                0: "Invitation Not Sent",
                1: "Invited",
                2: "Invitation Near Expired",
                3: "Invitation Expired",
                4: "Invitation Accepted",
                5: "Invitation Rejected",
                6: "Invitation Revoked",
            },
            default=0,
        ),
        boolean("isintegrationuser", False),
        boolean("defaultfilterspopulated", False, access=Access.READ_ONLY),
        choice(
            "emailrouteraccessapproval",
            {0: "Empty", 1: "Approved", 2: "Pending Approval", 3: "Rejected"},
            default=0,
            access=Access.READ_ONLY,
        ),
        currency(),
        choice(
            "caltype",
            {
                0: "Professional",
                1: "Administrative",
                2: "Basic",
                3: "Device Professional",
                4: "Device Basic",
                5: "Essential",
                6: "Device Essential",
                7: "Enterprise",
                8: "Device Enterprise",
            },
            default=0,
        ),
        boolean("islicensed", False),
        boolean("issyncwithdirectory", False),
        text("yammeremailaddress", 200),
        text("yammeruserid", 128),
        integer("userlicensetype"),
        boolean("isemailaddressapprovedbyo365admin", False, access=Access.READ_ONLY),
        text("sharepointemailaddress", 250),
        *IMAGE,
        guid("applicationid"),
        guid("azureactivedirectoryobjectid"),
        *STAMPS,
    ),
    navigations=(
        Navigation("businessunitid", "businessunits", column="businessunitid"),
        Navigation("parentsystemuserid", "systemusers", column="parentsystemuserid"),
        CURRENCY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        paired_with("teams", TEAM_MEMBERS.turned),
        paired_with("roles", USER_ROLES),
        Navigation("user_accounts", "accounts", collection=True, target_column="owninguser"),
        Navigation("contact_owning_user", "contacts", collection=True, target_column="owninguser"),
    ),
    base=PRINCIPAL,
    change_tracking=True,
    webhooks=True,
    object_type_code=8,
    schema_name="SystemUser",
    rules=Rules(
        before_write=in_turn(
            be_principal("systemuserid"), name_person, composing("address1", "address2"), carrying_image("systemuser")
        )
    ),
    sample=sample,
)
