"""One service behind HTTP: find what a request is about, do it, answer in the service's own words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from simulator.faults import Faults
from simulator.http.answers import Answers
from simulator.http.batch import Answering, Batch
from simulator.http.creates import Creates
from simulator.http.gate import Gate
from simulator.http.levels import asked_level, at_level
from simulator.http.plain import PlainAddresses
from simulator.http.sending import Send, post
from simulator.http.specials import Specials
from simulator.http.target import Resolver, Target
from simulator.http.writing import Writing
from simulator.limits import Limits
from simulator.odata.address import BadKey, Segment
from simulator.odata.batch import Part
from simulator.odata.edm import Action
from simulator.odata.errors import ServiceError
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import parse_options
from simulator.odata.rules import ActionCall
from simulator.odata.syntax import FilterError
from simulator.odata.values import new_guid, parse_guid
from simulator.store.reader import Reader
from simulator.store.store import Store
from simulator.store.transaction import Transaction


class Handler:
    """Answers every request to one service; the framework round it only translates."""

    def __init__(
        self,
        manners: Manners,
        store: Store,
        faults: Faults | None = None,
        send: Send = post,
        limits: Limits | None = None,
    ) -> None:
        self.gate = Gate(
            manners,
            store,
            faults if faults is not None else Faults(),
            limits if limits is not None else Limits(store.clock.now),
            self.refusal,
        )
        self.manners = manners
        self.service = manners.service
        self.store = store
        self._answers = Answers(manners, store)
        self._specials = Specials(manners, store, send)
        self._actions = {one.name: one for one in self.service.model.actions}
        self._state = store.state_of(self.service.name)
        self._companies: tuple[object, dict[str, str]] = (None, {})
        self._plain = PlainAddresses(self._state, manners.needs_company)

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Return the answer to one request; a refusal is an answer too, with nothing written."""
        if self.gate.is_open:
            return at_level(request, self.manners, self._handle_soundly(request))
        return at_level(request, self.manners, self.gate.request(request, lambda: self._handle_soundly(request)))

    def _handle_soundly(self, request: ServiceRequest) -> ServiceResponse:
        try:
            return self._in_transaction(request)
        except (ServiceError, FilterError) as problem:
            return self.refusal(problem)

    def handle_part(self, request: ServiceRequest, world: Transaction) -> ServiceResponse:
        """Return the answer to one part of a batch, inside the batch's transaction."""
        answer = self.gate.part(request, lambda: self._handle_part_soundly(request, world), world)
        return at_level(request, self.manners, answer)

    def _handle_part_soundly(self, request: ServiceRequest, world: Transaction) -> ServiceResponse:
        try:
            return self._dispatch(request, world)
        except (ServiceError, FilterError) as problem:
            return self.refusal(problem)

    def prepare_creates(self, request: ServiceRequest, world: Transaction) -> Answering | None:
        """Return what answers creates in one set that differ from this request in their bodies only; None for others.

        The parts of a batch are mostly such, and need not be understood each for itself.
        """
        if request.method != "POST" or request.query or not self.gate.is_open:
            return None
        try:
            found = self._resolve_create(request, world)
        except (ServiceError, FilterError):
            return None  # it is refused the ordinary way
        if found is None:
            return None
        create = Creates(*found).answer
        is_minimal = asked_level(request.header("accept")) is None

        def answer(part: Part) -> ServiceResponse:
            try:
                response = create(part)
                return response if is_minimal else at_level(request, self.manners, response)
            except (ServiceError, FilterError) as problem:
                return self.refusal(problem)

        return answer

    def _resolve_create(self, request: ServiceRequest, world: Transaction) -> tuple[Writing, Target] | None:
        self.manners.check_request(request)
        company, segments = self.manners.locate(request, parse_options(request.query))
        shape = world.service.shapes.get(segments[0].name) if segments else None
        if shape is None or len(segments) > 1 or segments[0].has_key or not shape.entity.insert_allowed:
            return None
        scope = self._scope(world, company, segments)
        if shape.entity.scoped and not scope and self.manners.needs_company:
            return None
        world = world.in_scope(scope) if scope else world
        resolver = Resolver(world, self.manners)
        return Writing(request, world, self.manners, resolver, self._answers.projections), Target(shape)

    def refusal(self, problem: ServiceError | FilterError) -> ServiceResponse:
        """Return an error as the service answers it."""
        if isinstance(problem, BadKey):
            problem = self.manners.bad_key(problem)
        elif isinstance(problem, FilterError):
            problem = self.manners.filter_problem(problem)
        body = self.manners.error_body(problem, new_guid())
        return ServiceResponse(problem.status, dict(problem.headers), body)

    def _in_transaction(self, request: ServiceRequest) -> ServiceResponse:
        if acting := self.manners.acting_as(request):
            request.caller = self._find_user(acting)
        name, caller = self.service.name, request.caller
        if (plain := self._plain.find(request, self._company_mark())) is not None:
            return self._at_plain_address(request, *plain)
        path = request.path.strip("/")
        if path == "$batch":
            if request.method != "POST":
                raise self.manners.method_not_allowed(request.method, None)
            return Batch(request, self.manners, self.store, self.handle_part, self.prepare_creates).run()
        if request.method in ("GET", "HEAD"):
            return self._answers.kept_page(request) or self._dispatch(request, self.store.reader(name, "", caller))
        if path.startswith("subscriptions"):  # the handshake must not hold the writer up
            return self._dispatch(request, self.store.reader(name, "", caller))
        with self.store.writing(name, "", caller) as world:
            return self._dispatch(request, world)

    def _at_plain_address(self, request: ServiceRequest, scope: str, target: Target) -> ServiceResponse:
        name, caller = self.service.name, request.caller
        if request.method in ("GET", "HEAD"):
            kept = self._answers.kept_page(request) if target.is_set else None
            if kept is not None:
                return kept
            self.manners.check_request(request)
            return self._answers.answer(request, self.store.reader(name, scope, caller), target)
        self.manners.check_request(request)
        with self.store.writing(name, scope, caller) as world:
            return self._answers.answer(request, world, target)

    def _find_user(self, acting: Mapping[str, str]) -> str:
        """Return the id of the user whom a request is to be done as."""
        with self.store.reading(self.service.name) as reader:
            found = reader.find("systemusers", **acting)
        if found is None or found["isdisabled"]:
            raise self.manners.not_a_member()
        return str(found["systemuserid"])

    def _dispatch(self, request: ServiceRequest, reader: Reader) -> ServiceResponse:
        self.manners.check_request(request)
        mark = self._company_mark()
        options = parse_options(request.query)
        company, segments = self.manners.locate(request, options)
        special = self._specials.answer(request, reader, segments)
        if special is not None:
            return special
        scope = self._scope(reader, company, segments)
        if scope:
            reader = reader.in_scope(scope)
        action = self._unbound(segments)
        if action is not None:
            return self._call_unbound(request, reader, action, segments[0], options)
        target = Resolver(reader, self.manners).resolve(segments)
        if target.entity.scoped and not scope and self.manners.needs_company:
            raise self.manners.no_company(company)
        if not request.in_batch:  # a batch may have made the company, and be taken back
            self._plain.learn(request, mark, scope, target.shape)
        return self._answers.answer(request, reader, target)

    def _scope(self, reader: Reader, company: str, segments: tuple[Segment, ...]) -> str:
        """Return the id of the company a request names, or of the first one; refuse an unknown one."""
        if not company or not self.manners.needs_company or segments[0].name in ("companies", "subscriptions"):
            return ""
        mark = self._company_mark()
        if self._companies[0] != mark:
            self._companies = (mark, {})
        known = self._companies[1]
        if company not in known:
            known[company] = self._find_company(reader, company)
        return known[company]

    def _company_mark(self) -> object:
        """Return what changes whenever a company does."""
        return self.store.epoch, self._state.set_versions.get("companies")

    def _find_company(self, reader: Reader, company: str) -> str:
        key = parse_guid(company)
        if key is not None and reader.get("companies", key) is not None:
            return key
        found = reader.find("companies", name=company) if key is None else None
        if found is None:
            raise self.manners.no_company(company)
        return str(found["id"])

    # functions and actions without a row

    def _unbound(self, segments: tuple[Segment, ...]) -> Action | None:
        name = segments[0].name.removeprefix(f"{self.manners.dialect.namespace}.")
        return self._actions.get(name)

    def _call_unbound(
        self, request: ServiceRequest, reader: Reader, action: Action, segment: Segment, options: dict[str, str]
    ) -> ServiceResponse:
        if (request.method == "GET") != action.function:
            raise self.manners.method_not_allowed(request.method, None)
        writing = Writing(request, reader, self.manners, Resolver(reader, self.manners), self._answers.projections)  # type: ignore[arg-type]
        parameters = writing.parameters(action, segment, options)
        with reader.savepoint() if isinstance(reader, Transaction) else nullcontext():
            result = action.run(ActionCall("", None, parameters, reader))  # type: ignore[arg-type]
        return writing.action_answer(result, action.returns or f"{action.name}Response")
