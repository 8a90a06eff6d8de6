"""Mails that tell a person what happened to their account, with the means to stop it."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.features.identity import links
from openvisit.features.identity.ports import Mailer
from openvisit.platform import log
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment
from openvisit.platform.mail.words import phrase

_logger = log.get("identity")


async def tell_new_device(
    db: Database, vault: Vault, mailer: Mailer, person_id: UUID, session_id: UUID, *, public_url: str, now: datetime
) -> None:
    """Mail the person that somebody signed in by a browser that is not known, and a link for when it was not them."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.email, p.full_name, p.language, p.time_zone, s.created_at, s.device, s.place
               FROM session s JOIN person p ON p.id = s.person_id
               WHERE s.id = %(session_id)s AND p.id = %(person_id)s AND p.active""",
            {"session_id": session_id, "person_id": person_id},
        )
        if row is None:
            return
        secret = await links.make(connection, person_id, "not-me", now)
        address = (await vault.keys(connection, person_id)).open(row["email"], "person.email", person_id)
    values = {
        "name": row["full_name"],
        "device": device_words(row["device"], row["language"]),
        "place": row["place"] or phrase("place_unknown", row["language"]),
        "when": moment(row["created_at"], row["time_zone"], row["language"]),
        "link": link(public_url, "not-me", secret),
    }
    await mailer.send(
        compose(
            "new_device",
            row["language"],
            values,
            sender=mailer.sender,
            to=address,
            to_name=row["full_name"],
            key=str(new_id()),  # each try has a link of its own
            now=now,
        )
    )
    _logger.info("new device told", person_id=str(person_id))


def device_words(device: str, language: str) -> str:
    """`Firefox on Windows` in the reader's language."""
    if not device:
        return phrase("device_unknown", language)
    browser, on, system = device.partition(" on ")
    return phrase("device_on", language, browser=browser, system=system) if on else device


def link(public_url: str, purpose: links.Purpose, secret: str) -> str:
    """Where the button of a notice leads. After the #: browsers keep it to themselves."""
    return f"{public_url.rstrip('/')}/account-safety#{urlencode({'purpose': purpose, 'token': secret})}"
