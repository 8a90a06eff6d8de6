"""Mails that tell a person what happened to their account, with the means to stop it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.permissions import STAFF_SCOPES
from openvisit.features.identity import codes, links
from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment
from openvisit.platform.mail.words import phrase

_OLD, _NEW = "email_change.old_email", "email_change.new_email"
_logger = log.get("identity")


async def tell_new_device(
    db: Database, vault: Vault, mailer: Sender, person_id: UUID, session_id: UUID, *, public_url: str, now: datetime
) -> None:
    """Mail the person that somebody signed in by a browser that is not known, and a link for when it was not them."""
    async with db.transaction() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.email, p.full_name, p.language, p.time_zone, s.created_at, s.device, s.place,
                      k.wrapped AS data_key
               FROM session s JOIN person p ON p.id = s.person_id JOIN keyring.data_key k ON k.owner = p.id
               WHERE s.id = %(session_id)s AND p.id = %(person_id)s AND p.active AND k.shredded_at IS NULL""",
            {"session_id": session_id, "person_id": person_id},
        )
        if row is None:
            return
        secret = await links.make(connection, person_id, "not-me", now)
    address = vault.of(person_id, row["data_key"]).open(row["email"], "person.email", person_id)
    values = {
        "name": row["full_name"],
        "device": device_words(row["device"], row["language"]),
        "place": row["place"] or phrase("place_unknown", row["language"]),
        "when": moment(row["created_at"], row["time_zone"], row["language"]),
        "link": link(public_url, "not-me", secret),
    }
    await _send(mailer, "new_device", row["language"], values, address, now)
    _logger.info("new device told", person_id=str(person_id))


async def send_email_code(
    db: Database, vault: Vault, mailer: Sender, change_id: UUID, *, public_url: str, now: datetime
) -> None:
    """Mail a code to the address that somebody wants to use; to its owner, when it has one, that somebody wants to."""
    async with db.transaction() as connection:
        change = await fetch_one(
            connection,
            """SELECT c.id, c.person_id, c.new_email, p.full_name, p.language,
                      EXISTS (SELECT FROM person other WHERE other.email_index = c.new_index) AS taken
               FROM email_change c JOIN person p ON p.id = c.person_id
               WHERE c.id = %(id)s AND c.done_at IS NULL AND p.active FOR UPDATE OF c""",
            {"id": change_id},
        )
        if change is None:
            return
        person_id: UUID = change["person_id"]
        address = (await vault.keys(connection, person_id)).open(change["new_email"], _NEW, change_id)
        code = "" if change["taken"] else await codes.renew(connection, vault, person_id, "email", now)
    life = int(codes.LIFE["email"].total_seconds()) // 60
    values = {
        # The owner of the address is not told the name of whoever wants it.
        "name": "" if change["taken"] else change["full_name"],
        "code": code,
        "minutes": str(life),
        "sign_in_link": f"{public_url.rstrip('/')}/sign-in",
    }
    kind = "email_taken" if change["taken"] else "email_change"
    await _send(mailer, kind, change["language"], values, address, now)
    _logger.info("code mailed", purpose="email", person_id=str(person_id))


async def tell_email_changed(
    db: Database, vault: Vault, mailer: Sender, change_id: UUID, which: str, *, public_url: str, now: datetime
) -> None:
    """Tell the `old` address, with a link that undoes it, or the `new` one that the account uses the new one now."""
    async with db.transaction() as connection:
        change = await fetch_one(
            connection,
            """SELECT c.person_id, c.old_email, c.new_email, p.full_name, p.language
               FROM email_change c JOIN person p ON p.id = c.person_id
               WHERE c.id = %(id)s AND c.done_at IS NOT NULL AND c.undone_at IS NULL AND p.active""",
            {"id": change_id},
        )
        if change is None:
            return
        keys = await vault.keys(connection, change["person_id"])
        old, new = keys.open(change["old_email"], _OLD, change_id), keys.open(change["new_email"], _NEW, change_id)
        secret = ""
        if which == "old":
            secret = await links.make(connection, change["person_id"], "undo-email", now, email_change_id=change_id)
    values = {
        "name": change["full_name"],
        "new_address": _hinted(new),
        "link": link(public_url, "undo-email", secret),
        "sign_in_link": f"{public_url.rstrip('/')}/sign-in",
    }
    await _send(mailer, f"email_changed_{which}", change["language"], values, old if which == "old" else new, now)
    _logger.info("change of address told", person_id=str(change["person_id"]))


