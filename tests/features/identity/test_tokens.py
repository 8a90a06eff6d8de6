"""Tokens that are good, tokens that are not, and what a process remembers of them."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from openvisit.core.errors import Unauthenticated
from openvisit.core.ids import new_id
from openvisit.features.identity.jobs import sweep
from openvisit.features.identity.keys import signing_key
from openvisit.features.identity.tokens import Session, TokenService
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, execute, fetch_all
from openvisit.settings import Settings
from tests.features.identity.steps import eventually
from tests.support.application import Application, running
from tests.support.cast import Cast, Person, Scene
from tests.support.clock import StandingClock

LIFE = timedelta(minutes=10)


@pytest.fixture
async def ana(app: Application) -> Person:
    return await Cast(app).person("Ana Flores", patient=True)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified."""
    header, claims, _ = token.split(".")
    return _decoded(header), _decoded(claims)


def _decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def test_the_key_set_verifies_our_tokens(app: Application, ana: Person) -> None:
    answer = await app.client.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    (key,) = answer.json()["keys"]
    assert "d" not in key
    header, claims = parts_of(ana.token)
    assert (header["alg"], header["kid"]) == ("EdDSA", key["kid"])
    # Verified with nothing of ours: the signature is over the first two parts (RFC 7515 section 5.2).
    signed, _, signature = ana.token.rpartition(".")
    public: Any = OKPKey.import_key(key).public_key
    public.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode())
    assert claims["aud"] == "openvisit"
    assert claims["exp"] - claims["iat"] == 600
    assert claims["sub"] == str(ana.id)


Forge = Callable[[dict[str, Any], dict[str, Any], OKPKey], str]


def _signed(header: dict[str, Any], claims: dict[str, Any], key: OKPKey) -> str:
    private: Any = key.private_key
    return _with(header, claims, private.sign)


