"""Declaring a route: its permission, its words for the documentation and the errors it can give, in one place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from litestar import delete as _delete
from litestar import get as _get
from litestar import patch as _patch
from litestar import post as _post
from litestar import put as _put
from litestar.openapi.datastructures import ResponseSpec

from openvisit.core import errors
from openvisit.core.permissions import POLICY, needs_sign_in
from openvisit.core.scopes import OPEN
from openvisit.platform.web.problems import MEDIA_TYPE, Problem, status_of

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_DECORATORS: dict[str, Any] = {"GET": _get, "POST": _post, "PUT": _put, "PATCH": _patch, "DELETE": _delete}


def route(
    method: Method,
    path: str,
    *,
    permission: str,
    summary: str,
    can_fail: Sequence[type[errors.OpenVisitError]] = (),
    status: int = 200,
    proof: str | None = None,
    also: Mapping[int, type] | None = None,
    step_up: bool = False,
    while_enrolling: bool = False,
    **options: Any,
) -> Callable[[Any], Any]:
    """A Litestar route handler that names its permission and every error it can give.

    `can_fail` adds to the errors every route has: 422 for malformed input, 401 where sign-in is needed, 404 where the
    path names something, 429, 503.
    `proof` names the purpose under which bots are held off (`platform.web.bot_defence`).
    `also` names the body of further statuses that are no problem documents. `step_up` asks that the person proved who
    they are a short while ago, for acts that a borrowed device must not do. `while_enrolling` opens the route to a
    person who must set up a second factor before anything else.
    """
    if permission not in POLICY:
        raise ValueError(f"{permission} is not in the permission table")
    kinds: list[type[errors.OpenVisitError]] = [*can_fail, errors.Invalid, errors.TooManyRequests, errors.Unavailable]
    kinds.append(errors.Unauthenticated)  # a bad token is refused even where none is needed
    if "{" in path:
        kinds.append(errors.NotFound)  # what is no id at all names nothing
    if needs_sign_in(permission):
        kinds.append(errors.Forbidden)
        if not while_enrolling:
            kinds.append(errors.EnrolmentNeeded)
    if proof is not None:
        kinds.append(errors.ProofNeeded)
    if step_up:
        kinds.append(errors.StepUpNeeded)
    if permission not in OPEN:
        kinds.append(errors.InsufficientScope)
    return _DECORATORS[method](  # type: ignore[no-any-return]
        path,
        summary=summary,
        status_code=status,
        responses=_responses(kinds) | {s: _answer(kind) for s, kind in (also or {}).items()},
        opt={
            "permission": permission,
            "errors": kinds,
            "proof": proof,
            "step_up": step_up,
            "while_enrolling": while_enrolling,
        },
        **options,
    )


def _answer(kind: type) -> ResponseSpec:
    return ResponseSpec(data_container=kind, description=(kind.__doc__ or "").strip(), generate_examples=False)


def _responses(kinds: Sequence[type[errors.OpenVisitError]]) -> dict[int, ResponseSpec]:
    by_status: dict[int, list[type[errors.OpenVisitError]]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(status_of(kind), []).append(kind)
    found = {
        status: ResponseSpec(
            data_container=Problem,
            description="; ".join(f"`{kind.code}`: {kind.title}" for kind in group),
            media_type=MEDIA_TYPE,
            generate_examples=False,
        )
        for status, group in sorted(by_status.items())
    }
    found[400] = ResponseSpec(
        data_container=Problem,
        description="`bad_request`: the message cannot be read",
        media_type=MEDIA_TYPE,
        generate_examples=False,
    )
    return found
