"""Once each: jobs that run twice, servers that refuse, processes that are killed."""

import asyncio
import signal
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from openvisit.adapters.smtp import SmtpSender
from openvisit.core.sending import LEASE, MOST_TRIES, wait_seconds
from openvisit.features.notifications.news.telling import Happened, tell
from openvisit.features.notifications.reminders.dispatch import turn
from openvisit.platform.channels import Doubtful, Message, Refused, Sender, Taken
from openvisit.platform.db import execute
from openvisit.settings import Settings
from tests.features.notifications.conftest import SENDER, Notified
from tests.support.post import KeptMail

pytestmark = pytest.mark.anyio


AGAIN = """
INSERT INTO scheduled_reminder
    (id, type, kind, event_id, appointment_id, patient_id, person_id, clinic_id, provider_id, starts_at, minutes,
     due_at, until, status, channels, next_at, created_at, updated_at)
SELECT gen_random_uuid(), type, kind, event_id, appointment_id, patient_id, person_id, clinic_id, provider_id,
       starts_at, minutes, due_at, until, 'pending', channels, next_at, created_at, updated_at
FROM scheduled_reminder WHERE type = 'news' LIMIT 1"""


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


async def later(booked: Notified, mailer: Sender | None = None, **span: float) -> None:
    """Time passes, and a worker looks for what is due."""
    booked.scene.app.clock.advance(**span)
    await turn(booked.dispatcher(mailer))


async def test_a_job_that_runs_twice_mails_once(booked: Notified) -> None:
    """The second time finds nothing to do."""
    happened = await booked.happened("booked")
    await tell(booked.dispatcher(), happened)
    await tell(booked.dispatcher(), happened)
    assert len(booked.catcher.store.newest()) == 2  # the patient's and the provider's
    rows = await booked.messages()
    assert {role: (row["status"], row["attempts"]) for role, row in rows.items()} == {
        "patient": ("sent", 1),
        "provider": ("sent", 1),
    }


async def test_jobs_and_workers_that_run_at_once_mail_once(booked: Notified) -> None:
    """Ten jobs, and a worker who dispatches beside each."""
    happened = await booked.happened("booked")
    dispatcher = booked.dispatcher()
    await asyncio.gather(*(tell(dispatcher, happened) for _ in range(10)), *(turn(dispatcher) for _ in range(10)))
    assert len(booked.catcher.store.newest()) == 2


async def test_what_was_refused_for_now_is_sent_later(booked: Notified) -> None:
    """The other one is told at once; whichever worker dispatches tells the one who was not."""
    patient, provider = booked.scene.patient, booked.scene.provider
    mailer = Refusing(patient.email, permanent=False)
    await tell(booked.dispatcher(mailer), await booked.happened("booked"))
    assert mailer.sent == [provider.email]
    waiting = (await booked.messages())["patient"]
    assert (waiting["status"], waiting["error"]) == ("pending", "refused with 451")
    await later(booked, minutes=1)
    assert [mail.to for mail in booked.catcher.store.newest()] == [patient.email]
    done = (await booked.messages())["patient"]
    assert (done["status"], done["attempts"], done["error"]) == ("sent", 2, None)


async def test_what_was_refused_for_good_is_not_tried_again(booked: Notified) -> None:
    """And fails no job."""
    happened = await booked.happened("booked")
    await tell(booked.dispatcher(Refusing(booked.scene.patient.email, permanent=True)), happened)
    await tell(booked.dispatcher(), happened)
    await later(booked, hours=1)
    assert booked.catcher.store.newest() == []
    failed = (await booked.messages())["patient"]
    assert (failed["status"], failed["attempts"], failed["error"]) == ("failed", 1, "refused with 550")


async def test_patience_ends(booked: Notified) -> None:
    """After so many tries the message is marked failed."""
    mailer = Refusing(booked.scene.patient.email, permanent=False)
    await tell(booked.dispatcher(mailer), await booked.happened("booked"))
    for _ in range(MOST_TRIES + 2):
        await later(booked, mailer, hours=1.3)
    failed = (await booked.messages())["patient"]
    assert (failed["status"], failed["attempts"]) == ("failed", MOST_TRIES)
    assert mailer.sent == [booked.scene.provider.email]


