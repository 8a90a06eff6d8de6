"""With the first wall taken away, the second one stands: the database shows and takes nothing of others.

The permission table lets everybody do everything here, and queries are asked without a condition. What remains is
row-level security, keyed by the person and the clinics of the request.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from openvisit.core.permissions import POLICY
from openvisit.migrations.row_security import OPEN
from openvisit.platform.db import Connection, Database, elevated, execute, fetch_all, fetch_one
from openvisit.platform.principal import NOBODY, SYSTEM, Principal, acting, of_person
from openvisit.settings import Settings
from tests.permissions.stage import REQUESTS, Request, Stage, set_stage
from tests.permissions.test_matrix import TABLE
from tests.support.application import running
from tests.support.cast import Person, usual_scene
from tests.support.clock import StandingClock

PLANTED = "a lump behind the left ear"
STRANGERS = ("other_patient", "outsider")
"""A patient of nobody here, and somebody who is staff and admin of another clinic."""


@pytest.fixture(scope="module")
async def stage(module_settings: Settings) -> AsyncIterator[Stage]:
    async with running(replace(module_settings, horizon_days=30), StandingClock()) as app:
        made = await set_stage(await usual_scene(app))
        start = app.clock() + timedelta(days=4, hours=7)
        slot = made.scene.slot(start, reason=PLANTED)
        booked = await made.scene.patient.client.post("/api/appointments", json=slot)
        assert booked.status_code == 201, booked.text
        made.names["appointment_id"] = booked.json()["id"]
        yield made


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every permission is everybody's."""
    for name, predicates in POLICY.items():
        monkeypatch.setitem(POLICY, name, (*predicates, lambda actor, target: True))  # type: ignore[arg-type]


async def principal_of(stage: Stage, person: Person) -> Principal:
    return of_person(await stage.scene.app.parts.tokens.actor(person.token))


async def protected(connection: Connection) -> list[str]:
    rows = await fetch_all(
        connection,
        """SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace
           AND relkind = 'r' ORDER BY 1""",
    )
    return [row["relname"] for row in rows]


async def seen(stage: Stage, principal: Principal) -> dict[str, list[dict[str, Any]]]:
    """Every row of every protected table that the principal is shown when the query has no condition at all."""
    found = {}
    with acting(principal):
        async with stage.scene.app.parts.db.connection() as connection:
            for table in await protected(connection):
                found[table] = await fetch_all(connection, f"SELECT * FROM {table}", {})
    return found


