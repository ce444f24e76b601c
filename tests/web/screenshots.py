"""Pictures of every page in both languages: `python -m tests.web.screenshots [folder] [words of page names ...]`.

They go to `screenshots/`, which git ignores: English and Danish, wide and phone, light and dark.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.inprocess import mount

from .browser import open_browser, serve
from .world import World, furnish, host

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BASE = "/coupling/connections/default"
VIEWS = {
    "wide": {"viewport": {"width": 1360, "height": 850}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "dark": {"viewport": {"width": 1360, "height": 850}, "color_scheme": "dark"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}
LANGUAGES = ("en", "da")


def pages(world: World) -> dict[str, str]:
    """Every page by name."""
    card = {state: f"{BASE}/couplings/{each.id}" for state, each in world.couplings.items()}
    table = f"{BASE}/tables/CUSTOMER"
    record = f"{table}/bc/{world.uncoupled}"
    picks = "&".join(f"pick={each.bc_id}~{each.id}" for each in world.couplings.values())
    return {
        "overview": f"{BASE}/",
        "setup": f"{BASE}/setup",
        "new-connection": "/coupling/connections/new",
        "delete-connection": f"{BASE}/delete",
        "customers-bc": f"{table}/bc/",
        "customers-sales": f"{table}/sales/?coupled=no",
        "contacts": f"{BASE}/tables/CONTACT/bc/",
        "nothing-found": f"{table}/bc/?q=zzzz",
        "couplings": f"{table}/couplings/",
        "card-uncoupled": record,
        "card-alike": card["synchronized"],
        "card-moved": card["bc_moved"],
        "card-sales-moved": card["sales_moved"],
        "card-conflict": card["conflict"],
        "card-gone": card["gone"],
        "card-failed": card["failed"],
        "card-hostile": card["hostile"],
        "couple": f"{record}/couple",
        "create": f"{record}/create",
        "synchronize": f"{card['bc_moved']}/synchronize",
        "synchronize-conflict": f"{card['conflict']}/synchronize",
        "synchronize-selected": f"{table}/selected/synchronize?{picks}",
        "create-selected": f"{table}/selected/create?pick={world.uncoupled}",
        "uncouple": f"{card['synchronized']}/uncouple",
        "jobs": f"{BASE}/jobs/",
        "job": f"{BASE}/jobs/{world.job}",
        "missing": f"{BASE}/couplings/999999",
    }


def take(browser: Browser, address: str, named: dict[str, str], folder: Path) -> Iterator[Path]:
    """Take each picture of each page; yields the files."""
    for view, options in VIEWS.items():
        for language in LANGUAGES:
            context = browser.new_context(locale=language, **options)  # type: ignore[arg-type]
            for name, path in named.items():
                page = context.new_page()
                page.goto(address + path)
                target = folder / f"{name}.{view}.{language}.png"
                page.screenshot(path=target, full_page=True)
                page.close()
                yield target
            context.close()


def main(arguments: list[str]) -> None:
    """Furnish a world and take the pictures of the pages asked for (all without a word)."""
    folder = Path(arguments[0]) if arguments else Path("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, mount(customers=60) as simulator, host(Path(temporary)) as app:
        named = pages(furnish(app, simulator))
        chosen = {name: path for name, path in named.items() if not arguments[1:] or name in arguments[1:]}
        with serve(app) as address, open_browser() as browser:
            for path in take(browser, address, chosen, folder):
                print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
