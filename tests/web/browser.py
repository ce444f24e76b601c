"""A real browser and a served app for walks and pictures of the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support import require, require_module

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = Path("/usr/bin/chromium")
# without these a fresh browser looks for its maker's hosts at every start
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
)


def require_browser() -> None:
    """Skip by name, or fail where everything is demanded, without Playwright or Chromium."""
    require_module("playwright", "pip install playwright")
    require("Chromium", CHROMIUM.exists(), "apt-get install chromium")


LEFT = ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")
"""What htmx says of a request that was under way when the page was left; one that failed is told by the browser too."""


def is_trouble(message: ConsoleMessage) -> bool:
    """Whether a page said something on the console that it should not have to."""
    return message.type in ("error", "warning") and not message.text.startswith(LEFT)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium without a window."""
    require_browser()
    from playwright.sync_api import sync_playwright  # an optional tool: its import must not fail the collection

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """A line for each request would bury what a test prints."""


def _whole(app: Flask) -> WSGIApplication:
    """The app with each answer read and closed before it is sent.

    Werkzeug's server does not close an answer, such as an open file, when the browser resets the connection under it.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        found = app(environ, start_response)
        try:
            return [b"".join(found)]
        finally:
            if close := getattr(found, "close", None):
                close()

    return answer


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
_RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]})
  .then(found => found.violations.map(each => each.id + ": " + each.nodes.map(node => node.html).join(" | ")))"""
# a dialog that still rises is see-through; what goes round for ever cannot be finished, and need not be
_STILL = """() => document.getAnimations().filter(each => each.effect.getComputedTiming().endTime !== Infinity)
  .forEach(each => each.finish())"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def barriers(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA on the page as it is, and whether it scrolls sideways."""
    page.evaluate(_STILL)
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN)
    return found + ["the page scrolls sideways"] * (page.evaluate(_OVERFLOW) > 0)
