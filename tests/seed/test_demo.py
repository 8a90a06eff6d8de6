"""The demonstration is whole, believable and free of contradictions."""

from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import DictRow

from openvisit import seed
from openvisit.core.appointment import ACTIVE, FINAL
from openvisit.core.errors import Forbidden
from openvisit.settings import Settings
from tests.seed.conftest import NOW, silent

Rows = psycopg.Connection[DictRow]

ACTIVE_ONES = [str(status) for status in ACTIVE]


def count(rows: Rows, query: str, **values: object) -> int:
    row = rows.execute(f"SELECT count(*) AS n FROM {query}", values).fetchone()
    assert row is not None
    return int(row["n"])


def test_the_group_has_three_zones_forty_providers_twelve_specialties_and_two_hundred_patients(rows: Rows) -> None:
    assert count(rows, "(SELECT DISTINCT time_zone FROM location) z") == 3
    assert count(rows, "provider") == 40
    assert count(rows, "(SELECT DISTINCT unnest(specialties) FROM provider) s") == 12
    assert count(rows, "patient") == 200
    assert count(rows, "clinic_patient") == 200
    assert count(rows, "provider WHERE default_visit_type_id IS NULL OR bio = '' OR title = ''") == 0


def test_no_two_people_share_a_name(rows: Rows) -> None:
    assert count(rows, "(SELECT full_name FROM person GROUP BY full_name HAVING count(*) > 1) n") == 0


def test_what_patients_book_now_they_can_cancel_now(rows: Rows) -> None:
    assert count(rows, "visit_type WHERE 'patient' = ANY(bookable_by) AND minimum_notice_minutes < 120") == 0
    assert count(rows, "clinic WHERE cancellation_notice_minutes > 60") == 0


def test_visits_reach_three_months_back_and_three_weeks_ahead_with_plausible_outcomes(rows: Rows) -> None:
    past = rows.execute(
        "SELECT status, min(starts_at) AS first FROM appointment WHERE ends_at <= %s GROUP BY 1", (NOW,)
    )
    assert min(row["first"] for row in past) < NOW - timedelta(days=87)
    assert count(rows, "appointment WHERE starts_at > %(soon)s", soon=NOW + timedelta(days=17)) > 10
    assert count(rows, "appointment WHERE starts_at > %(late)s", late=NOW + timedelta(days=23)) == 0
    found = Counter(r["status"] for r in rows.execute("SELECT status FROM appointment WHERE starts_at < %s", (NOW,)))
    total = found.total()
    assert total > 1500
    assert 0.80 < found["completed"] / total < 0.88
    assert 0.06 < found["cancelled"] / total < 0.12
    assert 0.05 < found["no-show"] / total < 0.09
    ahead = {r["status"] for r in rows.execute("SELECT status FROM appointment WHERE starts_at > %s", (NOW,))}
    assert {"requested", "scheduled", "confirmed", "rescheduled", "cancelled"} <= ahead


