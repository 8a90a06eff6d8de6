"""Agreement of many patients at once, for an installation that is filled with people who were patients before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from openvisit.core.ids import new_id
from openvisit.features.consent.texts import bundled
from openvisit.platform.db import Connection, execute


async def agree(connection: Connection, patients: Sequence[UUID], clinics: Sequence[UUID], at: datetime) -> None:
    """Each of the patients has agreed on paper to every bundled wording at each of the clinics."""
    texts = list(bundled().values())
    made = [(patient, clinic, text) for patient in patients for clinic in clinics for text in texts]
    if not made:
        return
    await execute(
        connection,
        """INSERT INTO consent_text (hash, kind, version, words, published_at)
           SELECT hash, kind, version, words::jsonb, %(at)s
           FROM unnest(%(hashes)s::bytea[], %(kinds)s::text[], %(versions)s::int[], %(words)s::text[])
                AS new(hash, kind, version, words)
           ON CONFLICT (hash) DO NOTHING""",
        {
            "hashes": [text.hash for text in texts],
            "kinds": [text.kind for text in texts],
            "versions": [text.version for text in texts],
            "words": [msgspec.json.encode(text.words).decode() for text in texts],
            "at": at,
        },
    )
    await execute(
        connection,
        """WITH new AS (
               SELECT * FROM unnest(%(ids)s::uuid[], %(patients)s::uuid[], %(clinics)s::uuid[], %(kinds)s::text[],
                                    %(hashes)s::bytea[]) AS new(id, patient_id, clinic_id, kind, hash)
           ), state AS (
               INSERT INTO consent (patient_id, clinic_id, kind, given, text_hash, at)
               SELECT patient_id, clinic_id, kind, true, hash, %(at)s FROM new ON CONFLICT DO NOTHING
           )
           INSERT INTO consent_event
               (id, patient_id, clinic_id, kind, act, text_hash, language, channel, by_role, at)
           SELECT id, patient_id, clinic_id, kind, 'given', hash, 'en', 'paper', 'system', %(at)s FROM new""",
        {
            "ids": [new_id() for _ in made],
            "patients": [patient for patient, _, _ in made],
            "clinics": [clinic for _, clinic, _ in made],
            "kinds": [text.kind for _, _, text in made],
            "hashes": [text.hash for _, _, text in made],
            "at": at,
        },
    )
