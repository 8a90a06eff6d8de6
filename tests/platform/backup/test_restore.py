"""A backup from before an erasure does not bring the erased text back; and a backup is whole or nothing."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from openvisit.adapters.master_keys import vault_of
from openvisit.core.ids import new_id
from openvisit.features.identity.erased import AFTER_RESTORE
from openvisit.main.work import worker
from openvisit.platform.backup import BackupError, making, restoring
from openvisit.platform.crypto import Vault
from openvisit.platform.keyring import key_file, sealed_file
from openvisit.settings import Settings
from tests.conftest import database_at
from tests.support.application import Application, running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock

HEALTH = "a rash on the left arm that nobody shall read"
OTHERS = "a cough that stays readable"


def openvisit(settings: Settings, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The command line of this installation."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "openvisit.cli", *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": ":".join(sys.path),
            "DATABASE_URL": settings.database_url,
            "OPENVISIT_DATA_DIR": settings.openvisit_data_dir,
            "SECRET_KEY": settings.secret_key,
        },
        cwd=settings.openvisit_data_dir,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def elsewhere(server_url: str, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another machine: an empty database, an empty data folder, the same master key."""
    name = f"ov_elsewhere_{new_id().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    data = tmp_path / "elsewhere"
    data.mkdir()
    yield replace(settings, database_url=database_at(server_url, name), openvisit_data_dir=str(data))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


@asynccontextmanager
async def played(settings: Settings, clock: StandingClock) -> AsyncIterator[tuple[Scene, dict[str, Any]]]:
    """The usual scene with a visit of each patient."""
    async with running(settings, clock) as app:
        scene = await usual_scene(app)
        visits = {}
        for person, reason, hour in ((scene.patient, HEALTH, 15), (scene.other_patient, OTHERS, 16)):
            start = clock().replace(hour=hour) + timedelta(days=1)
            answer = await person.client.post("/api/appointments", json=scene.slot(start, reason=reason))
            visits[str(person.patient_id)] = answer.json()
        yield scene, visits


async def seen_by_staff(app: Application, scene: Scene) -> dict[str, dict[str, Any]]:
    """The clinic's visits by their patient, as its staff sees them after signing in anew."""
    from openvisit.features.identity.sessions import open_session
    from openvisit.features.identity.tokens import Session

    async with app.parts.db.transaction() as connection:
        opened = await open_session(connection, scene.staff.id, now=app.clock(), days=30, user_agent="tests")
    assert isinstance(opened.session, Session)
    token, _ = await app.parts.tokens.issue(opened.session)
    async with app.signed(token) as client:
        answer = await client.get("/api/appointments")
        assert answer.status_code == 200, answer.text
        people = await client.get("/api/patients", params={"clinic_id": str(scene.clinic.id)})
        assert people.status_code == 200, people.text
        found = {visit["patient"]["id"]: visit for visit in answer.json()["items"]}
        for patient in people.json()["items"]:
            found.setdefault(patient["id"], {})["person"] = patient
        return found


