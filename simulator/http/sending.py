"""Post to the subscribers of webhooks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import requests

log = logging.getLogger(__name__)

Send = Callable[[str, Mapping[str, str], bytes], tuple[int, bytes]]
"""Posts to an address and returns status and body; (0, b"") when it cannot be reached."""


def post(url: str, headers: Mapping[str, str], body: bytes, seconds: float = 10) -> tuple[int, bytes]:
    """Post to a subscriber; an address that cannot be reached, or does not answer in time, is (0, b"")."""
    try:
        answer = requests.post(url, data=body, headers=dict(headers), timeout=seconds, allow_redirects=False)
    except requests.RequestException as error:
        log.warning("webhook not delivered url=%s error=%s", url.partition("?")[0], type(error).__name__)
        return 0, b""
    return answer.status_code, answer.content


def post_patiently(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """The same with Dataverse's patience: a webhook has 60 seconds."""
    return post(url, headers, body, seconds=60)
