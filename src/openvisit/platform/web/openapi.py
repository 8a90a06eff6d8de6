"""The OpenAPI 3.1 document: what the framework finds out by itself, plus permissions, examples and sign-in."""

from collections.abc import Iterator
from typing import Any

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, OAuthFlow, OAuthFlows, SecurityScheme

import openvisit
from openvisit.core import scopes
from openvisit.core.errors import OpenVisitError
from openvisit.core.permissions import needs_sign_in
from openvisit.platform.web.problems import status_of

DESCRIPTION = """Find a provider, take a free slot, keep or move it, attend.

Instants are ISO 8601 with an offset. Money is in minor units with an ISO 4217 currency. Errors are RFC 9457 problem
documents with a stable `code`; a time that somebody else took answers 409 with the nearest free `alternatives`.
Booking takes an `Idempotency-Key`: the first answer is replayed. Edits of things people change in forms take
`If-Match` with the `ETag` that was read. Each operation names its permission (`x-permission`) and every error code it
can give (`x-error-codes`). Where `x-step-up` is true the person must have proved who they are a few minutes ago; if
not, the answer is 403 `step-up-needed`: POST /api/auth/step-up, then call again."""

_OPERATIONS = ("get", "post", "put", "patch", "delete")


def config() -> OpenAPIConfig:
    """The framework's part; served by our own routes, so that the document is the finished one."""
    return OpenAPIConfig(
        title="OpenVisit",
        version=openvisit.__version__,
        description=DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="JWT",
                    description="The access_token of POST /api/auth/login",
                ),
                "oauth2": SecurityScheme(
                    type="oauth2",
                    description="Apps: codes with PKCE (S256); SMART App Launch scopes are taken too",
                    flows=OAuthFlows(
                        authorization_code=OAuthFlow(
                            authorization_url="/authorize",
                            token_url="/oauth/token",  # noqa: S106 - an address
                            refresh_url="/oauth/token",
                            scopes=dict(scopes.PERMISSIONS),
                        )
                    ),
                ),
            }
        ),
        render_plugins=[],
        path="/api/framework-docs",
    )


def document(app: Litestar, examples: dict[str, Any]) -> dict[str, Any]:
    """The finished document.

    `examples` maps the name of a component schema to one example value of it, shown wherever a request or an answer
    has that schema; or the id of an operation to an example of its answer, where that is plain text.
    """
    schema = app.openapi_schema.to_schema()
    handlers = {(path, method): handler for path, method, handler in _handlers(app)}
    for path, item in schema["paths"].items():
        for method in _OPERATIONS:
            if method in item and (path, method) in handlers:
                _finish(item[method], handlers[path, method], examples)
    schema["servers"] = [{"url": "/"}]
    return schema


def _handlers(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    for route in app.routes:
        for method, entry in (getattr(route, "route_handler_map", None) or {}).items():
            yield route.path_format, method.lower(), entry[0] if isinstance(entry, tuple) else entry


def _finish(operation: dict[str, Any], handler: Any, examples: dict[str, Any]) -> None:
    permission: str = handler.opt.get("permission", "")
    kinds: list[type[OpenVisitError]] = handler.opt.get("errors", [])
    words = (handler.fn.__doc__ or "").strip()
    operation["description"] = f"{words}\n\nPermission: `{permission}`.".strip()
    operation["x-permission"] = permission
    if handler.opt.get("step_up"):
        operation["x-step-up"] = True
    operation["x-error-codes"] = sorted({kind.code for kind in kinds})
    operation["security"] = [{"bearer": []}] if needs_sign_in(permission) else [{}, {"bearer": []}]
    if permission in scopes.PERMISSIONS:
        operation["security"].append({"oauth2": [permission]})
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    body = operation.get("requestBody", {})
    if any({"type": "null"} in media["schema"].get("oneOf", ()) for media in body.get("content", {}).values()):
        body["required"] = False  # it may be left out, and then it is null
    if "oauth_form" in handler.opt:
        _as_oauth(operation, handler.opt["oauth_form"])
    for body in (operation.get("requestBody", {}), *operation["responses"].values()):
        for media in list(body.get("content", {}).values()):
            schema = media.get("schema", {})
            if schema == {"type": "null"}:
                del body["content"]  # an answer without a body
            elif "example" in media:
                continue  # it came with the form
            elif (name := _named(schema) or operation["operationId"]) in examples:
                media["example"] = examples[name]
            elif kinds_of := [one for one in _names(schema) if one in examples]:
                media["examples"] = {one: {"value": examples[one]} for one in kinds_of}
    for kind in dict.fromkeys(kinds):
        _show(operation, status_of(kind), kind.code, kind.title)
    _show(operation, 400, "bad_request", "Bad request")


def _as_oauth(operation: dict[str, Any], form: dict[str, Any]) -> None:
    """An endpoint that apps call: a form comes in, errors go out as OAuth 2.0 has them (RFC 6749 section 5.2)."""
    operation["requestBody"] = form
    words = {"type": "string"}
    error = {"type": "object", "properties": {"error": words, "error_description": words}, "required": ["error"]}
    for status, code in (("400", "invalid_grant"), ("401", "invalid_client")):
        content = operation["responses"][status].setdefault("content", {})
        content["application/json"] = {"schema": error, "example": {"error": code}}


def _named(schema: dict[str, Any]) -> str:
    """The component schema's name; that of the one which may also be left out, too."""
    some = _names(schema)
    return some[0] if len(some) == 1 else ""


def _names(schema: dict[str, Any]) -> list[str]:
    """The component schemas that it is, or is one of."""
    return [part["$ref"].rpartition("/")[2] for part in (schema, *schema.get("oneOf", ())) if "$ref" in part]


def _show(operation: dict[str, Any], status: int, code: str, title: str) -> None:
    for media in operation["responses"].get(str(status), {}).get("content", {}).values():
        if _named(media["schema"]) == "Problem":
            media.setdefault("examples", {})[code] = {"summary": title, "value": _problem_example(status, code, title)}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out, said so by `required`: null cannot be sent in a query or a header."""
    some = [part for part in schema.get("oneOf", ()) if part != {"type": "null"}]
    if len(some) != 1 or len(some) == len(schema["oneOf"]):
        return schema
    return {**{name: value for name, value in schema.items() if name != "oneOf"}, **some[0]}


def _problem_example(status: int, code: str, title: str) -> dict[str, Any]:
    return {
        "type": f"urn:openvisit:problem:{code}",
        "title": title,
        "status": status,
        "detail": title,
        "code": code,
        "instance": "01939c4e-7c1b-7f00-9a51-0242ac120002",
    }
