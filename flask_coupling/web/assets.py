"""The vendored files pages load, with what a browser checks them by."""

from __future__ import annotations

HTMX = "vendor/htmx-2.0.11/htmx.min.js"
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
