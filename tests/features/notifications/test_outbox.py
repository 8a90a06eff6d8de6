"""Once each: jobs that run twice, servers that refuse, processes that are killed."""

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from openvisit.adapters.smtp import SmtpSender
from openvisit.core.sending import LEASE, MOST_TRIES, wait_seconds
from openvisit.features.notifications.deliver import Happened, TryAgain, tell
from openvisit.features.notifications.jobs import Patience
from openvisit.features.notifications.outbox import StillSending
from openvisit.platform.channels import Doubtful, Message, Refused, Taken
from openvisit.platform.db import execute
from openvisit.settings import Settings
from tests.features.notifications.conftest import SENDER, Notified
from tests.support.post import KeptMail

pytestmark = pytest.mark.anyio


class Refusing(KeptMail):
    """A sender that refuses mail to some, as a server would."""

    def __init__(self, address: str, *, permanent: bool) -> None:
        super().__init__()
        self.sent: list[str] = []
        self._address = address
        self._permanent = permanent

    async def send(self, message: Message) -> Taken:
        """Take it or not."""
        if self._address == message.address:
            raise Refused("refused with 550" if self._permanent else "refused with 451", permanent=self._permanent)
        self.sent.append(message.written_address)
        return await super().send(message)


async def test_a_job_that_runs_twice_mails_once(booked: Notified) -> None:
    """The second time finds nothing to do."""
    happened = await booked.happened("booked")
    await tell(booked.post(), happened)
    await tell(booked.post(), happened)
    assert len(booked.catcher.store.newest()) == 2  # the patient's and the provider's
    rows = await booked.messages()
    assert {role: (row["status"], row["attempts"]) for role, row in rows.items()} == {
        "patient": ("sent", 1),
        "provider": ("sent", 1),
    }


async def test_jobs_that_run_at_once_mail_once(booked: Notified) -> None:
    """Ten of them."""
    happened = await booked.happened("booked")
    outcomes = await asyncio.gather(*(tell(booked.post(), happened) for _ in range(10)), return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, StillSending) for outcome in outcomes)
    await tell(booked.post(), happened)
    assert len(booked.catcher.store.newest()) == 2


async def test_what_was_refused_for_now_is_sent_later(booked: Notified) -> None:
    """The other one is told at once; the job is run again for the one who was not."""
    happened = await booked.happened("booked")
    patient, provider = booked.scene.patient, booked.scene.provider
    mailer = Refusing(patient.email, permanent=False)
    with pytest.raises(TryAgain):
        await tell(booked.post(mailer), happened)
    assert mailer.sent == [provider.email]
    waiting = (await booked.messages())["patient"]
    assert (waiting["status"], waiting["error"]) == ("pending", "refused with 451")
    await tell(booked.post(), happened)
    assert [mail.to for mail in booked.catcher.store.newest()] == [patient.email]
    done = (await booked.messages())["patient"]
    assert (done["status"], done["attempts"], done["error"]) == ("sent", 2, None)


async def test_what_was_refused_for_good_is_not_tried_again(booked: Notified) -> None:
    """And fails no job."""
    happened = await booked.happened("booked")
    await tell(booked.post(Refusing(booked.scene.patient.email, permanent=True)), happened)
    await tell(booked.post(), happened)
    assert booked.catcher.store.newest() == []
    failed = (await booked.messages())["patient"]
    assert (failed["status"], failed["attempts"], failed["error"]) == ("failed", 1, "refused with 550")


async def test_patience_ends(booked: Notified) -> None:
    """After so many tries the message is marked failed and the job ends in peace."""
    happened = await booked.happened("booked")
    mailer = Refusing(booked.scene.patient.email, permanent=False)
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(TryAgain):
            await tell(booked.post(mailer), happened)
    await tell(booked.post(mailer), happened)
    failed = (await booked.messages())["patient"]
    assert (failed["status"], failed["attempts"]) == ("failed", MOST_TRIES)
    assert mailer.sent == [booked.scene.provider.email]


def test_waits_grow_and_end() -> None:
    """Half a minute, a minute, two... an hour at most."""
    waits = [wait_seconds(attempts) for attempts in range(MOST_TRIES)]
    assert waits[:3] == [30, 60, 120]
    assert waits == sorted(waits)
    assert max(waits) == 3600
    assert isinstance(Patience(), Patience)


