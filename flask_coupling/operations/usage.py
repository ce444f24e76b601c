"""Keep count of what is asked of the services, for all processes together."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, ServiceUsage, table_of

log = logging.getLogger(__name__)

KEPT = timedelta(days=1)

usages = table_of(ServiceUsage)


def store_usage() -> None:
    """Store what this process asked of the services since the last time, and forget what is older than a day.

    What cannot be stored just now is kept for the next time: a count is not worth a failed request.
    """
    used = current_coupling.usage.take()
    if not used:
        return
    session = current_coupling.session
    known = set(session.scalars(select(Connection.name)))
    rows = [
        {
            "connection": each.connection,
            "side": each.side.value,
            "minute": each.minute,
            "requests": each.requests,
            "throttled": each.throttled,
            "failed": each.failed,
            "seconds": each.seconds,
        }
        for each in used
        if each.connection in known  # one may be tested before it is saved
    ]
    try:
        if rows:
            session.execute(insert(usages), rows)
        session.execute(delete(usages).where(usages.c.minute < current_coupling.clock() - KEPT))
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        current_coupling.usage.give_back(used)
        log.warning("usage not stored error=%s", type(error).__name__)
