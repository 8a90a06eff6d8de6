"""After an erasure no column of any table holds what was sealed, hashed or indexed of the person."""

from typing import Any
from uuid import UUID

import pyotp

from openvisit.core.ids import new_id
from openvisit.features.privacy.erase import erase
from openvisit.features.privacy.gather import owner_values
from openvisit.features.privacy.sources import SOURCES
from openvisit.platform.db import Connection, execute, fetch_all
from tests.features.privacy.conftest import Office

SHARED = {"text_hash", "hash"}
"""Digests of wordings, the same for everybody."""
PLANTED = {
    "session.address",
    "privacy_request.wish",
    "privacy_request.contact",
    "delegation.invited",
    "delegation.invited_index",
    "totp.secret",
    "recovery_code.code_hash",
    "passkey_handle.handle",
    "factor_reset.stop_hash",
    "person.email",
    "person.email_index",
    "person.phone",
    "appointment.reason",
    "visit_note.notes",
    "visit_note.summary",
    "visit_addendum.text",
    "visit_rating.comment",
}


async def plant(office: Office) -> str:
    """Something in each place that erasing could forget; the id of a visit."""
    patient, other, clock = office.scene.patient, office.scene.other_patient, office.scene.app.clock
    await patient.client.patch("/api/me/details", json={"phone": "+1 555 0199"})
    visit = await office.visit(patient, -30, status="completed", reason="the lump behind the ear")
    secret = (await patient.client.post("/api/me/totp")).json()["secret"]
    code = {"code": pyotp.TOTP(secret).at(clock())}
    assert (await patient.client.post("/api/me/totp/confirm", json=code)).is_success
    invitation = {"email": patient.email, "kind": "carer", "scopes": ["visits"], "expires_on": "2027-12-31"}
    assert (await other.client.post("/api/me/delegations", json=invitation)).status_code == 202
    notes = {"notes": "hard, does not move", "summary": "to the surgeon"}
    path = f"/api/telehealth/visits/{visit}/notes"
    saved = await office.scene.provider.client.put(path, json=notes, headers={"If-Match": '"0"'})
    assert saved.status_code == 200, saved.text
    tag = {"If-Match": saved.headers["etag"]}
    assert (await office.scene.provider.client.post(f"{path}/finish", headers=tag)).is_success
    more = {"part": "summary", "text": "on Tuesday"}
    assert (await office.scene.provider.client.post(f"{path}/addenda", json=more)).is_success
    rating = {"score": 2, "comment": "he laughed"}
    assert (await patient.client.put(f"/api/telehealth/visits/{visit}/rating", json=rating)).is_success
    parts = office.scene.app.parts
    async with parts.db.transaction() as connection:
        keys = await parts.vault.keys(connection, patient.id)
        (session,) = await fetch_all(connection, "SELECT id FROM session WHERE person_id = %(id)s", {"id": patient.id})
        values = {
            "id": new_id(),
            "person": patient.id,
            "admin": office.scene.admin.id,
            "clinic": office.scene.clinic.id,
            "session": session["id"],
            "address": keys.seal("203.0.113.9", "session.address", session["id"]),
            "secret": b"thirty-two bytes that name them.",
            "now": clock(),
        }
        for statement in (
            "UPDATE session SET address = %(address)s WHERE id = %(session)s",
            "INSERT INTO passkey_handle (person_id, handle) VALUES (%(person)s, %(secret)s)",
            """INSERT INTO factor_reset (id, person_id, clinic_id, requested_by, requested_at, due_at, stop_hash)
               VALUES (%(id)s, %(person)s, %(clinic)s, %(admin)s, %(now)s, %(now)s + interval '30 days', %(secret)s)""",
        ):
            await execute(connection, statement, {k: v for k, v in values.items() if f"%({k})s" in statement})
    return visit


async def private_values(connection: Connection, person_id: UUID) -> dict[str, set[bytes]]:
    """The sealed, hashed and indexed values of every row that is the person's, by table and column."""
    owner = await owner_values(connection, person_id)
    found: dict[str, set[bytes]] = {}
    for source in SOURCES:
        named = {name: value for name, value in owner.items() if f"%({name})s" in source.mine}
        for row in await fetch_all(connection, f"SELECT t.* FROM {source.table} t WHERE {source.mine}", named):
            for column, value in row.items():
                if isinstance(value, bytes | memoryview) and column not in SHARED and len(bytes(value)) > 8:
                    found.setdefault(f"{source.table}.{column}", set()).add(bytes(value))
    return found


async def still_there(connection: Connection, values: set[bytes]) -> list[str]:
    """The columns of any table, of whomever, in which one of the values is."""
    columns = await fetch_all(
        connection,
        """SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns c
           JOIN information_schema.tables t USING (table_schema, table_name)
           WHERE c.table_schema IN ('public', 'keyring') AND c.data_type = 'bytea' AND t.table_type = 'BASE TABLE'""",
    )
    found: list[str] = []
    for row in columns:
        table, column = f"{row['table_schema']}.{row['table_name']}", row["column_name"]
        query = f"SELECT 1 FROM {table} WHERE {column} = ANY(%(values)s)"
        if await fetch_all(connection, query, {"values": list(values)}):
            found.append(f"{row['table_name']}.{column}")
    return found


async def test_no_column_keeps_what_was_private(office: Office) -> None:
    scene: Any = office.scene
    visit = await plant(office)
    await office.asked(scene.patient, "correct", appointment_id=visit, wish="My name is Pat, not Patricia")
    request_id = UUID((await office.asked(scene.patient, "erase"))["id"])
    scene.app.clock.advance(days=7, minutes=1)
    db = scene.app.parts.db
    async with db.connection() as connection:
        private = await private_values(connection, scene.patient.id)
    await erase(office.eraser, request_id)
    async with db.connection() as connection:
        (row,) = await fetch_all(
            connection, "SELECT contact FROM privacy_request WHERE id = %(id)s", {"id": request_id}
        )
        private["privacy_request.contact"] = {bytes(row["contact"])}  # to tell them by, until they are told
    assert private.keys() >= PLANTED
    await office.told()
    async with db.connection() as connection:
        assert await still_there(connection, set().union(*private.values())) == []
