"""The authorization server: Authlib's rules of the protocol over our database and our tokens.

Authlib is synchronous. Each request runs it in a thread of its own, and every question it asks comes back to the event
loop, to the one connection whose transaction spans the request (`docs/adr`). Nothing here opens a transaction.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import anyio
from anyio import from_thread, to_thread
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    OAuth2Request,
)
from joserfc.jwk import KeySet

from openvisit.features.identity.oauth import clients
from openvisit.features.identity.oauth.access import AppTokens
from openvisit.features.identity.oauth.clients import Client

logging.getLogger("authlib").setLevel(logging.INFO)  # at its most talkative it writes tokens into the log

T = TypeVar("T")
_threads: list[anyio.CapacityLimiter] = []
_MOST_THREADS = 8


@dataclass(slots=True)
class Answer:
    """What is to be sent: status, body (JSON, or nothing) and headers."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def location(self) -> str | None:
        """Where to send the browser."""
        return self.headers.get("Location")

    @location.setter
    def location(self, uri: str) -> None:
        self.headers["Location"] = uri


@dataclass(slots=True)
class Desk:
    """What one request works with."""

    connection: Any
    tokens: AppTokens
    now: datetime
    refresh_life: timedelta
    vault: Any
    keys: dict[UUID, KeySet] = field(default_factory=dict)  # of the apps that publish theirs, fetched before
    ended: set[UUID] = field(default_factory=set)  # apps of which a token ended: to be told after the commit


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server for one request."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.issuer = desk.tokens.issuer

    def wait(self, ask: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Ask the event loop, from Authlib's thread."""
        return from_thread.run(ask, self.desk.connection, *arguments)

    def query_client(self, client_id: str) -> Client | None:
        """The app of that id."""
        return self.wait(clients.find, client_id)

    def save_token(self, token: Any, request: OAuth2Request) -> None:
        """Nothing: a token is in the database before it is signed."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing listens."""

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        """The request, which is one already; it takes us along to where only the request is passed on."""
        request.server = self
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        """Authlib's answer in ours; to fail to prove who one is is 401, as most clients expect."""
        if isinstance(body, dict) and body.get("error") == InvalidClientError.error:
            status = 401
        return Answer(status, body, dict(headers))

    def sent_back(self, request: OAuth2Request, error: OAuth2Error) -> Answer:
        """The error as an answer; on its way to the app it names us (RFC 9207)."""
        return self.with_issuer(self.handle_error_response(request, error))

    def with_issuer(self, answer: Answer) -> Answer:
        """The answer with `iss` among what the app is told."""
        if answer.location:
            answer.location = add_params_to_uri(answer.location, [("iss", self.issuer)])
        return answer


async def in_thread(work: Callable[[], T]) -> T:
    """Run Authlib. A description that may not be sent as one is the caller's mistake: InvalidRequestError."""
    if not _threads:
        _threads.append(anyio.CapacityLimiter(_MOST_THREADS))

    def guarded() -> T:
        try:
            return work()
        except ValueError as error:  # Authlib refuses to put foreign characters into its messages
            raise InvalidRequestError("The request has characters that it cannot have") from error

    return await to_thread.run_sync(guarded, limiter=_threads[0])


def time_of(moment: datetime | None) -> int | None:
    """Seconds since 1970."""
    return None if moment is None else int(moment.timestamp())
