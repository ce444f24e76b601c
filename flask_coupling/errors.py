"""Every error a caller of the extension can meet: one tree, four branches by who can help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar


class CouplingError(Exception):
    """Base of all errors; carries facts, and a sentence made of them.

    `code` is stable and machine-readable, `status` the HTTP status a view answers with, `facts` the keyword
    arguments it was raised with, `message` what happened and where, `hint` what to do next (may be empty).
    `retry_after` is the number of seconds after which trying again may help, or None when it will not.
    """

    code: ClassVar[str] = "coupling_error"
    status: ClassVar[int] = 400
    template: ClassVar[str] = "{detail}"
    advice: ClassVar[str] = ""

    def __init__(self, *, retry_after: float | None = None, **facts: Any) -> None:
        self.facts: dict[str, Any] = facts
        self.retry_after = retry_after
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, and where."""
        return self.template.format_map(_Lenient(self.facts))

    @property
    def hint(self) -> str:
        """What to do next; empty when there is nothing to advise."""
        return self.advice.format_map(_Lenient(self.facts))

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class _Lenient(dict[str, Any]):
    """Format facts; a fact that was not given reads as `?` instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return "?"


# --- who can help: the administrator ---------------------------------------------------------------------------


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


# --- who can help: whoever owns the record ---------------------------------------------------------------------


class RecordError(CouplingError):
    """This record cannot be handled as asked; others are not affected."""

    code = "record_error"
    status = 422


class RecordNotFound(RecordError):
    """The service has no such record."""

    code = "record_not_found"
    status = 404
    template = "{service} has no record {id} in {table}."
    advice = "It may have been deleted; search for it again."


class CouplingPaused(RecordError):
    """The coupling is paused, so neither of its records is touched."""

    code = "coupling_paused"
    status = 409
    template = "{record} is paused."
    advice = "Resume it first."


class SelectionGone(RecordError):
    """A selection was made too long ago, or by someone else."""

    code = "selection_gone"
    status = 410
    template = "The selection is not kept any more."
    advice = "Select the records again."


class SavedFilterNotFound(RecordError):
    """There is no such saved filter of the one who asks."""

    code = "saved_filter_not_found"
    status = 404
    template = "There is no such saved filter."
    advice = "It may have been deleted meanwhile."


class CouplingNotFound(RecordError):
    """There is no such coupling."""

    code = "coupling_not_found"
    status = 404
    template = "There is no coupling {id}."
    advice = "It may have been removed; open the record again."


class AlreadyCoupled(RecordError):
    """One of the two records is coupled to another one."""

    code = "already_coupled"
    status = 409
    template = "{record} is already coupled to {partner}."
    advice = "Delete that coupling first, or choose to move it."


class NotCoupled(RecordError):
    """The record has no partner."""

    code = "not_coupled"
    status = 409
    template = "{record} is not coupled."
    advice = "Set up a coupling first."


class OutsideFilter(RecordError):
    """The record does not take part in the table mapping."""

    code = "outside_filter"
    template = "{record} is outside the table filter of {mapping}: {detail}."
    advice = "Change the record, or the filter of the table mapping."


class ReferenceMissing(RecordError):
    """A record points to another record that is not coupled yet."""

    code = "reference_missing"
    template = "{field} refers to {name} in {service}, which has no partner in {other} yet ({mapping})."
    advice = "Couple it in {mapping} or create its partner there, then synchronize again."


class ValueMissing(RecordError):
    """A record has no value in a field without which its partner cannot be."""

    code = "value_missing"
    template = "{record} has no {field}, which its partner needs."
    advice = "Fill it in, then synchronize again; a line of an order needs a product of the catalog."


class ExchangeRateMissing(RecordError):
    """A currency has no exchange rate that counts today, and Sales takes no new currency without one."""

    code = "exchange_rate_missing"
    template = "{record} has no exchange rate in Business Central, and Dynamics 365 Sales needs one for a new currency."
    advice = "Add an exchange rate that starts today or earlier in Business Central, then synchronize again."


class LinesOfDocument(RecordError):
    """Lines are handled with their document, not by themselves."""

    code = "lines_of_document"
    status = 409
    template = "{mapping} are lines of documents: they are synchronized together with {parent}."
    advice = "Do this with the document itself."


class TotalsDiffer(RecordError):
    """A document was synchronized, and yet comes to another amount on the other side."""

    code = "totals_differ"
    template = "{record} comes to {bc} in Business Central and to {sales} in Dynamics 365 Sales."
    advice = "Compare its lines, discounts, freight and tax on both sides, correct one of them, then synchronize again."


class FreightDiffers(RecordError):
    """Freight of an order was changed on one side after the order was created on the other."""

    code = "freight_differs"
    template = "{record} charges freight of {bc} in Business Central and of {sales} in Dynamics 365 Sales."
    advice = (
        "Change the line of the freight account in Business Central, or the freight in Sales, then synchronize again."
    )


class FreightAccountMissing(RecordError):
    """An order charges freight, and nobody said by which G/L account it is sold in Business Central."""

    code = "freight_account_missing"
    template = (
        "{record} charges freight of {amount} in Dynamics 365 Sales, and no G/L account of Business Central is set."
    )
    advice = "Set the freight account in Connection Setup, then synchronize again."


class MatchCriteriaMissing(SetupError):
    """Partners were to be found by value, and nothing says by which."""

    code = "match_criteria_missing"
    status = 422
    template = "{mapping} has no field to match on."
    advice = "Choose at least one field as a criterion."


class MatchNotFound(RecordError):
    """No record of the other side has the same values."""

    code = "match_not_found"
    status = 409
    template = "No record of {service} matches {record}."
    advice = "Couple it by hand, create its partner, or choose criteria that are less strict."


class MatchAmbiguous(RecordError):
    """Several records of the other side have the same values."""

    code = "match_ambiguous"
    status = 409
    template = "{record} matches {count} records of {service}: {candidates}."
    advice = "Couple it with the right one by hand, or add a criterion that tells them apart."


class MatchContested(RecordError):
    """Several records have the same values as the only candidate."""

    code = "match_contested"
    status = 409
    template = "{record} matches {partner}, and {rivals} more of {service} match it just as well."
    advice = "Couple the right one by hand, or add a criterion that tells them apart."


class MatchTaken(RecordError):
    """The only record that has the same values is another one's partner."""

    code = "match_taken"
    status = 409
    template = "{record} matches only {partner}, which is coupled to another record."
    advice = "Look whether that coupling is right; a coupling can be moved by hand."


