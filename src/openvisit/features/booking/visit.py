"""The appointment that is about to be written: its row, and what it claims."""

from datetime import datetime
from typing import Any

import msgspec

from openvisit.core.appointment import Mode, Status
from openvisit.core.ids import new_id
from openvisit.core.permissions import Actor
from openvisit.features.booking import wire
from openvisit.features.booking.context import Wish
from openvisit.features.booking.write import ClaimWish
from openvisit.platform.crypto import Keys
from openvisit.platform.db import Row


def compose(
    keys: Keys, actor: Actor, body: wire.BookBody, wish: Wish, row: Row, members: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The row as it will be, with everything `present.appointment` needs, so that the answer can be made at once."""
    visit_id = new_id()
    by_patient = actor.patient_id == wish.patient_id or wish.patient_id in actor.delegations
    status = Status.REQUESTED if row["approval_needed"] and by_patient else Status.SCHEDULED
    zone = row["location_zone"] if wish.mode == Mode.IN_PERSON and row["location_zone"] else row["zone"]
    accommodations = msgspec.json.encode(body.accommodations or {})
    return {
        **row,
        **members,
        "id": visit_id,
        "provider_id": wish.provider_id,
        "patient_id": wish.patient_id,
        "visit_type_id": wish.visit_type_id,
        "starts_at": wish.start,
        "time_zone": zone,
        "mode": wish.mode,
        "status": str(status),
        "reason": keys.seal(body.reason, "appointment.reason", visit_id),
        "accommodations": keys.seal_bytes(accommodations, "appointment.accommodations", visit_id),
        "overbooked": body.overbook,
        "private": body.private,
        "hidden": body.private,
        "booked_by": actor.person_id,
        "created_at": now,
        "updated_at": now,
        "now": now,
        "closed_reason": None,
        "version": 1,
    }


def claims_of(visit: Any, row: Any) -> list[ClaimWish]:
    """What a visit claims: its provider with the buffers, its patient, its room and its device.

    An overbooked visit does not exclude others at its provider; its patient still cannot be in two places.
    """
    overbooked = visit["overbooked"]
    provider = ClaimWish(
        visit["provider_id"],
        row["claim_start"],
        row["claim_end"],
        not overbooked,
        "overbook" if overbooked else "visit",
    )
    others = [visit["patient_id"], visit["room_id"], visit["device_id"]]
    return [provider] + [ClaimWish(o, visit["starts_at"], visit["ends_at"]) for o in others if o is not None]