def test_long_waits_are_missed_more_often(rows: Rows) -> None:
    missed = rows.execute(
        """SELECT starts_at - created_at > interval '10 days' AS late, avg((status = 'no-show')::int) AS share
           FROM appointment WHERE status IN ('completed', 'no-show') GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    assert missed[0]["share"] < missed[1]["share"]


def test_past_visits_are_over_and_today_is_alive(rows: Rows) -> None:
    final = [str(status) for status in FINAL]
    yesterday = NOW - timedelta(days=1)
    assert count(rows, "appointment WHERE ends_at < %(t)s AND NOT status = ANY(%(f)s)", t=yesterday, f=final) == 0
    today = rows.execute("SELECT status FROM appointment WHERE starts_at::date = %s::date", (NOW,))
    found = {row["status"] for row in today}
    assert "completed" in found
    assert found & {"checked-in", "in-progress"}
    assert found & {"scheduled", "confirmed"}
    assert count(rows, "appointment WHERE starts_at > %(now)s AND status IN ('completed', 'no-show')", now=NOW) == 0


def test_every_active_visit_claims_its_provider_with_buffers_its_patient_its_room_and_its_device(rows: Rows) -> None:
    wanted = """
        FROM appointment a JOIN visit_type v ON v.id = a.visit_type_id
        CROSS JOIN LATERAL (VALUES
            (a.provider_id, tstzrange(a.starts_at - make_interval(mins => v.buffer_before_minutes),
                                      a.ends_at + make_interval(mins => v.buffer_after_minutes))),
            (a.patient_id, tstzrange(a.starts_at, a.ends_at)),
            (a.room_id, tstzrange(a.starts_at, a.ends_at)),
            (a.device_id, tstzrange(a.starts_at, a.ends_at))) AS w (resource, during)
        WHERE w.resource IS NOT NULL AND a.status = ANY(%(active)s)"""
    row = rows.execute(
        f"""SELECT count(*) AS wanted, count(*) FILTER (WHERE EXISTS (
                SELECT FROM claim c WHERE c.appointment_id = a.id AND c.resource = w.resource
                AND c.during = w.during AND c.exclusive AND c.kind = 'visit')) AS found {wanted}""",
        {"active": ACTIVE_ONES},
    ).fetchone()
    assert row is not None
    assert row["wanted"] == row["found"] > 500
    over = "claim c JOIN appointment a ON a.id = c.appointment_id WHERE a.status IN ('cancelled', 'no-show')"
    assert count(rows, over) == 0
    old = "claim c WHERE upper(c.during) < %(yesterday)s"
    assert count(rows, old, yesterday=NOW - timedelta(days=1)) == 0


@pytest.mark.parametrize("resource", ["provider_id", "patient_id", "room_id", "device_id"])
def test_nobody_and_nothing_was_ever_in_two_visits_at_once(rows: Rows, resource: str) -> None:
    buffer = resource == "provider_id"
    before, after = ("v.buffer_before_minutes", "v.buffer_after_minutes") if buffer else ("0", "0")
    doubled = count(
        rows,
        f"""(WITH taken AS (
                SELECT a.id, a.{resource} AS resource, tstzrange(
                    a.starts_at - make_interval(mins => {before}), a.ends_at + make_interval(mins => {after})) AS during
                FROM appointment a JOIN visit_type v ON v.id = a.visit_type_id)
             SELECT FROM taken one JOIN taken two
             ON one.resource = two.resource AND one.id < two.id AND one.during && two.during) doubled""",
    )
    assert doubled == 0


def test_visits_ahead_are_at_slots_of_their_provider(rows: Rows) -> None:
    """Inside an opening, on its grid, in a mode and a visit type that are offered, and not during an absence.

    But for one that is fitted in now, and those whose provider will be away.
    """
    ahead = """appointment a JOIN visit_type v ON v.id = a.visit_type_id WHERE a.starts_at > %(now)s
        AND NOT EXISTS (SELECT FROM away_proposal r WHERE r.appointment_id = a.id)"""
    astray = f"""{ahead} AND (
        NOT a.mode = ANY(v.modes)
        OR NOT EXISTS (SELECT FROM provider_visit_type o WHERE (o.provider_id, o.visit_type_id) = (a.provider_id, v.id))
        OR EXISTS (SELECT FROM absence x WHERE x.provider_id = a.provider_id
                   AND tstzrange(x.starts_at, x.ends_at) && tstzrange(a.starts_at, a.ends_at))
        OR NOT EXISTS (
            SELECT FROM opening o WHERE o.provider_id = a.provider_id AND a.mode = ANY(o.modes)
            AND o.starts_at <= a.starts_at AND o.ends_at >= a.ends_at
            AND (a.mode <> 'in-person' OR o.location_id = a.location_id)
            AND mod((extract(epoch FROM a.starts_at - o.starts_at) / 60)::int, v.step_minutes) = 0))"""
    soon = NOW + timedelta(minutes=22)
    assert count(rows, ahead, now=soon) > 200
    assert count(rows, astray, now=soon) == 0


def test_visits_keep_the_rules_of_their_type(rows: Rows) -> None:
    visits = "appointment a JOIN visit_type v ON v.id = a.visit_type_id"
    in_person = "(a.mode = 'in-person')"
    assert count(rows, f"{visits} WHERE (v.needs_room AND {in_person}) <> (a.room_id IS NOT NULL)") == 0
    assert count(rows, f"{visits} WHERE (v.needs_device AND {in_person}) <> (a.device_id IS NOT NULL)") == 0
    assert count(rows, f"{visits} WHERE {in_person} <> (a.location_id IS NOT NULL)") == 0
    notice = "make_interval(mins => v.minimum_notice_minutes)"
    moved = "EXISTS (SELECT FROM audit t WHERE t.thing_id = a.id AND t.action = 'appointment:reschedule')"
    assert count(rows, f"{visits} WHERE a.starts_at - a.created_at < {notice} AND NOT {moved}") == 0
    full = f"""(SELECT FROM {visits} WHERE v.daily_cap IS NOT NULL AND a.status <> 'cancelled'
                GROUP BY a.provider_id, a.starts_at::date, v.id, v.daily_cap HAVING count(*) >= v.daily_cap) f"""
    assert count(rows, full) == 0


def test_the_trail_of_every_visit_leads_to_where_it_stands(rows: Rows) -> None:
    astray = """appointment a CROSS JOIN LATERAL (
        SELECT count(*) AS steps, max(at) AS last, bool_and(at <= %(now)s) AS known,
               (array_agg(action ORDER BY id))[1] AS first,
               (array_agg(data ->> 'status' ORDER BY id DESC))[1] AS status,
               array_agg(at ORDER BY id) = array_agg(at ORDER BY at, id) AS in_order
        FROM audit WHERE thing = 'appointment' AND thing_id = a.id) t
        WHERE t.first <> 'appointment:book' OR t.status <> a.status OR t.steps <> a.version OR t.last <> a.updated_at
           OR NOT t.known OR NOT t.in_order OR a.created_at > a.starts_at"""
    assert count(rows, astray, now=NOW) == 0


def test_next_free_times_are_known_for_all_that_is_offered(rows: Rows) -> None:
    offered = "(SELECT FROM provider_visit_type o JOIN visit_type v ON v.id = o.visit_type_id, unnest(v.modes)) m"
    assert count(rows, "next_free") == count(rows, offered) > 200
    assert count(rows, "next_free WHERE first_start > %(now)s", now=NOW) > 200


def test_nobody_is_written_to(rows: Rows) -> None:
    assert count(rows, "procrastinate_jobs") == 0
    assert count(rows, "event") == 0
    assert count(rows, "scheduled_reminder WHERE status NOT IN ('sent', 'delivered', 'failed')") == 0


def test_a_visit_by_video_begins_soon(rows: Rows) -> None:
    soon = """appointment a JOIN patient t ON t.id = a.patient_id JOIN person p ON p.id = t.person_id
        WHERE p.full_name = 'Maya Riverola' AND a.mode = 'telehealth' AND a.status IN ('scheduled', 'confirmed')
        AND a.starts_at BETWEEN %(now)s + interval '16 minutes' AND %(now)s + interval '22 minutes'"""
    assert count(rows, soon, now=NOW) == 1


def test_past_visits_have_notes_ratings_and_messages(rows: Rows) -> None:
    assert count(rows, "visit_note WHERE finished_at IS NOT NULL") > 50
    assert count(rows, "visit_rating WHERE comment IS NOT NULL") > 20
    assert count(rows, "visit_rating WHERE moderation = 'rejected' AND moderation_reason IS NOT NULL") == 1
    early = "visit_rating g JOIN appointment a ON a.id = g.appointment_id WHERE g.rated_at < a.ends_at"
    assert count(rows, early) == 0
    for table in ("visit_note", "visit_rating"):
        strange = f"{table} x JOIN appointment a ON a.id = x.appointment_id WHERE a.status <> 'completed'"
        assert count(rows, strange) == 0
    for status in ("sent", "delivered", "failed"):
        assert count(rows, "scheduled_reminder WHERE status = %(status)s", status=status) > 0


def test_some_wait_one_is_offered_a_time_and_somebody_away_has_patients_who_have_not_answered(rows: Rows) -> None:
    assert count(rows, "waitlist_entry WHERE status = 'waiting'") == 6
    offered = """waitlist_offer o JOIN waitlist_slot s ON s.id = o.slot_id JOIN claim c ON c.hold_id = s.hold_id
        WHERE o.status = 'open' AND o.expires_at > %(now)s AND c.during = tstzrange(s.starts_at, s.ends_at)"""
    assert count(rows, offered, now=NOW) == 1
    proposals = "away_proposal r JOIN away w ON w.id = r.away_id WHERE r.status = 'open' AND w.starts_at > %(now)s"
    assert count(rows, proposals, now=NOW) > 1
    assert count(rows, f"{proposals} AND jsonb_array_length(r.choices) = 0", now=NOW) == 0


def test_seeding_again_adds_nothing(rows: Rows, seeded: Settings) -> None:
    before = count(rows, "person")
    said: list[str] = []
    seed.demo(seeded, say=said.append, now=NOW)
    assert said == ["The demo accounts are there already: nothing added."]
    assert count(rows, "person") == before


def test_accounts_with_a_known_password_are_not_made_in_production() -> None:
    with pytest.raises(Forbidden):
        seed.demo(Settings(openvisit_profile="production"), say=silent)
