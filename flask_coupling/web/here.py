"""The address of the page that is asked for, as it is or with some of its query changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request


def here(**changes: Any) -> str:
    """This page's address with some query values changed; None takes one out."""
    query = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{request.script_root}{request.path}" + (f"?{urlencode(kept, doseq=True)}" if kept else "")
