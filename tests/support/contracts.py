"""Vendors' own descriptions of their APIs (OpenAPI, Google Discovery), and requests held against them."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openapi_schema_validator import OAS30WriteValidator, OAS31Validator, oas30_format_checker, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.support.vendor_server import Asked


class OpenApi:
    """One description; what it does not allow fails the test."""

    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_text())
        contents = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Any = Registry().with_resource("urn:contract", contents)
        self._old = self._document["openapi"].startswith("3.0")

    def request(self, asked: Asked, body: Any) -> None:
        """The request goes to an address of the API, with the headers and the body that it wants."""
        operation = self._operation(asked)
        for parameter in operation.get("parameters", []):
            parameter = self._resolved(parameter)
            if parameter["in"] == "header" and (given := asked.headers.get(parameter["name"].lower())) is not None:
                self._check(parameter["schema"], given)
            if parameter["in"] == "header" and parameter.get("required"):
                assert parameter["name"].lower() in asked.headers
        content = self._resolved(operation["requestBody"])["content"]
        kind = asked.headers["content-type"].partition(";")[0]
        assert kind in content, f"{kind} is not one of {list(content)}"
        schema = self._resolved(content[kind]["schema"])
        if kind != "application/json":
            body = {name: self._typed(schema, name, value) for name, value in body.items()}
            assert schema.get("additionalProperties") or set(body) <= set(schema["properties"])
        self._check(schema, body)

    def schema(self, name: str, value: Any) -> None:
        """The value is one of the named schema."""
        self._check({"$ref": f"#/components/schemas/{name}"}, value)

    def answer(self, asked: Asked, status: int, body: Any) -> None:
        """The answer is one that the API gives to such a request."""
        response = self._resolved(self._operation(asked)["responses"][str(status)])
        (media,) = response["content"].values()
        self._check(media["schema"], body)

    def _operation(self, asked: Asked) -> Any:
        path = urlsplit(asked.path).path
        for template, item in self._document["paths"].items():
            pattern = re.sub(r"\\{[^/}]+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and asked.method.lower() in item:
                return item[asked.method.lower()]
        raise AssertionError(f"{asked.method} {path} is not in the description")

    def _resolved(self, part: Any) -> Any:
        while "$ref" in part:
            part = self._registry.resolver("urn:contract").lookup("urn:contract" + part["$ref"]).contents
        return part

    def _typed(self, schema: Any, name: str, value: str) -> Any:
        """A field of a form as the value that it spells."""
        kind = self._resolved(schema["properties"].get(name, {})).get("type")
        if kind == "array":
            return [value]
        return int(value) if kind == "integer" else value

    def _check(self, schema: Any, value: Any) -> None:
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
        kind: Any = OAS30WriteValidator if self._old else OAS31Validator
        formats = oas30_format_checker if self._old else oas31_format_checker
        kind(absolute, registry=self._registry, format_checker=formats).validate(value)


class Discovery:
    """A description of Google's: every field is known, and of its type."""

    def __init__(self, path: Path) -> None:
        self._schemas = json.loads(path.read_text())["schemas"]

    def check(self, name: str, value: Any) -> None:
        """The value is one of the named schema."""
        self._value({"$ref": name}, value, name)

    def _value(self, schema: Any, value: Any, where: str) -> None:
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"]]
        kinds = {"string": str, "boolean": bool, "integer": int, "number": float, "array": list, "object": dict}
        if schema["type"] != "any":
            assert isinstance(value, kinds[schema["type"]]), f"{where} is no {schema['type']}"
        if "enum" in schema:
            assert value in schema["enum"], f"{where} is {value}"
        if isinstance(value, list):
            for number, one in enumerate(value):
                self._value(schema["items"], one, f"{where}[{number}]")
        if isinstance(value, dict):
            for name, one in value.items():
                known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
                assert known, f"{where}.{name} is not in the description"
                self._value(known, one, f"{where}.{name}")
