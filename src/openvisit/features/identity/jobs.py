"""Background work of identity: mails with codes, and sweeping out what has expired."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import procrastinate
from procrastinate import RetryStrategy

from openvisit.core.ids import new_id
from openvisit.features.identity import codes, notices
from openvisit.features.identity.factors import jobs as factor_jobs
from openvisit.features.identity.oauth import store as oauth_store
from openvisit.features.identity.registration import REMEMBERED_FOR
from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.clock import Clock
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Database, Row, execute, fetch_one
from openvisit.platform.mail import compose

KINDS = {
    "register": "verification_code",
    "invite": "invitation",
    "reset": "password_reset",
    "connect": "connect_code",
    "known": "already_registered",
    "step-up": "step_up_code",
}
BROWSERS = timedelta(days=400)  # the longest that browsers keep the device cookie
_logger = log.get("identity")


def blueprint(*, db: Database, vault: Vault, mailer: Sender, clock: Clock, public_url: str) -> procrastinate.Blueprint:
    """The tasks that mail codes (`identity:send_code`, `send_email_code`) and notices (`tell_new_device`,
    `tell_roles`, `tell_account`, `tell_email_changed`, those of second factors), and, every hour, `identity:sweep`."""
    tasks = procrastinate.Blueprint()

    # Waits of 3, 9, 27, 81, 243, 729 seconds: past a restart of the mail server, and within the patience of a person.
    @tasks.task(name="send_code", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def send_code(person_id: str, purpose: str) -> None:
        await send(db, vault, mailer, UUID(person_id), purpose, public_url=public_url, now=clock())

    @tasks.task(name="tell_new_device", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_new_device(person_id: str, session_id: str) -> None:
        await notices.tell_new_device(
            db, vault, mailer, UUID(person_id), UUID(session_id), public_url=public_url, now=clock()
        )

    @tasks.task(name="tell_roles", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_roles(person_id: str, clinic_id: str) -> None:
        await notices.tell_roles(
            db, vault, mailer, UUID(person_id), UUID(clinic_id), public_url=public_url, now=clock()
        )

    @tasks.task(name="tell_account", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_account(person_id: str, clinic_id: str, kind: str) -> None:
        await notices.tell_account(
            db, vault, mailer, UUID(person_id), UUID(clinic_id), kind, public_url=public_url, now=clock()
        )

    @tasks.task(name="send_email_code", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def send_email_code(change_id: str) -> None:
        await notices.send_email_code(db, vault, mailer, UUID(change_id), public_url=public_url, now=clock())

    @tasks.task(name="tell_email_changed", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
    async def tell_email_changed(change_id: str, which: str) -> None:
        await notices.tell_email_changed(db, vault, mailer, UUID(change_id), which, public_url=public_url, now=clock())

    @tasks.periodic(cron="23 * * * *")
    @tasks.task(name="sweep", queueing_lock="identity:sweep")
    async def sweep_hourly(timestamp: int) -> None:
        async with db.connection() as connection:
            await sweep(connection, clock())
            await oauth_store.sweep(connection, clock())

    factor_jobs.add_tasks(tasks, db=db, vault=vault, mailer=mailer, clock=clock, public_url=public_url)
    return tasks


async def send(
    db: Database, vault: Vault, mailer: Sender, person_id: UUID, purpose: str, *, public_url: str, now: datetime
) -> None:
    """Make a new code for the purpose and mail it. Run twice, it mails twice, and the later code is the good one.

    Purpose `known` mails no code: somebody tried to register an address that has an account.
    """
    code = ""
    async with db.transaction() as connection:
        person = await _recipient(connection, person_id)
        # Nobody: an unknown address, for which a job is deferred all the same.
        if person is None or (purpose in ("register", "invite") and person["verified_at"] is not None):
            return
        if purpose != "known":
            code = await codes.renew(connection, vault, person_id, purpose, now)
    address = vault.of(person_id, person["data_key"]).open(person["email"], "person.email", person_id)
    await mailer.send(
        compose(
            KINDS[purpose],
            person["language"],
            _values(person, purpose, address, code, public_url.rstrip("/")),
            to=address,
            to_name=person["full_name"],
            key=str(new_id()),  # each try has a new code, so that it must not pass for the mail before
            now=now,
        )
    )
    _logger.info("code mailed", purpose=purpose, person_id=str(person_id))


async def sweep(connection: Connection, now: datetime) -> None:
    """Delete what nobody can use any more: codes, sessions with their refresh tokens, signing keys.

    Sessions stay 30 days after their end, so that the reuse of an old token is still seen.
    """
    values = {
        "now": now,
        "codes": now - REMEMBERED_FOR,
        "sessions": now - timedelta(days=30),
        "browsers": now - BROWSERS,
    }
    await execute(connection, "DELETE FROM email_code WHERE expires_at < %(codes)s", values)
    await execute(
        connection,
        """WITH ended AS (SELECT id FROM session WHERE least(expires_at, revoked_at) < %(sessions)s),
                tokens AS (DELETE FROM refresh_token USING ended WHERE session_id = ended.id)
           DELETE FROM session USING ended WHERE session.id = ended.id""",
        values,
    )
    await execute(
        connection,
        "DELETE FROM refresh_token WHERE expires_at < %(now)s OR used_at < %(sessions)s",
        values,
    )
    await execute(connection, "DELETE FROM account_link WHERE expires_at < %(now)s", values)
    await execute(
        connection,
        """DELETE FROM email_change c WHERE c.asked_at < %(sessions)s
               AND NOT EXISTS (SELECT FROM account_link l WHERE l.email_change_id = c.id)""",
        values,
    )
    await execute(connection, "DELETE FROM known_device WHERE last_seen_at < %(browsers)s", values)
    await execute(connection, "DELETE FROM signing_key WHERE verifies_until < %(now)s", values)
    await execute(connection, "DELETE FROM passkey_challenge WHERE expires_at < %(now)s", values)
    await execute(connection, "DELETE FROM factor_ticket WHERE expires_at < %(now)s", values)
    await execute(
        connection,
        "DELETE FROM totp WHERE confirmed_at IS NULL AND created_at < %(now)s - interval '1 day'",
        values,
    )


async def _recipient(connection: Connection, person_id: UUID) -> Row | None:
    # `clinic` is the directory's, a tier above: its name alone is read, to say in an invitation who invites.
    return await fetch_one(
        connection,
        """SELECT p.email, p.full_name, p.language, p.verified_at, k.wrapped AS data_key,
                  (SELECT clinic.name FROM role JOIN clinic ON clinic.id = role.clinic_id
                   WHERE role.person_id = p.id ORDER BY role.granted_at DESC LIMIT 1) AS clinic
           FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id
           WHERE p.id = %(id)s AND p.active AND k.shredded_at IS NULL""",
        {"id": person_id},
    )


def _values(person: Row, purpose: str, address: str, code: str, url: str) -> dict[str, str]:
    life = codes.LIFE.get(purpose, timedelta())
    # After the #: browsers keep it to themselves, so that neither address nor code reaches a log.
    secret = urlencode({"email": address, "code": code, "purpose": purpose})
    return {
        "name": person["full_name"],
        "clinic": person["clinic"] or "",
        "code": code,
        "minutes": str(int(life.total_seconds()) // 60),
        "days": str(life.days),
        "link": f"{url}/reset#{secret}",
        "sign_in_link": f"{url}/sign-in",
        "reset_link": f"{url}/reset",
    }
