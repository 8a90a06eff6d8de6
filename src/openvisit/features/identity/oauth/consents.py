"""Asking a person for an app: what the authorization page shows, and what comes of their answer.

The page is the web app's at `/authorize` (RFC 6749 section 3.1). It hands the query on as it came, twice: to look, and
to decide. Both read and judge all of it anew, so that nothing the browser could change in between counts.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from authlib.common.urls import add_params_to_uri
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError

from openvisit.core import scopes
from openvisit.core.errors import InsufficientScope
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.audit.commands import record
from openvisit.features.identity.oauth import store, wire
from openvisit.features.identity.oauth.asking import REQUEST_URI, Asked, SentBack, asked_for, keep
from openvisit.features.identity.oauth.clients import Client, digest
from openvisit.features.identity.oauth.endpoints import whole
from openvisit.features.identity.oauth.server import Server
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.features.identity.oauth.signing import IDENTITY
from openvisit.platform.db import Connection, execute, fetch_one

_KEPT_LIFE = timedelta(minutes=30)  # while somebody signs in anew, with a second factor to find


async def look(oauth: OAuthServer, actor: Actor | None, query: str, now: datetime) -> wire.AuthorizationStep:
    """What the page does next: ask for sign-in, ask for consent, or go back to the app.

    Errors: AuthorizationRefused when there is no app to go back to, or none that could be trusted; InsufficientScope
    for an app that asks on its own.
    """
    _refuse_apps(actor)
    await oauth.tokens.signatures.ready(now)
    async with oauth.db.transaction() as connection:
        server = whole(Server(oauth.desk(connection, now)))
        try:
            asked = await asked_for(server, connection, query)
            return await _step(server, connection, asked, actor, now)
        except SentBack as back:
            return wire.AuthorizationStep(step="go", redirect_to=back.location)


async def decide(oauth: OAuthServer, actor: Actor, query: str, allow: bool, now: datetime) -> wire.AuthorizationStep:
    """Give the app its code, or tell it no.

    Errors: as `look`.
    """
    _refuse_apps(actor)
    async with oauth.db.transaction() as connection:
        server = whole(Server(oauth.desk(connection, now)))
        try:
            asked = await asked_for(server, connection, query)
            await _check_sign_in(server, asked, actor, now)
            if not allow:
                await _audit(connection, actor, asked, "refused", now)
                return wire.AuthorizationStep(
                    step="go", redirect_to=_error(server, asked, "access_denied", "The person said no")
                )
            step = await _sign_in_first(connection, asked, actor, now)
            return step or await _give(server, connection, asked, actor, now)
        except SentBack as back:
            return wire.AuthorizationStep(step="go", redirect_to=back.location)


def _refuse_apps(actor: Actor | None) -> None:
    """An app cannot agree to anything in a person's name. Errors: InsufficientScope."""
    if actor is not None and actor.app_id is not None:
        raise InsufficientScope


async def _step(
    server: Server, connection: Connection, asked: Asked, actor: Actor | None, now: datetime
) -> wire.AuthorizationStep:
    if actor is None:
        if "none" in asked.prompts:
            raise SentBack(_error(server, asked, LoginRequiredError.error, "Nobody is signed in"))
        return await _to_sign_in(connection, asked, "sign-in", now)
    await _check_sign_in(server, asked, actor, now)
    if (again := await _sign_in_first(connection, asked, actor, now)) is not None:
        return again
    known = await _agreed(connection, asked.client, actor)
    ask = _could_be_another(asked) or not asked.prompts.isdisjoint({"consent", "select_account"})
    if not ask and all(scopes.covered(scope, known) for scope in asked.scopes):
        return await _give(server, connection, asked, actor, now)
    if "none" in asked.prompts:
        raise SentBack(_error(server, asked, ConsentRequiredError.error, "The person has not agreed to this yet"))
    return _words(asked, "consent", known)


def _could_be_another(asked: Asked) -> bool:
    """Whether any program on the person's machine could pass for this app, so that the person is always asked
    (RFC 8252 section 8.6)."""
    return asked.client.auth_method == "none" and not asked.redirect_uri.startswith("https://")


async def _check_sign_in(server: Server, asked: Asked, actor: Actor, now: datetime) -> None:
    """Errors: SentBack when the app asks, without a prompt, for somebody else or for a newer sign-in."""
    if "none" not in asked.prompts:
        return
    hint = asked.fields.get("id_token_hint")
    if hint is not None and await hinted(server, hint) != actor.person_id:
        raise SentBack(_error(server, asked, LoginRequiredError.error, "Somebody else is signed in"))
    if _too_old(asked, actor, now):
        raise SentBack(_error(server, asked, LoginRequiredError.error, "The sign-in is too long ago"))