async def test_erased_then_restored_from_before(settings: Settings, clock: StandingClock) -> None:
    backup = Path(settings.openvisit_data_dir) / "monday"
    async with played(settings, clock) as (scene, _):
        made = openvisit(settings, "backup", str(backup))
        assert made.returncode == 0, made.stderr
        for file in backup.iterdir():
            for text in (HEALTH, OTHERS, scene.patient.email, "Pat Rivera"):
                assert text.encode() not in file.read_bytes()
        async with scene.app.parts.db.transaction() as connection:
            await scene.app.parts.vault.shred(connection, scene.patient.id, clock())
        still_up = openvisit(settings, "restore", str(backup), "--yes")
        assert still_up.returncode == 1
        assert "stop them first" in still_up.stderr

    asked = openvisit(settings, "restore", str(backup))
    assert asked.returncode == 1
    assert "--yes replaces them" in asked.stderr
    done = openvisit(settings, "restore", str(backup), "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "people erased since, erased again: 1" in done.stdout

    async with running(settings, clock) as app:
        seen = await seen_by_staff(app, scene)
        erased, other = seen[str(scene.patient.patient_id)], seen[str(scene.other_patient.patient_id)]
        assert other["reason"] == OTHERS
        assert other["person"]["email"] == scene.other_patient.email
        assert (erased["reason"], erased["patient"]["name"]) == ("", "Erased person")
        assert erased["status"] == "cancelled"
        assert "person" not in erased, "the clinic's list has them no more"
        async with app.signed(scene.staff.token) as before:
            assert (await before.get("/api/me")).status_code == 401, "sessions of the backup are over"


async def test_restored_on_another_machine(
    settings: Settings, elsewhere: Settings, clock: StandingClock, tmp_path: Path
) -> None:
    backup, keys = tmp_path / "monday", Path(settings.openvisit_data_dir) / "keyring.ovkeys"
    async with played(settings, clock) as (scene, _):
        assert openvisit(settings, "backup", str(backup)).returncode == 0
        async with scene.app.parts.db.transaction() as connection:
            await scene.app.parts.vault.shred(connection, scene.patient.id, clock())
        key_file.write(scene.app.parts.vault, keys, clock())

    without = openvisit(elsewhere, "restore", str(backup))
    assert without.returncode == 1
    assert "--keys" in without.stderr
    done = openvisit(elsewhere, "restore", str(backup), "--keys", str(keys))
    assert done.returncode == 0, done.stdout + done.stderr
    async with running(elsewhere, clock) as app:
        seen = await seen_by_staff(app, scene)
        assert seen[str(scene.other_patient.patient_id)]["reason"] == OTHERS
        assert seen[str(scene.patient.patient_id)]["reason"] == ""
    assert (Path(elsewhere.openvisit_data_dir) / "keyring.ovkeys").is_file()


async def test_what_was_changed_or_cut_off_is_refused_and_nothing_is_lost(
    settings: Settings, clock: StandingClock, tmp_path: Path
) -> None:
    async with played(settings, clock):
        pass
    vault, folder = vault_of(settings), tmp_path / "b"
    making.make(vault, folder, tmp_path / "k", clock(), print)
    with pytest.raises(BackupError, match="not written over another"):
        making.make(vault, folder, tmp_path / "k", clock(), print)
    whole = (folder / "data.sealed").read_bytes()
    for broken in (whole[:-1], whole[: len(whole) // 2], whole[:-1] + b"\x00", b""):
        (folder / "data.sealed").write_bytes(broken)
        with pytest.raises(BackupError, match="changed or cut off"):
            restoring.restore(vault, folder, None, AFTER_RESTORE, print)
    # A restore that fails in the middle: the program's input ends, and the tables of before are back.
    (folder / "data.sealed").write_bytes(whole)
    with vault.wrapping.connect() as connection:
        before = making.counted(connection)
        with pytest.raises(RuntimeError, match="power went"), restoring._set_aside(connection, None):
            restoring._pg_restore(
                restoring.program("pg_restore", connection.info.server_version // 10000),
                settings.database_url,
                _cut_off(),
            )
        assert making.counted(connection) == before
    assert restoring.anything_in(vault)
    restoring.restore(vault, folder, None, AFTER_RESTORE, print)
    assert restoring.anything_in(vault)


def _cut_off() -> Iterator[bytes]:
    yield b"PGDMP"
    raise RuntimeError("the power went")


def test_a_sealed_file_notices_every_change(tmp_path: Path) -> None:
    key, content = sealed_file.fresh_key(), [b"a" * sealed_file.CHUNK, b"b" * sealed_file.CHUNK, b"tail"]
    path = tmp_path / "f"

    def read(path: Path) -> bytes:
        with path.open("rb") as file:
            _, bound = sealed_file.read_head(file)
            return b"".join(sealed_file.read(file, key, bound))

    with path.open("wb") as file:
        sealed_file.write(file, {"kind": "test"}, key, content)
    whole = path.read_bytes()
    assert read(path) == b"".join(content)
    start = len(whole) - (2 * (sealed_file.CHUNK + 20) + 4 + 20)
    chunk = sealed_file.CHUNK + 20
    first, second, last = (
        whole[start : start + chunk],
        whole[start + chunk : start + 2 * chunk],
        whole[start + 2 * chunk :],
    )
    head = whole[:start]
    for changed in (
        head + second + first + last,
        head + first + last,
        head + first + second,
        head + first + second + second + last,
        head.replace(b"test", b"tess") + first + second + last,
        whole + b"more",
        whole[:-1],
        b"",
    ):
        path.write_bytes(changed)
        with pytest.raises(sealed_file.FileBroken):
            read(path)
    for empty in ([], [b""]):
        with path.open("wb") as file:
            sealed_file.write(file, {}, key, empty)
        assert read(path) == b""


async def test_the_key_file_follows_a_shredding(app: Application, settings: Settings, clock: StandingClock) -> None:
    vault, path, person = app.parts.vault, Path(settings.openvisit_data_dir) / "keyring.ovkeys", new_id()
    async with app.parts.db.transaction() as connection:
        await vault.keys(connection, person)
    key_file.write(vault, path, clock())
    before = path.read_bytes()
    assert [each.shredded_at for each in _entries(vault, path) if each.owner == person] == [None]
    async with app.parts.db.transaction() as connection:
        await vault.shred(connection, person, clock())
    async with worker(settings, clock) as jobs:
        await jobs.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
    assert path.read_bytes() != before
    assert [(each.wrapped, each.shredded_at) for each in _entries(vault, path) if each.owner == person] == [
        (b"", clock())
    ]


def _entries(vault: Vault, path: Path) -> list[key_file.Entry]:
    return key_file.read(path, vault.wrapping.masters).entries


def test_what_is_shredded_on_either_side_stays_shredded(
    settings: Settings, clock: StandingClock, tmp_path: Path
) -> None:
    vault, path = vault_of(settings), tmp_path / "keys"
    vault.load()
    kept, gone_here, gone_there = new_id(), new_id(), new_id()
    wrapped = {person: vault.new(person)[1] for person in (kept, gone_here, gone_there)}

    def shred(connection: Any, person: object) -> None:
        connection.execute("UPDATE keyring.data_key SET wrapped = '', shredded_at = now() WHERE owner = %s", (person,))

    with vault.wrapping.connect() as connection:
        for item in wrapped.items():
            connection.execute("INSERT INTO keyring.data_key (owner, wrapped) VALUES (%s, %s)", item)
        shred(connection, gone_there)
        assert key_file.write(vault, path, clock()) == 6
        assert wrapped[kept] not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        connection.execute("UPDATE keyring.data_key SET wrapped = %s, shredded_at = NULL WHERE owner = %s",
                           (wrapped[gone_there], gone_there))  # fmt: skip
        shred(connection, gone_here)
        key_file.load(connection, key_file.read(path, vault.wrapping.masters))
        rows = dict(connection.execute("SELECT owner, wrapped FROM keyring.data_key").fetchall())
    assert {person: rows[person] for person in wrapped} == {kept: wrapped[kept], gone_here: b"", gone_there: b""}
