"""A lost second factor: an admin's reset waits, is told to the person, and can be stopped."""

import asyncio
import re
from collections import Counter
from typing import Any

import httpx

from openvisit.features.identity.factors import resets
from openvisit.platform.db import execute, fetch_all
from tests.features.identity.factor_steps import EMAIL, code, first_step, second_step, told, with_app
from tests.features.identity.steps import PASSWORD, Postbox
from tests.support.cast import Person, Scene
from tests.support.clock import StandingClock

LOGIN = {"email": EMAIL, "password": PASSWORD}


async def test_after_a_day_the_factors_are_gone_and_every_session_with_them(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    person_id = await _of_the_clinic(scene, browser, secret, clock)
    asked = await _ask(scene, scene.admin, person_id)
    assert asked.status_code == 202, asked.text
    subjects = [m["Subject"] for m in await postbox.deliver() if m["To"].endswith(f"<{EMAIL}>")]
    assert "Your OpenVisit two-step verification is to be reset" in subjects
    clock.advance(hours=23, minutes=59)
    assert await resets.do_due(scene.app.parts.db, now=clock()) == []
    assert (await browser.post("/api/auth/login", json=LOGIN)).status_code == 202
    clock.advance(minutes=1)
    done = await asyncio.gather(*(resets.do_due(scene.app.parts.db, now=clock()) for _ in range(4)))
    assert sum(map(len, done)) == 1, "several workers do it once"
    assert (await browser.post("/api/auth/refresh")).json()["because"] == "factor-reset"
    signed_in = await browser.post("/api/auth/login", json=LOGIN)
    assert signed_in.status_code == 200
    assert "Your OpenVisit two-step verification was reset" in [m["Subject"] for m in await postbox.deliver()]
    async with scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection, "SELECT actor_id, data FROM audit WHERE action = 'factor:reset' ORDER BY at, id"
        )
    assert [row["data"]["reset"] for row in rows] == ["asked", "done"]
    assert {row["actor_id"] for row in rows} == {scene.admin.id}
    (shown,) = await _listed(scene)
    assert (shown["ended_how"], shown["requested_by"]) == ("done", "Alex Admin")


async def test_signing_in_with_the_factor_stops_it(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    person_id = await _of_the_clinic(scene, browser, secret, clock)
    await _ask(scene, scene.admin, person_id)
    (waiting,) = await _listed(scene)
    assert waiting["ended_how"] is None
    clock.advance(seconds=30)
    ticket = (await first_step(browser))["ticket"]
    assert (await second_step(browser, ticket, "totp", code(secret, clock))).status_code == 200
    (ended,) = await _listed(scene)
    assert ended["ended_how"] == "signed-in"
    clock.advance(days=2)
    assert await resets.do_due(scene.app.parts.db, now=clock()) == []


async def test_the_mailed_link_stops_it_once(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    person_id = await _of_the_clinic(scene, browser, secret, clock)
    await postbox.deliver()
    await _ask(scene, scene.admin, person_id)
    (mail,) = [m for m in await postbox.deliver() if m["To"].endswith(f"<{EMAIL}>")]
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"/stop-reset#(\S+)", body.get_content())
    assert found is not None
    wrong = await browser.post("/api/auth/factor-reset/stop", json={"token": "a" * 43})
    assert told(wrong) == (404, "reset_not_found")
    assert (await browser.post("/api/auth/factor-reset/stop", json={"token": found[1]})).status_code == 204
    again = await browser.post("/api/auth/factor-reset/stop", json={"token": found[1]})
    assert told(again) == (404, "reset_not_found")
    clock.advance(days=2)
    assert await resets.do_due(scene.app.parts.db, now=clock()) == []
    subjects = [m["Subject"] for m in await postbox.deliver()]
    assert "The reset of your OpenVisit two-step verification was stopped" in subjects


async def test_another_admin_can_take_it_back(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    person_id = await _of_the_clinic(scene, browser, secret, clock)
    await _ask(scene, scene.admin, person_id)
    colleague = await scene.cast.person("Bo Admin", roles={scene.clinic.id: ["admin"]})
    path = f"/api/people/{person_id}/factor-reset?clinic_id={scene.clinic.id}"
    assert (await scene.staff.client.delete(path)).status_code == 403
    assert (await colleague.client.delete(path)).status_code == 204
    assert told(await colleague.client.delete(path)) == (404, "reset_not_found")
    (ended,) = await _listed(scene)
    assert ended["ended_how"] == "cancelled"


async def test_who_may_not_ask(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    stranger = await _ask(scene, scene.admin, await _me(browser, secret, clock))
    assert told(stranger) == (404, "person_not_found"), "who has nothing to do with the clinic"
    assert told(await _ask(scene, scene.admin, str(scene.staff.id))) == (409, "no_factor")
    assert told(await _ask(scene, scene.admin, str(scene.admin.id))) == (409, "not_for_oneself")
    assert (await _ask(scene, scene.staff, str(scene.provider.id))).status_code == 403
    assert (await _ask(scene, scene.outsider, str(scene.staff.id))).status_code == 403
    async with scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE session SET authenticated_at = now() - interval '1 year'")
    scene.app.parts.tokens.forget(scene.admin.id)
    assert told(await _ask(scene, scene.admin, str(scene.staff.id))) == (403, "step-up-needed")


async def test_one_reset_waits_at_a_time(
    scene: Scene, browser: httpx.AsyncClient, postbox: Postbox, clock: StandingClock
) -> None:
    secret, _ = await with_app(browser, postbox, clock)
    person_id = await _of_the_clinic(scene, browser, secret, clock)
    answers = await asyncio.gather(*(_ask(scene, scene.admin, person_id) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 5}


async def _ask(scene: Scene, by: Person, person_id: str) -> httpx.Response:
    return await by.client.post(f"/api/people/{person_id}/factor-reset", json={"clinic_id": str(scene.clinic.id)})


async def _listed(scene: Scene) -> list[dict[str, Any]]:
    fresh = await scene.cast.person("Cleo Admin", roles={scene.clinic.id: ["admin"]})
    answer = await fresh.client.get(f"/api/clinics/{scene.clinic.id}/factor-resets")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _me(browser: httpx.AsyncClient, secret: str, clock: StandingClock) -> str:
    ticket = (await first_step(browser))["ticket"]
    opened = await second_step(browser, ticket, "totp", code(secret, clock))
    assert opened.status_code == 200, opened.text
    return str(opened.json()["user"]["id"])


async def _of_the_clinic(scene: Scene, browser: httpx.AsyncClient, secret: str, clock: StandingClock) -> str:
    """The person works at the clinic; their id."""
    person_id = await _me(browser, secret, clock)
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            """INSERT INTO role (person_id, clinic_id, role, granted_at)
               VALUES (%(person_id)s::uuid, %(clinic_id)s, 'staff', %(now)s)""",
            {"person_id": person_id, "clinic_id": scene.clinic.id, "now": clock()},
        )
    return person_id
