"""Background work of federation: notices of connected accounts, and sweeping out what has expired."""

from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.core.ids import new_id
from openvisit.features.identity.federation import attempts
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose


def blueprint(*, db: Database, vault: Vault, mailer: Sender, clock: Clock, public_url: str) -> procrastinate.Blueprint:
    """The tasks `federation:tell` and, every hour, `federation:sweep`."""
    tasks = procrastinate.Blueprint()

    @tasks.task(name="tell", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_person(person_id: str, kind: str, label: str) -> None:
        await tell(db, vault, mailer, UUID(person_id), kind, label, public_url=public_url, now=clock())

    @tasks.periodic(cron="37 * * * *")
    @tasks.task(name="sweep", queueing_lock="federation:sweep")
    async def sweep_hourly(timestamp: int) -> None:
        async with db.connection() as connection:
            await attempts.sweep(connection, clock())

    return tasks


async def tell(
    db: Database,
    vault: Vault,
    mailer: Sender,
    person_id: UUID,
    kind: str,
    label: str,
    *,
    public_url: str,
    now: datetime,
) -> None:
    """Mail a person that an account elsewhere was connected or taken away (`kind`); `label` is the provider's name."""
    async with db.connection() as connection:
        person = await fetch_one(
            connection,
            """SELECT p.email, p.full_name, p.language, k.wrapped AS data_key
               FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
               WHERE p.id = %(id)s AND p.active AND k.shredded_at IS NULL""",
            {"id": person_id},
        )
    if person is None:
        return
    address = vault.of(person_id, person["data_key"]).open(person["email"], "person.email", person_id)
    values = {
        "name": person["full_name"],
        "provider": label,
        "security_link": f"{public_url.rstrip('/')}/account/security",
    }
    await mailer.send(
        compose(
            kind,
            person["language"],
            values,
            to=address,
            to_name=person["full_name"],
            key=str(new_id()),
            now=now,
        )
    )
