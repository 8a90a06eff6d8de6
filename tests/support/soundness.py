"""What must hold in the database after any race, storm or crash, asked of the database itself."""

from openvisit.core.appointment import ACTIVE
from openvisit.platform.db import Connection, Row, fetch_all, fetch_one

_RULES = {
    "no two exclusive claims of one resource overlap": """
        SELECT a.resource, a.during AS one, b.during AS other FROM claim a
        JOIN claim b ON b.resource = a.resource AND b.id > a.id AND b.during && a.during
        WHERE a.exclusive AND b.exclusive""",
    # Told from the appointments alone, so that it would be seen if claims went missing.
    "no two visits of one patient, room or device overlap": """
        WITH taken AS (
            SELECT a.id, resource, tstzrange(starts_at, ends_at) AS during FROM appointment a,
                unnest(ARRAY[patient_id, room_id, device_id]) AS resource
            WHERE resource IS NOT NULL AND status = ANY(%(active)s))
        SELECT a.id AS one, b.id AS other FROM taken a
        JOIN taken b ON b.resource = a.resource AND b.id > a.id AND b.during && a.during""",
    "active visits claim exactly what they need, ended ones nothing": """
        WITH visit AS (
            SELECT a.*, starts_at - make_interval(mins => buffer_before_minutes) AS begin,
                   ends_at + make_interval(mins => buffer_after_minutes) AS until
            FROM appointment a JOIN visit_type v ON v.id = a.visit_type_id WHERE status = ANY(%(active)s)
        ), needed AS (
            SELECT id, provider_id AS resource, tstzrange(begin, until) AS during, NOT overbooked AS exclusive,
                   CASE WHEN overbooked THEN 'overbook' ELSE 'visit' END AS kind FROM visit
            UNION ALL
            SELECT id, resource, tstzrange(starts_at, ends_at), true, 'visit'
            FROM visit, unnest(ARRAY[patient_id, room_id, device_id]) AS resource WHERE resource IS NOT NULL
        ), there AS (
            SELECT appointment_id AS id, resource, during, exclusive, kind FROM claim
            WHERE appointment_id IS NOT NULL
        )
        (SELECT 'missing' AS what, * FROM (SELECT * FROM needed EXCEPT ALL SELECT * FROM there) m)
        UNION ALL (SELECT 'too many', * FROM (SELECT * FROM there EXCEPT ALL SELECT * FROM needed) t)""",
    "holds claim exactly what they keep": """
        WITH needed AS (
            SELECT h.id, provider_id AS resource, expires_at,
                   tstzrange(starts_at - make_interval(mins => buffer_before_minutes),
                             ends_at + make_interval(mins => buffer_after_minutes)) AS during
            FROM hold h JOIN visit_type v ON v.id = h.visit_type_id
            UNION ALL
            SELECT h.id, resource, expires_at, tstzrange(starts_at, ends_at)
            FROM hold h, unnest(ARRAY[room_id, device_id]) AS resource WHERE resource IS NOT NULL
        ), there AS (
            SELECT hold_id AS id, resource, expires_at, during FROM claim WHERE hold_id IS NOT NULL
        )
        (SELECT 'missing' AS what, * FROM (SELECT * FROM needed EXCEPT ALL SELECT * FROM there) m)
        UNION ALL (SELECT 'too many', * FROM (SELECT * FROM there EXCEPT ALL SELECT * FROM needed) t)""",
    "every claim has exactly one cause, which is there": """
        SELECT c.id, c.kind FROM claim c LEFT JOIN absence a ON a.id = c.absence_id
        WHERE num_nonnulls(appointment_id, hold_id, absence_id) <> 1 OR (c.kind = 'absence') <> (a.id IS NOT NULL)""",
    "each change of a visit left one event and one line in the audit": """
        SELECT a.id, a.version, events, lines FROM appointment a
        CROSS JOIN LATERAL (SELECT count(*) AS events FROM event e WHERE e.subject = a.id) e
        CROSS JOIN LATERAL (SELECT count(*) AS lines FROM audit WHERE thing = 'appointment' AND thing_id = a.id
                            AND action NOT LIKE '%%:read') l
        WHERE events <> a.version OR lines <> a.version""",
    "nothing is told of visits that do not exist": """
        SELECT e.id, e.type FROM event e LEFT JOIN appointment a ON a.id = e.subject
        WHERE e.type LIKE 'appointment.%%' AND a.id IS NULL""",
    "a key stands for one visit, which is there": """
        SELECT i.key FROM idempotency i LEFT JOIN appointment a ON a.id = i.row_id WHERE a.id IS NULL""",
}


async def broken_rules(connection: Connection) -> dict[str, list[Row]]:
    """The rules that do not hold, each with rows that break it; empty when all is well."""
    values = {"active": [str(status) for status in ACTIVE]}
    found = {rule: await fetch_all(connection, f"{query} LIMIT 5", values) for rule, query in _RULES.items()}
    return {rule: rows for rule, rows in found.items() if rows}


async def deadlocks(connection: Connection) -> int:
    """How many deadlocks the server broke in this database. Complete only once its other connections are closed."""
    row = await fetch_one(connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert row is not None
    return int(row["deadlocks"])
