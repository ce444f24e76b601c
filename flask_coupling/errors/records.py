"""What is wrong with a record or with what was asked of it: whoever owns the record can help."""

from __future__ import annotations

from .base import CouplingError


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


class OtherCompany(RecordError):
    """The row of Sales belongs to another company of Business Central than the one it was to be used in."""

    code = "other_company"
    status = 409
    template = "{record} of Dynamics 365 Sales belongs to the company {other}, not to {company}."
    advice = "Couple it in the connection of that company, or delete its coupling there and clear its company first."


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


class UndoImpossible(RecordError):
    """A write cannot be taken back."""

    code = "undo_impossible"
    status = 409
    template = "This cannot be undone: {detail}."
    advice = "Change the record by hand."


class ConflictNotFound(RecordError):
    """There is no such open conflict."""

    code = "conflict_not_found"
    status = 404
    template = "There is no open conflict {id}."
    advice = "It may have been resolved meanwhile; look at the list again."
