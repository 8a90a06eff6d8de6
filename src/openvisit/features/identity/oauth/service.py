"""The endpoints that apps call, each in one transaction; and the keys that apps publish."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from joserfc.jwk import KeySet

from openvisit.features.identity.oauth import clients
from openvisit.features.identity.oauth.access import AppTokens
from openvisit.features.identity.oauth.endpoints import whole
from openvisit.features.identity.oauth.published_keys import PublishedKeys
from openvisit.features.identity.oauth.requests import FormRequest, fields_of, headers_of
from openvisit.features.identity.oauth.server import Answer, Desk, Server, in_thread
from openvisit.features.identity.tokens import header_of, payload_of
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class OAuthServer:
    """The authorization server's parts, as handlers take them."""

    db: Database
    vault: Vault
    tokens: AppTokens
    published: PublishedKeys
    refresh_days: int

    @property
    def issuer(self) -> str:
        """Who we are to apps: PUBLIC_URL."""
        return self.tokens.issuer

    def desk(self, connection: Connection, now: datetime) -> Desk:
        """What a request works with, in this transaction."""
        return Desk(connection, self.tokens, now, timedelta(days=self.refresh_days), self.vault)

    async def answer(self, endpoint: str, body: bytes, headers: Mapping[str, Any], now: datetime) -> Answer:
        """Answer a call to `token`, `revocation` or `introspection`; whatever is wrong is in the answer."""

        async def call(server: Server, request: FormRequest) -> Answer:
            def work() -> Answer:
                if endpoint == "token":
                    found: Answer = server.create_token_response(request)
                else:
                    found = server.create_endpoint_response(endpoint, request)
                return found

            return await in_thread(work)

        return await self.run(call, body, headers, now)

    async def run(
        self,
        call: Callable[[Server, FormRequest], Awaitable[Answer]],
        body: bytes,
        headers: Mapping[str, Any],
        now: datetime,
    ) -> Answer:
        """Read an app's form and answer it in one transaction; errors of the protocol become answers.

        They do not roll back: that an assertion or a code was used must be remembered though nothing came of it.
        """
        try:
            if str(headers.get("content-type", "")).partition(";")[0].strip().lower() != FORM:
                raise InvalidRequestError("The body must be a form")
            request = FormRequest("POST", fields_of(body), headers_of(headers))
        except OAuth2Error as error:
            return _told(error)
        await self.tokens.signatures.ready(now)
        keys = await self._keys_of(request)
        async with self.db.transaction(as_gate="what an app may do is what its tokens tell") as connection:
            desk = self.desk(connection, now)
            desk.keys.update(keys)
            try:
                answer = await call(whole(Server(desk)), request)
            except OAuth2Error as error:
                answer = _told(error)
        for client_id in desk.ended:
            self.tokens.changed(client_id)
        return answer

    async def _keys_of(self, request: FormRequest) -> dict[Any, KeySet]:
        """The keys of the app that proves itself by a published one, fetched before anything is locked."""
        assertion = request.form.get("client_assertion")
        if not assertion:
            return {}
        try:
            named = payload_of(assertion).get("sub")
            kid = header_of(assertion).get("kid")
        except ValueError:
            return {}
        async with self.db.connection(as_gate="what an app may do is what its tokens tell") as connection:
            client = await clients.find(connection, named if isinstance(named, str) else None)
        if client is None or client.jwks_uri is None:
            return {}
        keys = await self.published.of(client.jwks_uri, kid if isinstance(kid, str) else None)
        return {} if keys is None else {client.id: keys}


def _told(error: OAuth2Error) -> Answer:
    status, said, headers = error()
    return Answer(401 if error.error == "invalid_client" else status, said, dict(headers))
