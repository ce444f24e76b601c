"""Hold an answer against the OpenAPI document: status, content type, headers, and the body to its last field."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

PROBLEM = "application/problem+json"


class Contract:
    """What the document promises; answers may hold no field that it does not name."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.components = deepcopy(document["components"])
        for schema in self.components["schemas"].values():
            schema["additionalProperties"] = False
        self.paths = [
            (re.compile(re.sub(r"\{[^/]+\}", "[^/]+", path)), item)
            for path, item in sorted(document["paths"].items(), key=lambda each: each[0].count("{"))
        ]

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail unless the document allows this answer; an address it does not know must answer a problem."""
        described = self._described(method, path, answer.status_code)
        for name, header in described.get("headers", {}).items():
            assert name in answer.headers or not header.get("required"), f"{method} {path} lacks the header {name}"
        content = described.get("content", {})
        if not content or method == "HEAD":
            assert answer.data == b"", f"{method} {path} answered a body with {answer.status_code}"
            return
        assert answer.mimetype in content, f"{method} {path} answered {answer.mimetype}"
        if answer.mimetype.endswith("json"):
            self.validate(content[answer.mimetype]["schema"], answer.get_json(force=True))

    def validate(self, schema: dict[str, Any], value: Any) -> None:
        """Fail unless the value is as the schema says."""
        Draft202012Validator({**schema, "components": self.components}).validate(value)

    def _described(self, method: str, path: str, status: int) -> dict[str, Any]:
        operation = self._operation(method, path)
        responses = operation["responses"] if operation else {}
        described = responses.get(str(status)) or self.components["responses"]["DEFAULT_ERROR"]
        assert str(status) in responses or status >= 400, f"{method} {path} answered an undescribed {status}"
        if "$ref" in described:
            return self.components["responses"][described["$ref"].rsplit("/", 1)[-1]]
        return described

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        method = "get" if method == "HEAD" else method.lower()
        return next((item[method] for known, item in self.paths if known.fullmatch(path) and method in item), None)
