"""Run a `$batch`: one transaction for all of it, with the failure rules of each service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import uuid4

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
from simulator.store.store import Store
from simulator.store.transaction import Transaction

Handle = Callable[[ServiceRequest, Transaction], ServiceResponse]
Prepared = Callable[[], ServiceResponse]
Prepare = Callable[[ServiceRequest, Transaction], Prepared | None]


class Answer(NamedTuple):
    """The answer to one part."""

    id: str | None
    response: ServiceResponse
    group: str


class _Undone(Exception):
    """Passes a savepoint to undo what was written in it."""


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
        self._prepared: dict[tuple[object, ...], tuple[ServiceRequest, Prepared | None]] = {}
        self.references: dict[str, str] = {}
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
                for part in members:
                    if self.failed and not self.goes_on:
                        return
                    self._run_part(part, world)
            if self.failed and not self.goes_on:
                return

    def _run_part(self, part: Part, world: Transaction) -> Answer:
        answer = Answer(part.id, self._respond(part, world), part.group)
        self.answers.append(answer)
        return answer

    def _respond(self, part: Part, world: Transaction) -> ServiceResponse:
        if any(key in self.failed for key in part.depends_on):
            self.failed.add(part.id or "")
            return ServiceResponse(424)
        response = self._handle(part, world)
        if response.status >= 400:
            self.failed.add(part.id or "")
        address = response.headers.get("Location") or response.headers.get("OData-EntityId")
        if part.id is not None and address:
            self.references[f"${part.id}"] = address
        return response

    def _handle(self, part: Part, world: Transaction) -> ServiceResponse:
        """Answer a part; one that differs from an earlier one in its body only is not read again."""
        if part.method != "POST" or "$" in part.url:
            return self.handle(self._inner(part), world)
        alike = (part.url, *part.headers.items())
        known = self._prepared.get(alike)
        if known is None:
            request = self._inner(part)
            known = self._prepared[alike] = request, self.prepare(request, world)
        request, prepared = known
        if prepared is None:
            return self.handle(self._inner(part), world)
        request.body, request.parsed = part.body, part.parsed
        return prepared()

    def _run_change_set(self, parts: Sequence[Part], world: Transaction) -> None:
        """All or nothing; a failed change set answers with its one failure."""
        start = len(self.answers)
        try:
            with world.savepoint():
                for part in parts:
                    answer = self._run_part(part, world)
                    if answer.response.status >= 400:
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
        name = str(uuid4())
        boundary = f"batchresponse_{name}"
        body = write_multipart(answers, boundary, name)
        return ServiceResponse(status, {"Content-Type": f"multipart/mixed; boundary={boundary}"}, body)
