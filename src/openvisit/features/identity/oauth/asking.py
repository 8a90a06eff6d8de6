"""Authorization requests as apps make them: by the browser, or pushed beforehand; judged before anybody is asked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from psycopg.types.json import Jsonb

from openvisit.core import scopes
from openvisit.features.identity.oauth.clients import Client
from openvisit.features.identity.oauth.errors import AuthorizationRefused
from openvisit.features.identity.oauth.grants import PROOFS
from openvisit.features.identity.oauth.requests import FormRequest, fields_of
from openvisit.features.identity.oauth.server import Answer, Server, in_thread
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.platform.db import Connection, execute, fetch_one

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
PUSHED_LIFE = timedelta(seconds=90)
_NOT_TAKEN = {
    "request": "request_not_supported",
    "claims": "invalid_request",
    "registration": "registration_not_supported",
}
_PROMPTS = frozenset({"none", "login", "consent", "select_account"})


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that was found good."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    fields: dict[str, str]
    prompts: frozenset[str]
    since: datetime | None  # when a kept request came; a sign-in after it counts as one for it


class SentBack(Exception):
    """The request is over; the browser goes back to the app."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


async def pushed(oauth: OAuthServer, body: bytes, headers: Mapping[str, Any], now: datetime) -> Answer:
    """Keep a pushed request (RFC 9126) of an app that proved who it is; whatever is wrong is in the answer."""
    return await oauth.run(_push, body, headers, now)


async def _push(server: Server, request: FormRequest) -> Answer:
    client = await in_thread(lambda: server.authenticate_client(request, PROOFS))
    if "request_uri" in request.fields:
        raise InvalidRequestError("'request_uri' cannot be pushed")
    fields = {name: value for name, value in request.fields.items() if not name.startswith("client_")}
    try:
        await judged(server, {**fields, "client_id": client.client_id}, None)
    except OAuth2Error as error:
        error.redirect_uri = None  # told in the answer, not by way of the browser
        raise
    desk = server.desk
    kept = await keep(desk.connection, client, fields, desk.now, PUSHED_LIFE, pushed=True)
    body = {"request_uri": f"{REQUEST_URI}{kept}", "expires_in": int(PUSHED_LIFE.total_seconds())}
    return Answer(201, body, {"Cache-Control": "no-store"})


async def asked_for(server: Server, connection: Connection, query: str) -> Asked:
    """The request, judged. Errors: AuthorizationRefused; SentBack when the app is to be told."""
    try:
        fields = fields_of(query)
    except InvalidRequestError as error:
        raise AuthorizationRefused(error.get_error_description()) from error
    since = None
    if reference := fields.get("request_uri"):
        fields, since = await _kept(server, connection, reference, fields.get("client_id"))
    try:
        return await judged(server, fields, since)
    except OAuth2Error as error:
        error.state = fields.get("state")
        answer = server.sent_back(FormRequest("GET", fields, {}), error)
        if answer.location is None:
            raise AuthorizationRefused(error.get_error_description() or error.error) from error
        raise SentBack(answer.location) from error


async def judged(server: Server, fields: dict[str, str], since: datetime | None) -> Asked:
    """Errors: OAuth2Error, with where to tell it once that is known to be the app's."""
    request = FormRequest("GET", fields, {})
    grant = await in_thread(lambda: server.get_consent_grant(request, end_user=True))
    redirect_uri: str = grant.redirect_uri

    def refuse(error: str, words: str) -> OAuth2Error:
        return OAuth2Error(words, error=error, redirect_uri=redirect_uri, state=fields.get("state"))

    for name, code in _NOT_TAKEN.items():
        if name in fields:
            raise refuse(code, f"'{name}' is not taken here")
    if fields.get("response_mode", "query") != "query":
        raise refuse("invalid_request", "'response_mode' is query")
    prompts = frozenset(fields.get("prompt", "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise refuse("invalid_request", "This 'prompt' cannot be")
    if (age := fields.get("max_age")) is not None and not (age.isdigit() and len(age) < 10):
        raise refuse("invalid_request", "'max_age' is a number of seconds")
    wanted = tuple(scopes.split(request.scope))
    if not all(map(scopes.for_people, wanted)):
        raise refuse("invalid_scope", "'system' scopes are for client credentials")
    return Asked(request.client, redirect_uri, wanted, fields, prompts, since)


async def keep(
    connection: Connection, client: Client, fields: dict[str, str], now: datetime, life: timedelta, *, pushed: bool
) -> UUID:
    """Keep the request for a while; the answer is what names it."""
    id_ = UUID(bytes=secrets.token_bytes(16), version=4)  # a capability, so that it must not be guessed
    await execute(
        connection,
        """INSERT INTO oauth_request (id, client_id, parameters, pushed, created_at, expires_at)
           VALUES (%(id)s, %(client_id)s, %(parameters)s, %(pushed)s, %(now)s, %(expires_at)s)""",
        {
            "id": id_,
            "client_id": client.id,
            "parameters": Jsonb(fields),
            "pushed": pushed,
            "now": now,
            "expires_at": now + life,
        },
    )
    return id_


async def _kept(
    server: Server, connection: Connection, reference: str, client_id: str | None
) -> tuple[dict[str, str], datetime | None]:
    """The parameters of a kept request, and when it came if it was kept for a new sign-in.

    Errors: AuthorizationRefused.
    """
    row = None
    try:
        id_ = UUID(reference.removeprefix(REQUEST_URI))
    except ValueError:
        id_ = None
    if id_ is not None and reference == f"{REQUEST_URI}{id_}":
        row = await fetch_one(
            connection,
            """SELECT client_id, parameters, pushed, created_at FROM oauth_request
               WHERE id = %(id)s AND expires_at > %(now)s""",
            {"id": id_, "now": server.desk.now},
        )
    if row is None or str(row["client_id"]) != client_id:
        raise AuthorizationRefused("The request has expired: go back to the app and begin again")
    parameters: dict[str, Any] = {**row["parameters"], "client_id": client_id}
    return parameters, None if row["pushed"] else row["created_at"]