def _with(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    body = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{body}.{base64.urlsafe_b64encode(sign(body.encode())).decode().rstrip('=')}"


def _by_public_key(header: dict[str, Any], claims: dict[str, Any], key: OKPKey) -> str:
    secret = json.dumps(key.as_dict(private=False)).encode()
    return _with({**header, "alg": "HS256"}, claims, lambda body: hmac.digest(secret, body, "sha256"))


FORGERIES: dict[str, Forge] = {
    "no signature": lambda h, c, k: f"{_encoded({**h, 'alg': 'none'})}.{_encoded(c)}.",
    "alg none, signed": lambda h, c, k: _signed({**h, "alg": "none"}, c, k),
    "public key as a shared secret": _by_public_key,
    "the curve by its newer name": lambda h, c, k: _signed({**h, "alg": "Ed25519"}, c, k),
    "another's key under our kid": lambda h, c, k: _signed(h, c, OKPKey.generate_key("Ed25519")),
    "an unknown kid": lambda h, c, k: _signed({**h, "kid": str(new_id())}, c, k),
    "no kid": lambda h, c, k: _signed({n: v for n, v in h.items() if n != "kid"}, c, k),
    "a key brought along": lambda h, c, k: _with_own_key(h, c),
    "for another audience": lambda h, c, k: _signed(h, {**c, "aud": "elsewhere"}, k),
    "for several audiences, none ours": lambda h, c, k: _signed(h, {**c, "aud": ["elsewhere", "openvisit2"]}, k),
    "without audience": lambda h, c, k: _signed(h, {n: v for n, v in c.items() if n != "aud"}, k),
    "from another issuer": lambda h, c, k: _signed(h, {**c, "iss": "https://elsewhere.example"}, k),
    "expired": lambda h, c, k: _signed(h, {**c, "exp": c["iat"] - 1}, k),
    "issued in the future": lambda h, c, k: _signed(h, {**c, "iat": c["iat"] + 60}, k),
    "not good yet": lambda h, c, k: _signed(h, {**c, "nbf": c["iat"] + 60}, k),
    "an expiry that is text": lambda h, c, k: _signed(h, {**c, "exp": str(c["exp"])}, k),
    "an expiry beyond numbers": lambda h, c, k: _signed(h, {**c, "exp": "Infinity"}, k),
    "an access token of an app, for that app": lambda h, c, k: _signed(
        {**h, "typ": "at+jwt"}, {**c, "aud": "some-app", "client_id": "some-app", "scope": "openid"}, k
    ),
    "an identity token of an app": lambda h, c, k: _signed(
        h, {n: v for n, v in {**c, "aud": "some-app", "nonce": "n"}.items() if n != "sid"}, k
    ),
    "a token without a session": lambda h, c, k: _signed(h, {n: v for n, v in c.items() if n != "sid"}, k),
    "from our issuer's neighbour": lambda h, c, k: _signed(h, {**c, "iss": c["iss"] + "/"}, k),
    "a kid that is a path": lambda h, c, k: _signed({**h, "kid": "../../../../dev/null"}, c, k),
    "a kid that is a statement": lambda h, c, k: _signed({**h, "kid": "' OR 1=1 --"}, c, k),
    "a kid with a NUL": lambda h, c, k: _signed({**h, "kid": h["kid"] + "\x00"}, c, k),
    "a kid that is a list": lambda h, c, k: _signed({**h, "kid": [h["kid"]]}, c, k),
    "an extension that must be understood": lambda h, c, k: _signed({**h, "crit": ["exp"], "exp": 1}, c, k),
    "an unencoded payload": lambda h, c, k: _signed({**h, "crit": ["b64"], "b64": False}, c, k),
    "keys to be fetched elsewhere": lambda h, c, k: _signed(
        {**h, "jku": "http://127.0.0.1:9/keys", "kid": str(new_id())}, c, k
    ),
    "encrypted, not signed": lambda h, c, k: ".".join(
        [_encoded({"alg": "dir", "enc": "A256GCM"}), "", "AA", "AA", "AA"]
    ),
    "public key in PEM as a shared secret": lambda h, c, k: _with(
        {**h, "alg": "HS256"}, c, lambda body: hmac.digest(k.as_pem(private=False), body, "sha256")
    ),
    "the raw public key as a shared secret": lambda h, c, k: _with(
        {**h, "alg": "HS256"},
        c,
        lambda body: hmac.digest(base64.urlsafe_b64decode(k.as_dict(private=False)["x"] + "=="), body, "sha256"),
    ),
    "without expiry": lambda h, c, k: _signed(h, {n: v for n, v in c.items() if n != "exp"}, k),
    "another person with this session": lambda h, c, k: _signed(h, {**c, "sub": str(new_id())}, k),
    "a session that never was": lambda h, c, k: _signed(h, {**c, "sid": str(new_id())}, k),
    "a session that is no id": lambda h, c, k: _signed(h, {**c, "sid": 7}, k),
    "claims changed": lambda h, c, k: _changed(_signed(h, c, k), c),
    "no token": lambda h, c, k: "abc",
    "empty parts": lambda h, c, k: "..",
    "a list for a header": lambda h, c, k: "W10.W10.W10",
    "too long": lambda h, c, k: _signed(h, {**c, "more": "x" * 10_000}, k),
}


def _with_own_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    own = OKPKey.generate_key("Ed25519")
    return _signed({**header, "jwk": own.as_dict(private=False)}, claims, own)


def _changed(token: str, claims: dict[str, Any]) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{_encoded({**claims, 'exp': claims['exp'] + 1})}.{signature}"


async def test_forged_and_confused_tokens_are_refused(app: Application, ana: Person) -> None:
    parts = app.parts
    async with parts.db.transaction() as connection:
        key = await signing_key(connection, parts.vault, app.clock(), LIFE)
    header, claims = parts_of(ana.token)
    genuine = _signed(header, claims, key.pair)
    assert (await parts.tokens.actor(genuine)).person_id == ana.id  # the forger's tool is right
    for name, forge in FORGERIES.items():
        async with app.signed(forge(header, claims, key.pair)) as client:
            answer = await client.get("/api/me")
        assert answer.status_code == 401, name
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_ends_by_itself(app: Application, ana: Person) -> None:
    app.clock.advance(minutes=9, seconds=59)
    assert (await ana.client.get("/api/me")).status_code == 200
    app.clock.advance(seconds=1)
    assert (await ana.client.get("/api/me")).status_code == 401


async def test_keys_rotate_and_old_tokens_stay_good(app: Application, ana: Person) -> None:
    parts = app.parts
    session = (await parts.tokens.actor(ana.token)).session_id
    async with parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE session SET expires_at = %(then)s, last_seen_at = %(then)s",
            {"then": app.clock() + timedelta(days=365)},
        )
    app.clock.advance(days=29, hours=23, minutes=55)
    old, _ = await parts.tokens.issue(Session(session, ana.id))
    app.clock.advance(minutes=6)
    new, _ = await parts.tokens.issue(Session(session, ana.id))
    assert parts_of(old)[0]["kid"] == parts_of(ana.token)[0]["kid"] != parts_of(new)[0]["kid"]
    fresh_process = _service(parts.settings, app.clock, parts.db)
    for service in (parts.tokens, fresh_process):
        for token in (old, new):
            assert (await service.actor(token)).person_id == ana.id
    assert len((await app.client.get("/.well-known/jwks.json")).json()["keys"]) == 2
    app.clock.advance(minutes=11)
    async with parts.db.connection() as connection:
        await sweep(connection, app.clock())
    (left,) = (await app.client.get("/.well-known/jwks.json")).json()["keys"]
    assert left["kid"] == parts_of(new)[0]["kid"]


