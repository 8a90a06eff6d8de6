"""The one place where errors become HTTP: RFC 9457 `application/problem+json`."""

import re
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.exceptions.http_exceptions import (
    MethodNotAllowedException,
    NotFoundException,
    RequestEntityTooLarge,
)
from psycopg.errors import InsufficientPrivilege

from openvisit.core import errors
from openvisit.core.permissions import Actor
from openvisit.platform import log, metrics

_logger = log.get("web")
_security = log.get("security")
_SECURITY = (401, 403, 428, 429)

MEDIA_TYPE = "application/problem+json"

# The first class that an error is an instance of gives its status.
_STATUS: tuple[tuple[type[errors.OpenVisitError], int], ...] = (
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.VersionMismatch, 412),
    (errors.VersionRequired, 428),
    (errors.ProofNeeded, 428),
    (errors.TooManyRequests, 429),
    (errors.Unavailable, 503),
    (errors.Invalid, 422),
    (errors.Conflict, 409),
)


class FieldError(msgspec.Struct):
    """What is wrong with one value of the request: where it stands (JSON path) and why."""

    path: str
    message: str


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457 problem details; `code` is stable, further members depend on it."""

    title: str
    status: int
    code: str
    detail: str = ""
    type: str = "about:blank"
    instance: str = ""
    errors: list[FieldError] = []


def status_of(error: type[errors.OpenVisitError]) -> int:
    """The HTTP status of an error class."""
    return next((status for kind, status in _STATUS if issubclass(error, kind)), 400)


def from_domain(request: Request[Any, Any, Any], error: errors.OpenVisitError) -> Response[Any]:
    """An error of ours as a problem document; its data become members beside the standard ones."""
    status = status_of(type(error))
    if status in _SECURITY:
        _tell_security(request, error, status)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, errors.InsufficientScope):
        headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
    if "retry_after" in error.data:
        headers["Retry-After"] = str(error.data["retry_after"])
    elif status == 503:
        headers["Retry-After"] = "1"
    body = {
        **error.data,
        "type": f"urn:openvisit:problem:{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.message,
        "code": error.code,
        "instance": _request_id(request),
    }
    return _response(body, status, headers)


def _tell_security(request: Request[Any, Any, Any], error: errors.OpenVisitError, status: int) -> None:
    """Who was refused what, for those who watch: ids and codes alone."""
    actor = request.scope.get("actor")
    metrics.refusals.labels(error.code).inc()
    _security.warning(
        "refused",
        code=error.code,
        status=status,
        method=request.method,
        route=request.scope.get("path_template", ""),
        person=str(actor.person_id) if isinstance(actor, Actor) else None,
    )


_PATH = re.compile(r"^(?P<message>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)


def from_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals in the same form: malformed input is 422, an unknown path 404."""
    status, code, detail = error.status_code, "http_error", error.detail
    found: list[FieldError] = []
    if isinstance(error, ValidationException):
        status, code, found = 422, "invalid_request", _field_errors(error)
        detail = "; ".join(f"{e.path}: {e.message}" for e in found) or "The request is not valid"
        if found and all(e.path.startswith("path.") for e in found):
            status, code = 404, "not_found"
    elif isinstance(error, NotFoundException):
        code, detail = "not_found", "There is nothing here"
    elif isinstance(error, MethodNotAllowedException):
        code, detail = "method_not_allowed", "This address does not take that method"
    elif isinstance(error, RequestEntityTooLarge):
        code, detail = "too_large", "The request is larger than we take"
    elif status == 400:
        code = "bad_request"
    body = Problem(
        title=code.replace("_", " ").capitalize(),
        status=status,
        code=code,
        detail=detail,
        type=f"urn:openvisit:problem:{code}",
        instance=_request_id(request),
        errors=found,
    )
    return _response(body, status, dict(error.headers or {}))


def from_second_wall(request: Request[Any, Any, Any], error: InsufficientPrivilege) -> Response[Any]:
    """The database refused what the permission table let pass: a bug of ours, and still nobody's to have."""
    _logger.error("refused by row-level security alone", exc_info=error)
    return from_domain(request, errors.Forbidden())


def from_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Anything nobody foresaw: logged with its trace under the request's id, told to the caller without details."""
    _logger.error("request failed", error=type(error).__name__, exc_info=error)
    body = Problem(
        title="Something went wrong on our side",
        status=500,
        code="internal_error",
        type="urn:openvisit:problem:internal_error",
        instance=_request_id(request),
    )
    return _response(body, 500, {})


def _request_id(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("request_id", ""))


def _field_errors(error: ValidationException) -> list[FieldError]:
    extra = error.extra if isinstance(error.extra, list) else []
    found = []
    for item in extra:
        if not isinstance(item, dict):
            continue
        matched = _PATH.match(str(item.get("message", "")))
        message = matched["message"] if matched else str(item.get("message", ""))
        path = (matched["path"] or "").removeprefix("$.") if matched else ""
        source = getattr(item.get("source"), "value", item.get("source")) or "body"
        key = str(item.get("key", "")) or path
        if key == "data" or not key:
            key = path
        found.append(FieldError(path=f"{source}.{key}".rstrip("."), message=message))
    return found


def _response(body: Any, status: int, headers: dict[str, str]) -> Response[Any]:
    return Response(content=msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    InsufficientPrivilege: from_second_wall,
    errors.OpenVisitError: from_domain,
    HTTPException: from_framework,
    Exception: from_bug,
}
