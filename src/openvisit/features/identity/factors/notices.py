"""Mail about how a person signs in: written by the worker, so that no address and no secret is a job's argument."""

from datetime import datetime
from uuid import UUID

from openvisit.platform.db import Connection
from openvisit.platform.jobs import defer

KINDS = (
    "password_changed",
    "password_chosen_anew",
    "sign_in_failed",
    "totp_added",
    "totp_removed",
    "passkey_added",
    "passkey_removed",
    "recovery_code_used",
    "recovery_codes_renewed",
)


async def tell_later(connection: Connection, person_id: UUID, kind: str, at: datetime) -> None:
    """Mail the person that something about signing in has changed, in the caller's transaction."""
    await defer(
        connection,
        "identity:tell_security",
        queue="mail",
        args={"person_id": str(person_id), "kind": kind, "at": at.isoformat()},
    )
