"""What a service did not do: time can help, or whoever runs the service."""

from __future__ import annotations

from .base import CouplingError


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


class DatabaseUnavailable(ServiceError):
    """The host's own database was busy for too long, or broke the connection off."""

    code = "database_unavailable"
    status = 503
    template = "The host's database did not answer in time, or broke the connection off."
    advice = "What was stored stays, and a worker tries again by itself; otherwise start it again in a moment."


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
