"""Rotation while people book: killed half-way, gone on with, and nothing unreadable at any moment."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from openvisit.core.ids import new_id
from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import rotation
from openvisit.platform.keyring.masters import LocalMaster, MasterKeyFailed, Masters
from openvisit.settings import Settings
from tests.features.identity.steps import eventually
from tests.platform.keyring.first_release import FirstVault
from tests.support.application import Application
from tests.support.cast import Scene

COLUMN = "appointment.reason"
PEOPLE = 1500
NEW = "the next master key, long enough to be one"


def silent(_words: str) -> None:
    """Say nothing."""


def crowd(vault: Vault) -> dict[object, bytes]:
    """People in the keyring, and for each a text sealed under their key, in the row of their own id."""
    sealed, rows = {}, []
    for _ in range(PEOPLE):
        person = new_id()
        keys, wrapped = vault.new(person)
        sealed[person] = keys.seal(f"text of {person}", COLUMN, person)
        rows.append((person, wrapped))
    with vault.wrapping.connect() as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s)", rows)
    return sealed


def unreadable(vault: Vault, sealed: dict[object, bytes]) -> list[object]:
    """Whose text cannot be read now."""
    with vault.wrapping.connect() as connection:
        wrapped = dict(connection.execute("SELECT owner, wrapped FROM keyring.data_key").fetchall())
    return [
        person
        for person, text in sealed.items()
        if vault.of(person, wrapped[person]).open(text, COLUMN, person) != f"text of {person}"  # type: ignore[arg-type]
    ]


def rotating(settings: Settings, *options: str) -> subprocess.Popen[str]:
    """`openvisit keys rotate` in a process of its own, to a new master key."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "openvisit.cli", "keys", "rotate", *options],
        env={
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "OPENVISIT_DATA_DIR": settings.openvisit_data_dir,
            "SECRET_KEY": settings.secret_key,
            "MASTER_KEY": NEW,
            "MASTER_KEY_OLD": "",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def with_new_master(settings: Settings) -> Vault:
    """The vault of a process that has both master keys."""
    masters = Masters(LocalMaster(NEW), [LocalMaster(settings.secret_key)])
    return Vault(settings.secret_key, settings.database_url, masters)


def line(process: subprocess.Popen[str]) -> str:
    """What it says next."""
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As processes stand before the master key is changed: they wrap by the former one and know the next."""
    return replace(settings, master_key_old=NEW)


async def test_killed_half_way_while_people_book(scene: Scene, settings: Settings) -> None:
    sealed = crowd(scene.app.parts.vault)
    stop = asyncio.Event()
    answers: list[httpx.Response] = []
    booking = asyncio.create_task(_book(scene, answers, stop))
    process = rotating(settings, "--batch", "25", "--pause-ms", "20")
    try:
        assert (await asyncio.to_thread(line, process)).startswith("Key 2 made under local:")
        for _ in range(6):
            said = await asyncio.to_thread(line, process)
        assert "of" in said
        process.send_signal(signal.SIGKILL)
        assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
    finally:
        process.kill()
        assert process.stdout is not None
        process.stdout.close()
        process.wait()
    half = rotation.status(with_new_master(settings))
    assert half.unfinished
    assert half.wrapping[0].data_keys > 0
    assert half.wrapping[1].data_keys > 0
    assert unreadable(scene.app.parts.vault, sealed) == []

    process = rotating(settings)
    said, _ = await asyncio.to_thread(process.communicate)
    stop.set()
    await booking
    assert process.returncode == 0, said
    assert said.startswith("Going on with key 2")
    whole = rotation.status(with_new_master(settings))
    assert [wrapping.number for wrapping in whole.wrapping] == [1, 2]
    assert unreadable(scene.app.parts.vault, sealed) == []
    # The former master key is not needed any more.
    alone = Vault(settings.secret_key, settings.database_url, Masters(LocalMaster(NEW)))
    if whole.unfinished:  # somebody entered between the last look and the end has the old wrapping
        rotation.rotate(with_new_master(settings), silent)
    alone.load()
    assert unreadable(alone, sealed) == []

    assert len(answers) > 3
    assert {answer.status_code for answer in answers} == {201}
    listed = await scene.patient.client.get("/api/appointments", params={"limit": 100})
    assert {visit["reason"] for visit in listed.json()["items"]} == {answer.json()["reason"] for answer in answers}


async def _book(scene: Scene, answers: list[httpx.Response], stop: asyncio.Event) -> None:
    start = scene.app.clock().replace(hour=15, minute=0)
    while not stop.is_set() and len(answers) < 55:
        start += timedelta(days=1)
        body = scene.slot(start, reason=f"booked while keys change, {start}")
        answers.append(await scene.patient.client.post("/api/appointments", json=body))
        await asyncio.sleep(0.03)


async def test_a_process_seals_under_the_new_key_once_it_hears(app: Application, settings: Settings) -> None:
    vault = app.parts.vault
    before = vault.wrapping.newest
    await app.parts.live.listening.wait()
    number = await asyncio.to_thread(
        rotation.add, Vault(app.parts.settings.secret_key, app.parts.settings.database_url)
    )
    assert number == before + 1

    async def heard() -> bool:
        return vault.wrapping.newest == number

    await eventually(heard)
    person = new_id()
    _, wrapped = vault.new(person)
    assert int.from_bytes(wrapped[:4]) == number


async def test_what_the_first_release_sealed_is_sealed_anew(scene: Scene, settings: Settings) -> None:
    first, vault = FirstVault(settings.secret_key), scene.app.parts.vault
    booked = await scene.patient.client.post(
        "/api/appointments", json=scene.slot(scene.app.clock().replace(hour=15) + timedelta(days=1), reason="x")
    )
    visit = booked.json()["id"]
    with vault.wrapping.connect() as connection:
        # As before the keyring: everybody's text under the one key, and nobody has a key of their own.
        connection.execute("DELETE FROM keyring.data_key WHERE get_byte(uuid_send(owner), 0) > 0")
        for table, column, text, id_ in (
            ("person", "email", "pat@first.test", scene.patient.id),
            ("appointment", "reason", "an old reason", visit),
            ("appointment", "accommodations", '{"companion":true}', visit),
        ):
            sealed = first.seal(text, f"{table}.{column}", UUID(str(id_)))
            connection.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", (sealed, id_))  # type: ignore[call-overload]
        others = [scene.other_patient, scene.provider, scene.staff, scene.admin, scene.outsider]
        for person in others:
            sealed = first.seal(person.email, "person.email", person.id)
            connection.execute("UPDATE person SET email = %s WHERE id = %s", (sealed, person.id))
    assert (await scene.patient.client.get(f"/api/appointments/{visit}")).json()["reason"] == "an old reason"
    assert rotation.status(vault).first_release == 8
    await asyncio.to_thread(rotation.rotate, vault, silent)
    after = rotation.status(vault)
    assert (after.first_release, after.people) == (0, 6)
    seen = (await scene.patient.client.get(f"/api/appointments/{visit}")).json()
    assert (seen["reason"], seen["accommodations"]) == ("an old reason", {"companion": True})
    assert (await scene.patient.client.get("/api/me")).json()["email"] == "pat@first.test"
    # SECRET_KEY may go now: nothing depends on it any more.
    other = Vault("another secret key, for signing cookies", settings.database_url, vault.wrapping.masters)
    async with scene.app.parts.db.connection() as connection_:
        assert not (await other.keys(connection_, scene.patient.id)).missing


async def test_a_patient_of_the_first_release_books(scene: Scene) -> None:
    with scene.app.parts.vault.wrapping.connect() as connection:
        connection.execute("DELETE FROM keyring.data_key WHERE owner = %s", (scene.patient.id,))
    start = scene.app.clock().replace(hour=15) + timedelta(days=1)
    booked = await scene.patient.client.post("/api/appointments", json=scene.slot(start, reason="first key"))
    assert booked.status_code == 201, booked.text
    seen = await scene.patient.client.get(f"/api/appointments/{booked.json()['id']}")
    assert seen.json()["reason"] == "first key"


async def test_a_key_shredded_during_rotation_stays_shredded(app: Application) -> None:
    vault = app.parts.vault
    sealed = crowd(vault)
    gone = list(sealed)[::7]

    async def shred() -> None:
        for person in gone:
            async with app.parts.db.transaction() as connection:
                assert await vault.shred(connection, person, app.clock())  # type: ignore[arg-type]

    await asyncio.gather(shred(), asyncio.to_thread(rotation.rotate, vault, silent, batch=20))
    async with app.parts.db.connection() as connection:
        keys = await vault.many(connection, list(sealed))  # type: ignore[arg-type]
    assert {person for person, each in keys.items() if each.erased} == set(gone)
    for person in set(sealed) - set(gone):
        assert keys[person].open(sealed[person], COLUMN, person) == f"text of {person}"  # type: ignore[index,arg-type]


async def test_rotation_needs_the_master_key_of_before(app: Application, settings: Settings) -> None:
    app.parts.vault.load()
    foreign = Vault(settings.secret_key, settings.database_url, Masters(LocalMaster(NEW)))
    with pytest.raises(MasterKeyFailed, match="MASTER_KEY_OLD"):
        await asyncio.to_thread(rotation.rotate, foreign, silent)
