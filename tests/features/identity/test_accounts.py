"""An admin signs somebody of the clinic out everywhere, and switches an account off and on again."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from openvisit.features.identity import passwords
from openvisit.platform.db import execute, fetch_all
from tests.features.identity.oauth.apps import connected, register, renewed
from tests.features.identity.steps import PASSWORD, Postbox, bearer
from tests.support.cast import Person, Scene

SCOPES = ["openid", "offline_access", "me:read"]


@pytest.fixture
async def desk(scene: Scene, browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which the clinic's staff signs in by password."""
    async with scene.app.parts.db.connection() as connection:
        values = {"hash": await passwords.hash_of(PASSWORD), "id": scene.staff.id}
        await execute(connection, "UPDATE person SET password_hash = %(hash)s WHERE id = %(id)s", values)
    assert (await sign_in(scene, browser)).status_code == 200
    return browser


async def sign_in(scene: Scene, client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": scene.staff.email, "password": password})


async def switch(scene: Scene, person: Person, active: bool, by: Person | None = None) -> httpx.Response:
    body = {"clinic_id": str(scene.clinic.id), "active": active}
    return await (by or scene.admin).client.put(f"/api/people/{person.id}/account", json=body)


async def end_sessions(scene: Scene, person: Person) -> httpx.Response:
    body = {"clinic_id": str(scene.clinic.id)}
    return await scene.admin.client.post(f"/api/people/{person.id}/end-sessions", json=body)


def told(person: Person, mails: list[Any]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails if person.email in str(mail["To"])]


async def test_off_everything_stops_at_once_and_on_again_it_begins_anew(
    scene: Scene, desk: httpx.AsyncClient, postbox: Postbox
) -> None:
    app = await register(scene, scopes=SCOPES)
    tokens = await connected(scene.app, scene.staff, app, " ".join(SCOPES))
    apps = scene.app.signed(tokens["access_token"])
    assert (await apps.get("/api/me")).status_code == 200
    assert (await scene.staff.client.get("/api/me")).status_code == 200
    await postbox.deliver()

    off = await switch(scene, scene.staff, False)
    assert (off.status_code, off.json()["active"], off.json()["roles"]) == (200, False, ["staff"])
    for client in (scene.staff.client, apps):
        assert (await client.get("/api/me")).status_code == 401
    assert (await desk.post("/api/auth/refresh")).status_code == 401
    assert (await renewed(scene.app, app, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert told(scene.staff, await postbox.deliver()) == ["Your OpenVisit account was switched off"]
    right, wrong = await sign_in(scene, desk), await sign_in(scene, desk, "not the one at all")
    assert (right.status_code, right.json()["code"]) == (wrong.status_code, wrong.json()["code"])
    await desk.post("/api/auth/forgot", json={"email": scene.staff.email})
    assert told(scene.staff, await postbox.deliver()) == []

    on = await switch(scene, scene.staff, True)
    assert (on.status_code, on.json()["active"]) == (200, True)
    for client in (scene.staff.client, apps):
        assert (await client.get("/api/me")).status_code == 401
    assert (await desk.post("/api/auth/refresh")).status_code == 401
    assert (await renewed(scene.app, app, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await sign_in(scene, desk)).status_code == 200
    assert "Your OpenVisit account is on again" in told(scene.staff, await postbox.deliver())


async def test_it_is_audited_once_where_it_is_so_already(scene: Scene, postbox: Postbox) -> None:
    for active in (True, False, False, True, True):
        assert (await switch(scene, scene.staff, active)).status_code == 200
    await end_sessions(scene, scene.staff)
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'account:manage' ORDER BY id")
    assert [row["data"]["did"] for row in rows] == ["switched-off", "switched-on", "sessions-ended"]
    assert {(r["actor_id"], r["thing_id"], r["clinic_id"]) for r in rows} == {
        (scene.admin.id, scene.staff.id, scene.clinic.id)
    }
    assert len(told(scene.staff, await postbox.deliver())) == 3


async def test_ending_sessions_leaves_the_account_on(scene: Scene, desk: httpx.AsyncClient, postbox: Postbox) -> None:
    await postbox.deliver()
    ended = await end_sessions(scene, scene.staff)
    assert ended.json() == {"ended": 2}
    assert (await scene.staff.client.get("/api/me")).status_code == 401
    assert (await desk.post("/api/auth/refresh")).json()["because"] == "by-admin"
    assert told(scene.staff, await postbox.deliver()) == ["You were signed out of OpenVisit everywhere"]
    assert (await sign_in(scene, desk)).status_code == 200
    assert (await end_sessions(scene, scene.staff)).json() == {"ended": 1}


async def test_a_sign_in_that_waits_for_its_second_factor_ends_too(scene: Scene, desk: httpx.AsyncClient) -> None:
    enrolled = bearer((await sign_in(scene, desk)).json())
    secret = (await desk.post("/api/me/totp", headers=enrolled)).json()["secret"]
    first = pyotp.TOTP(secret).at(scene.app.clock())
    await desk.post("/api/me/totp/confirm", json={"code": first}, headers=enrolled)
    begun = await sign_in(scene, desk)
    assert begun.status_code == 202
    await end_sessions(scene, scene.staff)
    scene.app.clock.advance(seconds=30)
    proof = {"kind": "totp", "secret": pyotp.TOTP(secret).at(scene.app.clock())}
    finished = await desk.post("/api/auth/factor", json={"ticket": begun.json()["ticket"], "proof": proof})
    assert finished.status_code == 401


async def test_nobody_is_shut_out_of_another_clinic_or_their_own_record(scene: Scene) -> None:
    elsewhere = await scene.cast.clinic("Seaside Practice")
    both = await scene.cast.person("Bo Both", roles={scene.clinic.id: ["staff"], elsewhere.id: ["staff"]})
    patient = await scene.cast.person("Pia Patient", patient=True, roles={scene.clinic.id: ["staff"]})
    for person in (both, patient):
        refused = await switch(scene, person, False)
        assert (refused.status_code, refused.json()["code"]) == (409, "account_elsewhere")
        assert (await person.client.get("/api/me")).status_code == 200
    await scene.cast.known(scene.clinic, patient)
    assert (await switch(scene, patient, False)).status_code == 200, "the one clinic that knows them"
    await scene.cast.known(elsewhere, patient)
    assert (await switch(scene, patient, True)).status_code == 200, "what was switched off can be switched on"
    assert (await switch(scene, patient, False)).status_code == 409


async def test_another_clinic_cannot_switch_on_what_this_one_switched_off(scene: Scene) -> None:
    await switch(scene, scene.staff, False)
    body = {
        "clinic_id": str(next(iter(await _roles(scene.outsider)))),
        "email": scene.staff.email,
        "full_name": "Sam Staff",
        "roles": ["staff"],
    }
    assert (await scene.outsider.client.post("/api/people", json=body)).status_code == 201
    on = {"clinic_id": body["clinic_id"], "active": True}
    refused = await scene.outsider.client.put(f"/api/people/{scene.staff.id}/account", json=on)
    assert (refused.status_code, refused.json()["code"]) == (409, "account_elsewhere")
    assert (await switch(scene, scene.staff, True)).status_code == 200


async def test_only_admins_of_the_clinic_do_it_and_not_to_themselves(scene: Scene) -> None:
    for person in (scene.staff, scene.provider, scene.patient, scene.outsider):
        assert (await switch(scene, scene.provider, False, by=person)).status_code == 403
    own = await switch(scene, scene.admin, False)
    assert (own.status_code, own.json()["code"]) == (409, "not_for_oneself")
    for stranger in (scene.outsider, scene.patient):
        assert (await switch(scene, stranger, False)).status_code == 404
        assert (await end_sessions(scene, stranger)).status_code == 404


async def test_an_admin_who_is_switched_off_is_none(scene: Scene) -> None:
    second = await scene.cast.person("Bea Admin", roles={scene.clinic.id: ["admin"]})
    assert (await switch(scene, second, False)).status_code == 200
    none = {"clinic_id": str(scene.clinic.id), "roles": []}
    refused = await scene.admin.client.put(f"/api/people/{scene.admin.id}/roles", json=none)
    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")


async def test_both_ask_for_a_fresh_proof(scene: Scene) -> None:
    async with scene.app.parts.db.connection() as connection:
        values = {"long_ago": scene.app.clock() - timedelta(minutes=11), "id": scene.admin.id}
        await execute(connection, "UPDATE session SET authenticated_at = %(long_ago)s WHERE person_id = %(id)s", values)
    scene.app.parts.tokens.changed(scene.admin.id)
    for answer in (await end_sessions(scene, scene.staff), await switch(scene, scene.staff, False)):
        assert (answer.status_code, answer.json()["code"]) == (403, "step-up-needed")
    assert (await scene.staff.client.get("/api/me")).status_code == 200


async def _roles(person: Person) -> list[str]:
    return [held["clinic_id"] for held in (await person.client.get("/api/me")).json()["clinic_roles"]]
