"""Migration 0027, on a database that was in use: what the former table of messages knew is known to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from alembic import command
from psycopg.rows import dict_row

from openvisit.core.ids import new_id
from openvisit.features.notifications.reminders.dispatch import Dispatcher, turn
from openvisit.features.notifications.reminders.writing import TemplateWriter
from openvisit.platform import migrate
from openvisit.platform.channels import Message, Taken
from openvisit.platform.principal import SETTING, SYSTEM
from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock

pytestmark = pytest.mark.anyio
KIND = "appointment_booked_patient"

_MESSAGE = """
INSERT INTO message (id, event_id, appointment_id, person_id, kind, channel, status, attempts, created_at,
                     sending_since, sent_at, doubtful_at, error, message_id)
VALUES (%(id)s, %(event_id)s, %(visit)s, %(person)s, %(kind)s, 'email', %(status)s, %(attempts)s, %(created)s,
        CASE %(status)s WHEN 'sending' THEN %(created)s::timestamptz END,
        CASE %(status)s WHEN 'sent' THEN %(created)s::timestamptz + interval '3 s' END,
        CASE %(status)s WHEN 'doubtful' THEN %(created)s::timestamptz END,
        CASE %(status)s WHEN 'failed' THEN 'refused with 550' END, 'message-' || %(status)s)"""

_ENTRY = """
INSERT INTO waitlist_entry (id, patient_id, clinic_id, visit_type_id, provider_ids, modes, days, windows, time_zone,
                            until, status, joined_at, joined_by)
VALUES (%(entry)s, %(patient)s, %(clinic)s, %(type)s, ARRAY[%(provider)s]::uuid[], '{telehealth}', '{1}',
        '[[480, 960]]', 'America/New_York', %(start)s, 'waiting', %(now)s, %(person)s)"""
_SLOT = """
INSERT INTO waitlist_slot (id, clinic_id, provider_id, visit_type_id, mode, starts_at, ends_at, hold_id, status,
                           offered_at)
VALUES (%(slot)s, %(clinic)s, %(provider)s, %(type)s, 'telehealth', %(start)s,
        %(start)s::timestamptz + interval '30 min', %(slot)s, 'offered', %(now)s)"""
_OFFER = """
INSERT INTO waitlist_offer (id, slot_id, entry_id, patient_id, clinic_id, status, offered_at, expires_at)
VALUES (%(offer)s, %(slot)s, %(entry)s, %(patient)s, %(clinic)s, 'open', %(now)s,
        %(now)s::timestamptz + interval '1 h')"""
_EVENT = """
INSERT INTO event (id, type, subject, at, data) VALUES (%(event)s, 'waitlist.offered', %(offer)s, %(now)s, '{}')"""


@contextmanager
def owner(url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection that sees everything."""
    with psycopg.connect(url, row_factory=dict_row, options=f"-c {SETTING}={SYSTEM.text}") as connection:
        yield connection


def at_revision(url: str, revision: str) -> None:
    """Bring the database back to a former shape."""
    with migrate._locked(url) as connection:
        command.downgrade(migrate._config(connection), revision)
        connection.commit()


class Kept:
    """Takes mail, and keeps whom it was to."""

    vendor = "kept"
    channel = "email"
    takes_idempotency_key = True
    origin = "visits@openvisit.test"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, message: Message) -> Taken:
        self.sent.append(message.key.partition(".")[0])
        return Taken(self.vendor, message.key)

    async def close(self) -> None:
        """Nothing is kept open."""


def fill(url: str, scene: Scene, visit: UUID, clock: StandingClock) -> dict[str, UUID]:
    """A message of every state about one visit, one whose visit is gone, and one about a time that was offered."""
    now = clock()
    ids = {status: new_id() for status in ("sent", "pending", "sending", "failed", "doubtful", "outdated")}
    values: dict[str, Any] = {
        **{name: new_id() for name in ("entry", "slot", "offer", "event")},
        "patient": scene.patient.patient_id,
        "person": scene.patient.id,
        "clinic": scene.clinic.id,
        "provider": scene.provider_id,
        "type": scene.visit_type_id,
        "now": now,
        "start": now + timedelta(days=3),
    }
    with owner(url) as connection:
        for statement in (_ENTRY, _SLOT, _OFFER, _EVENT):
            connection.execute(statement, values)
        one = {"person": values["person"], "kind": KIND, "attempts": 1, "created": now - timedelta(minutes=10)}
        for status, id_ in ids.items():
            connection.execute(_MESSAGE, {**one, "id": id_, "event_id": new_id(), "visit": visit, "status": status})
        ids |= {"gone": new_id(), "offer": new_id()}
        connection.execute(
            _MESSAGE, {**one, "id": ids["gone"], "event_id": new_id(), "visit": new_id(), "status": "pending"}
        )
        offered = {**one, "kind": "waitlist_offer", "event_id": values["event"], "visit": None, "status": "pending"}
        connection.execute(_MESSAGE, {**offered, "id": ids["offer"]})
        ids["subject"] = values["offer"]
    return ids


async def test_what_messages_had_come_to_is_in_the_ledger(settings: Settings, clock: StandingClock) -> None:
    """Sent stays sent; what waited goes out once, by the dispatcher; what was on its way is marked as in doubt."""
    url = settings.database_url
    async with running(settings, clock) as app:
        scene = await usual_scene(app)
        start = clock().replace(hour=15, minute=0) + timedelta(days=2)
        answer = await scene.patient.client.post("/api/appointments", json=scene.slot(start))
        assert answer.status_code == 201, answer.text
    visit = UUID(answer.json()["id"])
    at_revision(url, "0026")
    ids = fill(url, scene, visit, clock)
    assert migrate.upgrade(url) == ("0026", migrate.newest())
    with owner(url) as connection:
        rows = {row["id"]: row for row in connection.execute("SELECT * FROM scheduled_reminder").fetchall()}
        assert connection.execute("SELECT to_regclass('message') AS there").fetchone() == {"there": None}
    assert rows.keys() == {ids[name] for name in ids.keys() - {"gone", "subject"}}
    assert {name: rows[ids[name]]["status"] for name in ids if ids[name] in rows} == {
        "sent": "sent",
        "pending": "pending",
        "sending": "pending",
        "failed": "failed",
        "doubtful": "failed",
        "outdated": "cancelled",
        "offer": "pending",
    }
    sent, cut_off, failed = rows[ids["sent"]], rows[ids["sending"]], rows[ids["failed"]]
    assert (sent["sent_at"], sent["vendor_message_id"]) == (clock() - timedelta(minutes=9, seconds=57), "message-sent")
    assert cut_off["doubtful_at"] is not None
    assert (failed["error"], failed["attempts"], failed["channels"]) == ("refused with 550", 1, ["email"])
    assert {row["type"] for row in rows.values()} == {"news"}
    assert {(row["appointment_id"], row["starts_at"]) for row in rows.values()} == {
        (visit, start),
        (None, clock() + timedelta(days=3)),
    }
    assert (rows[ids["offer"]]["subject_id"], rows[ids["offer"]]["patient_id"]) == (
        ids["subject"],
        scene.patient.patient_id,
    )
    kept = Kept()
    async with running(settings, clock) as app:
        writer = TemplateWriter(app.parts.vault, "https://visits.test", kept.origin)
        await turn(Dispatcher(app.parts.db, clock, {"email": kept}, writer))
        await turn(Dispatcher(app.parts.db, clock, {"email": kept}, writer))
    assert sorted(kept.sent) == sorted(str(ids[name]) for name in ("pending", "sending", "offer"))