async def test_processes_that_start_together_agree_on_one_key(app: Application, ana: Person) -> None:
    session = (await app.parts.tokens.actor(ana.token)).session_id
    async with app.parts.db.connection() as connection:
        await execute(connection, "DELETE FROM signing_key")
    processes = [Database(app.parts.settings.database_url, size=2) for _ in range(6)]
    for db in processes:
        await db.open()
    try:
        services = [_service(app.parts.settings, app.clock, db) for db in processes]
        issued = await asyncio.gather(*(service.issue(Session(session, ana.id)) for service in services))
        tokens = [token for token, _ in issued]
        assert len({parts_of(token)[0]["kid"] for token in tokens}) == 1
        for service, token in zip(services, reversed(tokens), strict=True):
            assert (await service.actor(token)).person_id == ana.id
        async with app.parts.db.connection() as connection:
            assert len(await fetch_all(connection, "SELECT id FROM signing_key")) == 1
    finally:
        for db in processes:
            await db.close()


def _service(settings: Settings, clock: StandingClock, db: Database) -> TokenService:
    return TokenService(
        db, Vault(settings.secret_key, settings.database_url), clock, issuer=settings.public_url, minutes=10
    )


async def test_a_change_of_roles_is_heard_in_every_process_at_once(
    scene: Scene, settings: Settings, clock: StandingClock
) -> None:
    async with running(settings, clock) as other:
        there = other.parts.tokens
        await other.parts.live.listening.wait()
        assert (await there.actor(scene.staff.token)).holds(scene.clinic.id, "staff")
        changed = await scene.admin.client.put(
            f"/api/people/{scene.staff.id}/roles", json={"clinic_id": str(scene.clinic.id), "roles": []}
        )
        assert changed.status_code == 200, changed.text
        here = await scene.app.parts.tokens.actor(scene.staff.token)
        assert here.roles == {}

        async def heard() -> bool:
            return (await there.actor(scene.staff.token)).roles == {}

        await eventually(heard)  # well within the 30 seconds it would be remembered


async def test_a_sign_out_is_heard_in_every_process(scene: Scene, settings: Settings, clock: StandingClock) -> None:
    async with running(settings, clock) as other:
        await other.parts.live.listening.wait()
        assert await other.parts.tokens.actor(scene.patient.token)
        assert (await scene.patient.client.post("/api/auth/logout")).status_code == 204
        with pytest.raises(Unauthenticated):
            await scene.app.parts.tokens.actor(scene.patient.token)

        async def heard() -> bool:
            try:
                await other.parts.tokens.actor(scene.patient.token)
            except Unauthenticated:
                return True
            return False

        await eventually(heard)


async def test_reads_in_a_row_ask_the_database_once(app: Application, ana: Person) -> None:
    await app.parts.tokens.actor(ana.token)
    before = app.parts.db.pool.get_stats().get("requests_num", 0)
    for _ in range(10):
        await app.parts.tokens.actor(ana.token)
    assert app.parts.db.pool.get_stats().get("requests_num", 0) == before