class ValueUntranslatable(RecordError):
    """A transformation does not take the value."""

    code = "value_untranslatable"
    template = "{field} cannot be transformed by {transformation}: {value!r} ({detail})."
    advice = "Correct the value, or the transformation of the field mapping."


class ValueRefused(RecordError):
    """The service refused a value, in its own words."""

    code = "value_refused"
    template = "{service} refused {record}: {detail}"
    advice = "Correct the value in the other system and synchronize again."


class DuplicateRecord(RecordError):
    """The service already has a record with that key."""

    code = "duplicate_record"
    status = 409
    template = "{service} already has {record}: {detail}"
    advice = "Couple with the existing record instead of creating a new one."


class CreateUnanswered(RecordError):
    """A create was sent and its answer never came, or another job is sending it just now."""

    code = "create_unanswered"
    status = 409
    template = (
        "It is not known yet whether {service} has created {record}: the answer to an earlier attempt is missing."
    )
    advice = "It is looked up again by the next run, and created then if it is not there."


class DirectionNotAllowed(RecordError):
    """The table mapping does not synchronize that way."""

    code = "direction_not_allowed"
    status = 409
    template = "{mapping} does not synchronize {direction}."
    advice = "Choose a direction the table mapping allows ({allowed})."


class JobPartsFailed(RecordError):
    """Some lines of a synchronization of several table mappings did not finish."""

    code = "job_parts_failed"
    status = 409
    template = "These lines did not finish: {mappings}. Not begun because of them: {left}."
    advice = "Look at those lines, mend the cause, and restart them; what is finished is not done again."


class DependencyMissing(RecordError):
    """A line was chosen without the one it depends on."""

    code = "dependency_missing"
    status = 409
    template = "{mapping} refers to records of {needed}, which are not coupled and not chosen."
    advice = "Choose {needed} too, or let dependencies be coupled with the records that need them."


class PartnerNotCreatable(RecordError):
    """The other service makes such records by itself, or not over its API at all."""

    code = "partner_not_creatable"
    status = 409
    template = "{mapping} cannot be created in {service} by synchronization."
    advice = "Couple it with a record that is there already."


class InputInvalid(RecordError):
    """A request's values do not make sense; `errors` maps each field to its messages."""

    code = "input_invalid"
    template = "The request is not valid: {detail}."
    advice = "Correct the named fields and send it again."


class MappingRefused(InputInvalid):
    """An edited table mapping was not saved; `errors` says of each setting what is wrong with it."""

    code = "mapping_refused"
    template = "The table mapping {mapping} was not saved: {detail}"
    advice = "Correct the named settings and save it again."


class SetupRefused(InputInvalid):
    """A synchronization setup was not imported; `errors` says of each setting what is wrong with it."""

    code = "setup_refused"
    template = "Nothing was imported: {detail}"
    advice = "Correct the file and import it again."


class JobNotFound(RecordError):
    """There is no such synchronization job."""

    code = "job_not_found"
    status = 404
    template = "There is no synchronization job {id}."
    advice = "It may have been deleted from the log."


# --- who can help: time, or whoever runs the service -----------------------------------------------------------


