"""A push goes to every device where the person is signed in; one that took it is enough; dead ones are forgotten."""

from datetime import datetime, timedelta

import httpx
import pytest

from openvisit.features.notifications.reminders.dispatch import turn
from openvisit.platform.channels import Doubtful, Message, Refused, WebPush
from openvisit.platform.db import execute, fetch_all
from tests.features.notifications.reminders.conftest import Stage

pytestmark = pytest.mark.anyio

KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


async def devices(stage: Stage, *names: str) -> list[httpx.AsyncClient]:
    """The patient signs in at each and turns push on there."""
    clients = []
    for name in names:
        client = await stage.client(stage.scene.patient)
        body = {"endpoint": f"https://push.example/{name}", "keys": KEYS}
        assert (await client.post("/api/me/push-subscriptions", json=body)).status_code == 204
        clients.append(client)
    return clients


async def due(stage: Stage, soon: datetime, *channels: str) -> None:
    """A visit whose reminder of two hours is the first that is left, and due."""
    await stage.prefer(channels=list(channels), offsets=[120])
    await stage.book(soon, "in-person")
    stage.until(soon - timedelta(minutes=120))


def name(message: Message) -> str:
    assert isinstance(message.address, WebPush)
    return message.address.endpoint.rpartition("/")[2]


async def held(stage: Stage) -> int:
    async with stage.scene.app.parts.db.connection(as_system="tests look") as connection:
        return len(await fetch_all(connection, "SELECT FROM push_subscription"))


async def test_every_device_gets_it_and_the_row_is_sent_once(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    await devices(stage, "laptop", "phone")
    assert await stage.send() == 1
    assert await stage.send() == 0
    messages = stage.vendors["push"].messages
    assert sorted(name(message) for message in messages) == ["laptop", "phone"]
    assert len({message.key for message in messages}) == 2
    row = await stage.row("reminder", 120)
    assert (row["status"], row["channel"], row["attempts"]) == ("sent", "push", 1)
    assert stage.vendors["email"].messages == []


async def test_it_says_what_the_clinic_allows_and_where_to_look(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push")
    await devices(stage, "laptop")
    await stage.send()
    [message] = stage.vendors["push"].messages
    assert message.subject == "Riverside Clinic"
    assert message.text.startswith("Your visit: ")
    assert message.link.startswith("https://visits.example/visits/")
    assert "Ada Moreno" not in message.text + message.subject
    assert "migraine" not in message.text + message.subject


async def test_without_a_device_the_next_channel_is_asked(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    await stage.send()
    assert (await stage.row("reminder", 120))["channel"] == "email"
    assert len(stage.vendors["email"].messages) == 1


async def test_nothing_goes_where_the_person_has_signed_out(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    [client] = await devices(stage, "laptop")
    assert (await client.post("/api/auth/logout")).status_code == 204
    await stage.send()
    assert stage.vendors["push"].messages == []
    assert (await stage.row("reminder", 120))["channel"] == "email"


async def test_dead_devices_are_forgotten_and_one_that_took_it_is_enough(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    await devices(stage, "thrown-away", "phone")

    def behave(message: Message, calls: int) -> None:
        if name(message) == "thrown-away":
            raise Refused("refused with 410", permanent=True, address_is_dead=True)

    stage.vendors["push"].behave = behave
    await stage.send()
    assert (await stage.row("reminder", 120))["status"] == "sent"
    assert await held(stage) == 1


async def test_where_every_device_is_dead_the_next_channel_is_asked(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    await devices(stage, "one", "two")

    def behave(message: Message, calls: int) -> None:
        raise Refused("UNREGISTERED", permanent=True, address_is_dead=True)

    stage.vendors["push"].behave = behave
    await stage.send()
    row = await stage.row("reminder", 120)
    assert (row["status"], row["channel"], row["error"]) == ("pending", "email", "UNREGISTERED")
    assert await held(stage) == 0
    await stage.send()
    assert (await stage.row("reminder", 120))["status"] == "sent"
    told = (await (await stage.client(stage.scene.patient)).get("/api/me/notification-preferences")).json()
    assert told["phone"]["dead"] is False


async def test_one_that_is_busy_is_tried_again_before_the_dead_ones_count(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    await devices(stage, "dead", "busy")

    def behave(message: Message, calls: int) -> None:
        if name(message) == "dead":
            raise Refused("refused with 404", permanent=True, address_is_dead=True)
        if calls == 1:
            raise Refused("refused with 503", permanent=False, retry_after=timedelta(minutes=3))

    stage.vendors["push"].behave = behave
    await stage.send()
    row = await stage.row("reminder", 120)
    assert (row["status"], row["channel"], row["next_at"]) == ("pending", "push", stage.now + timedelta(minutes=3))
    stage.later(minutes=3)
    await stage.send()
    assert (await stage.row("reminder", 120))["status"] == "sent"
    assert [name(message) for message in stage.vendors["push"].messages] == ["busy"]


async def test_cut_off_everywhere_it_is_sent_once_more_and_marked(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push", "email")
    stage.vendors["push"].takes_idempotency_key = False
    await devices(stage, "laptop")

    def behave(message: Message, calls: int) -> None:
        if calls == 1:
            raise Doubtful("read-timeout")

    stage.vendors["push"].behave = behave
    await stage.send()
    assert (await stage.row("reminder", 120))["doubtful_at"] is not None
    stage.later(minutes=1)
    await stage.send()
    assert (await stage.row("reminder", 120))["status"] == "sent"


async def test_a_device_that_cannot_be_opened_keeps_no_other_from_being_told(stage: Stage, soon: datetime) -> None:
    await due(stage, soon, "push")
    await devices(stage, "broken", "phone")
    async with stage.scene.app.parts.db.connection(as_system="tests break") as connection:
        await execute(
            connection,
            """UPDATE push_subscription SET address = 'rubbish'::bytea
               WHERE id = (SELECT min(id::text)::uuid FROM push_subscription)""",
        )
    await stage.send()
    assert len(stage.vendors["push"].messages) == 1


async def test_a_mailbox_that_the_server_refuses_for_good_is_dead(stage: Stage, soon: datetime) -> None:
    """SMTP says so at once, where others report it later."""
    await due(stage, soon, "email", "sms")

    def behave(message: Message, calls: int) -> None:
        raise Refused("550", permanent=True, address_is_dead=True)

    stage.vendors["email"].behave = behave
    assert await turn(stage.dispatcher()) == 1
    await stage.send()
    assert (await stage.row("reminder", 120))["channel"] == "sms"
    client = await stage.client(stage.scene.patient)
    told = (await client.get("/api/me/notification-preferences")).json()["email"]
    assert (told["dead"], told["because"]) == (True, "550")
