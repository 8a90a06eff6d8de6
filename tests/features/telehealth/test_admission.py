"""Who is let into a room and who is not, as a browser would ask: each refusal by its code."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import websockets

from openvisit.core.ids import new_id
from openvisit.platform.db import fetch_all
from tests.features.telehealth.conftest import PATIENCE, Tab, Theatre
from tests.support.cast import Person


async def refused(theatre: Theatre, visit: object, token: str, server: int = 0) -> dict[str, object]:
    """What is said to a token at the door."""
    async with theatre.tab(visit, server) as tab:  # type: ignore[arg-type]
        told = await tab.enter(token)
        assert told["type"] == "error"
        return told


async def test_who_comes_early_is_told_when_the_room_opens(theatre: Theatre) -> None:
    visit = await theatre.visit(starts_in=20)
    told = await refused(theatre, visit, await theatre.link(theatre.scene.patient, visit))
    assert told["code"] == "room_not_open"
    room = (await theatre.ask(theatre.scene.patient, "GET", f"/api/telehealth/room/{visit}")).json()
    assert (room["door"], room["opens_at"]) == ("early", str(told["opens_at"]).replace("+00:00", "Z"))


async def test_a_clinic_opens_its_rooms_when_it_likes(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit(starts_in=25)
    path = f"/api/clinics/{scene.clinic.id}/visit-rules"
    rules = {"opens_before_minutes": 30, "closes_after_minutes": 5, "phone": "+1 518 555 0100", "no_show_minutes": 25}
    assert (await theatre.ask(scene.admin, "PUT", path, json=rules)).json() == rules
    try:
        async with theatre.tab(visit) as tab:
            assert (await tab.enter(await theatre.link(scene.patient, visit)))["type"] == "waiting"
        room = (await theatre.ask(scene.patient, "GET", f"/api/telehealth/room/{visit}")).json()
        assert (room["phone"], room["no_show_minutes"]) == ("+1 518 555 0100", 25)
        await theatre.move(visit, -36)
        assert (await refused(theatre, visit, "made-up"))["code"] == "link_not_good"
        answer = await theatre.ask(scene.patient, "POST", f"/api/telehealth/generate-url/{visit}")
        assert (answer.status_code, answer.json()["code"]) == (409, "room_over")
    finally:
        await theatre.sql("DELETE FROM visit_rules")


async def test_a_stranger_who_knows_the_address_learns_nothing(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    for stranger in (scene.other_patient, scene.outsider):
        for method, path in (("GET", "room"), ("POST", "generate-url")):
            answer = await theatre.ask(stranger, method, f"/api/telehealth/{path}/{visit}")
            assert (answer.status_code, answer.json()["code"]) == (404, "room_not_found")
    assert (await theatre.ask(None, "GET", f"/api/telehealth/room/{visit}")).status_code == 401
    assert (await refused(theatre, visit, "made-up"))["code"] == "link_not_good"
    assert (await refused(theatre, new_id(), "made-up"))["code"] == "link_not_good"


async def test_a_link_leads_into_its_own_room_alone(theatre: Theatre) -> None:
    here, there = await theatre.visit(), await theatre.visit(starts_in=6)
    token = await theatre.link(theatre.scene.patient, here)
    assert (await refused(theatre, there, token))["code"] == "link_not_good"


async def test_when_the_time_is_over_so_is_the_link(theatre: Theatre) -> None:
    visit = await theatre.visit()
    token = await theatre.link(theatre.scene.patient, visit)
    # The clock does not wait for tests: the visit and all that was made for it lie further back.
    await theatre.move(visit, -100)
    await theatre.sql("UPDATE visit_room SET starts_at = a.starts_at, ends_at = a.ends_at FROM appointment a "
                      "WHERE a.id = visit_room.id AND a.id = %(id)s", id=visit)  # fmt: skip
    assert (await refused(theatre, visit, token))["code"] == "room_over"


async def test_cancelling_ends_the_wait_and_the_link(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    token = await theatre.link(scene.patient, visit)
    async with theatre.tab(visit) as tab:
        assert (await tab.enter(token))["type"] == "waiting"
        answer = await theatre.ask(
            scene.staff, "DELETE", f"/api/appointments/{visit}", 1, json={"reason": "The provider is ill"}
        )
        assert answer.status_code == 200, answer.text
        assert await tab.hear() == {"type": "error", "code": "visit_cancelled"}
        assert await tab.closed() == 1000
    assert (await refused(theatre, visit, token))["code"] == "visit_cancelled"
    answer = await theatre.ask(scene.patient, "POST", f"/api/telehealth/generate-url/{visit}")
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_cancelled")


async def test_moving_the_visit_revokes_links_and_admissions(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    before = await theatre.link(scene.patient, visit)
    async with theatre.tab(visit, 0) as patient, theatre.tab(visit, 1) as provider:
        await patient.enter(before)
        await provider.enter(await theatre.link(scene.provider, visit))
        await provider.say("admit", participant=f"person:{scene.patient.id}")
        assert (await patient.hear())["type"] == "admitted"
    await theatre.move(visit, 3)
    assert (await refused(theatre, visit, before))["code"] == "link_revoked"
    async with theatre.tab(visit) as patient:
        assert (await patient.enter(await theatre.link(scene.patient, visit)))["type"] == "waiting"


async def test_a_second_device_takes_over_when_the_person_says_so(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    token = await theatre.link(scene.patient, visit)
    async with theatre.tab(visit, 0) as first, theatre.tab(visit, 1) as second:
        assert (await first.enter(token))["type"] == "waiting"
        assert (await second.enter(token))["code"] == "elsewhere"
        assert (await second.enter(token, take_over=True))["type"] == "waiting"
        assert await first.hear() == {"type": "replaced"}
        assert await first.closed() == 1000
        await second.silent()


async def test_a_tab_that_lost_its_connection_comes_back_without_knocking(theatre: Theatre) -> None:
    scene, visit, peer = theatre.scene, await theatre.visit(), uuid4()
    token = await theatre.link(scene.patient, visit)
    async with theatre.tab(visit, 0) as provider:
        await provider.enter(await theatre.link(scene.provider, visit))
        async with theatre.tab(visit, 0, peer) as patient:
            await patient.enter(token)
            await provider.say("admit", participant=f"person:{scene.patient.id}")
            assert (await patient.hear())["type"] == "admitted"
            patient.socket.transport.abort()
        assert (await provider.hear("left"))["why"] == "lost"
        async with theatre.tab(visit, 1, peer) as patient:
            assert (await patient.enter(token))["type"] == "admitted"
            assert (await provider.hear("joined"))["peer"] == str(peer)
            await patient.say("leave")
            assert (await provider.hear("left"))["why"] == "left"
        async with theatre.tab(visit, 1, peer) as patient:
            assert (await patient.enter(token))["type"] == "waiting"


async def test_who_was_removed_stays_out_until_a_host_lets_them_in(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    participant, token = f"person:{scene.patient.id}", await theatre.link(scene.patient, visit)
    async with theatre.tab(visit, 0) as provider:
        await provider.enter(await theatre.link(scene.provider, visit))
        async with theatre.tab(visit, 1) as patient:
            await patient.enter(token)
            await provider.say("deny", participant=participant)
            assert await patient.hear() == {"type": "removed"}
            assert await patient.closed() == 1000
        assert (await refused(theatre, visit, token))["code"] == "removed"
        await provider.say("admit", participant=participant)
        await provider.say("ping")
        await provider.hear("pong")
        async with theatre.tab(visit, 1) as patient:
            assert (await patient.enter(token))["type"] == "admitted"


async def test_signing_out_ends_the_link_and_the_socket(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    token = await theatre.scene.cast.token(scene.patient)
    headers = {"Authorization": f"Bearer {token}"}
    base = theatre.servers[0].url
    link = (await theatre.client.post(f"{base}/api/telehealth/generate-url/{visit}", headers=headers)).json()["token"]
    async with theatre.tab(visit, 1) as tab:
        assert (await tab.enter(link))["type"] == "waiting"
        answer = await theatre.client.post(f"{base}/api/auth/logout", headers={**headers, "X-OpenVisit": "1"})
        assert answer.is_success, answer.text
        assert await tab.hear() == {"type": "error", "code": "signed_out"}
    assert (await refused(theatre, visit, link))["code"] == "link_not_good"


async def test_a_visit_that_is_not_by_video_has_no_room(theatre: Theatre) -> None:
    visit = await theatre.visit(mode="phone")
    answer = await theatre.ask(theatre.scene.patient, "POST", f"/api/telehealth/generate-url/{visit}")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_by_video")


async def test_a_guest_is_invited_waits_and_can_be_removed(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    path = f"/api/telehealth/rooms/{visit}/guests"
    body = {"name": "Ines Soler", "role": "interpreter"}
    asked = (await theatre.ask(scene.patient, "POST", path, json=body)).json()
    assert (asked["status"], asked["token"]) == ("asked", None)
    invite = f"/api/telehealth/guests/{asked['id']}/invite"
    key = {"public_key": "B" * 174}
    assert (await theatre.ask(scene.patient, "POST", invite, json=key)).status_code == 403
    guest = (await theatre.ask(scene.provider, "POST", invite, json=key)).json()
    seen = (await theatre.ask(None, "POST", "/api/telehealth/guest", json={"token": guest["token"]})).json()
    assert (seen["name"], seen["provider"], seen["door"]) == ("Ines Soler", "Ada Moreno", "open")
    headers = {"Room-Token": guest["token"]}
    items = (await theatre.client.get(f"{theatre.servers[1].url}{path}", headers=headers)).json()["items"]
    assert [(one["name"], one["public_key"], one["token"]) for one in items] == [("Ines Soler", "B" * 174, None)]

    async with theatre.tab(visit, 0) as host, theatre.tab(visit, 1) as tab:
        await host.enter(await theatre.link(scene.provider, visit))
        assert (await tab.enter(guest["token"]))["type"] == "waiting"
        participant = f"guest:{guest['id']}"
        knock = {"type": "knock", "participant": participant, "role": "guest", "name": "Ines Soler"}
        assert await host.hear("knock") == knock
        await host.say("admit", participant=participant)
        assert (await tab.hear())["you"]["name"] == "Ines Soler"
        assert (await host.hear("joined"))["role"] == "guest"
        answer = await theatre.ask(scene.staff, "DELETE", f"/api/telehealth/guests/{guest['id']}", 1)
        assert answer.status_code == 204
        assert await tab.hear("removed") == {"type": "removed"}
        assert (await host.hear("left"))["why"] == "removed"
    assert (await refused(theatre, visit, guest["token"]))["code"] == "link_revoked"


async def test_moving_a_visit_takes_invitations_back(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    body = {"name": "Ines Soler", "role": "family", "public_key": "B" * 174}
    guest = (await theatre.ask(scene.staff, "POST", f"/api/telehealth/rooms/{visit}/guests", json=body)).json()
    await theatre.move(visit, 2)
    assert (await refused(theatre, visit, guest["token"]))["code"] == "link_revoked"


@pytest.mark.parametrize("token", ["", "x" * 500])
async def test_a_guests_page_takes_no_nonsense(theatre: Theatre, token: str) -> None:
    answer = await theatre.ask(None, "POST", "/api/telehealth/guest", json={"token": token})
    assert answer.status_code == 422


async def test_who_waits_is_seen_by_their_hosts_alone_and_gone_with_the_tab(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()

    async def seen_by(person: Person) -> list[tuple[str, str, str]]:
        answer = await theatre.ask(person, "GET", "/api/telehealth/waiting", 1)
        return [
            (one["role"], one["name"], one["since"]) for one in answer.json()["items"] if one["room_id"] == str(visit)
        ]

    token, peer = await theatre.link(scene.patient, visit), uuid4()
    url = theatre.servers[1].url.replace("http", "ws") + "/api/live"
    headers = {"Authorization": f"Bearer {scene.staff.token}"}
    async with websockets.connect(url, proxy=None, additional_headers=headers) as live:
        desk = Tab(live, uuid4())
        await desk.say("subscribe", topics=[f"clinic:{scene.clinic.id}"])
        await desk.hear("subscribed")
        async with theatre.tab(visit, 0, peer) as tab:
            assert (await tab.enter(token))["type"] == "waiting"
            await desk.hear("changed")
            first = await seen_by(scene.provider)
            assert [one[:2] for one in first] == [("patient", "Pat Rivera")]
            assert await seen_by(scene.staff) == first
            for stranger in (scene.other_patient, scene.patient, scene.outsider):
                assert await seen_by(stranger) == []
            await tab.silent()
        async with asyncio.timeout(PATIENCE):
            while await seen_by(scene.staff):
                await desk.hear("changed")
        assert await theatre.status(visit) == "checked-in"
        async with theatre.tab(visit, 0) as tab:  # the page was loaded again: the wait is the same
            await tab.enter(token)
            assert await seen_by(scene.provider) == first
        await theatre.sql(
            "UPDATE visit_presence SET left_at = left_at - interval '5 minutes' WHERE room_id = %(id)s", id=visit
        )
        async with theatre.tab(visit, 0) as tab:
            await tab.enter(token)
            again = await seen_by(scene.provider)
            assert [one[:2] for one in again] == [("patient", "Pat Rivera")]
            assert again[0][2] > first[0][2]


async def test_the_queue_and_who_is_late_are_told_as_they_change(theatre: Theatre) -> None:
    scene = theatre.scene
    await theatre.sql("UPDATE appointment SET status = 'completed' WHERE status = 'in-progress'")
    first, second = await theatre.visit(2), await theatre.visit(8, patient=scene.other_patient)
    async with theatre.tab(second, 1) as behind, theatre.tab(second, 0) as host:
        told = await behind.enter(await theatre.link(scene.other_patient, second))
        assert (told["position"], told["minutes"]) == (1, 8)
        async with theatre.tab(first, 0) as ahead:
            await ahead.enter(await theatre.link(scene.patient, first))
            told = await behind.hear("waiting")
            assert (told["position"], told["minutes"]) == (2, 32)
        assert (await behind.hear("waiting"))["position"] == 1
        await host.enter(await theatre.link(scene.provider, second))
        await host.say("late", minutes=10)
        assert await behind.hear("late") == {"type": "late", "from": "provider", "minutes": 10}
        path = f"/api/telehealth/rooms/{second}/late"
        assert (await theatre.ask(scene.other_patient, "POST", path, 1, json={"minutes": 7})).status_code == 204
        assert await host.hear("late") == {"type": "late", "from": "patient", "minutes": 7}
        room = (await theatre.ask(scene.staff, "GET", f"/api/telehealth/room/{second}")).json()
        assert (room["patient_late"], room["provider_late"], room["patient_waits"]) == (7, 10, True)
    path = f"/api/telehealth/rooms/{first}/late"
    assert (await theatre.ask(scene.provider, "POST", path, json={"minutes": 15})).status_code == 204
    async with scene.app.parts.db.connection(as_system="tests") as connection:
        said = await fetch_all(connection, "SELECT subject, data FROM event WHERE type = 'appointment.provider-late'")
    assert {row["subject"]: row["data"] for row in said} == {
        second: {"minutes": 10, "told": True},
        first: {"minutes": 15, "told": False},  # whose tab was closed
    }


async def test_who_entered_and_when_is_in_the_trail(theatre: Theatre) -> None:
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit) as tab:
        await tab.enter(await theatre.link(scene.patient, visit))
    async with scene.app.parts.db.connection(as_system="tests") as connection:
        rows = await fetch_all(
            connection,
            "SELECT action, actor_id, acting_as, data FROM audit WHERE thing_id = %(id)s AND action LIKE 'visit-%%'"
            " ORDER BY at",
            {"id": visit},
        )
    entered = [row for row in rows if row["action"] == "visit-room:enter"]
    assert [(row["actor_id"], row["acting_as"], row["data"]["state"]) for row in entered] == [
        (scene.patient.id, "patient", "waiting")
    ]


async def test_a_process_that_dies_takes_its_tabs_with_it(theatre: Theatre) -> None:
    """The lease of a process that says nothing any more runs out; here it is made to have run out long ago."""
    scene, visit = theatre.scene, await theatre.visit()
    async with theatre.tab(visit) as provider:
        await provider.enter(await theatre.link(scene.provider, visit))
        dead = new_id()
        await theatre.sql(
            "INSERT INTO visit_process (id, lease_until) VALUES (%(id)s, clock_timestamp() - %(ago)s)",
            id=dead,
            ago=timedelta(seconds=1),
        )
        await theatre.sql(
            """INSERT INTO visit_presence (room_id, participant, person_id, role, revision, state, peer, process,
                   came_at)
               VALUES (%(room)s, %(who)s, %(person)s, 'patient', 1, 'waiting', %(peer)s, %(dead)s, now())""",
            room=visit,
            who=f"person:{scene.patient.id}",
            person=scene.patient.id,
            peer=new_id(),
            dead=dead,
        )
        async with theatre.tab(visit, 1) as patient:
            # Nobody is "elsewhere": whoever sat there is gone.
            assert (await patient.enter(await theatre.link(scene.patient, visit)))["type"] == "waiting"