async def test_the_application_runs_as_a_role_that_nothing_is_waived_for(stage: Stage) -> None:
    async with stage.scene.app.parts.db.connection() as connection:
        row = await fetch_one(
            connection,
            """SELECT current_user AS name, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                      EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS owns,
                      has_schema_privilege(current_user, 'public', 'CREATE') AS makes
               FROM pg_roles r WHERE rolname = current_user""",
        )
    assert row is not None
    assert row.pop("name") == "openvisit_app"
    assert not any(row.values()), row


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY person_read ON person",
        "UPDATE audit SET action = 'nothing'",
        "DELETE FROM audit",
        "TRUNCATE appointment",
        "SET ROLE postgres",
    ],
)
async def test_the_application_cannot_take_the_wall_down(stage: Stage, statement: str) -> None:
    async with stage.scene.app.parts.db.connection(as_system="the most that there is") as connection:
        if statement == "SET ROLE postgres":
            # The embedded server's login owns everything; a login of the role's own could not go back either.
            row = await fetch_one(connection, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'openvisit_app'")
            assert row == {"rolcanlogin": False}
            return
        with pytest.raises(errors.InsufficientPrivilege):
            await execute(connection, statement)


async def test_without_a_principal_nothing_is_seen(stage: Stage) -> None:
    """A connection that forgot to say for whom: as the role, with the setting never set."""
    with psycopg.connect(stage.scene.app.parts.db.url, autocommit=True) as connection:
        connection.execute("SET ROLE openvisit_app")
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # type: ignore[call-overload]
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("INSERT INTO clinic_patient SELECT id, id, now() FROM clinic")


async def test_nobody_sees_nothing(stage: Stage) -> None:
    assert {table for table, rows in (await seen(stage, NOBODY)).items() if rows} == set()


async def test_the_system_sees_what_is_there(stage: Stage) -> None:
    """So that the emptiness in the other tests is not that of the tables."""
    there = await seen(stage, SYSTEM)
    filled = {table for table, rows in there.items() if rows}
    assert filled >= {"person", "patient", "clinic_patient", "role", "session", "appointment", "hold", "audit", "event"}
    assert not set(there) & OPEN.keys()


@pytest.mark.parametrize("who", STRANGERS)
async def test_a_query_without_a_condition_shows_a_stranger_nothing_of_the_patient(stage: Stage, who: str) -> None:
    scene = stage.scene
    ours = {str(scene.patient.id), str(scene.patient.patient_id), str(scene.staff.id)}
    for table, rows in (await seen(stage, await principal_of(stage, stage.person(who)))).items():
        for row in rows:
            named = {str(value) for value in row.values()}
            assert not named & ours, f"{table}: {row}"


async def test_people_see_their_own(stage: Stage) -> None:
    scene = stage.scene
    mine = await seen(stage, await principal_of(stage, scene.patient))
    assert [row["id"] for row in mine["person"]] == [scene.patient.id]
    assert {row["patient_id"] for row in mine["appointment"]} == {scene.patient.patient_id}
    assert {row["person_id"] for row in mine["session"]} == {scene.patient.id}
    assert mine["role"] == []
    clinics = await seen(stage, await principal_of(stage, scene.staff))
    assert {row["clinic_id"] for row in clinics["role"]} == {scene.clinic.id}
    assert {row["patient_id"] for row in clinics["clinic_patient"]} == {scene.patient.patient_id}
    assert {row["person_id"] for row in clinics["session"]} == {scene.staff.id}, "a colleague's sessions are theirs"
    assert scene.outsider.id not in {row["id"] for row in clinics["person"]}


@pytest.mark.parametrize("who", ["patient", "staff", "provider", *STRANGERS])
async def test_only_an_admin_of_the_clinic_can_write_its_roles(stage: Stage, who: str) -> None:
    person = stage.person(who)
    with acting(await principal_of(stage, person)):
        async with stage.scene.app.parts.db.connection() as connection:
            with pytest.raises(errors.InsufficientPrivilege):
                await execute(
                    connection,
                    """INSERT INTO role (person_id, clinic_id, role, granted_at)
                       VALUES (%(person)s, %(clinic)s, 'admin', now())""",
                    {"person": person.id, "clinic": stage.scene.clinic.id},
                )


@pytest.mark.parametrize("who", STRANGERS)
async def test_strangers_change_nothing_by_a_statement_without_a_condition(stage: Stage, who: str) -> None:
    principal = await principal_of(stage, stage.person(who))
    before = (await seen(stage, SYSTEM))["appointment"]
    with acting(principal):
        async with stage.scene.app.parts.db.connection() as connection:
            assert await execute(connection, "UPDATE appointment SET status = 'cancelled'") == 0
            assert await execute(connection, "DELETE FROM clinic_patient WHERE true") == 0
    assert (await seen(stage, SYSTEM))["appointment"] == before


def secrets(stage: Stage) -> list[str]:
    """What only the patient, the provider and the clinic know."""
    scene = stage.scene
    return [PLANTED, scene.patient.email, scene.staff.email, "Pat Rivera", "Sam Staff"]


@pytest.mark.usefixtures("no_first_wall")
@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize(
    "name", [name for name in TABLE if re.search(r"\{\w+_id\}|people|patients|appointments", name)]
)
async def test_no_route_tells_a_stranger_or_lets_them_change_anything(stage: Stage, who: str, name: str) -> None:
    method, path = name.split(" ")
    if method == "DELETE" and "sessions" in path:
        return  # one's own
    before = await clinic_rows(stage)
    answer = await REQUESTS.get(name, Request()).by(stage, who, method, path)
    assert answer.status_code < 500, answer.text
    for secret in secrets(stage):
        assert secret not in answer.text, name
    assert await clinic_rows(stage) == before, name


async def clinic_rows(stage: Stage) -> list[Any]:
    """The clinic's visits, patients and roles as they are."""
    values = {"clinic": stage.scene.clinic.id, "person": stage.scene.patient.id}
    async with stage.scene.app.parts.db.connection(as_system="to compare") as connection:
        return [
            await fetch_all(connection, "SELECT * FROM appointment WHERE clinic_id = %(clinic)s ORDER BY id", values),
            await fetch_all(connection, "SELECT * FROM role WHERE clinic_id = %(clinic)s ORDER BY 1, 3", values),
            await fetch_all(connection, "SELECT * FROM person WHERE id = %(person)s", values),
            await fetch_all(connection, "SELECT * FROM hold WHERE person_id = %(person)s ORDER BY id", values),
        ]


async def test_a_connection_never_answers_for_whoever_had_it_before(stage: Stage) -> None:
    """The pool hands one connection to one person after another, through errors and rollbacks too."""
    scene, db = stage.scene, stage.scene.app.parts.db
    people = [scene.patient, scene.staff, scene.other_patient, scene.outsider]
    principals = [(person, await principal_of(stage, person)) for person in people]
    for turn in range(40):
        person, principal = principals[turn % len(principals)]
        with acting(principal):
            async with db.connection() as connection:
                if turn % 3 == 0:  # the statement that would have carried the principal fails, and takes it back
                    with pytest.raises(errors.DivisionByZero):
                        await fetch_one(connection, "SELECT 1 / %(zero)s AS x", {"zero": 0})
                own = await fetch_one(connection, "SELECT openvisit_person() AS id", {})
                assert own == {"id": person.id}
            with pytest.raises(ZeroDivisionError):
                await in_a_transaction(db, person)
            async with db.connection() as connection, connection.cursor() as cursor:  # past our own helpers
                await cursor.execute("SELECT openvisit_person() AS id")
                assert await cursor.fetchone() == {"id": person.id}
        async with db.connection(public=True) as connection:
            assert await fetch_one(connection, "SELECT openvisit_person() AS id", {}) == {"id": None}


async def in_a_transaction(db: Database, person: Person) -> None:
    """Acts for the person, for the system, for the person again, and fails."""
    me = {"id": person.id}
    async with db.transaction() as connection:
        assert await fetch_one(connection, "SELECT openvisit_person() AS id", {}) == me
        async with elevated(connection, "to see that it ends"):
            assert await fetch_one(connection, "SELECT openvisit_is_system() AS yes", {}) == {"yes": True}
        assert await fetch_one(connection, "SELECT openvisit_person() AS id", {}) == me
        raise ZeroDivisionError
