-- What PostgreSQL alone can do, the statement of a booking (features/booking/write.py) with a slot of its own each time.
WITH slot AS MATERIALIZED (
    SELECT b.*, gen_random_uuid() AS id, now() AS at FROM bench_slot b WHERE n = (SELECT nextval('bench_slot_n'))
), wished AS (
    SELECT gen_random_uuid() AS claim_id, w.*, slot.id AS appointment_id FROM slot, LATERAL (VALUES
        (provider_id, starts_at, ends_at), (patient_id, starts_at, ends_at), (room_id, starts_at, ends_at)
    ) AS w(resource, starts_at, ends_at) ORDER BY w.resource
), won AS (
    INSERT INTO claim (id, resource, during, kind, exclusive, appointment_id)
    SELECT claim_id, resource, tstzrange(starts_at, ends_at), 'visit', true, appointment_id FROM wished
    ON CONFLICT DO NOTHING RETURNING resource
), made AS (
    INSERT INTO appointment (id, clinic_id, provider_id, patient_id, visit_type_id, location_id, room_id, device_id,
        starts_at, ends_at, time_zone, mode, status, reason, accommodations, price_minor, price_currency, overbooked,
        booked_by, created_at, updated_at)
    SELECT id, clinic_id, provider_id, patient_id, visit_type_id, location_id, room_id, NULL, starts_at, ends_at,
        'America/New_York', 'in-person', 'scheduled', '\x0123456789abcdef0123456789abcdef0123456789abcdef'::bytea,
        '\x0123456789abcdef0123456789abcdef'::bytea, 12000, 'USD', false, person_id, at, at
    FROM slot WHERE (SELECT count(*) FROM won) = 3 RETURNING id
), kept AS (
    INSERT INTO idempotency (person_id, key, fingerprint, status, body, row_id, at)
    SELECT person_id, id::text, decode(md5(id::text), 'hex'), 201, decode(repeat('ab', 900), 'hex'), id, at FROM slot
    WHERE EXISTS (SELECT FROM made) ON CONFLICT DO NOTHING RETURNING key
), trail AS (
    INSERT INTO audit (at, clinic_id, actor_id, action, thing, thing_id, patient_id, data)
    SELECT at, clinic_id, person_id, action, 'appointment', id, patient_id,
        jsonb_build_object('start', starts_at, 'status', 'scheduled', 'mode', 'in-person')
    FROM slot WHERE EXISTS (SELECT FROM made)
), told AS (
    INSERT INTO event (id, type, subject, at, data)
    SELECT gen_random_uuid(), 'appointment.booked', id, at, '{}'::jsonb FROM slot WHERE EXISTS (SELECT FROM made)
)
SELECT EXISTS (SELECT FROM made), EXISTS (SELECT FROM kept),
       CASE WHEN EXISTS (SELECT FROM made) THEN procrastinate_defer_jobs_v1(ARRAY(
           SELECT ROW('events', task, 0, task || id, NULL,
                      jsonb_build_object('event_id', id, 'type', 'appointment.booked', 'subject', id, 'data', '{}'::jsonb),
                      NULL)::procrastinate_job_to_defer_v1 FROM slot, unnest(slot.tasks) AS task)) END;
