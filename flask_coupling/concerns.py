"""What health may find: told by code and sentence as errors are, and never raised."""

from __future__ import annotations

from typing import ClassVar

from .errors import CouplingError


class Concern(CouplingError):
    """Something an administrator should know of; `level` is `warn`, or `bad` when nothing works until it is mended."""

    code = "concern"
    status = 200
    level: ClassVar[str] = "warn"


class ConnectionOff(Concern):
    """The connection is not enabled."""

    code = "connection_off"
    level = "bad"
    template = "The connection is not enabled, so nothing is synchronized."
    advice = "Test and enable it on the connection page."


class SecretExpired(Concern):
    """The client secret is past the day it was said to end on."""

    code = "secret_expired"
    level = "bad"
    template = "The client secret expired on {on}."
    advice = "Make a new one for the app registration in Microsoft Entra, and save it on the connection page."


class SecretExpires(Concern):
    """The client secret ends soon."""

    code = "secret_expires"
    template = "The client secret expires on {on}."
    advice = "Make a new one for the app registration in Microsoft Entra, and save it on the connection page."


class RunFailed(Concern):
    """The last run of a table mapping failed as a whole."""

    code = "run_failed"
    level = "bad"
    template = "The last run of {mapping} failed."
    advice = "Its page in the synchronization log tells why."


class RunLate(Concern):
    """A scheduled table mapping was not synchronized for more than two of its intervals."""

    code = "run_late"
    template = "{mapping} should be synchronized every {minutes} minutes, and was not for {lag} minutes."
    advice = "See whether a run is under way, waits or fails, and whether a job engine is running."


class JobsWait(Concern):
    """Jobs are ready and nobody takes them."""

    code = "jobs_wait"
    level = "bad"
    template = "Jobs that wait for a worker: {count}, the first since {since}."
    advice = "Start a process with the job engine."


class ConflictsOpen(Concern):
    """Conflicts wait for a decision."""

    code = "conflicts_open"
    template = "Conflicts in {mapping} that wait for a decision: {count}."
    advice = "Decide them under Errors and Conflicts."


class RecordsFailed(Concern):
    """Records do not get to the other side."""

    code = "records_failed"
    template = "Records of {mapping} that fail: {count}."
    advice = "Errors and Conflicts shows them by cause, with what helps."


class ServiceBusy(Concern):
    """A service was asked nearly as much as it allows."""

    code = "service_busy"
    template = "{service} was asked {requests} requests in five minutes; it allows {limit}."
    advice = "Let runs begin at different times, or less often."


class ServiceSlowedDown(Concern):
    """A service refused requests because there were too many."""

    code = "service_slowed_down"
    template = "{service} refused {throttled} requests in the last five minutes because there were too many."
    advice = "They are repeated by themselves. Let runs begin at different times, or less often."


class WebhookFailed(Concern):
    """A subscription to changes does not work; runs by schedule do all the same."""

    code = "webhook_failed"
    template = "Business Central does not tell of changes in {mapping}."
    advice = "Subscribe again on the connection page; until then changes are found by the schedule."
