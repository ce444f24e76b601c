"""Why a record was not coupled by its values: a person can."""

from __future__ import annotations

from .records import RecordError


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


class MatchRemoved(RecordError):
    """The only record that has the same values lost its coupling to another one, and stays without a partner."""

    code = "match_removed"
    status = 409
    template = "{record} matches only {partner}, whose coupling to another record was removed."
    advice = "Couple the two if they are the same, or create a partner for each."
