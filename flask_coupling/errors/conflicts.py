"""What a person has to decide."""

from __future__ import annotations

from .base import CouplingError


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


class LinesConflictError(ConflictError):
    """A document has lines that a person has to decide about; each of them is told of by itself."""

    code = "lines_conflict"
    template = "{record} waits for a decision about its lines: {lines}."
    advice = "Decide the conflict of each of these lines."


FATES = {
    "overwritten_in_bc": "would be overwritten in Business Central",
    "overwritten_in_sales": "would be overwritten in Dynamics 365 Sales",
    "conflict": "a person has to decide",
    "kept_to_bc": "kept until it changes in Dynamics 365 Sales: it flows only to Business Central",
    "kept_to_sales": "kept until it changes in Business Central: it flows only to Dynamics 365 Sales",
    "kept": "kept: neither side changed since they last agreed, or only new records get it",
    "set_aside": "kept while the record is set aside",
    "created_in_bc": "would be created in Business Central",
    "created_in_sales": "would be created in Dynamics 365 Sales",
    "deleted_in_bc": "would be deleted in Business Central",
    "deleted_in_sales": "would be deleted in Dynamics 365 Sales",
    "gone": "one of the two records is gone",
}
"""What a synchronization would make of a difference."""


class RecordsDiffer(ConflictError):
    """Two coupled records are not alike; a drift report says so, and changes nothing.

    `fields` are those that differ, and `fates` what a synchronization would make of each (`core.fate.Fate`).
    """

    code = "records_differ"
    template = "{record} differs in {differences}."
    advice = "Synchronize it, or look at its card to see which side is right."


class DifferenceStays(ConflictError):
    """Two coupled records are not alike, and no synchronization changes that; its facts are those of RecordsDiffer."""

    code = "difference_stays"
    template = "{record} differs in {differences}."
    advice = "No synchronization changes that. To make them alike, edit the field on the side that gives it."


class LineAlone(ConflictError):
    """A line of a document is on one side only; a drift report says so, and changes nothing.

    `fates` holds the one thing a synchronization would make of it.
    """

    code = "line_alone"
    template = "{record} is a line in {service} only ({differences})."
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
