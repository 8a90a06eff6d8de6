"""Keys for each person: made once, bound to their place, gone for good when shredded."""

import asyncio
from uuid import UUID

import psycopg
import pytest

from openvisit.core.ids import new_id
from openvisit.platform.crypto import SYSTEM, KeyShredded, SealBroken, Vault
from openvisit.platform.db import Database, fetch_one
from openvisit.platform.keyring.masters import LocalMaster, MasterKeyFailed, Masters
from openvisit.settings import Settings
from tests.platform.keyring.first_release import FirstVault
from tests.support.application import Application

COLUMN = "appointment.reason"
TEXT = "Shortness of breath — since Tuesday"


def vault_of(settings: Settings) -> Vault:
    """Another process's vault."""
    return Vault(settings.secret_key, settings.database_url)


async def test_text_opens_where_it_was_sealed_and_nowhere_else(app: Application) -> None:
    person, other, row = new_id(), new_id(), new_id()
    async with app.parts.db.transaction() as connection:
        keys, others = (
            await app.parts.vault.keys(connection, person),
            await app.parts.vault.keys(connection, other),
        )
    sealed = keys.seal(TEXT, COLUMN, row)
    assert TEXT.encode() not in sealed
    assert keys.open(sealed, COLUMN, row) == TEXT
    assert sealed != keys.seal(TEXT, COLUMN, row), "a nonce is used once"
    for opener, column, place in (
        (keys, "appointment.closed_reason", row),
        (keys, COLUMN, new_id()),
        (others, COLUMN, row),
        (app.parts.vault.system, COLUMN, row),
    ):
        with pytest.raises(SealBroken):
            opener.open(sealed, column, place)
    for at in (0, 1, 13, len(sealed) - 1):
        broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            keys.open(broken, COLUMN, row)


async def test_one_persons_wrapped_key_is_of_no_use_to_another(app: Application) -> None:
    owner, thief = new_id(), new_id()
    _, wrapped = app.parts.vault.new(owner)
    app.parts.vault.of(owner, wrapped)
    with pytest.raises(SealBroken):
        app.parts.vault.of(thief, wrapped)


async def test_those_who_ask_together_get_the_same_key(app: Application, settings: Settings) -> None:
    person, row = new_id(), new_id()
    vaults = [vault_of(settings) for _ in range(4)]
    databases = [Database(settings.database_url, size=2) for _ in vaults]

    async def seal(vault: Vault, db: Database) -> bytes:
        async with db.transaction() as connection:
            return (await vault.keys(connection, person)).seal(TEXT, COLUMN, row)

    for db in databases:
        await db.open()
    try:
        sealed = await asyncio.gather(*(seal(*pair) for pair in zip(vaults * 3, databases * 3, strict=True)))
    finally:
        for db in databases:
            await db.close()
    async with app.parts.db.connection() as connection:
        keys = await app.parts.vault.keys(connection, person)
    assert [keys.open(each, COLUMN, row) for each in sealed] == [TEXT] * 12


async def test_processes_that_start_together_agree(database_url: str, settings: Settings) -> None:
    vaults = [vault_of(settings) for _ in range(6)]
    await asyncio.gather(*(asyncio.to_thread(vault.load) for vault in vaults))
    row = new_id()
    assert {vault.blind_index("a@b.test") for vault in vaults} == {vaults[0].blind_index("a@b.test")}
    for vault in vaults:
        assert vault.open(vaults[0].seal(TEXT, COLUMN, row), COLUMN, row) == TEXT
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM keyring.wrapping_key").fetchone() == (1,)


async def test_a_shredded_key_is_gone_everywhere_at_once(app: Application, settings: Settings) -> None:
    person, row, elsewhere = new_id(), new_id(), vault_of(settings)
    async with app.parts.db.connection() as connection:
        keys = await app.parts.vault.keys(connection, person)
        sealed = keys.seal(TEXT, COLUMN, row)
        assert (await elsewhere.keys(connection, person)).open(sealed, COLUMN, row) == TEXT
        assert await app.parts.vault.shred(connection, person, app.clock())
        assert not await app.parts.vault.shred(connection, person, app.clock()), "there was nothing left"
        for vault in (app.parts.vault, elsewhere):
            gone = await vault.keys(connection, person)
            assert gone.erased
            assert gone.shown(sealed, COLUMN, row, "erased") == "erased"
            with pytest.raises(KeyShredded):
                gone.open(sealed, COLUMN, row)
            with pytest.raises(KeyShredded):
                gone.seal(TEXT, COLUMN, row)
        many = await app.parts.vault.many(connection, [person, new_id()])
        assert [keys.erased for keys in many.values()] == [True, False]
        stored = await fetch_one(
            connection, "SELECT wrapped, shredded_at FROM keyring.data_key WHERE owner = %(p)s", {"p": person}
        )
        assert stored == {"wrapped": b"", "shredded_at": app.clock()}
        for system in (SYSTEM, UUID(int=1)):
            with pytest.raises(ValueError, match="not shredded"):
                await app.parts.vault.shred(connection, system, app.clock())


async def test_what_the_first_release_sealed_still_opens(app: Application, settings: Settings) -> None:
    first, person, row = FirstVault(settings.secret_key), new_id(), new_id()
    sealed = first.seal(TEXT, COLUMN, row)
    async with app.parts.db.connection() as connection:
        assert app.parts.vault.of(person, None).open(sealed, COLUMN, row) == TEXT
        assert app.parts.vault.open(sealed, COLUMN, row) == TEXT
        keys = await app.parts.vault.keys(connection, person)
        assert keys.open(sealed, COLUMN, row) == TEXT
        await app.parts.vault.shred(connection, person, app.clock())
        with pytest.raises(KeyShredded):
            (await app.parts.vault.keys(connection, person)).open(sealed, COLUMN, row)


async def test_a_database_from_before_keeps_its_index_key(database_url: str, settings: Settings) -> None:
    first, person = FirstVault(settings.secret_key), new_id()
    index = first.blind_index("ana@home.test")
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """INSERT INTO person (id, email, email_index, full_name, created_at) VALUES (%s, %s, %s, 'Ana', now())""",
            (person, first.seal("ana@home.test", "person.email", person), index),
        )
    vault = vault_of(settings)
    assert vault.blind_index("ana@home.test") == index
    assert vault.blind_index("ana@home.tes") != index


async def test_a_new_database_has_an_index_key_of_its_own(app: Application, settings: Settings) -> None:
    assert app.parts.vault.blind_index("x") != FirstVault(settings.secret_key).blind_index("x")


async def test_another_master_key_opens_nothing(app: Application, settings: Settings) -> None:
    foreign = Vault(settings.secret_key, settings.database_url, Masters(LocalMaster("another secret, just as long")))
    with pytest.raises(MasterKeyFailed, match="which is not configured") as failed:
        await asyncio.to_thread(foreign.load)
    assert failed.value.permanent
    with pytest.raises(MasterKeyFailed):
        await foreign.start()


def test_a_local_master_binds_its_context() -> None:
    master = LocalMaster("a secret of the tests, of no use elsewhere")
    wrapped = master.wrap(b"k" * 32, {"wrapping_key": "1"})
    assert master.unwrap(wrapped, {"wrapping_key": "1"}) == b"k" * 32
    assert LocalMaster("a secret of the tests, of no use elsewhere").name == master.name
    for context, content in (({"wrapping_key": "2"}, wrapped), ({"wrapping_key": "1"}, wrapped[:-1]), ({}, b"")):
        with pytest.raises(MasterKeyFailed):
            master.unwrap(content, context)
