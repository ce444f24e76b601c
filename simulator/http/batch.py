"""Run a `$batch`: one transaction for all of it, with the failure rules of each service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from simulator.journal import find_reason
from simulator.odata.batch import (
    BadBatch,
    Part,
    boundary_of,
    read_json,
    read_multipart,
    write_json,
    write_multipart,
)
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.prefer import parse_prefer
from simulator.odata.values import new_guid
from simulator.store.store import Store
from simulator.store.transaction import Transaction

Handle = Callable[[ServiceRequest, Transaction], ServiceResponse]
Answering = Callable[[Part], ServiceResponse]
Prepare = Callable[[ServiceRequest, Transaction], Answering | None]


class Answer(NamedTuple):
    """The answer to one part."""

    id: str | None
    response: ServiceResponse
    group: str


class _Undone(Exception):
    """Passes a savepoint to undo what was written in it."""


def _kind_of(part: Part) -> tuple[object, ...] | None:
    """Return what creates in the same set have in common; None for what is no plain create."""
    if part.method != "POST" or "$" in part.url or part.depends_on:
        return None
    return part.url, *part.headers.items()


class Batch:
    """One `$batch` request."""

    def __init__(
        self, request: ServiceRequest, manners: Manners, store: Store, handle: Handle, prepare: Prepare
    ) -> None:
        self.request = request
        self.manners = manners
        self.store = store
        self.handle = handle
        self.prepare = prepare
        self.references: dict[str, str] = {}
        # whether a part may name the row of another
        self._refers = any(dollar in request.body for dollar in (b"$", b"%24", b"\\u0024"))
        self.failed: set[str] = set()
        self.answers: list[Answer] = []
        self.goes_on = "odata.continue-on-error" in parse_prefer(request.header("prefer"))
        if parse_prefer(request.header("prefer")).get("odata.continue-on-error", "").lower() == "false":
            self.goes_on = False

        intent = request.header("data-access-intent")
        self._inherited = {"data-access-intent": intent} if intent else {}

    def run(self) -> ServiceResponse:
        """Run every part and return the whole answer."""
        content_type = self.request.header("content-type")
        is_json = content_type.lower().startswith("application/json")
        try:
            parts = self._read(content_type, is_json)
        except BadBatch as problem:
            raise self.manners.bad_batch(str(problem)) from problem
        self.manners.check_batch(parts)
        is_snapshot = self.request.header("isolation").lower() in ("snapshot", "odata.isolation")
        with self.store.writing(self.manners.service.name, "", self.request.caller) as world:
            try:
                with world.savepoint():
                    self._run_parts(parts, world)
                    if is_snapshot and self.failed:
                        raise _Undone
            except _Undone:
                pass  # the answers of parts that succeeded stand, as the service's do; their writes are gone
        self._remark()
        return self._json_answer() if is_json else self._multipart_answer()

    def _remark(self) -> None:
        """Say for the journal which parts were refused, and why."""
        for place, answer in enumerate(self.answers, 1):
            if answer.response.status >= 400:
                reason = f"part {answer.id or place}: {answer.response.status} {find_reason(answer.response.body)}"
                self.request.remarks.refusals.append(reason)

    def _read(self, content_type: str, is_json: bool) -> list[Part]:
        if is_json and self.manners.reads_json_batch:
            return read_json(self.request.body)
        boundary = boundary_of(content_type) if content_type.lower().startswith("multipart/mixed") else None
        if boundary is None:
            raise self.manners.wrong_content_type(content_type)
        return read_multipart(self.request.body, boundary)

    def _run_parts(self, parts: Sequence[Part], world: Transaction) -> None:
        for group, members in groupby(parts, key=lambda part: part.group):
            if group:
                self._run_change_set(list(members), world)
            else:
                self._run_members(list(members), world, lambda: bool(self.failed) and not self.goes_on)
            if self.failed and not self.goes_on:
                return

    def _run_members(self, parts: Sequence[Part], world: Transaction, must_stop: Callable[[], bool]) -> None:
        """Run parts until one fails where that ends it; creates in one set that stand together are stored together."""
        for kind, several in groupby(parts, key=_kind_of):
            alike = list(several)
            if kind is None or len(alike) == 1:
                self._run_each(alike, world, must_stop, None)
            else:
                self._run_alike(alike, world, must_stop)
            if must_stop():
                return

    def _run_alike(self, parts: Sequence[Part], world: Transaction, must_stop: Callable[[], bool]) -> None:
        start, failed, references = len(self.answers), set(self.failed), dict(self.references)

        def run() -> None:
            del self.answers[start:]
            self.failed.clear()
            self.failed.update(failed)
            self.references.clear()
            self.references.update(references)
            answering = self.prepare(self._inner(parts[0]), world) if world.is_holding else None
            self._run_each(parts, world, must_stop, answering)

        world.together(run)

    def _run_each(
        self, parts: Sequence[Part], world: Transaction, must_stop: Callable[[], bool], answering: Answering | None
    ) -> None:
        for part in parts:
            response = answering(part) if answering is not None else self._respond(part, world)
            self._note(part, response)
            if must_stop():
                return

    def _note(self, part: Part, response: ServiceResponse) -> None:
        self.answers.append(Answer(part.id, response, part.group))
        if response.status >= 400:
            self.failed.add(part.id or "")
        if self._refers and part.id is not None:
            address = response.headers.get("Location") or response.headers.get("OData-EntityId")
            if address:
                self.references[f"${part.id}"] = address

    def _respond(self, part: Part, world: Transaction) -> ServiceResponse:
        if any(key in self.failed for key in part.depends_on):
            return ServiceResponse(424)
        return self.handle(self._inner(part), world)

    def _run_change_set(self, parts: Sequence[Part], world: Transaction) -> None:
        """All or nothing; a failed change set answers with its one failure."""
        start = len(self.answers)
        try:
            with world.savepoint():
                self._run_members(parts, world, lambda: self.answers[-1].response.status >= 400)
                if self.answers[-1].response.status >= 400:
                    raise _Undone
        except _Undone:
            failure = self.answers[-1]
            if self.manners.reads_json_batch and parts[0].parsed is not None:
                self.answers[start:] = [Answer(part.id, failure.response, "") for part in parts]
            else:
                self.answers[start:] = [failure._replace(group="")]

    def _inner(self, part: Part) -> ServiceRequest:
        path, query, references = part.url, "", self.references
        if path.startswith(("http://", "https://")):
            split = urlsplit(path)
            path, query = split.path, split.query
        else:
            path, _, query = path.partition("?")
        path = unquote(path) if "%" in path else path
        if path.lstrip("/").startswith("$") and not path.lstrip("/").startswith("$batch"):
            path = self._resolve(path)
        path = path.removeprefix(self.request.root)
        return ServiceRequest(
            part.method, self.request.base, self.request.root, path if path.startswith("/") else "/" + path, query,
            {**self._inherited, **part.headers}, part.body, part.parsed, self.request.caller, True, references,
            self.request.remarks,
        )  # fmt: skip

    def _resolve(self, path: str) -> str:
        name, slash, rest = path.lstrip("/").partition("/")
        address = self.references.get(name)
        if address is None:
            return path
        return unquote(urlsplit(address).path) + slash + rest

    def _json_answer(self) -> ServiceResponse:
        body = write_json((answer.id, answer.response) for answer in self.answers)
        return ServiceResponse(200, {}, body)

    def _multipart_answer(self) -> ServiceResponse:
        answers, status = self.answers, self.manners.batch_status
        if self.failed and not self.goes_on and self.manners.batch_ends_with_failure:
            answers = answers[-1:]  # the first failure is the whole answer
            status = answers[0].response.status
        name = new_guid()
        boundary = f"batchresponse_{name}"
        body = write_multipart(answers, boundary, name)
        return ServiceResponse(status, {"Content-Type": f"multipart/mixed; boundary={boundary}"}, body)
