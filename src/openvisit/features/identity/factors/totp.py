"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s), each time step accepted once."""

import hmac
import io
from datetime import datetime
from uuid import UUID

import pyotp
import segno

from openvisit.core.ids import new_id
from openvisit.features.identity.factors import wire
from openvisit.features.identity.factors.errors import NothingToConfirm, ProofWrong
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, Row, execute, fetch_one

STEP = 30
DRIFT = 1  # steps that a phone's clock may be off, each way (RFC 6238 section 5.2)
_COLUMN = "totp.secret"
ISSUER = "OpenVisit"


async def begin(connection: Connection, vault: Vault, person_id: UUID, account: str, now: datetime) -> wire.TotpSetUp:
    """A new secret in the place of one that was never confirmed; it counts once a code proved it (`confirm`).

    `account` is what the app shows beside the code.
    """
    secret = pyotp.random_base32()  # 160 bits, as RFC 4226 section 4 recommends
    id_ = new_id()
    await execute(
        connection,
        """INSERT INTO totp (id, person_id, secret, created_at) VALUES (%(id)s, %(person_id)s, %(secret)s, %(now)s)
           ON CONFLICT (person_id) WHERE confirmed_at IS NULL
           DO UPDATE SET id = excluded.id, secret = excluded.secret, created_at = excluded.created_at""",
        {"id": id_, "person_id": person_id, "secret": vault.seal(secret, _COLUMN, id_), "now": now},
    )
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)
    return wire.TotpSetUp(secret, uri, _picture(uri))


async def confirm(connection: Connection, vault: Vault, person_id: UUID, code: str, now: datetime) -> None:
    """Let the pending secret count, in the place of the one before. Errors: NothingToConfirm, ProofWrong."""
    row = await fetch_one(
        connection,
        """SELECT id, secret, last_step FROM totp WHERE person_id = %(person_id)s AND confirmed_at IS NULL
           FOR UPDATE""",
        {"person_id": person_id},
    )
    if row is None:
        raise NothingToConfirm
    step = _step_of(vault, row, code, now)
    if step is None:
        raise ProofWrong
    await execute(
        connection,
        "DELETE FROM totp WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL",
        {"person_id": person_id},
    )
    await execute(
        connection,
        "UPDATE totp SET confirmed_at = %(now)s, last_step = %(step)s, last_used_at = %(now)s WHERE id = %(id)s",
        {"id": row["id"], "now": now, "step": step},
    )


async def use(connection: Connection, vault: Vault, person_id: UUID, code: str, now: datetime) -> None:
    """Use up the time step of a code. Errors: ProofWrong for a wrong code, and for one whose step was used up."""
    row = await fetch_one(
        connection,
        "SELECT id, secret FROM totp WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL",
        {"person_id": person_id},
    )
    step = _step_of(vault, row, code, now) if row else None
    if row is None or step is None:
        raise ProofWrong
    # The guarded update lets one of two uses win, in whichever process they are.
    used = await execute(
        connection,
        """UPDATE totp SET last_step = %(step)s, last_used_at = %(now)s
           WHERE id = %(id)s AND (last_step IS NULL OR last_step < %(step)s)""",
        {"id": row["id"], "step": step, "now": now},
    )
    if not used:
        raise ProofWrong


async def remove(connection: Connection, person_id: UUID) -> bool:
    """Forget the app, also one that was not confirmed; whether a confirmed one was there."""
    rows = await execute(
        connection,
        "DELETE FROM totp WHERE person_id = %(id)s AND confirmed_at IS NOT NULL",
        {"id": person_id},
    )
    await execute(connection, "DELETE FROM totp WHERE person_id = %(id)s", {"id": person_id})
    return rows > 0


def _picture(uri: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG document, dark on light whatever the page looks like."""
    svg = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(svg, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None, nl=False)
    return svg.getvalue().decode()


def _step_of(vault: Vault, row: Row, code: str, now: datetime) -> int | None:
    """The time step that the code belongs to, among those that count now."""
    otp = pyotp.TOTP(vault.open(bytes(row["secret"]), _COLUMN, row["id"]))
    given = "".join(code.split())
    present = int(now.timestamp()) // STEP
    # All are compared, so that the time says nothing of which one it is.
    found = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(otp.generate_otp(step).encode(), given.encode())
    ]
    return found[0] if found else None
