"""When a clinic opened a conversation with its own key: who, when and why, as the trail has it."""

import base64
from typing import Any

from openvisit.features.booking.present import WHY, patient_keys
from openvisit.features.telehealth.chat import wire
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, elevated, fetch_all

ACTION = "clinic-chat:open"


async def readings(connection: Connection, vault: Vault, visit: Any) -> list[wire.ClinicReading]:
    """Oldest first, the reasons readable; for who takes part in the conversation or may open it."""
    async with elevated(connection, "everybody in a conversation is told when the clinic opened it"):
        rows = await fetch_all(
            connection,
            """SELECT t.at, openvisit_name(t.actor_id) AS by, t.data->>'why' AS why FROM audit t
               WHERE t.patient_id = %(patient)s AND t.thing = 'appointment' AND t.thing_id = %(room)s
                 AND t.action = %(action)s ORDER BY t.at, t.id""",
            {"patient": visit["patient_id"], "room": visit["id"], "action": ACTION},
        )
    keys = patient_keys(visit, vault)
    return [
        wire.ClinicReading(row["at"], row["by"] or "", keys.shown(base64.b64decode(row["why"]), WHY, visit["id"]))
        for row in rows
    ]
