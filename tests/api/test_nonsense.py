"""Hundreds of senseless requests, from a seed that replays: never a crash, always what the document promises."""

import json
import random
from urllib.parse import quote

import pytest

from tests.conftest import connection_values

from .conftest import ROOT

HOME = "/connections/default"

SEEDS = range(4)
REQUESTS = 120

ODD_TEXTS = [
    "",
    " ",
    "default",
    "CUSTOMER",
    "æøå",
    "𝄞",
    "a\0b",
    "\r\n",
    "..",
    "%",
    "'",
    '"',
    "=1+1",
    "<script>",
    "x" * 600,
    "-1",
    "0",
    "NaN",
    "null",
    "\ufeff",
    "\u202e",
]
ODD_VALUES = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    1e308,
    0.5,
    [],
    {},
    [[]],
    {"$ne": 1},
    [None],
    "00000000-0000-4000-8000-000000000000",
]


class Nonsense:
    """Makes requests which are nearly right."""

    def __init__(self, seed, document, known):
        self.random = random.Random(seed)
        self.document = document
        self.known = known
        self.operations = [
            (path, method.upper(), operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method != "parameters" and not (method == "delete" and path.endswith("{connection}"))
        ]

    def request(self):
        path, method, operation = self.random.choice(self.operations)
        if self.random.random() < 0.05:
            others = [] if path.endswith("{connection}") else ["DELETE"]  # without a connection all would be 404
            method = self.random.choice(["GET", "POST", "PUT", "PATCH", "HEAD", *others])
        return method, self.address(path, operation), self.body(operation)

    def address(self, path, operation):
        for name, values in self.known.items():
            chosen = self.random.choice([*values] * 4 + ODD_TEXTS)
            path = path.replace(f"{{{name}}}", quote(str(chosen) or " ", safe=""))
        names = [each["name"] for each in operation.get("parameters", []) if each.get("in") == "query"]
        chosen = self.random.sample([*names, "nonsense"], k=self.random.randint(0, min(2, len(names))))
        query = "&".join(f"{name}={quote(str(self.value()))}" for name in chosen)
        return f"{path}?{query}" if query else path

    def body(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return {}
        if self.random.random() < 0.1:
            return {"data": self.random.randbytes(20), "content_type": "application/json"}
        schema = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        value = self.like(self.document["components"]["schemas"][schema])
        return {"data": json.dumps(value), "content_type": "application/json"}

    def like(self, schema):
        """A value like the schema asks for, more often than not."""
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        if self.random.random() < 0.15:
            return self.value()
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        make = {
            "object": lambda: {
                name: self.like(each)
                for name, each in schema.get("properties", {}).items()
                if name in schema.get("required", ()) or self.random.random() < 0.4
            },
            "array": lambda: [self.like(schema["items"]) for _ in range(self.random.randint(0, 3))],
            "integer": lambda: self.random.choice([1, 2, 3, 0, -1]),
            "boolean": lambda: self.random.random() < 0.5,
            "null": lambda: None,
            "string": lambda: self.random.choice([*self.known["id"], *ODD_TEXTS]),
        }
        kinds = schema.get("type")
        kind = self.random.choice(kinds) if isinstance(kinds, list) else kinds
        return make.get(kind, self.value)()

    def value(self):
        return self.random.choice(ODD_VALUES + ODD_TEXTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_nonsense_never_makes_a_crash(api, world, coupling_id, seed):
    coupling = api.get(f"{HOME}/couplings").json["rows"][0]
    job = api.post(f"{HOME}/table-mappings/CUSTOMER/synchronize", {}).json["id"]
    known = {
        "connection": ["default"],
        "mapping": ["CUSTOMER", "CONTACT"],
        "side": ["bc", "sales"],
        "id": [coupling["bc_id"], coupling["sales_id"], coupling_id],
        "job": [job],
    }
    nonsense = Nonsense(seed, api.contract.document, known)
    statuses, right = set(), connection_values(world.simulator)

    for number in range(REQUESTS):
        method, address, options = nonsense.request()
        answer = api.call(method, address.removeprefix(ROOT), **options)
        assert answer.status_code < 500, f"seed {seed}, request {number}: {method} {address} {options}\n{answer.text}"
        statuses.add(answer.status_code)
        if method in ("PUT", "POST") and answer.status_code == 200 and not api.get(HOME).json["enabled"]:
            api.put(HOME, right)
            assert api.post(f"{HOME}/enable", {}).status_code == 200

    assert {200, 404, 422} <= statuses, f"seed {seed} never got through, or was never refused"
