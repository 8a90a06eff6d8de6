"""What the directory's messages look like: one example for each component schema."""

from typing import Any

_CLINIC_ID = "01939c4e-7c1b-7f00-9a51-0242ac120002"
_LOCATION_ID = "01939c4e-7c1b-7f01-9a51-0242ac120002"
_ROOM_ID = "01939c4e-7c1b-7f02-9a51-0242ac120002"
_DEVICE_ID = "01939c4e-7c1b-7f03-9a51-0242ac120002"
_VISIT_TYPE_ID = "01939c4e-7c1b-7f04-9a51-0242ac120002"
_PROVIDER_ID = "01939c4e-7c1b-7f05-9a51-0242ac120002"
_PRICE = {"amount_minor": 12000, "currency": "USD"}

_NEW_CLINIC = {
    "name": "Harbor Health",
    "time_zone": "America/New_York",
    "phone": "+1 212 555 0100",
    "email": "desk@harbor.example",
    "website": "https://harbor.example",
    "currency": "USD",
    "cancellation_notice_minutes": 1440,
    "cancellation_reason_required": False,
}
_CLINIC = {"id": _CLINIC_ID, **_NEW_CLINIC, "version": 1}

_NEW_LOCATION = {
    "name": "Harbor Downtown",
    "time_zone": "America/New_York",
    "clinic_id": _CLINIC_ID,
    "address": "1 Pier Street",
    "city": "New York",
    "region": "NY",
    "postal_code": "10004",
    "country": "US",
    "coordinates": {"latitude": 40.7033, "longitude": -74.017},
    "phone": "+1 212 555 0101",
    "wheelchair_accessible": True,
}
_LOCATION = {"id": _LOCATION_ID, **_NEW_LOCATION, "active": True, "version": 1}

_NEW_ROOM = {"location_id": _LOCATION_ID, "name": "Room 1", "wheelchair_accessible": True}
_ROOM = {"id": _ROOM_ID, "clinic_id": _CLINIC_ID, **_NEW_ROOM, "active": True, "version": 1}
_NEW_DEVICE = {"location_id": _LOCATION_ID, "name": "Ultrasound A", "kind": "ultrasound"}
_DEVICE = {"id": _DEVICE_ID, "clinic_id": _CLINIC_ID, **_NEW_DEVICE, "active": True, "version": 1}

_NEW_VISIT_TYPE = {
    "name": "Follow-up",
    "clinic_id": _CLINIC_ID,
    "description": "",
    "duration_minutes": 30,
    "step_minutes": 15,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 5,
    "minimum_notice_minutes": 120,
    "booking_window_days": 60,
    "daily_cap": None,
    "modes": ["in-person", "telehealth"],
    "price": _PRICE,
    "needs_room": False,
    "needs_device": False,
    "approval_needed": False,
    "bookable_by": ["patient", "provider", "staff", "admin"],
    "provider_ids": [_PROVIDER_ID],
}
_VISIT_TYPE = {"id": _VISIT_TYPE_ID, **_NEW_VISIT_TYPE, "active": True, "version": 1}
_OFFERED = {name: value for name, value in _VISIT_TYPE.items() if name != "provider_ids"}

_SPECIALTY = {"code": "207Q00000X", "name": "Family Medicine"}
_CARD = {
    "id": _PROVIDER_ID,
    "clinic_id": _CLINIC_ID,
    "name": "Ana Ortiz",
    "title": "MD",
    "bio": "Family doctor for all ages.",
    "specialties": [_SPECIALTY],
    "languages": ["en", "es"],
    "insurance_plans": ["Northwind Health"],
    "modes": ["in-person", "telehealth"],
    "locations": [{"id": _LOCATION_ID, "name": "Harbor Downtown", "city": "New York", "time_zone": "America/New_York"}],
    "next_free": [
        {
            "start": "2027-03-04T14:30:00Z",
            "mode": "in-person",
            "visit_type_id": _VISIT_TYPE_ID,
            "location_id": _LOCATION_ID,
        }
    ],
    "fee_from": _PRICE,
    "photo_url": f"/api/providers/{_PROVIDER_ID}/photo?v=1764150000",
    "time_zone": "America/New_York",
    "active": True,
}
_PROVIDER = {
    **_CARD,
    "visit_types": [{"visit_type_id": _VISIT_TYPE_ID, "fee": None}],
    "default_visit_type_id": _VISIT_TYPE_ID,
    "person_id": None,
    "version": 1,
}
_NEW_PROVIDER = {
    "full_name": "Ana Ortiz",
    "time_zone": "America/New_York",
    "clinic_id": _CLINIC_ID,
    "title": "MD",
    "bio": "Family doctor for all ages.",
    "specialties": ["207Q00000X"],
    "languages": ["en", "es"],
    "insurance_plans": ["Northwind Health"],
    "location_ids": [_LOCATION_ID],
    "visit_types": [{"visit_type_id": _VISIT_TYPE_ID, "fee": _PRICE}],
}


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "next_cursor": None}


EXAMPLES: dict[str, Any] = {
    "Clinic": _CLINIC,
    "ClinicPage": _page(_CLINIC),
    "NewClinic": _NEW_CLINIC,
    "ClinicChanges": {"phone": "+1 212 555 0199"},
    "Location": _LOCATION,
    "LocationPage": _page(_LOCATION),
    "NewLocation": _NEW_LOCATION,
    "LocationChanges": {"wheelchair_accessible": False},
    "Room": _ROOM,
    "RoomPage": _page(_ROOM),
    "NewRoom": _NEW_ROOM,
    "RoomChanges": {"name": "Room 1A"},
    "Device": _DEVICE,
    "DevicePage": _page(_DEVICE),
    "NewDevice": _NEW_DEVICE,
    "DeviceChanges": {"active": False},
    "VisitType": _VISIT_TYPE,
    "VisitTypePage": _page(_VISIT_TYPE),
    "NewVisitType": _NEW_VISIT_TYPE,
    "VisitTypeChanges": {"duration_minutes": 45, "price": None},
    "OfferedVisitTypes": {"items": [_OFFERED], "default_visit_type_id": _VISIT_TYPE_ID},
    "ProviderPage": _page(_CARD),
    "Provider": _PROVIDER,
    "NewProvider": _NEW_PROVIDER,
    "ProviderChanges": {"bio": "Family doctor, also on Saturdays.", "languages": ["en", "es", "fr"]},
    "Facets": {
        "specialties": [{**_SPECIALTY, "count": 12}],
        "languages": [{"code": "es", "count": 9}],
        "insurance_plans": [{"name": "Northwind Health", "count": 30}],
        "locations": [{"id": _LOCATION_ID, "name": "Harbor Downtown", "city": "New York"}],
    },
    "SpecialtyList": {"items": [_SPECIALTY]},
}
