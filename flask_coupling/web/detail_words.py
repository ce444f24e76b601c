"""The details errors tell in their sentences, as templates that are translated, also where they were stored earlier."""

from __future__ import annotations

import re
from functools import cache

from .language import mark, text

DETAILS = (
    mark("{0} is not a kind of conflict; it is one of {1}"),
    mark("choose one of {0}"),
    mark("choose a side for at least one field in conflict"),
    mark("there is no such conflict left"),
    mark("a connection's name is {0}"),
    mark("couplings are sorted by {0}"),
    mark("{0} is not a state; it is one of {1}"),
    mark("the cursor is one of another order"),
    mark("{0} is not a choice; it is one of {1}"),
    mark("none of the selected records is coupled"),
    mark("no records are selected"),
    mark("{0} is not an error class; it is one of {1}"),
    mark("{0} is nothing that can be done with {1}; it is one of {2}"),
    mark("no table mapping is chosen"),
    mark("at most {0} writes can be taken back at once"),
    mark("the writes belong to several table mappings"),
    mark("a note has at most {0} characters"),
    mark("that moment is past"),
    mark("nothing is selected"),
    mark("at most {0} at once"),
    mark("a run of one table mapping goes on with the next one; only several together can be restarted"),
    mark("the age is 0 to {0} days"),
    mark("{0} is not a job state; it is one of {1}"),
    mark("the cursor is not one of ours"),
    mark("at most {0} records can be named"),
    mark("{0} are never created in {1}"),
    mark("The partner was not created."),
    mark("more than {0} records match"),
    mark("records are sorted by name, number or a property that is mapped, not by {0}"),
    mark("the cursor is not one of this list, or the service has forgotten it"),
    mark("delete a filter first"),
    mark("the interval is 1 to {0} minutes"),
    mark("the inactivity timeout is 0 to {0} minutes"),
    mark("at most {0} records can be selected one by one"),
    mark("{0} is not a state"),
    mark("{0} is not a list"),
    mark("{0} is not a side; it is bc or sales"),
    mark("at most {0} accounts can be counted for at once"),
    mark("this endpoint has no webhooks."),
    mark("{0} is not an extent of a run of {1}"),
    mark("a preview holds at most {0} records"),
    mark("{0} is not a direction; it is one of {1}"),
    mark("{0} is not a resolution; it is one of {1}"),
    mark("the validation token is not one"),
    mark("no subscription is asked for"),
    mark("it belongs to no subscription of ours"),
    mark("its key is not the present one"),
    mark("it is no list of notifications"),
    mark("its body is no JSON object"),
    mark("its body is not JSON"),
    mark("no reply to an operation of a batch"),
    mark("a line break in an id or a header"),
    mark("a batch answer without a boundary"),
    mark("a batch answer that was cut off"),
    mark("a batch reply without a status"),
    mark("a batch answer of another shape"),
    mark("a batch reply that is not whole JSON"),
    mark("a batch reply to part {0}, which is none"),
    mark("its schema has no such table"),
    mark("a company without its id"),
    mark("it chooses the ids of its rows"),
    mark("it leads to {0}, an address inside this network"),
    mark("a link leads elsewhere ({0})"),
    mark("it holds blanks or control characters"),
    mark("it must begin with https://"),
    mark("it must be a plain host and path"),
    mark("{0} is not one of the services' hosts"),
    mark("it leads to {0}, which is never a service"),
    mark("a link that is no address"),
    mark("the id is taken"),
    mark("an option with the label {0}"),
    mark("an option needs a label"),
    mark("{0} is not the number of an option"),
    mark("the options of {0}"),
    mark("a published option is not there"),
    mark("a list without its rows"),
    mark("{0} whose pages go in a circle"),
    mark("status {0}"),
    mark("status {0} without an explanation"),
    mark("a row without its {0}"),
    mark("a row without its id"),
    mark("it does not say who we are"),
    mark("it has no such definition"),
    mark("a table definition without its rows"),
    mark("a change feed that ends without its delta link"),
    mark("an answer to {0} that is no object"),
    mark("a written row of {0} that was not returned"),
    mark("a written row of {0} without its {1}"),
    mark("{0} without the count asked for"),
    mark("a row of {0} without its id"),
    mark("a line break in an etag"),
    mark("a subscription without its id or expiry"),
    mark("a count without its number"),
    mark("no token was issued"),
    mark("status {0} without a token"),
    mark("an unknown refusal"),
    mark("its answer holds no token"),
    mark("{0} instead of JSON"),
    mark("a redirect (status {0})"),
    mark("the connection broke before the answer came"),
    mark("{0} bytes that are not whole JSON"),
    mark("it ends after {0} bytes ({1})"),
    mark("more than {0} bytes"),
    mark("it did not answer with the written row"),
    mark("{0} was set aside: {1}"),
    mark("the company of a coupled record"),
    mark("the {0} of a record"),
    mark("{0} workers answer"),
    mark("Celery is not installed"),
    mark("COUPLING_CELERY_APP is empty"),
    mark("COUPLING_JOB_ENGINE is {0}"),
    mark("jobs run in threads of their own, and an in-memory SQLite database cannot be used from several"),
    mark("starts with the first job of this process"),
    mark("no handler for jobs of kind {0}"),
    mark("a key in COUPLING_SECRET_KEYS is malformed"),
    mark("a page that is not whole JSON"),
    mark("that is no date"),
    mark("there is no such value"),
    mark("it must be a text"),
    mark("it holds control characters, or half a character"),
    mark("it is longer than {0} characters"),
    mark("a day is written as year, month and day: 2027-12-31"),
    mark("a GUID or a domain name has only letters, digits, dots and hyphens"),
    mark("an environment's name has only letters, digits, - and _"),
    mark("an application id has only letters, digits and hyphens"),
    mark("a connection's name is at most 50 of a-z, 0-9, - and _, beginning with a letter or digit"),
    mark("Give it a name of at most {0} characters."),
    mark("It is too long."),
    mark("It is one of {0}."),
)
"""What our own code says as an error's detail, its facts as `{0}`, `{1}`; a test compares them with the source."""


def told_detail(detail: str) -> str:
    """A detail in the reader's language; one that is none of ours, such as a service's own words, stays as it is."""
    if (plain := text(detail)) != detail:
        return plain
    for template, pattern in _patterns():
        if (found := pattern.fullmatch(detail)) is not None:
            return text(template).format(*found.groups())
    return detail


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The templates with facts, those with the most words of their own first."""
    placed = sorted((each for each in DETAILS if "{0}" in each), key=len, reverse=True)
    return tuple((each, _pattern(each)) for each in placed)


def _pattern(template: str) -> re.Pattern[str]:
    words = re.split(r"\{\d\}", template)
    return re.compile("(.+?)".join(map(re.escape, words)), re.DOTALL)
