"""Where a person is signed in: the list, ending it elsewhere, and the time-outs."""

from pathlib import Path

import httpx
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from openvisit.core.errors import Unauthenticated
from openvisit.features.identity.origins import Places, device_of
from openvisit.platform.db import fetch_one
from openvisit.settings import Settings
from tests.features.identity.steps import PASSWORD, Postbox, account, bearer, eventually
from tests.support.application import Application, client_of, running
from tests.support.cast import Cast, Scene
from tests.support.clock import StandingClock

ANA = "ana.flores@example.org"
LOGIN = {"email": ANA, "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


async def test_the_list_tells_device_place_and_how_one_signed_in(app: Application, postbox: Postbox) -> None:
    async with client_of(app.asgi) as browser:
        await account(browser, postbox, ANA)
    async with (
        client_of(app.asgi, address="203.0.113.9") as desk,
        client_of(app.asgi, address="2001:db8:1:2::3") as far,
    ):
        first = (await desk.post("/api/auth/login", json=LOGIN, headers={"User-Agent": FIREFOX})).json()
        app.clock.advance(minutes=2)
        await far.post("/api/auth/login", json=LOGIN, headers={"User-Agent": PHONE})
        listed = (await desk.get("/api/me/sessions", headers=bearer(first))).json()["items"]
    assert [(s["current"], s["device"], s["place"], s["amr"]) for s in listed] == [
        (True, "Firefox on Windows", "203.0.113.x", ["pwd"]),
        (False, "Mobile Safari on iOS", "2001:db8:1::/48", ["pwd"]),
        (False, device_of("python-httpx/" + httpx.__version__), "127.0.0.x", ["email"]),
    ]


async def test_the_network_address_is_kept_sealed(app: Application, postbox: Postbox) -> None:
    async with client_of(app.asgi, address="203.0.113.9") as browser:
        await account(browser, postbox, ANA)
    async with app.parts.db.connection() as connection:
        row = await fetch_one(connection, "SELECT *, session::text AS all FROM session")
        assert row is not None
        keys = await app.parts.vault.keys(connection, row["person_id"])
    assert "203.0.113.9" not in row["all"]
    assert keys.open(row["address"], "session.address", row["id"]) == "203.0.113.9"


async def test_one_ends_one_session_or_all_others(
    app: Application, browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    here = bearer(await account(browser, postbox, ANA))
    others = [client_of(app.asgi) for _ in range(3)]
    tokens = [bearer((await other.post("/api/auth/login", json=LOGIN)).json()) for other in others]
    listed = (await browser.get("/api/me/sessions", headers=tokens[0])).json()["items"]
    (mine,) = [s["id"] for s in listed if s["current"]]
    assert (await browser.delete(f"/api/me/sessions/{mine}", headers=here)).status_code == 204
    assert (await browser.delete(f"/api/me/sessions/{mine}", headers=here)).status_code == 404
    assert (await browser.get("/api/me", headers=tokens[0])).status_code == 401
    ended = await others[0].post("/api/auth/refresh")
    assert (ended.status_code, ended.json()["code"], ended.json()["because"]) == (401, "session_ended", "revoked")
    assert (await browser.post("/api/me/sessions/end-others", headers=here)).json() == {"ended": 2}
    assert [(await browser.get("/api/me", headers=token)).status_code for token in (*tokens, here)] == [401] * 3 + [200]
    assert len((await browser.get("/api/me/sessions", headers=here)).json()["items"]) == 1


async def test_ending_sessions_asks_for_a_fresh_proof(
    app: Application, browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, postbox: Postbox
) -> None:
    """A stranger at a desk that was left open shuts nobody out."""
    await account(browser, postbox, ANA)
    await other_browser.post("/api/auth/login", json=LOGIN)
    app.clock.advance(minutes=11)
    here = bearer((await browser.post("/api/auth/refresh")).json())
    listed = (await browser.get("/api/me/sessions", headers=here)).json()["items"]
    (theirs,) = [s["id"] for s in listed if not s["current"]]
    for method, path in (("DELETE", theirs), ("POST", "end-others")):
        refused = await browser.request(method, f"/api/me/sessions/{path}", headers=here)
        assert (refused.status_code, refused.json()["code"]) == (403, "step-up-needed")
    proof = {"kind": "password", "secret": PASSWORD}
    assert (await browser.post("/api/auth/step-up", json=proof, headers=here)).status_code == 204
    assert (await browser.post("/api/me/sessions/end-others", headers=here)).json() == {"ended": 1}


async def test_nobody_ends_anothers_session(scene: Scene) -> None:
    (theirs,) = (await scene.patient.client.get("/api/me/sessions")).json()["items"]
    refused = await scene.admin.client.delete(f"/api/me/sessions/{theirs['id']}")
    assert (refused.status_code, refused.json()["code"]) == (404, "session_not_found")
    assert (await scene.patient.client.get("/api/me")).status_code == 200


async def test_ending_a_session_is_heard_in_every_process(
    app: Application, settings: Settings, clock: StandingClock
) -> None:
    ana = await Cast(app).person("Ana Flores", patient=True)
    async with running(settings, clock) as other:
        await other.parts.live.listening.wait()
        assert await other.parts.tokens.actor(ana.token)
        (mine,) = (await ana.client.get("/api/me/sessions")).json()["items"]
        assert (await ana.client.delete(f"/api/me/sessions/{mine['id']}")).status_code == 204

        async def heard() -> bool:
            try:
                await other.parts.tokens.actor(ana.token)
            except Unauthenticated:
                return True
            return False

        await eventually(heard)


@pytest.mark.parametrize(("role", "hours"), [(None, 14 * 24), ("staff", 12)])
async def test_a_session_nobody_uses_ends(app: Application, postbox: Postbox, role: str | None, hours: int) -> None:
    async with client_of(app.asgi) as used, client_of(app.asgi) as unused:
        signed_in = await account(used, postbox, ANA)
        if role:
            await _give_role(app, signed_in["user"]["id"], role)
        await unused.post("/api/auth/login", json=LOGIN)
        app.clock.advance(hours=hours - 1)
        assert (await used.post("/api/auth/refresh")).status_code == 200
        app.clock.advance(hours=1)
        ended = await unused.post("/api/auth/refresh")
        assert (ended.status_code, ended.json()["code"], ended.json()["because"]) == (401, "session_ended", "idle")
        renewed = await used.post("/api/auth/refresh")
        assert renewed.status_code == 200
        items = (await used.get("/api/me/sessions", headers=bearer(renewed.json()))).json()["items"]
        assert len(items) == 1


@pytest.mark.parametrize(("role", "days"), [(None, 90), ("admin", 7)])
async def test_a_session_in_use_ends_all_the_same(
    app: Application, postbox: Postbox, role: str | None, days: int
) -> None:
    async with client_of(app.asgi) as browser:
        signed_in = await account(browser, postbox, ANA)
        if role:
            await _give_role(app, signed_in["user"]["id"], role)
        for _ in range(days * 24 // 11):
            app.clock.advance(hours=11)
            assert (await browser.post("/api/auth/refresh")).status_code == 200
        app.clock.advance(hours=11)
        ended = await browser.post("/api/auth/refresh")
        assert (ended.status_code, ended.json()["because"]) == (401, "expired")


async def test_an_access_token_does_not_outlive_the_idle_time(app: Application) -> None:
    ana = await Cast(app).person("Ana Flores", patient=True)
    async with app.parts.db.connection() as connection:
        await connection.execute("UPDATE session SET last_seen_at = last_seen_at - interval '14 days'")
    assert (await ana.client.get("/api/me")).status_code == 401


async def test_use_is_written_down_once_a_minute_and_not_on_the_way(app: Application) -> None:
    ana = await Cast(app).person("Ana Flores", patient=True)
    begun = app.clock()

    async def seen() -> float:
        async with app.parts.db.connection() as connection:
            row = await fetch_one(connection, "SELECT last_seen_at FROM session")
        assert row is not None
        return float((row["last_seen_at"] - begun).total_seconds())

    for seconds, expected in ((59, 0.0), (1, 60.0), (30, 60.0), (45, 135.0)):
        app.clock.advance(seconds=seconds)
        app.parts.tokens.forget(ana.id)  # as it does by itself every 30 seconds
        before = await seen()
        assert (await ana.client.get("/api/me")).status_code == 200
        assert await seen() == before
        await app.parts.tokens.note_seen()
        assert await seen() == expected


def test_a_place_comes_from_the_database_when_it_knows_one(tmp_path: Path) -> None:
    writer = MMDBWriter(4, "GeoIP2-City", languages=["en"])
    writer.insert_network(
        IPSet(["198.51.100.0/24"]),
        {"city": {"names": {"en": "Albany"}}, "country": {"names": {"en": "United States"}}},
    )
    writer.insert_network(IPSet(["192.0.2.0/24"]), {"country": {"names": {"en": "Spain"}}})
    file = tmp_path / "places.mmdb"
    writer.to_db_file(str(file))
    places = Places(str(file))
    found = [places.of(a) for a in ("198.51.100.7", "192.0.2.1", "203.0.113.9", "::ffff:203.0.113.9", "unknown", "")]
    places.close()
    assert found == ["Albany, United States", "Spain", "203.0.113.x", "203.0.113.x", "", ""]


@pytest.mark.parametrize("told", ["", "x", "\x00\x1b[31m", "Mozilla/5.0 (" * 500, "é" * 1000])
def test_any_user_agent_is_taken(told: str) -> None:
    assert len(device_of(told)) < 100


async def _give_role(app: Application, person_id: str, role: str) -> None:
    clinic = await Cast(app).clinic()
    async with app.parts.db.connection() as connection:
        await connection.execute(
            "INSERT INTO role (person_id, clinic_id, role, granted_at) VALUES (%s, %s, %s, now())",
            (person_id, clinic.id, role),
        )