class ServiceError(CouplingError):
    """A service did not do its part; trying later may help."""

    code = "service_error"
    status = 502


class ServiceUnreachable(ServiceError):
    """No connection to the host could be made."""

    code = "service_unreachable"
    template = "{service} at {host} cannot be reached: {detail}."
    advice = "Check the address and the network, then try again."


class ServiceTimeout(ServiceError):
    """The service did not answer in time; what was sent may have been carried out."""

    code = "service_timeout"
    status = 504
    template = "{service} did not answer within {seconds} seconds."
    advice = "Try again in a moment."


class JobPartsWait(ServiceError):
    """The lines that are left have to wait."""

    code = "job_parts_wait"
    template = "These lines wait: {mappings}."
    advice = "They go on by themselves."


class ServiceThrottled(ServiceError):
    """The service asks us to wait."""

    code = "service_throttled"
    status = 503
    template = "{service} limits its requests and asks to wait {seconds} seconds."
    advice = "The job goes on by itself."


class ServiceFailed(ServiceError):
    """The service answered with an error of its own (5xx)."""

    code = "service_failed"
    template = "{service} failed with status {http_status}: {detail}"
    advice = "Try again later; if it stays, look at the service's health page."


class ServiceGarbled(ServiceError):
    """The answer is not what the protocol promises (HTML, cut off, looping links)."""

    code = "service_garbled"
    template = "{service} gave an answer that cannot be understood: {detail}."
    advice = "A proxy or a wrong address may be in between; check the connection."


class CursorExpired(ServiceError):
    """The service no longer knows the change-feed cursor; a full compare is needed."""

    code = "cursor_expired"
    template = "{service} no longer knows where the last synchronization of {table} ended."
    advice = "All records are compared on the next run."


# --- who can help: a person who decides ------------------------------------------------------------------------


class ConflictError(CouplingError):
    """Two intentions meet; a person (or a policy) has to choose."""

    code = "conflict"
    status = 409


class StaleRecordConflictError(ConflictError):
    """The record changed between reading and writing it."""

    code = "stale_record"
    template = "{record} was changed in {service} meanwhile."
    advice = "Look at the new values and try again."


class UpdateConflictError(ConflictError):
    """The same fields were changed on both sides to different values."""

    code = "update_conflict"
    template = "{record} was changed on both sides: {fields}."
    advice = "Choose a side for each field."


class RecordsDiffer(ConflictError):
    """Two coupled records are not alike; a drift report says so, and changes nothing."""

    code = "records_differ"
    template = "{record} differs in {fields}."
    advice = "Synchronize it, or look at its card to see which side is right."


class LineAlone(ConflictError):
    """A line of a document is on one side only; a drift report says so, and changes nothing."""

    code = "line_alone"
    template = "{record} is a line in {service} only."
    advice = "Synchronize the document, or look at its card to see which side is right."


class DeletionConflictError(ConflictError):
    """One record of a pair is gone."""

    code = "deletion_conflict"
    template = "{record} was deleted in {service}, its partner still exists."
    advice = "Restore it, delete the partner, or remove the coupling."


class EditedSinceConflictError(ConflictError):
    """What is to be undone was changed again since."""

    code = "edited_since"
    template = "{record} was changed again since: {fields}. Nothing of it was undone."
    advice = "Look at the record's history, and change it by hand if it should be as before."


class UndoImpossible(RecordError):
    """A write cannot be taken back."""

    code = "undo_impossible"
    status = 409
    template = "This cannot be undone: {detail}."
    advice = "Change the record by hand."


class MassChangeConflictError(ConflictError):
    """A run would change or delete more records than it may without a person's consent."""

    code = "mass_change"
    template = "{mapping}: this run would change or delete {count} of {total} coupled records."
    advice = "Look at some of them; if that is right, start the run again and confirm it. Nothing was written."


class MappingEditedConflictError(ConflictError):
    """Somebody else changed the table mapping since it was read."""

    code = "mapping_edited"
    template = "{mapping} was changed meanwhile by {who} ({settings}). Nothing of yours was saved."
    advice = "Look at what was changed, then save again if yours should replace it."


class ConflictNotFound(RecordError):
    """There is no such open conflict."""

    code = "conflict_not_found"
    status = 404
    template = "There is no open conflict {id}."
    advice = "It may have been resolved meanwhile; look at the list again."


class JobRunningConflictError(ConflictError):
    """The table mapping is being synchronized already."""

    code = "job_running"
    template = "{mapping} is being synchronized already (job {id})."
    advice = "Wait until that job has finished, or cancel it."


class JobNotOverConflictError(ConflictError):
    """The job is still under way."""

    code = "job_not_over"
    template = "The job {id} is not over yet."
    advice = "Wait until it has ended, or cancel it."


def error_classes(base: type[CouplingError] = CouplingError) -> Iterator[type[CouplingError]]:
    """Yield `base` and every error type below it, in no promised order."""
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)