def test_waits_grow_and_end() -> None:
    """Half a minute, a minute, two... an hour at most."""
    waits = [wait_seconds(attempts) for attempts in range(MOST_TRIES)]
    assert waits[:3] == [30, 60, 120]
    assert waits == sorted(waits)
    assert max(waits) == 3600


async def test_news_of_no_visit_and_closed_accounts_tell_nobody(booked: Notified) -> None:
    """An appointment that does not exist, a person who has left."""
    happened = await booked.happened("booked")
    await tell(booked.dispatcher(), Happened(happened.event_id, happened.type, happened.event_id))
    async with booked.scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE person SET active = false WHERE id = %(id)s",
            {"id": booked.scene.patient.id},
        )
    await tell(booked.dispatcher(), happened)
    assert [mail.to for mail in booked.catcher.store.newest()] == [booked.scene.provider.email]
    assert (await booked.messages())["patient"]["why"] == "no-channel"


async def test_the_table_refuses_a_second_message_of_the_same_news(booked: Notified, settings: Settings) -> None:
    """The constraint, not the code, has the last word."""
    await tell(booked.dispatcher(), await booked.happened("booked"))
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("SELECT set_config('openvisit.principal', 'system', false)")
        with pytest.raises(UniqueViolation) as caught:
            connection.execute(AGAIN)
    assert caught.value.diag.constraint_name == "uq_scheduled_reminder_news"


async def to_the_patient_alone(booked: Notified) -> None:
    """So that it is one mail that is cut off: the provider has no account."""
    async with booked.scene.app.parts.db.connection() as connection:
        await execute(connection, "UPDATE provider SET person_id = NULL")


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
        str(happened.subject),
    )
    assert await process.wait() == -signal.SIGKILL


async def test_a_kill_between_sending_and_writing_it_down_is_seen(booked: Notified, settings: Settings) -> None:
    """The mail is sent once more, under the same Message-ID, and the row says that there is a doubt."""
    happened = await booked.happened("booked")
    await to_the_patient_alone(booked)
    await kill_while_sending(booked, settings, happened)
    cut_off = (await booked.messages())["patient"]
    assert (cut_off["status"], cut_off["attempts"], cut_off["sent_at"]) == ("sending", 0, None)
    await tell(booked.dispatcher(), happened)  # too early to tell
    assert len(booked.catcher.store.newest()) == 1
    await later(booked, seconds=LEASE.total_seconds() + 1)
    again = (await booked.messages())["patient"]
    assert (again["status"], again["attempts"], again["doubtful_at"]) == ("sent", 2, booked.scene.app.clock())
    mails = sorted((booked.catcher.store.folder).glob("*.eml"))
    ids = [mail.read_text().count(f"Message-ID: {again['vendor_message_id']}") for mail in mails]
    assert ids.count(1) == 2


class CutOff(SmtpSender):
    """Hands over one mail, and never hears that it was taken."""

    async def send(self, message: Message) -> Taken:
        """Send, and lose the answer."""
        await super().send(message)
        raise Doubtful("time-out")


async def test_a_send_in_doubt_is_made_once_more(booked: Notified) -> None:
    """As after a kill: at most one mail too many, and the row says so."""
    happened = await booked.happened("booked")
    lost = CutOff(booked.catcher.url, SENDER)
    await tell(booked.dispatcher(lost), happened)
    for _ in range(3):
        await later(booked, lost, hours=1)
    rows = await booked.messages()
    assert {(row["status"], row["error"]) for row in rows.values()} == {("failed", "time-out")}
    assert all(row["doubtful_at"] for row in rows.values())
    assert len(booked.catcher.store.newest(to=booked.scene.patient.email)) == 2


async def test_a_second_kill_leaves_it_to_people(booked: Notified, settings: Settings) -> None:
    """Never more than one send in doubt beyond the first: no crash loop fills a mailbox."""
    happened = await booked.happened("booked")
    await to_the_patient_alone(booked)
    await kill_while_sending(booked, settings, happened)
    booked.scene.app.clock.advance(seconds=LEASE.total_seconds() + 1)
    await kill_while_sending(booked, settings, happened)
    for _ in range(3):
        await later(booked, seconds=LEASE.total_seconds() + 1)
    left = (await booked.messages())["patient"]
    assert (left["status"], left["error"], left["attempts"]) == ("failed", "cut-off", 2)
    assert len(booked.catcher.store.newest(to=booked.scene.patient.email)) == 2
