"""Requests that are right but for one value, which is hostile: for every field of every operation of the API."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

DEEP = 3_000


class Raw(str):
    """JSON as it is written, which `json.dumps` would not write."""


STRINGS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800 x",
    "\u202egnp.exe",
    "\u2066a\u2069\u200b\ufeff",
    "\x1b[31m\x07\x08",
    "\r\nSet-Cookie: a=b\r\nBcc: a@b.example",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d" * 40,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 30,
    "x" * 200_000,
    "'; DROP TABLE person; --",
    "{{7*7}}${7*7}%(id)s%s%n",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "../../../../etc/passwd\x00.png",
    "=cmd|' /C calc'!A0",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999+14:00",
    "2027-02-30",
    "2016-12-31T23:59:60Z",
    "00000000-0000-0000-0000-000000000000",
    "١٢٣",
    "1e309",
    "-0",
    "null",
]
OTHERS: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    0.1,
    Raw("1e999"),
    Raw("-1e-999"),
    Raw("NaN"),
    Raw("1" * 5_000),
    [],
    {},
    [None],
    {"": {}},
    [["x"] * 3] * 50,
    list(range(5_000)),
    {str(n): n for n in range(2_000)},
    Raw("[" * DEEP + "]" * DEEP),
    Raw('{"a":' * DEEP + "1" + "}" * DEEP),
    Raw('{"a":1,"a":2}'),
]
WHOLE = [*OTHERS, "x", Raw(""), Raw("{"), Raw("\x00"), Raw("\ufeff{}"), Raw("{} {}"), Raw("// {}")]


@dataclass(frozen=True)
class Hostile:
    """One request: where it goes, its body as it is written, and which value was made hostile."""

    method: str
    path: str
    body: str | None
    about: str


class Operations:
    """The operations of an OpenAPI document, called with `ids` for what exists."""

    def __init__(self, document: Mapping[str, Any], ids: Mapping[str, Sequence[str]]) -> None:
        self._document = document
        self._ids = ids

    def __iter__(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for path, item in self._document["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method.upper(), path, operation

    def hostile(self, method: str, path: str, operation: Mapping[str, Any]) -> Iterator[Hostile]:
        """Every hostile request to one operation."""
        parameters = [p for p in operation.get("parameters", []) if p["in"] in ("path", "query")]
        schema = self._body_schema(operation)
        body = None if schema is None else self._sample(schema, "")
        good = json.dumps(body) if schema is not None else None
        for parameter in parameters:
            for value in STRINGS:
                address = self._address(path, parameters, {parameter["name"]: value})
                yield Hostile(method, address, good, f"{parameter['name']}={value[:40]!r}")
        address = self._address(path, parameters, {})
        if schema is None:
            return
        for value in WHOLE:
            yield Hostile(method, address, _written(value), f"body {_short(value)}")
        for place in _places(body):
            for value in (*STRINGS, *OTHERS):
                yield Hostile(method, address, _replaced(body, place, value), f"{place} = {_short(value)}")

    def _address(self, path: str, parameters: Sequence[Mapping[str, Any]], given: Mapping[str, str]) -> str:
        query = []
        for parameter in parameters:
            name = parameter["name"]
            if name not in given and parameter["in"] == "query" and not parameter.get("required"):
                continue
            value = given.get(name, self._id(name) or str(self._sample(parameter["schema"], name)))
            told = quote(value[:2_000].encode("utf-8", "surrogatepass"), safe="")
            if parameter["in"] == "path":
                path = path.replace("{" + name + "}", told or "%20")
            else:
                query.append(f"{name}={told}")
        return path + ("?" + "&".join(query) if query else "")

    def _body_schema(self, operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
        content = operation.get("requestBody", {}).get("content", {})
        found: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
        return found

    def _sample(self, schema: Mapping[str, Any], name: str, depth: int = 0) -> Any:
        """A value that fits the schema, with ids that exist."""
        if known := self._id(name):
            return known
        if "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if examples := schema.get("examples"):
            first = next(iter(examples.values()))["value"] if isinstance(examples, dict) else examples[0]
            return self._with_ids(first)
        for choice in ("oneOf", "anyOf"):
            if options := [o for o in schema.get(choice, []) if o.get("type") != "null"]:
                return self._sample(options[0], name, depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema.get("type")
        kind = next((k for k in kind if k != "null"), None) if isinstance(kind, list) else kind
        if kind == "object" and depth < 6:
            return {n: self._sample(s, n, depth + 1) for n, s in schema.get("properties", {}).items()}
        if kind == "array":
            return [self._sample(schema.get("items", {}), name, depth + 1)]
        formats = {"uuid": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c02", "date": "2027-03-05", "time": "09:00:00"}
        formats["date-time"] = "2027-03-05T15:00:00Z"
        plain = {"integer": max(1, int(schema.get("minimum", 1))), "number": 1.5, "boolean": True}
        return plain.get(str(kind), formats.get(str(schema.get("format")), "text"))

    def _with_ids(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._id(name) or self._with_ids(part) for name, part in value.items()}
        return [self._with_ids(part) for part in value] if isinstance(value, list) else value

    def _id(self, name: str) -> str | None:
        values = self._ids.get(name)
        return values[0] if values else None


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from _places(part, (*path, name))


_HERE = "\u0001here\u0001"


def _replaced(body: Any, place: tuple[Any, ...], value: Any) -> str:
    copy = json.loads(json.dumps(body))
    inner = copy
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = _HERE
    return json.dumps(copy).replace(json.dumps(_HERE), _written(value))


def _written(value: Any) -> str:
    return str(value) if isinstance(value, Raw) else json.dumps(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:50]}... ({len(text)})"
