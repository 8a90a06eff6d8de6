"""`openvisit audit` as an operator meets it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from openvisit.core.ids import new_id
from openvisit.settings import Settings
from tests.features.audit.trail import Trail
from tests.support.application import Application


@pytest.fixture
async def trail(app: Application) -> Trail:
    clinic = new_id()
    with psycopg.connect(app.parts.settings.database_url) as connection:
        connection.execute(
            """INSERT INTO clinic (id, name, time_zone, cancellation_notice_minutes, created_at)
               VALUES (%s, 'Riverside Clinic', 'UTC', 0, now())""",
            (clinic,),
        )
    found = Trail(app, clinic)
    await found.grow()
    return found


def audit(settings: Settings, *words: str) -> tuple[int, str]:
    """Run the command; its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "openvisit.cli", "audit", *words],
        env={
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "OPENVISIT_DATA_DIR": settings.openvisit_data_dir,
            "SECRET_KEY": settings.secret_key,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


async def test_verify_says_what_was_done_and_where(trail: Trail, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "checkpoints.json"
    assert audit(settings, "verify") == (
        0, "Riverside Clinic: 10 entries in 1 chain, all well\nThe audit is what was written.\n"
    )  # fmt: skip
    code, said = audit(settings, "checkpoint", "--out", str(file))
    assert (code, said.splitlines()[0]) == (0, "Riverside Clinic: 10 new entries, signed, all well")
    assert audit(settings, "verify", "--clinic", "Riverside Clinic", "--checkpoint", str(file))[0] == 0
    with trail.tampering() as connection:
        connection.execute("UPDATE audit SET actor_id = NULL WHERE id = %s", (trail.entry(5),))
    code, said = audit(settings, "verify")
    assert code == 1
    assert f"link 5, entry {trail.entry(5)}: the entry is not what was written" in said
    trail.rechain(5)
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit_checkpoint")
    assert audit(settings, "verify")[0] == 0  # whoever can write everything deceives the database alone
    code, said = audit(settings, "verify", "--checkpoint", str(file))
    assert code == 1
    assert "the links from 1 to 10 were written anew: the checkpoint 1 of" in said
    assert audit(settings, "verify", "--clinic", "Nowhere") == (
        1, "openvisit audit: There is no clinic 'Nowhere' in the audit\n"
    )  # fmt: skip
    file.write_text("{}")
    assert "is not a file of checkpoints" in audit(settings, "verify", "--checkpoint", str(file))[1]


async def test_only_what_need_not_be_kept_is_taken_out(trail: Trail, settings: Settings) -> None:
    code, said = audit(settings, "prune", "--before", "2999-01-01")
    assert code == 1
    assert "Entries are kept for 6 years (AUDIT_RETENTION_YEARS)" in said
    assert audit(settings, "prune", "--before", "2020-01-04") == (
        0, "Riverside Clinic: 3 entries taken out, all well\n"
    )  # fmt: skip
    assert audit(settings, "verify") == (
        0, "Riverside Clinic: 8 entries in 1 chain, all well\nThe audit is what was written.\n"
    )  # fmt: skip
    with trail.tampering() as connection:
        connection.execute("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    code, said = audit(settings, "prune", "--before", "2020-01-05")
    assert (code, said.splitlines()[0]) == (
        1, "Riverside Clinic: nothing taken out: the trail is not as it was written"
    )  # fmt: skip
