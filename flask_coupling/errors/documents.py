"""What is wrong with a document as a whole: its lines, its freight, what it comes to."""

from __future__ import annotations

from .records import RecordError


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
    """Freight of an order was changed on both sides since they agreed, or what they agreed on is not known."""

    code = "freight_differs"
    template = "{record} charges freight of {bc} in Business Central and of {sales} in Dynamics 365 Sales."
    advice = (
        "Synchronize it with the data of one side, or make the line of the freight account in Business Central and "
        "the freight in Sales alike."
    )


class FreightAccountMissing(RecordError):
    """An order charges freight, and nobody said by which G/L account it is sold in Business Central."""

    code = "freight_account_missing"
    template = (
        "{record} charges freight of {amount} in Dynamics 365 Sales, and no G/L account of Business Central is set."
    )
    advice = "Set the freight account in Connection Setup, then synchronize again."
