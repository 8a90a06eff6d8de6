"""Background work of second factors: the mails that tell of changes."""

from datetime import datetime
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.core.ids import new_id
from openvisit.features.identity.factors import resets
from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment

_logger = log.get("factors")


def add_tasks(
    tasks: procrastinate.Blueprint, *, db: Database, vault: Vault, mailer: Sender, clock: Clock, public_url: str
) -> None:
    """The tasks `identity:tell_security`, `identity:tell_reset` and, every five minutes, `identity:reset_factors`."""

    # Waits as `identity:send_code` does: past a restart of the mail server.
    @tasks.task(name="tell_security", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_security(person_id: str, kind: str, at: str) -> None:
        await tell(
            db, vault, mailer, UUID(person_id), kind, datetime.fromisoformat(at), public_url=public_url, now=clock()
        )

    @tasks.task(name="tell_reset", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_reset_asked(reset_id: str) -> None:
        await tell_reset(db, vault, mailer, UUID(reset_id), public_url=public_url, now=clock())

    @tasks.periodic(cron="*/5 * * * *")
    @tasks.task(name="reset_factors", queueing_lock="identity:reset_factors")
    async def reset_factors(timestamp: int) -> None:
        done = await resets.do_due(db, now=clock())
        if done:
            _logger.info("second factors reset", how_many=len(done))


async def tell(
    db: Database,
    vault: Vault,
    mailer: Sender,
    person_id: UUID,
    kind: str,
    at: datetime,
    *,
    public_url: str,
    now: datetime,
) -> None:
    """Mail a person that something about signing in has changed or was tried. Run twice, it is the same mail (its
    Message-ID). Nobody, for whom a job is deferred all the same, and who has not proved their address hear nothing."""
    async with db.connection() as connection:
        person = await fetch_one(
            connection,
            """SELECT email, full_name, language, time_zone FROM person
               WHERE id = %(id)s AND active AND verified_at IS NOT NULL""",
            {"id": person_id},
        )
        if person is None:
            return
        keys = await vault.keys(connection, person_id)
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
            to=keys.open(bytes(person["email"]), "person.email", person_id),
            to_name=person["full_name"],
            key=f"{kind}.{person_id}.{int(at.timestamp() * 1000)}",
            now=now,
        )
    )
    _logger.info("change of sign-in mailed", kind=kind, person_id=str(person_id))


async def tell_reset(
    db: Database, vault: Vault, mailer: Sender, reset_id: UUID, *, public_url: str, now: datetime
) -> None:
    """Mail a person that an admin asked for the reset of their second factor, with a link that stops it.

    Run twice, it mails twice, and the later link is the good one.
    """
    async with db.transaction() as connection:
        found = await resets.stop_secret(connection, reset_id)
        if found is None:
            return
        secret, reset = found
        person = await fetch_one(
            connection,
            "SELECT email, full_name, language, time_zone FROM person WHERE id = %(id)s AND active",
            {"id": reset["person_id"]},
        )
        if person is None:
            return
        keys = await vault.keys(connection, reset["person_id"])
    await mailer.send(
        compose(
            "factor_reset_asked",
            person["language"],
            {
                "name": person["full_name"],
                "clinic": reset["clinic"],
                "when": moment(reset["due_at"], person["time_zone"], person["language"]),
                # After the #: browsers keep it to themselves, so that it reaches no log.
                "link": f"{public_url.rstrip('/')}/stop-reset#{secret}",
            },
            to=keys.open(bytes(person["email"]), "person.email", reset["person_id"]),
            to_name=person["full_name"],
            key=str(new_id()),  # each try has a link of its own
            now=now,
        )
    )
    _logger.info("reset mailed", reset_id=str(reset_id))
