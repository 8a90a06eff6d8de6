"""Mails about requests. They say that there is something, never what it holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from openvisit.platform import log
from openvisit.platform.channels import Sender
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Database, Row, execute, fetch_one
from openvisit.platform.mail import compose
from openvisit.platform.mail.moments import moment

_logger = log.get("privacy")

_REQUEST = """
SELECT r.*, p.full_name, p.email, p.language, p.time_zone, p.active, k.wrapped AS data_key, e.expires_at
FROM privacy_request r JOIN person p ON p.id = r.person_id
LEFT JOIN keyring.data_key k ON k.owner = p.id LEFT JOIN privacy_export e ON e.request_id = r.id
WHERE r.id = %(id)s"""


async def tell(
    db: Database, vault: Vault, mailer: Sender, request_id: UUID, letter: str, *, public_url: str, now: datetime
) -> None:
    """Mail the person. After an erasure to the address set aside for it, which is then removed too.

    Run twice it may mail twice under the same Message-ID.
    """
    async with db.connection() as connection:
        row = await fetch_one(connection, _REQUEST, {"id": request_id})
    contact = _contact(row, vault) if row is not None else None
    if row is None or contact is None:
        return
    await mailer.send(
        compose(
            letter,
            contact["language"],
            _values(row, contact, public_url),
            to=contact["email"],
            to_name=contact["full_name"],
            key=f"{request_id}.{letter}",
            now=now,
        )
    )
    if letter == "privacy_erased":
        async with db.connection() as connection:
            await execute(connection, "UPDATE privacy_request SET contact = NULL WHERE id = %(id)s", {"id": request_id})
    _logger.info("privacy letter sent", request_id=str(request_id), letter=letter)


def _contact(row: Row, vault: Vault) -> dict[str, Any] | None:
    if row["contact"] is not None:
        kept = vault.open_bytes(bytes(row["contact"]), "privacy_request.contact", row["id"])
        found: dict[str, Any] = msgspec.json.decode(kept)
        return found
    keys = vault.of(row["person_id"], row["data_key"])
    if keys.erased or not row["active"]:
        return None
    email = keys.open(bytes(row["email"]), "person.email", row["person_id"])
    return {name: row[name] for name in ("full_name", "language", "time_zone")} | {"email": email}


def _values(row: Row, contact: dict[str, Any], public_url: str) -> dict[str, str]:
    def when(at: datetime | None) -> str:
        return moment(at, contact["time_zone"], contact["language"]) if at else ""

    kept = "; ".join(f"{one['clinic']}: {one['until'][:10]}" for one in row["facts"].get("kept", ()))
    return {
        "name": contact["full_name"],
        "link": f"{public_url.rstrip('/')}/account/privacy",
        "until": when(row["expires_at"]),
        "runs_at": when(row["runs_at"]),
        "done_at": when(row["done_at"]),
        "certificate": row["facts"].get("certificate", ""),
        "kept": kept,
    }
