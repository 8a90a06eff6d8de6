"""People are found by their addresses after the index key was changed, and by the former index no more."""

import asyncio
import re
from pathlib import Path

import openvisit
from openvisit.features.notifications.preferences.addresses import phone_index
from openvisit.platform.crypto import Vault
from openvisit.platform.db import execute, fetch_one
from openvisit.platform.keyring import address_index
from openvisit.settings import Settings
from tests.support.cast import Scene


async def test_people_are_found_by_the_new_index(scene: Scene, settings: Settings) -> None:
    vault, clinic = scene.app.parts.vault, str(scene.clinic.id)
    before = vault.address_index(scene.staff.email)
    async with scene.app.parts.db.connection() as connection:
        await execute(
            connection,
            "UPDATE person SET email_index = %(index)s WHERE id = %(id)s",
            {"index": b"set aside", "id": scene.outsider.id},
        )
    assert await asyncio.to_thread(address_index.rotate, vault) == 5
    after = vault.address_index(scene.staff.email)
    assert after != before
    for process in (vault, Vault(settings.secret_key, settings.database_url)):
        assert process.address_index(scene.staff.email) == after
    async with scene.app.parts.db.connection() as connection:
        for index, found in ((after, {"id": scene.staff.id}), (before, None)):
            query = "SELECT id FROM person WHERE email_index = %(index)s"
            assert await fetch_one(connection, query, {"index": index}) == found
        aside = await fetch_one(connection, "SELECT id FROM person WHERE email_index = 'set aside'::bytea")
        assert aside == {"id": scene.outsider.id}
    people = await scene.admin.client.post("/api/people/search", json={"clinic_id": clinic, "q": scene.staff.email})
    assert [person["id"] for person in people.json()["items"]] == [str(scene.staff.id)]


async def test_who_answers_by_sms_is_found_by_the_new_index(scene: Scene) -> None:
    vault = scene.app.parts.vault
    asked = await scene.patient.client.put("/api/me/phone", json={"phone": "+12125550123"})
    assert asked.is_success, asked.text
    await asyncio.to_thread(address_index.rotate, vault)
    async with scene.app.parts.db.connection() as connection:
        query = "SELECT person_id FROM notification_preference WHERE phone_index = %(index)s"
        found = await fetch_one(connection, query, {"index": phone_index(vault, "+12125550123")})
    assert found == {"person_id": scene.patient.id}


async def test_a_database_from_before_the_address_key_goes_on_finding_people(scene: Scene, settings: Settings) -> None:
    with scene.app.parts.vault.wrapping.connect() as connection:
        connection.execute("DELETE FROM keyring.data_key WHERE owner = '00000000-0000-0000-0000-000000000002'")
    later = Vault(settings.secret_key, settings.database_url)
    assert later.address_index("pat@cast.test") == later.blind_index("pat@cast.test")


def test_addresses_are_looked_up_by_their_own_index_alone() -> None:
    """Who adds a column with an index adds it to `COLUMNS`, `SHORT_LIVED` or `OF_DEVICES` as well."""
    columns = {(each.table, each.index) for each in address_index.COLUMNS}
    found = set()
    for path in Path(openvisit.__file__).parent.rglob("*tables.py"):
        for table, body in re.findall(r'= Table\(\s+"(\w+)",(.*?)\n\)', path.read_text(), re.DOTALL):
            found |= {(table, name) for name in re.findall(r'Column\("(\w+_index)", LargeBinary', body)}
    others = {*address_index.SHORT_LIVED, *address_index.OF_DEVICES}
    assert {(table, name) for table, name in found if table not in others} == columns
    assert {table for table, _ in found - columns} == others
