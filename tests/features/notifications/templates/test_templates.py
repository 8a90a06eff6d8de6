"""A clinic's own words: kept, looked at, tried and given up again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openvisit.features.notifications.templates import samples
from openvisit.features.notifications.templates.queries import words
from openvisit.features.notifications.templates.trials import trial
from openvisit.main.work import worker
from openvisit.platform.db import fetch_all
from openvisit.platform.mail_catcher import MailCatcher
from openvisit.settings import Settings
from tests.support.cast import Scene
from tests.support.clock import StandingClock

pytestmark = pytest.mark.anyio

OWN = {"subject": "", "body": "{{clinic}}: be there {{when_brief}}\n{{link}}"}
MAIL = {
    "subject": "Come {{when_short}}",
    "body": """<mjml><mj-body><mj-section><mj-column><mj-text>Dear {{name}}</mj-text></mj-column></mj-section></mj-body>
               </mjml>""",
}


def path(scene: Scene, kind: str = "reminder", channel: str = "sms", language: str = "en") -> str:
    return f"/api/clinics/{scene.clinic.id}/templates/{kind}/{channel}/{language}"


async def said(scene: Scene, channel: Any = "sms", language: str = "en", **values: str) -> str:
    """What a reminder says now."""
    told = samples.values("en", clinic="Riverside", phone="", name="Ana", public_url="https://v.example")
    async with scene.app.parts.db.connection() as connection:
        return (await words(connection, scene.clinic.id, "reminder", channel, language, {**told, **values})).text


async def test_own_words_count_from_the_next_message_and_are_given_up_again(scene: Scene) -> None:
    before = await said(scene)
    assert "Reply C" in before
    answer = await scene.admin.client.put(path(scene), json=OWN)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["own"], answer.json()["version"], answer.headers["ETag"]) == (True, 1, '"1"')
    assert (await said(scene)).startswith("Riverside: be there Thu 4 Mar, 15:30\n")
    assert "Responde C" in await said(scene, language="es")  # each language by itself
    reset = (await scene.admin.client.delete(path(scene))).json()
    assert (reset["own"], reset["version"], reset["body"]) == (False, 2, reset["ours"]["body"])
    assert [(one["version"], one["body"]) for one in reset["versions"]] == [(2, None), (1, OWN["body"])]
    me = (await scene.admin.client.get("/api/me")).json()
    assert reset["versions"][1]["made_by"] == me["full_name"]
    assert await said(scene) == before
    assert (await scene.admin.client.delete(path(scene))).json()["version"] == 2  # nothing to give up


async def test_the_list_tells_whose_words_are_in_force(scene: Scene) -> None:
    await scene.admin.client.put(path(scene), json=OWN)
    items = (await scene.admin.client.get(f"/api/clinics/{scene.clinic.id}/templates")).json()["items"]
    own = [item for item in items if item["own"]]
    assert [(one["kind"], one["channel"], one["language"], one["version"]) for one in own] == [
        ("reminder", "sms", "en", 1)
    ]
    assert {"waitlist_offer", "running_late", "follow_up", "join_link"} <= {item["kind"] for item in items}


async def test_two_who_edit_do_not_overwrite_each_other(scene: Scene) -> None:
    """With If-Match the second is told; without it, versions are counted one by one all the same."""
    headers = {"If-Match": '"0"'}
    answers = await asyncio.gather(
        *(scene.admin.client.put(path(scene), json=OWN, headers=headers) for _ in range(5)),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
    answers = await asyncio.gather(*(scene.admin.client.put(path(scene), json=OWN) for _ in range(5)))
    assert sorted(answer.json()["version"] for answer in answers) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "", "body": "Your migraine, {{reason}}"},
        {"subject": "", "body": "{{with_whom}} waits for you"},
        {"subject": "", "body": "{{ clinic | upper }}"},
        {"subject": "", "body": ""},
        {"subject": "x", "body": "Come"},
    ],
)
async def test_words_that_cannot_be_used_are_not_kept(scene: Scene, body: dict[str, str]) -> None:
    for send in (
        scene.admin.client.put(path(scene), json=body),
        scene.admin.client.post(f"{path(scene)}/preview", json=body),
    ):
        answer = await send
        assert (answer.status_code, answer.json()["code"]) == (422, "template_refused")
        assert all(one["path"] in ("body.subject", "body.body") for one in answer.json()["errors"])
    assert (await scene.admin.client.get(path(scene))).json()["version"] == 0


async def test_what_does_not_exist_is_not_found(scene: Scene) -> None:
    for where in ("nothing/sms/en", "reminder/fax/en", "reminder/sms/de", "appointment_booked_provider/sms/en"):
        answer = await scene.admin.client.get(f"/api/clinics/{scene.clinic.id}/templates/{where}")
        assert answer.status_code == 404, where


async def test_a_clinic_may_let_short_messages_say_more_and_take_it_back(scene: Scene) -> None:
    """Own words that say more than is allowed by then give way to ours."""
    policy = f"/api/clinics/{scene.clinic.id}/message-policy"
    names = {"subject": "", "body": "{{with_whom}}: {{when_brief}}"}
    assert (await scene.admin.client.put(path(scene), json=names)).status_code == 422
    allowed = await scene.admin.client.put(policy, json={"short_may_name": ["with_whom"]})
    assert allowed.json() == {"short_may_name": ["with_whom"], "version": 1}
    assert "with_whom" in (await scene.admin.client.get(path(scene))).json()["names"]
    assert (await scene.admin.client.put(path(scene), json=names)).status_code == 200
    assert await said(scene) == "Dr. Ana Flores: Thu 4 Mar, 15:30"
    stale = await scene.admin.client.put(policy, json={"short_may_name": []}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await scene.admin.client.put(policy, json={"short_may_name": []})).status_code == 200
    assert "Ana Flores" not in await said(scene)
    refused = await scene.admin.client.put(policy, json={"short_may_name": ["reason"]})
    assert refused.status_code == 422


async def test_a_preview_shows_sample_values_and_the_size_of_an_sms(scene: Scene) -> None:
    answer = (await scene.admin.client.post(f"{path(scene)}/preview", json=OWN)).json()
    assert answer["text"].split("\n")[0].endswith(": be there Thu 4 Mar, 15:30")
    assert answer["sms"]["encoding"] == "gsm-7"
    assert answer["sms"]["segments"] == 1
    assert answer["sms"]["places"] + answer["sms"]["left"] == 160
    spanish = {"subject": "", "body": "Ven el sábado {{when_brief}}"}
    told = (await scene.admin.client.post(f"{path(scene, language='es')}/preview", json=spanish)).json()
    assert (told["sms"]["encoding"], told["sms"]["because"]) == ("ucs-2", "á")


async def test_the_page_of_a_preview_runs_nothing_and_is_over_soon(scene: Scene, clock: StandingClock) -> None:
    answer = (await scene.admin.client.post(f"{path(scene, channel='email')}/preview", json=MAIL)).json()
    assert answer["sms"] is None
    page = await scene.app.client.get(answer["page"])
    assert page.status_code == 200
    assert f"Dear {(await scene.admin.client.get('/api/me')).json()['full_name']}" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    clock.advance(minutes=16)
    assert (await scene.app.client.get(answer["page"])).status_code == 404


async def test_every_change_is_in_the_audit(scene: Scene) -> None:
    await scene.admin.client.put(path(scene), json=OWN)
    async with scene.app.parts.db.connection() as connection:
        (row,) = await fetch_all(connection, "SELECT * FROM audit WHERE action = 'template:manage'", {})
    assert row["actor_id"] == scene.admin.id
    assert row["data"] == {"kind": "reminder", "channel": "sms", "language": "en", "version": 1, "own": True}


async def test_a_test_goes_to_whoever_wrote_it(
    scene: Scene, settings: Settings, clock: StandingClock, tmp_path: Path
) -> None:
    """By the channel of the message; where they have no address for it, they are told at once."""
    mail = (await scene.admin.client.post(f"{path(scene, channel='email')}/preview", json=MAIL)).json()
    send = f"/api/template-previews/{mail['id']}/send"
    assert (await scene.staff.client.post(send)).status_code == 404  # somebody else's
    assert (await scene.admin.client.post(send)).status_code == 202
    with MailCatcher(tmp_path / "mail") as catcher:
        async with worker(replace(settings, smtp_url=catcher.url), clock) as app:
            await app.run_worker_async(wait=False, queues=["mail"], install_signal_handlers=False)
        (got,) = (await scene.app.client.get("/api/dev/mail", params={"to": scene.admin.email})).json()["items"]
    assert got["subject"] == mail["subject"]
    assert got["text"].strip() == mail["text"].strip()
    sms = (await scene.admin.client.post(f"{path(scene)}/preview", json=OWN)).json()
    refused = await scene.admin.client.post(f"/api/template-previews/{sms['id']}/send")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_address")


async def test_a_test_of_a_push_goes_to_every_device_of_whoever_wrote_it(scene: Scene, clock: StandingClock) -> None:
    written = {**OWN, "subject": "Hi"}
    push = (await scene.admin.client.post(f"{path(scene, channel='push')}/preview", json=written)).json()
    send = f"/api/template-previews/{push['id']}/send"
    refused = await scene.admin.client.post(send)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_address")
    device = {"token": "fcm-token:of-the-admins-phone"}
    assert (await scene.admin.client.post("/api/me/push-subscriptions", json=device)).status_code == 204
    assert (await scene.admin.client.post(send)).status_code == 202
    parts = scene.app.parts
    async with parts.db.connection(as_system="as the job that sends") as connection:
        (copy,) = await trial(connection, parts.vault, UUID(push["id"]), clock)
    assert (copy.message.channel, copy.message.address, copy.message.subject) == ("push", device["token"], "Hi")
    assert copy.message.text == push["text"]


async def test_tests_are_limited(scene: Scene) -> None:
    """Nobody's mailbox is filled by a button."""
    mail = (await scene.admin.client.post(f"{path(scene, channel='email')}/preview", json=MAIL)).json()
    answers = [await scene.admin.client.post(f"/api/template-previews/{mail['id']}/send") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]


async def test_a_visits_mail_is_in_the_clinics_own_words(scene: Scene, settings: Settings, tmp_path: Path) -> None:
    """What happens to a visit is told in them."""
    own = {**MAIL, "subject": "{{clinic}} waits for {{name}} by {{how}}"}
    answer = await scene.admin.client.put(path(scene, "appointment_booked_patient", "email"), json=own)
    assert answer.status_code == 200, answer.text
    tomorrow = scene.app.clock().replace(hour=15, minute=0) + timedelta(days=1)
    assert (await scene.patient.client.post("/api/appointments", json=scene.slot(tomorrow))).status_code == 201
    with MailCatcher(tmp_path / "mail") as catcher:
        async with worker(replace(settings, smtp_url=catcher.url), scene.app.clock) as app:
            await app.run_worker_async(wait=False, queues=["events"], install_signal_handlers=False)
        (got,) = (await scene.app.client.get("/api/dev/mail", params={"to": scene.patient.email})).json()["items"]
    assert "waits for Pat Rivera by By video, in your browser: http://" in got["subject"]
    assert got["text"].strip() == "Dear Pat Rivera"
    assert [one["filename"] for one in got["attachments"]] == ["visit.ics"]
