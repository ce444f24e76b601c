"""Put off what waits in the inbox until a day, and write notes on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import request
from flask_babel import to_user_timezone, to_utc

from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.operations import inbox

from ..answers import Answer, back_to, done
from ..language import moment, plural, text


def act_on_ticked(
    connection: str, back: str, *, conflicts_: Sequence[int] = (), failures_: Sequence[int] = ()
) -> Answer:
    """Do what the button says to the ticked conflicts or failed records."""
    back_to(back)
    if not conflicts_ and not failures_:
        return done(back, text("Select one or more records first."), "warn")
    asked = request.form.get("do")
    if asked == "note":
        note = request.form.get("note", "")
        number = inbox.annotate(connection, note, conflicts=conflicts_, failures=failures_)
        return done(back, plural("The note is on %(num)s record.", "The note is on %(num)s records.", number))
    until = None if asked == "wake" else _until()
    number = inbox.snooze(connection, until, conflicts=conflicts_, failures=failures_)
    if until is None:
        return done(back, plural("%(num)s record is shown again.", "%(num)s records are shown again.", number))
    told = plural("%(num)s record is put off.", "%(num)s records are put off.", number)
    return done(back, told, "info", text("Shown again %(when)s, unless it heals before.", when=moment(until)))


def numbers(name: str) -> list[int]:
    """The ids ticked under a name."""
    return [int(each) for each in request.form.getlist(name) if each.isdecimal() and len(each) < 11]


def tomorrow() -> str:
    """The reader's next day, as a date field holds it."""
    today: date = to_user_timezone(current_coupling.clock()).date()
    return (today + timedelta(days=1)).isoformat()


def _until() -> datetime:
    """The beginning of the day that was chosen, where the reader is."""
    try:
        day = date.fromisoformat(request.form.get("until", ""))
        begins: datetime = to_utc(datetime.combine(day, time())).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InputInvalid(detail="that is no date", errors={"until": ["Choose a day to come."]}) from None
    return begins
