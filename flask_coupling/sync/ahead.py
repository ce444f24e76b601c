"""Read a feed one page ahead: the next page is under way while the present one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from flask_coupling.endpoints.endpoint import Page
from flask_coupling.errors import CouplingError


class Ahead:
    """The pages of a feed; the first is asked for at once, and at most one is held beside the present one.

    Only requests are made in the other thread. An error of theirs is raised when its page is due; `close` waits for a
    request that is under way, and asks for no more.
    """

    def __init__(self, pages: Iterator[Page]) -> None:
        self._pages = pages
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._next = self._pool.submit(_take, pages)

    def __iter__(self) -> Iterator[Page]:
        try:
            while (page := self._next.result()) is not None:
                if isinstance(page, CouplingError):
                    raise page
                self._next = self._pool.submit(_take, self._pages)
                given = [page]
                del page  # whoever works on it may let go of it part by part
                yield given.pop()
        finally:
            self.close()

    def begin(self) -> None:
        """Return when the first page is there; an error waits for its reader."""
        self._next.result()

    def close(self) -> None:
        """Ask for no further page."""
        self._pool.shutdown(cancel_futures=True)


def _take(pages: Iterator[Page]) -> Page | CouplingError | None:
    """The next page, the error in its stead, or None after the last."""
    try:
        return next(pages, None)
    except CouplingError as error:
        return error