async def tell_roles(
    db: Database, vault: Vault, mailer: Sender, person_id: UUID, clinic_id: UUID, *, public_url: str, now: datetime
) -> None:
    """Mail the person what they may do at a clinic from now on. Who has not proved their address was invited instead.

    `clinic` is the directory's, a tier above: its name alone is read.
    """
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.email, p.full_name, p.language, k.wrapped AS data_key, clinic.name AS clinic,
                      ARRAY(SELECT r.role || ' ' || array_to_string(r.scopes, ',') FROM role r
                            WHERE r.person_id = p.id AND r.clinic_id = clinic.id ORDER BY r.role) AS held
               FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id, clinic
               WHERE p.id = %(person_id)s AND clinic.id = %(clinic_id)s AND p.active AND p.verified_at IS NOT NULL
                     AND k.shredded_at IS NULL""",
            {"person_id": person_id, "clinic_id": clinic_id},
        )
    if row is None:
        return
    values = {
        "name": row["full_name"],
        "clinic": row["clinic"],
        "roles": roles_words(row["held"], row["language"]),
        "link": public_url.rstrip("/"),
    }
    address = vault.of(person_id, row["data_key"]).open(row["email"], "person.email", person_id)
    await _send(mailer, "roles_changed", row["language"], values, address, now)
    _logger.info("roles told", person_id=str(person_id))


async def tell_account(
    db: Database,
    vault: Vault,
    mailer: Sender,
    person_id: UUID,
    clinic_id: UUID,
    kind: str,
    *,
    public_url: str,
    now: datetime,
) -> None:
    """Mail the person that an admin of the clinic signed them out everywhere, or switched their account off or on.

    Also to who is switched off, and not to who never proved their address. `clinic` as in `tell_roles`.
    """
    async with db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT p.email, p.full_name, p.language, k.wrapped AS data_key, clinic.name AS clinic
               FROM person p LEFT JOIN keyring.data_key k ON k.owner = p.id, clinic
               WHERE p.id = %(person_id)s AND clinic.id = %(clinic_id)s AND p.verified_at IS NOT NULL
                     AND k.shredded_at IS NULL""",
            {"person_id": person_id, "clinic_id": clinic_id},
        )
    if row is None:
        return
    values = {
        "name": row["full_name"],
        "clinic": row["clinic"],
        "sign_in_link": f"{public_url.rstrip('/')}/sign-in",
    }
    address = vault.of(person_id, row["data_key"]).open(row["email"], "person.email", person_id)
    await _send(mailer, kind, row["language"], values, address, now)
    _logger.info("account told", kind=kind, person_id=str(person_id))


def roles_words(held: Sequence[str], language: str) -> str:
    """`admin, staff (front desk, billing)` in the reader's language, from `staff front-desk,billing` and the like."""
    words = []
    for role, scopes in (each.split(" ") for each in held):
        does = ", ".join(phrase(f"scope_{scope}", language) for scope in STAFF_SCOPES if scope in scopes.split(","))
        words.append(phrase(f"role_{role}", language) + (f" ({does})" if does else ""))
    return ", ".join(words) or phrase("role_none", language)


def _hinted(address: str) -> str:
    """`a...@example.org`: enough to know one's own again, whoever reads the old mailbox by now."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}...@{domain}"


def device_words(device: str, language: str) -> str:
    """`Firefox on Windows` in the reader's language."""
    if not device:
        return phrase("device_unknown", language)
    browser, on, system = device.partition(" on ")
    return phrase("device_on", language, browser=browser, system=system) if on else device


def link(public_url: str, purpose: links.Purpose, secret: str) -> str:
    """Where the button of a notice leads. After the #: browsers keep it to themselves."""
    return f"{public_url.rstrip('/')}/account-safety#{urlencode({'purpose': purpose, 'token': secret})}"


async def _send(
    mailer: Sender, kind: str, language: str, values: Mapping[str, str], address: str, now: datetime
) -> None:
    # Each try has a code or a link of its own, so that it must not pass for the mail before.
    key = str(new_id())
    to_name = values["name"]
    await mailer.send(compose(kind, language, values, to=address, to_name=to_name, key=key, now=now))
