"""What is not set up: an administrator can help."""

from __future__ import annotations

from .base import CouplingError


class SetupError(CouplingError):
    """Something is not set up; an administrator can mend it."""

    code = "setup_error"
    status = 409


class NotConfigured(SetupError):
    """The host has not configured something the extension needs."""

    code = "not_configured"
    status = 500
    template = "flask_coupling is not set up: {detail}."
    advice = "{remedy}"


class ConnectionNotFound(SetupError):
    """No connection has that name."""

    code = "connection_not_found"
    status = 404
    template = "There is no connection named {connection}."
    advice = "Set it up on the connection page first."


class ConnectionNotEnabled(SetupError):
    """The connection exists, but is switched off."""

    code = "connection_not_enabled"
    template = "The connection {connection} is not enabled ({reason})."
    advice = "Ask an administrator to test and enable it on the connection page."


class ConnectionIncomplete(SetupError):
    """Required connection values are missing."""

    code = "connection_incomplete"
    status = 422
    template = "The connection {connection} lacks {missing}."
    advice = "Fill in what is missing and save."


class ConnectionOccupied(SetupError):
    """The connection's couplings are of another company or environment than it now points to."""

    code = "connection_occupied"
    template = "The connection {connection} holds {couplings} couplings of {before}, but now points to {now}."
    advice = "Set up a further connection for it, point this one back, or remove its couplings first."


class CurrencyMismatch(SetupError):
    """The two systems keep their books in different currencies."""

    code = "currency_mismatch"
    status = 409
    template = (
        "The local currency of Business Central is {bc}, and the base currency of Dynamics 365 Sales is {sales}: "
        "amounts without a currency would mean something else on the other side."
    )
    advice = "Connect a company whose local currency is {sales}, or a Sales environment whose base currency is {bc}."


class CompanyColumnMissing(SetupError):
    """No table of Sales has the column that tells companies apart."""

    code = "company_column_missing"
    status = 422
    template = "No table of Dynamics 365 Sales has the column {column}, by which the rows of companies are told apart."
    advice = "Install the Business Central base solution in the Sales environment, which adds it, or leave this off."


class CredentialsRejected(SetupError):
    """The token service refused the client id or the secret."""

    code = "credentials_rejected"
    template = "{service} rejected the credentials of client {client_id}: {detail}"
    advice = "Check the client id and enter the client secret again; it may have expired."


class TenantUnknown(SetupError):
    """The token service does not know the tenant."""

    code = "tenant_unknown"
    template = "The tenant {tenant} is not known to the token service: {detail}"
    advice = "Check the tenant id (a GUID or a domain name)."


class EnvironmentUnknown(SetupError):
    """Business Central has no such environment."""

    code = "environment_unknown"
    template = "Business Central has no environment {environment} in tenant {tenant}."
    advice = "Check the environment's name in the Business Central admin center."


class CompanyUnknown(SetupError):
    """The environment has no such company."""

    code = "company_unknown"
    template = "The environment {environment} has no company {company}. It has: {companies}."
    advice = "Choose one of its companies."


class PermissionMissing(SetupError):
    """The service knows us but does not let us do this."""

    code = "permission_missing"
    template = "{service} does not allow this: {detail}"
    advice = "Give the application user the missing permission."


class AddressRefused(SetupError):
    """An outbound address is not one we send credentials to."""

    code = "address_refused"
    status = 422
    template = "The address {url} is not allowed: {detail}."
    advice = "Use the service's own https address, or allow the host by COUPLING_ALLOWED_HOSTS."


class SecretUnreadable(SetupError):
    """A stored secret cannot be decrypted with the configured keys."""

    code = "secret_unreadable"
    template = "The stored client secret of connection {connection} cannot be read with the configured keys."
    advice = "Restore the key in COUPLING_SECRET_KEYS, or enter the client secret again."


class MappingNotFound(SetupError):
    """No table mapping has that name."""

    code = "mapping_not_found"
    status = 404
    template = "There is no table mapping named {mapping}."
    advice = "Restore the default synchronization setup or create it."


class MappingNotInUse(SetupError):
    """An administrator took the table mapping out of use, or never into it."""

    code = "mapping_not_in_use"
    status = 409
    template = "The table mapping {mapping} is not in use."
    advice = "Take it into use in its settings; of two that make the same records only one can be."


class MappingInvalid(SetupError):
    """A table or field mapping cannot be right."""

    code = "mapping_invalid"
    status = 422
    template = "The table mapping {mapping} is not valid: {detail}."
    advice = "Correct it and save again."


class FieldUnknown(SetupError):
    """A mapped field does not exist on the service."""

    code = "field_unknown"
    template = "{service} has no field {field} in {table}: {detail}"
    advice = "Correct or disable the field mapping."


class TableUnknown(SetupError):
    """The service has no such table (entity set)."""

    code = "table_unknown"
    template = "{service} has no table {segment}: {detail}"
    advice = "Install the API that provides it, or disable the table mapping."


class QueryRefused(SetupError):
    """The service refused to read a table as asked: the filter or the field list is wrong."""

    code = "query_refused"
    status = 422
    template = "{service} refused to read {table}: {detail}"
    advice = "Check the table filter and the fields of the table mapping."


class NotPermitted(SetupError):
    """The host's permission callback said no."""

    code = "not_permitted"
    status = 403
    template = "You are not allowed to {action}."
    advice = "Ask an administrator for the permission."


class SchemaOutdated(SetupError):
    """The extension's tables are not at the revision this version needs."""

    code = "schema_outdated"
    status = 500
    template = "The coupling tables are at revision {current}, this version needs {needed}."
    advice = "Run coupling.upgrade_db() once at deployment."


class WebhooksOff(SetupError):
    """The host has no address at which the services could tell us of changes."""

    code = "webhooks_off"
    template = "The services cannot tell this host of changes: its own address is not configured."
    advice = "Set COUPLING_PUBLIC_URL to the https address at which it can be reached from outside."


class WebhookRefused(SetupError):
    """A notification is not one that we asked for."""

    code = "webhook_refused"
    status = 403
    template = "The notification was refused: {detail}."
    advice = "Subscribe again, or register the present address and key."


class WebhooksUnsupported(SetupError):
    """The service does not tell of changes in this table."""

    code = "webhooks_unsupported"
    template = "{service} does not tell of changes in {table}: {detail}"
    advice = "Its table mapping is synchronized at intervals all the same."


class MatchCriteriaMissing(SetupError):
    """Partners were to be found by value, and nothing says by which."""

    code = "match_criteria_missing"
    status = 422
    template = "{mapping} has no field to match on."
    advice = "Choose at least one field as a criterion."
