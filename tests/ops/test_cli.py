"""The command line as an operator meets it: words, exit codes, and what is in the database afterwards."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from openvisit.platform import migrate, revision
from openvisit.platform.postgres import EmbeddedPostgres

pytestmark = pytest.mark.ops

NAMES = ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL", "SECRET_KEY", "OPENVISIT_PROFILE")


class Installation:
    """An installation with its own data folder; `run` is its command line."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._environment = {name: value for name, value in os.environ.items() if name not in NAMES}
        self._environment["OPENVISIT_DATA_DIR"] = str(data)

    def run(self, *arguments: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "openvisit.cli", *arguments],
            env={**self._environment, **settings},
            cwd=self.data.parent,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def installation(place: Path) -> Installation:
    return Installation(place / "data")


@pytest.fixture
def with_server(installation: Installation) -> Iterator[Installation]:
    """One whose database is up, as it is while `openvisit up` runs in another terminal."""
    with EmbeddedPostgres(installation.data / "postgres", durable=False) as server:
        server.create_database("openvisit")
        yield installation


def test_the_first_admin_brings_the_clinic_along(with_server: Installation) -> None:
    cli = with_server.run
    done = cli("migrate")
    assert (done.returncode, done.stdout) == (0, f"migrated from empty to {revision.newest()}\n")
    assert cli("migrate").stdout == f"the database is at {revision.newest()}\n"

    ada = ("ada@clinic.example", "--name", "Ada Byron", "--role", "admin")
    refused = cli("user", "add", *ada, given="a long enough password\n")
    assert refused.returncode == 1
    assert "with --role admin and --clinic NAME one is made" in refused.stderr
    done = cli(
        "user",
        "add",
        *ada,
        "--clinic",
        "Harbour Clinic",
        "--time-zone",
        "Europe/Lisbon",
        given="correct horse battery\n",
    )
    assert (done.returncode, done.stdout) == (0, "ada@clinic.example can sign in, as admin\n"), done.stderr
    short = cli("user", "add", "bo@clinic.example", "--name", "Bo", given="short\n")
    assert short.returncode == 1
    assert "at least 12 characters" in short.stderr

    assert cli("user", "add", "cy@clinic.example", "--name", "Cy", given="correct horse battery\n").returncode == 0
    assert cli("user", "role", "CY@clinic.example", "--give", "staff").stdout == "CY@clinic.example is now staff\n"
    assert cli("user", "role", "cy@clinic.example", "--give", "staff").stdout.endswith("as before\n")
    assert cli("user", "list").stdout.splitlines() == [
        "ada@clinic.example  Ada Byron  admin at Harbour Clinic",
        "cy@clinic.example  Cy  staff at Harbour Clinic",
    ]
    cli("user", "role", "cy@clinic.example", "--take", "staff")
    assert "cy@clinic.example  Cy  patient" in cli("user", "list").stdout


def test_check_says_what_is_wrong_and_what_to_do(with_server: Installation) -> None:
    nothing = with_server.run("check", WEB_DIST=str(with_server.data))
    assert nothing.returncode == 1
    assert "FAIL  web app" in nothing.stdout
    assert "FAIL  migrations       at nothing, this version needs" in nothing.stdout
    assert "-> run `openvisit migrate`" in nothing.stdout
    with_server.run("migrate")
    (with_server.data / "index.html").touch()
    well = with_server.run("check", WEB_DIST=str(with_server.data))
    assert "FAIL" not in well.stdout
    assert well.returncode == 0
    (with_server.data / "secret_key").chmod(0o644)
    assert "chmod 600" in with_server.run("check", WEB_DIST=str(with_server.data)).stdout


def test_check_on_a_database_out_of_reach(installation: Installation) -> None:
    nowhere = installation.run("check", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert nowhere.returncode == 1
    assert "FAIL  database         cannot be reached" in nowhere.stdout


def test_a_wrong_setting_is_named(installation: Installation) -> None:
    wrong = installation.run("up", PORT="eighty")
    assert wrong.returncode == 1
    assert wrong.stderr == "openvisit up: PORT must be a whole number, it is 'eighty'\n"
    production = installation.run("up", OPENVISIT_PROFILE="production")
    assert production.returncode == 1
    assert "SECRET_KEY must be set" in production.stderr


def test_the_api_description_is_valid_json_and_the_same_each_time(installation: Installation) -> None:
    first, second = installation.run("openapi"), installation.run("openapi")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    described = json.loads(first.stdout)
    assert described["openapi"].startswith("3.1")
    assert "/api/appointments" in described["paths"]


def test_the_light_way_to_the_newest_revision_agrees_with_alembic() -> None:
    assert revision.newest() == migrate.newest()


def test_no_command_and_a_wrong_one_are_misuse(installation: Installation) -> None:
    assert installation.run().returncode == 2
    assert installation.run("fly").returncode == 2
    assert installation.run("--version").stdout.startswith("openvisit ")
