"""Read the credentials of webhooks that have names: `<settings><setting name="…" value="…" /></settings>`."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError, fromstring


def read_settings(text: str) -> dict[str, str]:
    """Return the names and values; ValueError when the text is no such XML."""
    try:
        root = fromstring(text)
    except ParseError as problem:
        raise ValueError(f"it is no XML: {problem}") from problem
    return {one.get("name", ""): one.get("value", "") for one in root.iter("setting")}
