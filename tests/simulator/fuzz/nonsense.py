"""Draws requests that nobody should send, from a seed: mostly a valid one with something wrong about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from faker import Faker

from simulator import Simulator
from simulator.odata.edm import EntitySet
from tests.simulator.fuzz.words import (
    CONTENT_TYPES,
    METHODS,
    ODD_TEXTS,
    ODD_VALUES,
    OPTION_TEXTS,
    OPTIONS,
    PREFER,
    RAW_BODIES,
    SEGMENTS,
    UNBOUND,
)
from tests.simulator.oracle.evaluate import BUSINESS_CENTRAL, SALES
from tests.simulator.oracle.trees import Draw


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is sent, ready to be shown when it went wrong."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Nonsense:
    """Draws requests to one service of a seeded world."""

    def __init__(self, seed: int, simulator: Simulator, service: str) -> None:
        self.random = Random(f"{service}/{seed}")
        self.service = service
        self.fake = Faker()
        self.fake.seed_instance(seed)
        self.sets = simulator.services[service].model.entity_sets
        config = simulator.config
        self._bc = f"/v2.0/{config.tenant}/{config.environment}/api"
        self._company = config.company.id
        user = simulator.bc if service == "bc" else simulator.sales
        self.keys = {one.name: [str(row[one.key]) for row in user.list(one.name)[:3]] for one in self.sets}
        self.draws = {
            one.name: Draw(seed, one, BUSINESS_CENTRAL if service == "bc" else SALES) for one in self.sets
        }  # fmt: skip
        self.kinds: tuple[Callable[[], Request], ...] = (
            self.row_request, self.row_request, self.row_request, self.write, self.write, self.write, self.query,
            self.query, self.query, self.unbound, self.batch, self.batch, self.anything,
        )  # fmt: skip

    def draw(self) -> Request:
        """Return the next request."""
        return self.random.choice(self.kinds)()

    # parts

    def odd(self, *values: Any) -> Any:
        return self.random.choice(values or ODD_VALUES)

    def root(self, declared: EntitySet | None = None) -> str:
        if self.service == "sales":
            return "/api/data/v9.2"
        base = f"{self._bc}/{(declared.api if declared else '') or 'v2.0'}"
        return base if self.random.random() < 0.15 else f"{base}/companies({self._company})"

    def key(self, declared: EntitySet) -> Any:
        """Return a key in parentheses: an existing one more often than not."""
        known = self.keys[declared.name]
        if known and self.random.random() < 0.6:
            return f"({self.random.choice(known)})"
        text = self.random.choice(ODD_TEXTS)[:60]
        return self.random.choice(
            (f"({text})", f"('{text}')", f"(name='{text}')", f"(accountnumber={text})", "(", "(x))")
        )

    def values(self, declared: EntitySet) -> dict[str, Any]:
        """Return a body for a set: valid values, some of them replaced, some that do not exist."""
        values = dict(declared.sample(self.fake))
        for _ in range(self.random.randint(0, 3)):
            prop = self.random.choice(declared.properties)
            values[self.random.choice((prop.wire, prop.name))] = self.random.choice(ODD_VALUES)
        if self.random.random() < 0.2 and declared.navigations:
            navigation = self.random.choice(declared.navigations)
            name = self.random.choice((navigation.name, f"{navigation.name}@odata.bind"))
            values[name] = self.odd(*ODD_VALUES, f"/{navigation.target}(x)", [{"nope": 1}], f"{navigation.target}()")
        if self.random.random() < 0.1:
            values[self.random.choice(ODD_TEXTS)] = self.random.choice(ODD_VALUES)
        return values

    def body(self, declared: EntitySet) -> bytes:
        if self.random.random() < 0.25:
            return self.random.choice(RAW_BODIES)
        if self.random.random() < 0.1:
            return json.dumps({"Targets": self.odd([self.values(declared)] * 2, *ODD_VALUES)}).encode()
        return json.dumps(self.values(declared)).encode()

    def headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": self.random.choice(CONTENT_TYPES) if self.random.random() < 0.15 else "application/json"
        }
        if self.random.random() < 0.5:
            headers["If-Match"] = self.odd("*", "*", 'W/"1"', 'W/"JzE5OzE7MDA7Jw=="', "x", '"', "W/", "*,*")
        for name, texts in (
            ("Prefer", PREFER), ("If-None-Match", ("*", "null", 'W/"1"')), ("Isolation", ("snapshot", "nope")),
            ("OData-Version", ("4.0", "9", "x")), ("Accept", ("*/*", "text/html", "application/xml", "x")),
            ("Data-Access-Intent", ("ReadOnly", "nope")), ("MSCRMCallerID", ("x",)), ("Company", ("nope",)),
        ):  # fmt: skip
            if self.random.random() < 0.15:
                headers[name] = self.random.choice(texts)
        return headers

    def options(self, declared: EntitySet) -> str:
        pairs = []
        for _ in range(self.random.randint(0, 3)):
            pairs.append((self.random.choice(OPTIONS), self.random.choice((*OPTION_TEXTS, *ODD_TEXTS))))
        if self.random.random() < 0.5:
            pairs.append(("$filter", self.filter(declared)))
        names = (
            ",".join(prop.wire for prop in self.random.sample(declared.properties, 2))
            if len(declared.properties) > 2
            else "x"
        )
        if self.random.random() < 0.3:
            pairs.append((self.random.choice(("$select", "$orderby")), names))
        if self.random.random() < 0.3 and declared.navigations:
            navigation = self.random.choice(declared.navigations).name
            inner = self.odd(
                "", "($select=nope)", "($top=1)", "($filter=)", "($expand=x)", "(", "($levels=max)", "($skip=1)"
            )
            pairs.append(("$expand", navigation + inner))
        return "&".join(f"{name if self.random.random() < 0.7 else quote(name)}={quote(text)}" for name, text in pairs)

    def filter(self, declared: EntitySet) -> str:
        """Return a filter that means something, or one that was hit by a few random changes."""
        draw = self.draws[declared.name]
        text = draw.spell(draw.tree())
        for _ in range(self.random.choice((0, 0, 1, 1, 2, 5))):
            at = self.random.randrange(len(text) + 1)
            insert = self.random.choice(
                (*ODD_TEXTS[:24], " and ", " or ", " not ", "null", "/any(", "(", "))", " eq ", "1")
            )
            text = text[:at] + insert + text[at + self.random.randint(0, 3) :]
        return text

    # requests

    def row_request(self) -> Request:
        declared = self.random.choice(self.sets)
        path = f"{self.root(declared)}/{declared.name}"
        if self.random.random() < 0.7:
            path += self.key(declared)
        while self.random.random() < 0.25:
            path += "/" + self.random.choice(SEGMENTS)
        query = self.options(declared) if self.random.random() < 0.2 else ""
        return self.made(self.random.choice(METHODS), path, query, self.headers(), self.body(declared))

    def write(self) -> Request:
        """Return a write that may well succeed: the right address and headers, a body with little wrong in it."""
        declared = self.random.choice([one for one in self.sets if one.insert_allowed])
        path = f"{self.root(declared)}/{declared.name}"
        values = self.values(declared) if self.random.random() < 0.7 else dict(declared.sample(self.fake))
        known = self.keys[declared.name]
        if not known or self.random.random() < 0.4:
            return self.made("POST", path, "", {"Content-Type": "application/json"}, json.dumps(values).encode())
        kept = dict(list(values.items())[-2:])
        headers = {"Content-Type": "application/json", "If-Match": self.odd("*", "*", 'W/"1"')}
        method = self.random.choice(("PATCH", "PATCH", "PATCH", "DELETE"))
        return self.made(method, f"{path}({self.random.choice(known)})", "", headers, json.dumps(kept).encode())

    def query(self) -> Request:
        declared = self.random.choice(self.sets)
        tail = self.random.choice(("", "", "", "", "/$count", self.key(declared)))
        return self.made("GET", f"{self.root(declared)}/{declared.name}{tail}", self.options(declared), self.headers())

    def unbound(self) -> Request:
        declared = self.random.choice(self.sets)
        query = self.odd("", "@p=['account']", "@p={}", "@p=x", '@p={"Criteria":1}', self.options(declared))
        body = self.odd(json.dumps({"Status": 3, "QuoteClose": self.odd(), "OpportunityClose": self.odd()}).encode(),
                        json.dumps({"QuerySet": self.odd()}).encode(), self.body(declared), *RAW_BODIES)  # fmt: skip
        return self.made(
            self.random.choice(METHODS), f"{self.root()}/{self.random.choice(UNBOUND)}", query, self.headers(), body
        )

    def anything(self) -> Request:
        parts = [self.random.choice((*ODD_TEXTS[:24], *SEGMENTS)) for _ in range(self.random.randint(1, 4))]
        roots = ("/api/data/v9.2", "/api/data") if self.service == "sales" else ("/v2.0", self._bc, f"{self._bc}/v2.0")
        path = "/".join((self.random.choice(roots), *parts))
        return self.made(self.random.choice(METHODS), path, "", self.headers(), self.random.choice(RAW_BODIES))

    def batch(self) -> Request:
        """Return a batch of rather few parts or far too many, sometimes with its text damaged."""
        few = self.random.random() < 0.8
        count = self.random.randint(1, 4) if few else self.random.choice((0, 101, 101, 1_001))
        path = "/api/data/v9.2/$batch" if self.service == "sales" else f"{self._bc}/v2.0/$batch"
        if self.service == "bc" and self.random.random() < 0.5:
            body: Any = {"requests": [self.json_part(number) for number in range(min(count, 101))]}
            if self.random.random() < 0.2:
                body = self.odd({"requests": self.odd()}, self.odd(), {})
            headers = self.headers() | {"Content-Type": "application/json"}
            return self.made("POST", path, "", headers, json.dumps(body).encode())
        parts = [self.part(number) for number in range(min(count, 8))]
        text = "\r\n".join((*(parts * (count // 8 + 1))[:count], "--b--", ""))
        if self.random.random() < 0.3:
            at = self.random.randrange(len(text))
            hit = self.odd("", "\r\n", "--b", "\0", "HTTP/1.1")
            text = text[:at] + hit + text[at + self.random.randint(0, 40) :]
        headers = self.headers() | {"Content-Type": "multipart/mixed; boundary=b"}
        return self.made("POST", path, "", headers, text.encode())

    def json_part(self, number: int) -> Any:
        one = self.row_request()
        part: dict[str, Any] = {"id": self.odd(str(number), number, None), "method": one.method, "url": one.path}
        part |= {
            "headers": self.odd(one.headers, None, [], {"If-Match": 1}),
            "body": self.odd(self.values(self.sets[0]), *ODD_VALUES),
        }
        part |= self.odd({}, {"dependsOn": ["0"]}, {"dependsOn": "x"}, {"atomicityGroup": "g"}, {"atomicityGroup": 1})
        for _ in range(self.random.choice((0, 0, 0, 1))):
            part.pop(self.random.choice(tuple(part)))
        return self.odd(part, part, part, part, self.odd())

    def part(self, number: int) -> str:
        one = self.row_request()
        inner = [f"{one.method} {one.path} HTTP/1.1", "Content-Type: application/json", "If-Match: *", "",
                 one.body.decode(errors="replace")]  # fmt: skip
        head = ["--b", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        if self.random.random() < 0.3:
            change = ["--b", "Content-Type: multipart/mixed; boundary=c", "", "--c", "Content-Type: application/http",
                      f"Content-ID: {self.odd(number, 'x', '')}", "", *inner, "--c--"]  # fmt: skip
            return "\r\n".join(change)
        return "\r\n".join((*head, "", *inner))

    def made(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes = b"") -> Request:
        encoded = quote(path, safe="/()$,='@")
        sent = {name: text for name, text in headers.items() if "\n" not in text}
        return Request(method, encoded, query, sent, body if method not in ("GET", "HEAD") else b"")
