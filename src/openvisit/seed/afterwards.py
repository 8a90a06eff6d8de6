"""What follows visits that are over: notes and summaries, ratings, and the messages that were sent about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from openvisit.core.appointment import Status
from openvisit.core.ids import new_id
from openvisit.core.intervals import instant
from openvisit.platform.crypto import Keys, Vault
from openvisit.platform.db import Connection
from openvisit.seed.accounts import Accounts
from openvisit.seed.model import Group, Story, Visit
from openvisit.seed.rows import insert
from openvisit.seed.visit_kinds import VIDEO

Told = tuple[Visit, Story]

_NOTES = (
    ("Seen by video, in good spirits. No red flags. Plan as in the summary.",
     "Please go on as before, and write to us when anything changes. We meet again in four weeks."),
    ("Went over the results together. All values in range but vitamin D.",
     "Your results are good. Please take 1,000 units of vitamin D a day through the winter."),
    ("Symptoms fewer since the change of dose. Sleeps through.",
     "Keep to the present dose. Note each day how you slept; we look at it together next time."),
)  # fmt: skip
_WORDS = (
    (5, "On time, and I was listened to.", "Puntual, y me escuchó."),
    (5, "", ""),
    (4, "Good advice. The waiting room said five minutes and it was fifteen.",
     "Buen consejo. La sala de espera decía cinco minutos y fueron quince."),
    (5, "It worked from my phone at once.", "Funcionó a la primera desde mi teléfono."),
    (4, "", ""),
    (2, "The picture froze twice.", "La imagen se congeló dos veces."),
    (3, "Kind, but in a hurry.", "Amable, pero con prisa."),
)  # fmt: skip
_HIDDEN = "It names another patient."
_NOTED_DAYS, _RATED_DAYS, _LEDGER_DAYS = 60, 80, 7


async def write(
    connection: Connection,
    vault: Vault,
    random: Random,
    group: Group,
    told: Sequence[Told],
    people: Accounts,
    now: datetime,
) -> None:
    """Write what followed the visits. What demo patient and demo provider share is left for whoever tries it."""
    keys = await vault.many(connection, {visit.patient.person_id for visit, _ in told})
    over = [
        visit
        for visit, story in told
        if story.status == Status.COMPLETED
        and instant(visit.end) < now
        and (visit.doctor.person_id, visit.patient.person_id) != (people.provider, people.patient)
    ]
    await _notes(connection, keys, random, group, over, now)
    await _ratings(connection, keys, random, group, over, people.admin, now)
    await _ledger(connection, random, group, told, now)


async def _notes(
    connection: Connection,
    keys: dict[UUID, Keys],
    random: Random,
    group: Group,
    over: Sequence[Visit],
    now: datetime,
) -> None:
    rows = []
    for visit in over:
        if visit.mode != VIDEO or instant(visit.end) < now - timedelta(days=_NOTED_DAYS):
            continue
        if not visit.sure and random.random() > 0.5:
            continue
        id_, sealed = new_id(), keys[visit.patient.person_id]
        notes, summary = random.choice(_NOTES)
        at = instant(visit.end) + timedelta(minutes=random.randint(2, 40))
        by = visit.doctor.person_id
        rows.append(
            (id_, visit.id, group.id, visit.doctor.id, visit.patient.id, sealed.seal(notes, "visit_note.notes", id_),
             sealed.seal(summary, "visit_note.summary", id_), by, at, at, by, 3)
        )  # fmt: skip
    columns = (
        "id, appointment_id, clinic_id, provider_id, patient_id, notes, summary, written_by, updated_at, finished_at,"
        " finished_by, version"
    )
    await insert(connection, "visit_note", columns, rows)


async def _ratings(
    connection: Connection,
    keys: dict[UUID, Keys],
    random: Random,
    group: Group,
    over: Sequence[Visit],
    judge: UUID,
    now: datetime,
) -> None:
    rows: list[tuple[Any, ...]] = []
    for visit in over:
        at = instant(visit.end) + timedelta(minutes=random.randint(30, 2000))
        if at > now or at < now - timedelta(days=_RATED_DAYS) or random.random() > 0.12:
            continue
        score, english, spanish = random.choice(_WORDS)
        rows.append(_rating(keys[visit.patient.person_id], group, visit, at, score, (english, spanish)))
    shown = [row for row in rows if row[6] is not None]
    if shown:  # one that the clinic put aside
        at = min(now, shown[-1][7] + timedelta(hours=20))
        id_, words = shown[-1][0], _HIDDEN
        sealed = keys[next(v.patient.person_id for v in over if v.id == shown[-1][1])]
        aside = ("rejected", at, judge, sealed.seal(words, "visit_rating.moderation_reason", id_))
        rows[rows.index(shown[-1])] = (*shown[-1][:9], *aside)
    columns = (
        "id, appointment_id, clinic_id, provider_id, patient_id, score, comment, rated_at, changed_at, moderation,"
        " moderated_at, moderated_by, moderation_reason"
    )
    await insert(connection, "visit_rating", columns, rows)


def _rating(
    keys: Keys, group: Group, visit: Visit, at: datetime, score: int, words: tuple[str, str]
) -> tuple[Any, ...]:
    id_ = new_id()
    comment = words[visit.patient.language == "es"]
    sealed = keys.seal(comment, "visit_rating.comment", id_) if comment else None
    who = (visit.id, group.id, visit.doctor.id, visit.patient.id)
    return id_, *who, score, sealed, at, at, "unseen", None, None, None


async def _ledger(connection: Connection, random: Random, group: Group, told: Sequence[Told], now: datetime) -> None:
    """Reminders a day ahead of the last days' visits: nearly all arrived, some did not; none is to be sent any more."""
    rows = []
    for visit, story in told:
        start = instant(visit.start)
        due = start - timedelta(days=1)
        called_off = story.status in (Status.CANCELLED, Status.REQUESTED)
        if called_off or not now - timedelta(days=_LEDGER_DAYS) < due < now - timedelta(hours=1):
            continue
        if story.created_at > due:
            continue
        sent = due + timedelta(seconds=random.randint(2, 40))
        drawn = random.random()
        status, error = ("failed", "550 no such mailbox") if drawn < 0.04 else ("sent", None)
        delivered = None if drawn < 0.3 else sent + timedelta(seconds=random.randint(1, 90))
        if delivered is not None:
            status = "delivered"
        rows.append(
            (new_id(), "reminder", visit.id, visit.patient.id, visit.patient.person_id, group.id, visit.doctor.id,
             start, 1440, due, start, status, ["email"], "email", 1, 1, sent, "smtp", error,
             None if status == "failed" else sent, delivered, story.created_at, sent)
        )  # fmt: skip
    columns = (
        "id, type, appointment_id, patient_id, person_id, clinic_id, provider_id, starts_at, minutes, due_at, until,"
        " status, channels, channel, tries, attempts, next_at, vendor, error, sent_at, delivered_at, created_at,"
        " updated_at"
    )
    await insert(connection, "scheduled_reminder", columns, rows)
