"""Background work of second factors: the mails that tell of changes."""

from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.features.identity.ports import Mailer
from openvisit.platform import log
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment

_logger = log.get("factors")


def add_tasks(
    tasks: procrastinate.Blueprint, *, db: Database, vault: Vault, mailer: Mailer, clock: Clock, public_url: str
) -> None:
    """The task `identity:tell_security`."""

    # Waits as `identity:send_code` does: past a restart of the mail server.
    @tasks.task(name="tell_security", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_security(person_id: str, kind: str, at: str) -> None:
        await tell(
            db, vault, mailer, UUID(person_id), kind, datetime.fromisoformat(at), public_url=public_url, now=clock()
        )


async def tell(
    db: Database,
    vault: Vault,
    mailer: Mailer,
    person_id: UUID,
    kind: str,
    at: datetime,
    *,
    public_url: str,
    now: datetime,
) -> None:
    """Mail a person that something about signing in has changed. Run twice, it is the same mail (its Message-ID)."""
    async with db.connection() as connection:
        person = await fetch_one(
            connection,
            "SELECT email, full_name, language, time_zone FROM person WHERE id = %(id)s AND active",
            {"id": person_id},
        )
        keys = await vault.keys(connection, person_id)
    if person is None:
        return
    url = public_url.rstrip("/")
    await mailer.send(
        compose(
            kind,
            person["language"],
            {
                "name": person["full_name"],
                "when": moment(at, person["time_zone"], person["language"]),
                "link": f"{url}/account/security",
                "reset_link": f"{url}/forgot-password",
            },
            sender=mailer.sender,
            to=keys.open(bytes(person["email"]), "person.email", person_id),
            to_name=person["full_name"],
            key=f"{kind}.{person_id}.{int(at.timestamp() * 1000)}",
            now=now,
        )
    )
    _logger.info("change of sign-in mailed", kind=kind, person_id=str(person_id))
