"""What may be registered as a webhook: its address, its credential, the messages that are told."""

from __future__ import annotations

from urllib.parse import urlsplit

from simulator.odata.credentials import read_settings
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Write

_TOLD = ("Create", "Update", "Delete")
_SETTINGS = (5, 6)  # header and query string carry names with values, as XML


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "0x80040203", message)


def check_endpoint(write: Write) -> None:
    """Refuse an address that cannot be posted to, and a credential that cannot be read."""
    address = urlsplit(write.values["url"])
    is_here = address.hostname in ("localhost", "127.0.0.1", "::1")
    if not address.hostname or (address.scheme != "https" and not (address.scheme == "http" and is_here)):
        raise _invalid(f"The url '{write.values['url']}' of a webhook must be an https address.")
    secret = write.given.get("authvalue")
    if write.is_create and not secret:
        raise _invalid("The authvalue of a webhook is missing.")
    if secret and write.values["authtype"] in _SETTINGS:
        try:
            read_settings(secret)
        except ValueError as problem:
            raise _invalid(f"The authvalue must be <settings> in XML: {problem}.") from problem


def keep_endpoint_in_use(write: Write) -> None:
    """An endpoint goes after its steps."""
    if write.world.find("sdkmessageprocessingsteps", _eventhandler_value=write.values["serviceendpointid"]) is not None:
        raise ServiceError(
            400, "0x80040227", "The object you tried to delete is associated with another object and cannot be deleted."
        )


def check_step(write: Write) -> None:
    """Refuse a step for a message that is not told, and a filter of another message."""
    values, world = write.values, write.world
    message = world.get("sdkmessages", values["_sdkmessageid_value"])
    if message is None or message.get("name") not in _TOLD:
        raise _invalid(f"Only the messages {', '.join(_TOLD)} are told to service endpoints by the simulator.")
    chosen = values.get("_sdkmessagefilterid_value")
    found = world.get("sdkmessagefilters", chosen) if chosen else None
    if chosen and (found is None or found.get("_sdkmessageid_value") != values["_sdkmessageid_value"]):
        raise _invalid("The sdkmessagefilterid does not belong to the sdkmessageid.")
