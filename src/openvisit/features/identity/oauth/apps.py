"""Registering apps, for the admins of a clinic."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from psycopg.types.json import Jsonb

from openvisit.core import scopes
from openvisit.core.errors import Forbidden, Invalid, VersionMismatch
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor, Target, allowed
from openvisit.features.audit.commands import record
from openvisit.features.identity.oauth import clients, redirects, wire
from openvisit.features.identity.oauth.clients import PRIVATE_KEY_JWT, digest
from openvisit.features.identity.oauth.errors import NoSecret, UnknownApp
from openvisit.features.identity.oauth.service import OAuthServer
from openvisit.platform.db import Connection, Row, execute, fetch_all, fetch_one

_APP = """SELECT c.*, (SELECT count(*) FROM oauth_consent k
                       WHERE k.client_id = c.id AND k.revoked_at IS NULL) AS connected
          FROM oauth_client c"""


async def listed(oauth: OAuthServer, actor: Actor, clinic_id: UUID) -> wire.Apps:
    """The clinic's apps. Errors: Forbidden."""
    if not allowed(actor, "app:read", Target(clinic_id=clinic_id)):
        raise Forbidden
    async with oauth.db.connection(as_gate="an app and how many let it in, across the people who did") as connection:
        rows = await fetch_all(
            connection,
            f"{_APP} WHERE c.clinic_id = %(clinic_id)s ORDER BY lower(c.name), c.id",
            {"clinic_id": clinic_id},
        )
    return wire.Apps([_app(row) for row in rows], scopes.supported())


async def one(oauth: OAuthServer, actor: Actor, app_id: UUID) -> wire.App:
    """One app. Errors: UnknownApp, for those of other clinics too."""
    async with oauth.db.connection(as_gate="an app and how many let it in, across the people who did") as connection:
        return _app(await _row(connection, actor, app_id, "app:read"))


async def register(oauth: OAuthServer, actor: Actor, asked: wire.NewApp, now: datetime) -> wire.RegisteredApp:
    """Register an app. Its secret, where it uses one, is in the answer and nowhere else.

    Errors: Forbidden, Invalid.
    """
    if not allowed(actor, "app:manage", Target(clinic_id=asked.clinic_id)):
        raise Forbidden
    values = msgspec.structs.asdict(asked)
    _check(values, oauth.published.possible)
    secret = _new_secret() if asked.auth_method.startswith("client_secret") else None
    row = {
        **values,
        "id": new_id(),
        "name": asked.name.strip(),
        "jwks": None if asked.jwks is None else Jsonb(asked.jwks),
        "secret_hash": None if secret is None else digest(secret),
        "created_at": now,
        "created_by": actor.person_id,
    }
    async with oauth.db.transaction(as_gate="an app and how many let it in, across the people who did") as connection:
        columns = ", ".join(row)
        await execute(
            connection,
            f"INSERT INTO oauth_client ({columns}) VALUES ({', '.join(f'%({column})s' for column in row)})",
            row,
        )
        await _audit(connection, actor, row["id"], asked.clinic_id, now, {"scopes": asked.scopes, "change": "added"})
        answer = _app(await _row(connection, actor, row["id"], "app:read"))
    return wire.RegisteredApp(answer, secret)


async def change(
    oauth: OAuthServer, actor: Actor, app_id: UUID, asked: wire.AppChanges, version: int | None, now: datetime
) -> wire.App:
    """Change an app. Switched off, or with fewer scopes, its tokens end: people are asked anew.

    Errors: UnknownApp, Invalid, VersionMismatch.
    """
    changes = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not UNSET}
    async with oauth.db.transaction(as_gate="an app and how many let it in, across the people who did") as connection:
        row = await _row(connection, actor, app_id, "app:manage", lock=True)
        if version is not None and row["version"] != version:
            raise VersionMismatch
        _check({**row, **changes}, oauth.published.possible)
        if "name" in changes:
            changes["name"] = changes["name"].strip()
        if changes.get("jwks") is not None:
            changes["jwks"] = Jsonb(changes["jwks"])
        sets = "".join(f"{column} = %({column})s, " for column in changes)
        await execute(
            connection,
            f"UPDATE oauth_client SET {sets}version = version + 1 WHERE id = %(app_id)s",
            {**changes, "app_id": app_id},
        )
        kept: list[str] = changes["scopes"] if "scopes" in changes else row["scopes"]
        lost = not all(scopes.covered(scope, kept) for scope in row["scopes"])
        if lost or changes.get("active") is False:
            await _end_all(connection, app_id, "the clinic", now)
        what = {"change": sorted(changes), **({"scopes": asked.scopes} if "scopes" in changes else {})}
        await _audit(connection, actor, app_id, row["clinic_id"], now, what)
        answer = _app(await _row(connection, actor, app_id, "app:read"))
    oauth.tokens.changed(app_id)
    return answer


