"""Providers with all that a card shows, in one statement for a page of them."""

from collections.abc import Mapping
from typing import Any

from openvisit.features.directory.taxonomy import name_of
from openvisit.features.directory.wire.fields import price
from openvisit.features.directory.wire.providers import (
    FreeStart,
    NamedSpecialty,
    ProviderCard,
    ProviderLocation,
)

CARDS = """
SELECT p.id, p.clinic_id, p.full_name, p.title, p.bio, p.time_zone, p.specialties, p.languages, p.insurance_plans,
       p.active, p.default_visit_type_id, p.person_id, p.version, page.soonest, page.sort_name,
       offer.modes, offer.fee_minor, offer.fee_currency, place.locations,
       free.starts, free.start_modes, free.start_locations,
       (SELECT extract(epoch FROM photo.at)::bigint FROM provider_photo photo WHERE photo.provider_id = p.id) AS photo
FROM page
JOIN provider p ON p.id = page.id
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT mode) AS modes,
           -- The lowest fee in the clinic's own currency; other currencies count only where it has none.
           (array_agg(coalesce(o.fee_minor, v.price_minor) ORDER BY
               coalesce(o.fee_currency, v.price_currency) IS DISTINCT FROM c.currency,
               coalesce(o.fee_minor, v.price_minor)))[1] AS fee_minor,
           (array_agg(coalesce(o.fee_currency, v.price_currency) ORDER BY
               coalesce(o.fee_currency, v.price_currency) IS DISTINCT FROM c.currency,
               coalesce(o.fee_minor, v.price_minor)))[1] AS fee_currency
    FROM provider_visit_type o
    JOIN visit_type v ON v.id = o.visit_type_id AND v.active
    JOIN clinic c ON c.id = v.clinic_id
    CROSS JOIN unnest(v.modes) AS mode
    WHERE o.provider_id = p.id
) offer
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('id', l.id, 'name', l.name, 'city', l.city, 'time_zone', l.time_zone)
                    ORDER BY lower(l.name), l.id) AS locations
    FROM provider_location pl JOIN location l ON l.id = pl.location_id AND l.active
    WHERE pl.provider_id = p.id
) place
CROSS JOIN LATERAL (
    SELECT array_agg(start ORDER BY start) AS starts, array_agg(mode ORDER BY start) AS start_modes,
           array_agg(location_id ORDER BY start) AS start_locations
    FROM (
        SELECT DISTINCT ON (s.start) s.start, n.mode, s.location_id
        FROM next_free n CROSS JOIN unnest(n.starts, n.location_ids) AS s (start, location_id)
        WHERE n.provider_id = p.id AND n.visit_type_id = p.default_visit_type_id AND s.start > %(now)s
              AND (%(mode)s::text IS NULL OR n.mode = %(mode)s)
        ORDER BY s.start, n.mode
        LIMIT 3
    ) soon
) free
"""
"""Put after a CTE `page (id, soonest, sort_name)`; takes the parameters `now` and `mode`."""


def card_fields(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The members of a `ProviderCard` from a row of `CARDS`."""
    return {
        "id": row["id"],
        "clinic_id": row["clinic_id"],
        "name": row["full_name"],
        "title": row["title"],
        "bio": row["bio"],
        "specialties": [NamedSpecialty(code, name_of(code, language)) for code in row["specialties"]],
        "languages": row["languages"],
        "insurance_plans": row["insurance_plans"],
        "modes": row["modes"] or [],
        "locations": [ProviderLocation(**place) for place in row["locations"] or ()],
        "next_free": _free(row),
        "fee_from": price(row["fee_minor"], row["fee_currency"]),
        "photo_url": photo_url(row),
        "time_zone": row["time_zone"],
        "active": row["active"],
    }


def card(row: Mapping[str, Any], language: str) -> ProviderCard:
    """A provider's card from a row of `CARDS`."""
    return ProviderCard(**card_fields(row, language))


def photo_url(row: Mapping[str, Any]) -> str | None:
    """Where the photo is; the address changes with the photo, so that browsers may keep it for ever."""
    return f"/api/providers/{row['id']}/photo?v={row['photo']}" if row["photo"] is not None else None


def _free(row: Mapping[str, Any]) -> list[FreeStart]:
    if not row["starts"]:
        return []
    found = zip(row["starts"], row["start_modes"], row["start_locations"], strict=True)
    return [FreeStart(start, mode, row["default_visit_type_id"], place) for start, mode, place in found]
