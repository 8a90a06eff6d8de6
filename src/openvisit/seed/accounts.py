"""The four demo accounts, and persons in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from openvisit.core.ids import new_id
from openvisit.core.permissions import USUAL_SCOPES
from openvisit.features.identity import passwords
from openvisit.features.identity.commands import create_account
from openvisit.platform.crypto import Vault
from openvisit.platform.db import Connection, execute, fetch_one
from openvisit.seed.clinic import ZONE
from openvisit.seed.model import Group
from openvisit.seed.names import Namer, address_of
from openvisit.seed.rows import insert

PASSWORD = "openvisit-demo"  # noqa: S105 - made known on purpose, in the development profile alone
PROVIDER_NAME = "Elena Marlowick"
SPECIALISTS = {
    "front-desk": "Frida Lindqvist",
    "billing": "Bruno Castellanos",
    "clinical": "Clara Whitlock",
    "analytics": "Anton Marchetti",
    "privacy": "Petra Hollenbach",
}
"""Staff with one scope each; they sign in as `<scope>@demo.test`."""
PATIENT_NAME = "Maya Riverola"

PersonRow = tuple[UUID, str, str, str, str, datetime]
"""Id, name, time zone, language, phone, since when."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The persons behind the demo accounts, and the front desk."""

    patient: UUID
    patient_id: UUID
    provider: UUID
    provider_name: str
    desk: tuple[UUID, ...]
    admin: UUID
    since: datetime


async def open_accounts(connection: Connection, vault: Vault, namer: Namer, group: Group, now: datetime) -> Accounts:
    """Write `patient@`, `provider@`, `staff@` and `admin@demo.test`, and two more people at the front desk."""
    hashed = await passwords.hash_of(PASSWORD)
    since = now - timedelta(days=200)

    async def account(local: str, name: str, *, role: str | None, scopes: Sequence[str] = USUAL_SCOPES) -> UUID:
        return await create_account(
            connection,
            vault,
            email=f"{local}@demo.test",
            full_name=name,
            password=None,
            password_hash=hashed,
            now=since,
            patient=role is None,
            roles={group.id: [role]} if role else None,
            time_zone=ZONE,
            staff_scopes=scopes,
        )

    patient = await account("patient", PATIENT_NAME, role=None)
    provider = await account("provider", PROVIDER_NAME, role="provider")
    staff = await account("staff", "Sam Ashgrove", role="staff")
    admin = await account("admin", "Inés Clairvallon", role="admin")
    for scope, name in SPECIALISTS.items():
        await account(scope, name, role="staff", scopes=[scope])
    row = await fetch_one(connection, "SELECT id FROM patient WHERE person_id = %(person_id)s", {"person_id": patient})
    assert row is not None  # noqa: S101 - made with the account
    desk = await _desk(connection, vault, namer, group, since)
    return Accounts(patient, row["id"], provider, PROVIDER_NAME, (staff, *desk), admin, since)


async def _desk(connection: Connection, vault: Vault, namer: Namer, group: Group, since: datetime) -> list[UUID]:
    people: list[PersonRow] = [
        (new_id(), namer.draw()[0], site.zone, "en", f"+1 {site.area_code} 555 0111", since) for site in group.sites[1:]
    ]
    await insert_persons(connection, vault, people)
    for person in people:
        await execute(
            connection,
            """INSERT INTO role (person_id, clinic_id, role, scopes, granted_at)
               VALUES (%(person_id)s, %(clinic_id)s, 'staff', '{front-desk,clinical}', %(since)s)""",
            {"person_id": person[0], "clinic_id": group.id, "since": since},
        )
    return [person[0] for person in people]


async def insert_persons(connection: Connection, vault: Vault, people: Sequence[PersonRow], *, mark: str = "") -> None:
    """Persons who have proved their address and have no password: nobody can sign in as them.

    With a `mark`, addresses carry it and a number, for people who share their names.
    """
    rows, data_keys = [], []
    for number, (id_, name, zone, language, phone, since) in enumerate(people):
        email = address_of(name, f".{mark}.{number}" if mark else "")
        keys, data_key = vault.new(id_)
        data_keys.append((id_, data_key))
        rows.append(
            (id_, keys.seal(email, "person.email", id_), vault.address_index(email),
             keys.seal(phone, "person.phone", id_), name, zone, language, since, since)
        )  # fmt: skip
    await insert(connection, "keyring.data_key", "owner, wrapped", data_keys)
    await insert(
        connection,
        "person",
        "id, email, email_index, phone, full_name, time_zone, language, verified_at, created_at",
        rows,
    )
