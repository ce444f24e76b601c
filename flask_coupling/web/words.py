"""The words for what operations answer with codes: states, directions, sides, counters."""

from __future__ import annotations

from collections.abc import Mapping

from flask_coupling.errors import FATES

from .language import mark, text

SIDES = {"bc": "Business Central", "sales": "Dynamics 365 Sales"}
OTHER = {"bc": "sales", "sales": "bc"}
SHORT_SIDES = {"bc": "Business Central", "sales": "Sales"}

WORDS: Mapping[str, Mapping[str, str]] = {
    "state": {
        "attention": mark("Needs attention"),
        "synchronized": mark("Synchronized"),
        "never_synchronized": mark("Never synchronized"),
        "conflict": mark("In conflict"),
        "failed": mark("Failed"),
        "paused": mark("Paused"),
        "skipped": mark("Skipped"),
        "coupled": mark("Coupled"),
        "uncoupled": mark("Not coupled"),
    },
    "job_state": {
        "ready": mark("Waiting"),
        "in_process": mark("In process"),
        "finished": mark("Finished"),
        "error": mark("Error"),
        "canceled": mark("Canceled"),
        "paused": mark("Paused"),
    },
    "job_kind": {
        "synchronization": mark("Synchronization"),
        "coupling": mark("Coupling"),
        "statistics": mark("Account statistics"),
        "uncoupling": mark("Uncoupling"),
        "comparison": mark("Comparison"),
        "review": mark("Review before a full synchronization"),
        "full_synchronization": mark("Full Synchronization"),
        "modified_records": mark("Modified records"),
    },
    "fate": FATES,
    "recommendation": {
        "full": mark("Full synchronization"),
        "couple_first": mark("Couple records first"),
        "dependency": mark("Dependency not satisfied"),
        "nothing": mark("Nothing to do"),
    },
    "full_action": {
        "full": mark("Create what has no partner"),
        "couple": mark("Couple only"),
        "couple_full": mark("Couple, create the rest"),
        "none": mark("Leave out"),
    },
    "schedule": {
        "ready": mark("Active"),
        "asleep": mark("On hold: nothing to do"),
        "on_hold": mark("On hold"),
    },
    "direction": {
        "bidirectional": mark("Both ways"),
        "to_sales": mark("To Sales"),
        "from_sales": mark("From Sales"),
    },
    "counter": {
        "inserted": mark("Inserted"),
        "modified": mark("Modified"),
        "deleted": mark("Deleted"),
        "coupled": mark("Coupled"),
        "uncoupled": mark("Uncoupled"),
        "unchanged": mark("Unchanged"),
        "skipped": mark("Skipped"),
        "failed": mark("Failed"),
    },
    "field_state": {
        "same": mark("Alike"),
        "differs": mark("Differs"),
        "bc_moved": mark("Changed in Business Central"),
        "sales_moved": mark("Changed in Sales"),
        "conflict": mark("Changed on both sides"),
    },
    "reason": {
        "new": mark("New record"),
        "changed": mark("Changed on the other side"),
        "first": mark("First synchronization"),
        "cut": mark("Text cut to fit"),
        "conflict": mark("Conflict decided"),
        "restored": mark("Record restored"),
        "found": mark("Found on the other side"),
        "undo": mark("Undone"),
        "by_hand": mark("By hand"),
    },
    "activity": {
        "opportunities": mark("Opportunities"),
        "quotes": mark("Quotes"),
        "orders": mark("Orders"),
        "cases": mark("Cases"),
    },
    "likeness": {
        "same": mark("Same"),
        "spelling": mark("Spelled alike"),
        "similar": mark("Similar"),
    },
    "conflict": {
        "update": mark("Changed on both sides"),
        "deletion": mark("One record is gone"),
    },
    "conflict_reason": {
        "update": mark(
            "The same fields were changed in both systems since they last agreed. Choose whose values stay."
        ),
        "deletion": mark("A record was deleted in one system, and its partner still exists. Restore it, or let it go."),
    },
    "done": {
        "insert": mark("Created"),
        "modify": mark("Changed"),
        "delete": mark("Deleted"),
        "couple": mark("Coupled"),
        "uncouple": mark("Coupling deleted"),
    },
    "error_class": {
        "transient": mark("Tried again by itself"),
        "waiting": mark("Waits for another record"),
        "permanent": mark("Needs a correction"),
    },
    "action": {
        "insert": mark("Create"),
        "modify": mark("Change"),
        "delete": mark("Delete"),
        "couple": mark("Couple"),
        "uncouple": mark("Delete coupling"),
        "skip": mark("Skip"),
        "unchanged": mark("Nothing to do"),
        "conflict": mark("In conflict"),
    },
    "match": {
        "coupled": mark("Match found"),
        "no_match": mark("No match"),
        "ambiguous": mark("Ambiguous"),
        "already_coupled": mark("Partner already coupled"),
    },
    "match_after": {
        "none": mark("No"),
        "bc": mark("Yes, with the data of Business Central"),
        "sales": mark("Yes, with the data of Sales"),
        "both": mark("Yes, and what differs waits for a decision"),
    },
    "evening": {
        "trim": mark("Blanks around and between words"),
        "accents": mark("Blanks and accents"),
        "digits": mark("All but the digits (phone numbers)"),
        "email": mark("Case and blanks (e-mail addresses)"),
        "exact": mark("Nothing"),
    },
    "value": {
        "tenant": mark("Tenant"),
        "client_id": mark("Client ID"),
        "client_secret": mark("Client secret"),
        "environment": mark("Environment"),
        "company": mark("Company"),
        "sales_url": mark("Environment URL"),
        "bc_url": mark("Business Central API"),
        "token_url": mark("Token service"),
        "secret_expires_on": mark("The secret expires on"),
        "name": mark("Name"),
        "side": mark("Side"),
        "query": mark("Filter"),
    },
    "webhook_state": {
        "pending": mark("Asked for"),
        "active": mark("Active"),
        "expired": mark("Expired"),
        "failed": mark("Failed"),
    },
    "health": {
        "good": mark("All is well"),
        "warn": mark("Worth a look"),
        "bad": mark("Something does not work"),
    },
    "conflict_scope": {
        "field": mark("The field: edits of different fields are both kept"),
        "record": mark("The whole record"),
    },
    "mapping_action": {
        "edit": mark("Edited"),
        "restore": mark("Default restored"),
        "import": mark("Imported"),
    },
    "trial": {
        "written": mark("Is written"),
        "template": mark("From the template"),
        "alike": mark("Alike already"),
        "blank": mark("Blank"),
        "only_new": mark("Only for new records"),
        "held_conflict": mark("Waits: changed on both sides"),
        "held_direction": mark("Waits: not in this direction"),
        "held_record": mark("Waits with the whole record"),
        "other_side_stands": mark("Stays different"),
    },
    "resolution": {
        "none": mark("Leave it for a decision"),
        "send_to_sales": mark("Send data update to Sales"),
        "get_from_sales": mark("Get data update from Sales"),
        "newest": mark("The newest wins"),
        "restore_record": mark("Restore the record"),
        "remove_coupling": mark("Remove the coupling"),
        "delete_record": mark("Delete the other record too"),
    },
}

TONES: Mapping[str, str] = {
    "synchronized": "good",
    "finished": "good",
    "never_synchronized": "calm",
    "ready": "calm",
    "couple_first": "info",
    "full": "info",
    "dependency": "warn",
    "in_process": "info",
    "conflict": "warn",
    "skipped": "warn",
    "paused": "calm",
    "canceled": "calm",
    "active": "good",
    "expired": "bad",
    "good": "good",
    "warn": "warn",
    "bad": "bad",
    "failed": "bad",
    "error": "bad",
}


def word(kind: str, code: str) -> str:
    """The word for a code in the reader's language; an unknown code stands for itself."""
    return text(WORDS[kind].get(code, code))


def tone(code: str) -> str:
    """The color role of a state: good, info, calm, warn or bad."""
    return TONES.get(code, "calm")