async def hinted(server: Server, token: str) -> UUID | None:
    """Whose ID token of ours this is, expired or not; None when it is none."""
    try:
        claims = await server.desk.tokens.signatures.claims(token, IDENTITY, server.issuer)
        return UUID(claims["sub"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


async def _sign_in_first(
    connection: Connection, asked: Asked, actor: Actor, now: datetime
) -> wire.AuthorizationStep | None:
    """The step to sign in anew, where the app asks for that (`prompt=login`, `max_age`) and it has not happened yet."""
    if not _too_old(asked, actor, now):
        return None
    return await _to_sign_in(connection, asked, "sign-in-again", now)


async def _to_sign_in(connection: Connection, asked: Asked, step: wire.Step, now: datetime) -> wire.AuthorizationStep:
    """The step to sign in. Where the app wants it to be a new one, the request is kept with the time it came: a sign-in
    after that is the one it asked for."""
    found = _words(asked, step)
    if asked.since is None and ("login" in asked.prompts or "max_age" in asked.fields):
        kept = await keep(connection, asked.client, asked.fields, now, _KEPT_LIFE, pushed=False)
        found.resume = f"client_id={asked.client.client_id}&request_uri={REQUEST_URI}{kept}"
    return found


def _too_old(asked: Asked, actor: Actor, now: datetime) -> bool:
    signed_in = actor.authenticated_at or datetime.min.replace(tzinfo=UTC)
    if "login" in asked.prompts and (asked.since is None or signed_in < asked.since):
        return True
    age = asked.fields.get("max_age")
    if age is None or (asked.since is not None and signed_in >= asked.since):
        return False
    return now - signed_in > timedelta(seconds=int(age))


async def _ways(connection: Connection, session_id: UUID) -> list[str]:
    """How the person behind the session proved who they are (RFC 8176)."""
    row = await fetch_one(connection, "SELECT amr FROM session WHERE id = %(id)s", {"id": session_id})
    return list(row["amr"]) if row else []


async def _agreed(connection: Connection, client: Client, actor: Actor) -> frozenset[str]:
    row = await fetch_one(
        connection,
        """SELECT scopes FROM oauth_consent
           WHERE client_id = %(client_id)s AND person_id = %(person_id)s AND revoked_at IS NULL""",
        {"client_id": client.id, "person_id": actor.person_id},
    )
    return frozenset(row["scopes"] if row else ())


async def _give(
    server: Server, connection: Connection, asked: Asked, actor: Actor, now: datetime
) -> wire.AuthorizationStep:
    """Note the consent and make the code, in one transaction with the look at what was asked."""
    consent = await fetch_one(
        connection,
        """INSERT INTO oauth_consent (id, client_id, person_id, scopes, given_at)
           VALUES (%(id)s, %(client_id)s, %(person_id)s, %(scopes)s, %(now)s)
           ON CONFLICT (client_id, person_id) WHERE revoked_at IS NULL DO UPDATE SET
               given_at = CASE WHEN oauth_consent.scopes @> excluded.scopes THEN oauth_consent.given_at
                               ELSE excluded.given_at END,
               scopes = ARRAY(SELECT DISTINCT unnest(oauth_consent.scopes || excluded.scopes) ORDER BY 1)
           RETURNING id, given_at""",
        {
            "id": new_id(),
            "client_id": asked.client.id,
            "person_id": actor.person_id,
            "scopes": list(asked.scopes),
            "now": now,
        },
    )
    assert consent is not None  # noqa: S101 - inserted or updated
    code = secrets.token_urlsafe(32)
    await execute(
        connection,
        """INSERT INTO oauth_authorization (id, client_id, consent_id, person_id, session_id, scopes, created_at,
               redirect_uri, code_hash, code_challenge, code_expires_at, nonce, auth_time, amr)
           VALUES (%(id)s, %(client_id)s, %(consent_id)s, %(person_id)s, %(session_id)s, %(scopes)s, %(now)s,
               %(redirect_uri)s, %(code_hash)s, %(code_challenge)s, %(expires_at)s, %(nonce)s, %(auth_time)s,
               %(amr)s)""",
        {
            "id": new_id(),
            "client_id": asked.client.id,
            "consent_id": consent["id"],
            "person_id": actor.person_id,
            "session_id": actor.session_id,
            "scopes": list(asked.scopes),
            "now": now,
            "redirect_uri": asked.redirect_uri,
            "code_hash": digest(code),
            "code_challenge": asked.fields["code_challenge"],
            "expires_at": now + store.CODE_LIFE,
            "nonce": asked.fields.get("nonce"),
            "auth_time": actor.authenticated_at,
            "amr": await _ways(connection, actor.session_id),
        },
    )
    await _audit(connection, actor, asked, "allowed" if consent["given_at"] == now else "remembered", now)
    told = [("code", code)]
    if state := asked.fields.get("state"):
        told.append(("state", state))
    location = add_params_to_uri(asked.redirect_uri, [*told, ("iss", server.issuer)])
    return wire.AuthorizationStep(step="go", redirect_to=location)


async def _audit(connection: Connection, actor: Actor, asked: Asked, answer: str, now: datetime) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="app:consent",
        thing="oauth_client",
        thing_id=asked.client.id,
        data={"scopes": list(asked.scopes), "answer": answer},
    )


def _words(asked: Asked, step: wire.Step, known: frozenset[str] = frozenset()) -> wire.AuthorizationStep:
    """What the person is told of the request."""
    new = [scope for scope in asked.scopes if not scopes.covered(scope, known)]
    before = scopes.abilities([scope for scope in asked.scopes if scope not in new])
    return wire.AuthorizationStep(
        step=step,
        app=wire.AskingApp(asked.client.id, asked.client.name, asked.client.clinic_id, _place(asked.redirect_uri)),
        abilities=[a for a in scopes.abilities(asked.scopes) if a not in before]
        if known and new
        else scopes.abilities(asked.scopes),
        agreed=before if new else [],
        login_hint=asked.fields.get("login_hint"),
    )


def _place(redirect_uri: str) -> str:
    """Where the person will be sent, short enough to be read: the host, or the scheme of a native app."""
    scheme, _, rest = redirect_uri.partition(":")
    return rest.removeprefix("//").partition("/")[0] if scheme in ("http", "https") else scheme


def _error(server: Server, asked: Asked, code: str, words: str) -> str:
    told = [("error", code), ("error_description", words)]
    if state := asked.fields.get("state"):
        told.append(("state", state))
    location: str = add_params_to_uri(asked.redirect_uri, [*told, ("iss", server.issuer)])
    return location
