"""What has been kept long enough goes, and nothing else; a dry run counts the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from openvisit.core.ids import new_id
from openvisit.core.retention import BY_COUNTRY, USUAL, kept_until, rules_for, years_after
from openvisit.features.identity.commands import create_account
from openvisit.features.privacy import retention
from openvisit.platform.db import execute, fetch_all
from tests.features.privacy.conftest import Office

RULES = {"medical_years": 2, "billing_years": 1, "audit_years": 6, "message_months": 1, "smallest_group": 11}


async def counts(office: Office, run: Any = retention.report) -> dict[str, int]:
    done = await run(office.scene.app.parts.db, office.scene.app.clock())
    found: dict[str, int] = {}
    for line in done.items:
        found[line.rule] = found.get(line.rule, 0) + line.count
    return {rule: count for rule, count in found.items() if count}


async def ruled(office: Office) -> None:
    answer = await office.scene.admin.client.put(f"/api/clinics/{office.scene.clinic.id}/privacy", json=RULES)
    assert answer.is_success, answer.text


async def test_text_goes_with_the_last_visit_and_prices_by_their_own_rule(office: Office) -> None:
    await ruled(office)
    recent, gone = office.scene.patient, office.scene.other_patient
    await office.visit(gone, -3 * 365, status="completed", reason="Long ago")
    kept = await office.visit(recent, -3 * 365 - 1, status="completed", reason="Long ago too")
    await office.visit(recent, -30, status="completed", reason="Lately")
    assert await counts(office) == {"visit-text": 1, "visit-price": 2}
    assert await counts(office, retention.run) == {"visit-text": 1, "visit-price": 2}
    assert await counts(office) == {}
    seen = await recent.client.get(f"/api/appointments/{kept}")
    assert (seen.json()["reason"], seen.json()["price"]) == ("Long ago too", None)
    (old,) = (await gone.client.get("/api/appointments")).json()["items"]
    assert (old["reason"], old["accommodations"], old["status"]) == ("", {}, "completed")


async def test_a_childs_record_is_kept_until_they_are_of_age_and_the_years_after(office: Office) -> None:
    await ruled(office)
    child = office.scene.patient
    await child.client.patch("/api/me/details", json={"born_on": "2015-05-05"})
    await office.visit(child, -3 * 365, status="completed", reason="Measles")
    assert "visit-text" not in await counts(office)


async def test_nobody_elses_rule_counts(office: Office) -> None:
    await office.visit(office.scene.patient, -3 * 365, status="completed")
    assert await counts(office) == {}, "ten years where the clinic has set none"
    report = await office.scene.admin.client.get(f"/api/clinics/{office.scene.clinic.id}/retention")
    assert {line["clinic_id"] for line in report.json()["items"]} == {str(office.scene.clinic.id)}


async def test_unproved_accounts_exports_codes_and_events_go(office: Office) -> None:
    parts, clock = office.scene.app.parts, office.scene.app.clock
    asked = await office.asked(office.scene.patient, "export")
    await office.exported(asked["id"])
    async with parts.db.transaction() as connection:
        stranger = await create_account(
            connection,
            parts.vault,
            email="typo@cast.test",
            full_name="T",
            password=None,
            now=clock(),
            verified=False,
            patient=True,
        )
        await execute(
            connection,
            "INSERT INTO email_code (person_id, purpose, expires_at) VALUES (%(id)s, 'register', %(at)s)",
            {"id": stranger, "at": clock()},
        )
        await execute(
            connection,
            "INSERT INTO event (id, type, subject, at, data) VALUES (%(id)s, 'x', %(id)s, %(at)s, '{}')",
            {"id": new_id(), "at": clock() - timedelta(days=399)},
        )
    invited = await office.scene.admin.client.post(
        "/api/people",
        json={"clinic_id": str(office.scene.clinic.id), "email": "new@cast.test", "full_name": "N", "roles": ["staff"]},
    )
    assert invited.is_success
    assert await counts(office) == {}
    clock.advance(days=31)
    due = await counts(office)
    assert (due["unproved-accounts"], due["exports"], due["codes"], due["events"]) == (1, 1, 1, 1)
    await counts(office, retention.run)
    async with parts.db.connection() as connection:
        people = {row["id"] for row in await fetch_all(connection, "SELECT id FROM person")}
        kept = await fetch_all(
            connection, "SELECT wrapped FROM keyring.data_key WHERE owner = %(id)s", {"id": stranger}
        )
    assert stranger not in people
    assert office.scene.patient.id in people
    assert [bytes(row["wrapped"]) for row in kept] == [b""]


async def test_a_run_is_audited_batch_by_batch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await ruled(office)
    for days in (700, 800, 900):
        await office.visit(office.scene.patient, -days, status="completed")
    monkeypatch.setattr(retention, "BATCH", 2)
    assert (await counts(office, retention.run))["visit-price"] == 3
    async with office.scene.app.parts.db.connection() as connection:
        rows = await fetch_all(
            connection, "SELECT data FROM audit WHERE action = 'retention:run' AND data ->> 'rule' = 'visit-price'"
        )
    assert sorted(row["data"]["count"] for row in rows) == [1, 2]


def test_years_of_a_leap_day() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert years_after(leap, 10) == datetime(2038, 2, 28, 12, tzinfo=UTC)
    assert years_after(leap, -4) == datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born_on", "until"),
    [(None, 2037), (date(1980, 1, 1), 2037), (date(2020, 2, 29), 2048), (date(2009, 2, 28), 2037)],
)
def test_years_count_from_the_last_visit_or_from_being_of_age(born_on: date | None, until: int) -> None:
    assert kept_until(datetime(2027, 3, 1, tzinfo=UTC), 10, born_on).year == until


def test_unknown_countries_have_usual_rules() -> None:
    assert rules_for("de") == BY_COUNTRY["DE"]
    assert rules_for("XX") == USUAL
