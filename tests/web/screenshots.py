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
from .world import BASE, World, furnish, host

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VIEWS = {
    "wide": {"viewport": {"width": 1360, "height": 850}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "dark": {"viewport": {"width": 1360, "height": 850}, "color_scheme": "dark"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}
LANGUAGES = ("en", "da")


PAGES = {
    "overview": "{base}/",
    "setup": "{base}/setup",
    "new-connection": "/coupling/connections/new",
    "delete-connection": "{base}/delete",
    "customers-bc": "{table}/bc/",
    "customers-sales": "{table}/sales/?coupled=no",
    "contacts": "{base}/tables/CONTACT/bc/",
    "nothing-found": "{table}/bc/?q=zzzz",
    "couplings": "{table}/couplings/",
    "match": "{table}/match",
    "table-mappings": "{base}/mappings/",
    "mapping": "{base}/tables/ITEM-PRODUCT/mapping",
    "mapping-contacts": "{base}/tables/CONTACT/mapping",
    "mapping-restore": "{base}/tables/ITEM-PRODUCT/mapping/restore",
    "mapping-import": "{base}/mappings/import",
    "mapping-default": "{base}/mappings/restore",
    "mapping-changes": "{base}/mappings/changes",
    "card-uncoupled": "{table}/bc/{record}",
    "card-alike": "{base}/couplings/{synchronized_id}",
    "card-moved": "{base}/couplings/{bc_moved_id}",
    "card-sales-moved": "{base}/couplings/{sales_moved_id}",
    "card-conflict": "{base}/couplings/{conflict_id}",
    "card-gone": "{base}/couplings/{gone_id}",
    "card-failed": "{base}/couplings/{failed_id}",
    "card-hostile": "{base}/couplings/{hostile_id}",
    "couple": "{table}/bc/{record}/couple",
    "create": "{table}/bc/{record}/create",
    "synchronize": "{base}/couplings/{bc_moved_id}/synchronize",
    "synchronize-conflict": "{base}/couplings/{conflict_id}/synchronize",
    "synchronize-selected": "{table}/selected/synchronize?{picks}",
    "synchronize-all": "{table}/selected/synchronize?all=1",
    "create-selected": "{table}/selected/create?pick={record}",
    "pause-selected": "{table}/selected/pause?{picks}",
    "statistics": "{base}/couplings/{synchronized_id}/statistics",
    "customers-columns": "{table}/bc/?state=coupled&sort=-name&col=bc.city&col=sales.address1_city",
    "inbox-put-off": "{base}/issues/?snoozed=1",
    "uncouple": "{base}/couplings/{synchronized_id}/uncouple",
    "webhooks": "{base}/webhooks/",
    "health": "{base}/health/",
    "issues": "{base}/issues/",
    "failures": "{base}/failures/",
    "jobs": "{base}/jobs/",
    "job": "{base}/jobs/{job}",
    "job-history": "{base}/jobs/{job}/history",
    "undo-job": "{base}/jobs/{job}/undo",
    "delete-jobs": "{base}/jobs/delete",
    "full": "{base}/full-synchronization/",
    "full-job": "{base}/jobs/{full}",
    "schedules": "{base}/schedules/",
    "schedule": "{table}/schedule",
    "missing": "{base}/couplings/999999",
}


def pages(world: World) -> dict[str, str]:
    """Every page's address by name."""
    ids = {f"{state}_id": each.id for state, each in world.couplings.items()}
    picks = "&".join(f"pick={each.bc_id}~{each.id}" for each in world.couplings.values())
    table = f"{BASE}/tables/CUSTOMER"
    return {
        name: address.format(
            base=BASE, table=table, record=world.uncoupled, job=world.job, full=world.full, picks=picks, **ids
        )
        for name, address in PAGES.items()
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