async def new_secret(oauth: OAuthServer, actor: Actor, app_id: UUID, now: datetime) -> wire.RegisteredApp:
    """A new secret in the place of the old one, which is no good from now on. Errors: UnknownApp, NoSecret."""
    secret = _new_secret()
    async with oauth.db.transaction(as_gate="an app and how many let it in, across the people who did") as connection:
        row = await _row(connection, actor, app_id, "app:manage", lock=True)
        if row["secret_hash"] is None:
            raise NoSecret
        await execute(
            connection,
            "UPDATE oauth_client SET secret_hash = %(hash)s, version = version + 1 WHERE id = %(id)s",
            {"hash": digest(secret), "id": app_id},
        )
        await _audit(connection, actor, app_id, row["clinic_id"], now, {"change": "secret"})
        answer = _app(await _row(connection, actor, app_id, "app:read"))
    return wire.RegisteredApp(answer, secret)


async def _end_all(connection: Connection, app_id: UUID, because: str, now: datetime) -> None:
    await execute(
        connection,
        """UPDATE oauth_authorization SET revoked_at = %(now)s, revoked_because = %(because)s
           WHERE client_id = %(id)s AND revoked_at IS NULL""",
        {"id": app_id, "because": because, "now": now},
    )


async def _row(connection: Connection, actor: Actor, app_id: UUID, permission: str, *, lock: bool = False) -> Row:
    row = await fetch_one(
        connection, f"{_APP} WHERE c.id = %(id)s{' FOR NO KEY UPDATE OF c' if lock else ''}", {"id": app_id}
    )
    if row is None or not allowed(actor, permission, Target(clinic_id=row["clinic_id"])):
        raise UnknownApp
    return row


def _check(app: Mapping[str, Any], possible: Callable[[str], bool]) -> None:
    """Errors: Invalid, naming the value that cannot be."""
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        for number, uri in enumerate(app[name]):
            if (why := redirects.fault(uri)) is not None:
                raise _wrong(f"{name}.{number}", why)
    for number, scope in enumerate(app["scopes"]):
        try:
            scopes.parse(scope)
        except scopes.UnknownScope:
            raise _wrong(f"scopes.{number}", "not a scope of ours") from None
    _check_keys(app, possible)
    people, servers = (any(map(kind, app["scopes"])) for kind in (scopes.for_people, scopes.for_servers))
    if people and not app["redirect_uris"]:
        raise _wrong("redirect_uris", "needed by scopes that people agree to")
    if servers and app["auth_method"] != PRIVATE_KEY_JWT:
        raise _wrong("scopes", "`system` scopes are for apps that prove themselves by a key (private_key_jwt)")


def _check_keys(app: Mapping[str, Any], possible: Callable[[str], bool]) -> None:
    by_key = app["auth_method"] == PRIVATE_KEY_JWT
    if by_key != (app["jwks"] is not None or app["jwks_uri"] is not None):
        raise _wrong("jwks", "needed by private_key_jwt, and by nothing else")
    if app["jwks"] is not None and app["jwks_uri"] is not None:
        raise _wrong("jwks_uri", "keys stand here or there, not in both places")
    if app["jwks"] is not None:
        try:
            clients.key_set(app["jwks"])
        except ValueError as error:
            raise _wrong("jwks", str(error)) from None
    if app["jwks_uri"] is not None and (redirects.fault(app["jwks_uri"]) or not possible(app["jwks_uri"])):
        raise _wrong("jwks_uri", "an https address")


def _wrong(name: str, why: str) -> Invalid:
    return Invalid(f"{name}: {why}", errors=[{"path": f"body.{name}", "message": why}])


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


async def _audit(
    connection: Connection, actor: Actor, app_id: UUID, clinic_id: UUID, now: datetime, data: dict[str, Any]
) -> None:
    await record(
        connection,
        at=now,
        actor_id=actor.person_id,
        action="app:manage",
        thing="oauth_client",
        thing_id=app_id,
        clinic_id=clinic_id,
        data=data,
    )


def _app(row: Row) -> wire.App:
    return msgspec.convert(row, wire.App)
