"""What answers are taken and given with, and what they say of a visit."""

from dataclasses import dataclass
from datetime import datetime

from openvisit.core.appointment import Move
from openvisit.core.errors import OpenVisitError
from openvisit.features.booking import moves
from openvisit.features.booking.bearer import bearer
from openvisit.features.booking.errors import LateCancellation
from openvisit.features.notifications.links import of_visit
from openvisit.features.notifications.replies.offered import AnswerOffer
from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, Row
from openvisit.platform.events import Subscriptions
from openvisit.platform.mail.moments import brief, same_clock
from openvisit.platform.mail.words import phrase
from openvisit.platform.principal import acting, of_person
from openvisit.platform.realtime import Live

_logger = log.get("replies")


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers are taken and given with."""

    db: Database
    vault: Vault
    live: Live
    subscriptions: Subscriptions
    clock: Clock
    sms: Sender
    public_url: str
    answer_offer: AnswerOffer


def about(visit: Row) -> dict[str, str]:
    """What an answer names of a visit: the clinic, when, and whom to call."""
    phone = str(visit["location_phone"] or visit["clinic_phone"] or "")
    return {"clinic": visit["clinic_name"], "when": when(visit), "phone": phone}


def link(desk: Desk, visit: Row, kind: str, language: str, which: str, now: datetime) -> str:
    """A phrase with one of the visit's one-tap links."""
    links = of_visit(desk.vault.blind_index, visit["id"], visit["person_id"], desk.public_url, now, {which})
    return phrase(kind, language, **about(visit), link=links[which])


async def make(desk: Desk, visit: Row, move: Move, language: str, via: str, now: datetime) -> str:
    """Confirm or cancel the visit for whoever answers, and say how that went. What is so already is no mistake."""
    kind = "sms_confirmed" if move is Move.CONFIRM else "sms_cancelled"
    said = about(visit)
    if visit["status"] == ("confirmed" if move is Move.CONFIRM else "cancelled"):
        return phrase(kind, language, **said)
    async with desk.db.connection() as connection:
        actor = await bearer(connection, visit["person_id"], visit["patient_id"], via, now)
    if actor is None:
        return phrase("sms_no_visit", language)
    try:
        with acting(of_person(actor)):
            await moves.make(desk.db, desk.vault, desk.live, desk.subscriptions, actor, visit["id"], move, now)
    except LateCancellation:
        return phrase("sms_late" if said["phone"] else "sms_late_without_phone", language, **said)
    except OpenVisitError as error:
        _logger.info("reply not done", appointment=str(visit["id"]), move=str(move), code=error.code)
        return phrase("sms_not_done", language, **said)
    return phrase(kind, language, **said)


def when(visit: Row) -> str:
    """When a visit is, on the clock that counts, with its zone where another clock shows another time."""
    zone, other = (
        (visit["time_zone"], visit["zone"]) if visit["mode"] == "in-person" else (visit["zone"], visit["time_zone"])
    )
    said = brief(visit["starts_at"], zone, visit["language"])
    if same_clock(visit["starts_at"], zone, other):
        return said
    return f"{said} ({zone.rpartition('/')[2].replace('_', ' ')})"