async def test_news_of_no_visit_and_closed_accounts_tell_nobody(booked: Notified) -> None:
    """An appointment that does not exist, a person who has left."""
    happened = await booked.happened("booked")
    await tell(booked.post(), Happened(happened.event_id, happened.type, happened.event_id))
    async with booked.scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE person SET active = false WHERE id = %(id)s",
            {"id": booked.scene.patient.id},
        )
    await tell(booked.post(), happened)
    assert [mail.to for mail in booked.catcher.store.newest()] == [booked.scene.provider.email]


async def test_the_table_refuses_a_second_message_of_the_same_news(booked: Notified, settings: Settings) -> None:
    """The constraint, not the code, has the last word."""
    await tell(booked.post(), await booked.happened("booked"))
    with psycopg.connect(settings.database_url) as connection, pytest.raises(UniqueViolation) as caught:
        connection.execute(
            """INSERT INTO message
                   (id, event_id, appointment_id, person_id, kind, channel, status, created_at, message_id)
               SELECT gen_random_uuid(), event_id, appointment_id, person_id, kind, channel, 'pending', now(), 'x'
               FROM message LIMIT 1"""
        )
    assert caught.value.diag.constraint_name == "uq_message_event_id_person_id_channel"


async def kill_while_sending(booked: Notified, settings: Settings, happened: Happened) -> None:
    """Run the job in a process that is killed as soon as the server has taken its first mail."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("killed_while_sending.py")),
        settings.database_url,
        settings.secret_key,
        booked.catcher.url,
        SENDER,
        booked.scene.app.clock().isoformat(),
        str(happened.event_id),
        str(happened.appointment_id),
    )
    assert await process.wait() == -signal.SIGKILL


async def test_a_kill_between_sending_and_writing_it_down_is_seen(booked: Notified, settings: Settings) -> None:
    """The mail is sent once more, under the same Message-ID, and the row says that there is a doubt."""
    happened = await booked.happened("booked")
    await kill_while_sending(booked, settings, happened)
    cut_off = (await booked.messages())["patient"]
    assert (cut_off["status"], cut_off["attempts"], cut_off["sent_at"]) == ("sending", 1, None)
    with pytest.raises(StillSending):  # too early to tell
        await tell(booked.post(), happened)
    booked.scene.app.clock.now += LEASE + timedelta(seconds=1)
    await tell(booked.post(), happened)
    again = (await booked.messages())["patient"]
    assert (again["status"], again["attempts"]) == ("sent", 2)
    assert again["doubtful_at"] == booked.scene.app.clock()
    mails = sorted((booked.catcher.store.folder).glob("*.eml"))
    ids = [mail.read_text().count(f"Message-ID: {again['message_id']}") for mail in mails]
    assert ids.count(1) == 2


class CutOff(SmtpSender):
    """Hands over one mail, and never hears that it was taken."""

    async def send(self, message: Message) -> Taken:
        """Send, and lose the answer."""
        await super().send(message)
        raise Doubtful("time-out")


async def test_a_send_in_doubt_waits_out_its_lease_and_is_made_once_more(booked: Notified) -> None:
    """As after a kill: at most one mail too many, and the row says so."""
    happened = await booked.happened("booked")
    lost = booked.post(CutOff(booked.catcher.url, SENDER))
    with pytest.raises(TryAgain):
        await tell(lost, happened)
    with pytest.raises(StillSending):
        await tell(lost, happened)
    booked.scene.app.clock.now += LEASE + timedelta(seconds=1)
    with pytest.raises(TryAgain):
        await tell(lost, happened)
    booked.scene.app.clock.now += LEASE + timedelta(seconds=1)
    await tell(lost, happened)
    rows = await booked.messages()
    assert {row["status"] for row in rows.values()} == {"doubtful"}
    assert len(booked.catcher.store.newest(to=booked.scene.patient.email)) == 2


async def test_a_second_kill_leaves_it_to_people(booked: Notified, settings: Settings) -> None:
    """Never more than one send in doubt beyond the first: no crash loop fills a mailbox."""
    happened = await booked.happened("booked")
    await kill_while_sending(booked, settings, happened)
    booked.scene.app.clock.now += LEASE + timedelta(seconds=1)
    await kill_while_sending(booked, settings, happened)
    for _ in range(3):
        booked.scene.app.clock.now += LEASE + timedelta(seconds=1)
        await tell(booked.post(), happened)
    left = (await booked.messages())["patient"]
    assert (left["status"], left["attempts"]) == ("doubtful", 2)
    assert len(booked.catcher.store.newest(to=booked.scene.patient.email)) == 2
    assert (await booked.messages())["provider"]["status"] == "sent"
