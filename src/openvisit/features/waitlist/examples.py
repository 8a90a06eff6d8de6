"""Examples of the waitlist, for the documentation."""

from typing import Any

_PATIENT = {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"}
_CLINIC = {"id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1", "name": "Riverside Clinic"}
_PROVIDER = {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"}
_TYPE = {"id": "0197a3c2-5d13-7c2a-8d4b-2e3f4a5b6c71", "name": "Consultation"}
_OFFER = {
    "id": "0197a3c2-5d31-7c3e-9b1f-3f6f5d7a1c31",
    "entry_id": "0197a3c2-5d30-7c3e-9b1f-3f6f5d7a1c30",
    "patient": _PATIENT,
    "clinic": _CLINIC,
    "provider": _PROVIDER,
    "visit_type": _TYPE,
    "start": "2027-03-02T09:00:00-05:00",
    "end": "2027-03-02T09:30:00-05:00",
    "time_zone": "America/New_York",
    "mode": "telehealth",
    "location": None,
    "offered_at": "2027-03-01T14:00:00Z",
    "expires_at": "2027-03-01T14:30:00Z",
    "status": "open",
    "replaces": None,
    "appointment_id": None,
}
_ENTRY = {
    "id": "0197a3c2-5d30-7c3e-9b1f-3f6f5d7a1c30",
    "patient": _PATIENT,
    "clinic": _CLINIC,
    "visit_type": _TYPE,
    "providers": [_PROVIDER],
    "specialty": None,
    "appointment_id": None,
    "appointment_start": None,
    "modes": ["telehealth", "in-person"],
    "possible_modes": ["in-person", "telehealth"],
    "days": [1, 2, 3],
    "times": [{"start": "09:00", "end": "12:00"}],
    "time_zone": "America/New_York",
    "near": {"latitude": 42.6526, "longitude": -73.7562, "km": 20},
    "until": "2027-06-01T00:00:00-04:00",
    "status": "waiting",
    "place": "near-front",
    "joined_at": "2027-03-01T13:00:00Z",
    "urgency": None,
    "offers": None,
    "offer": _OFFER,
}
_RULES = {"offer_minutes": 30, "at_once": 1, "offers_a_day": 3, "quiet_from": "21:00", "quiet_until": "08:00"}
EXAMPLES: dict[str, Any] = {
    "NewWaitlistEntry": {
        "visit_type_id": _TYPE["id"],
        "provider_ids": [_PROVIDER["id"]],
        "modes": ["telehealth", "in-person"],
        "days": [1, 2, 3],
        "times": [{"start": "09:00", "end": "12:00"}],
        "time_zone": "America/New_York",
        "near": {"latitude": 42.6526, "longitude": -73.7562, "km": 20},
        "until": "2027-05-31",
    },
    "WaitlistChanges": {"days": [4, 5], "times": []},
    "UrgencyBody": {"urgency": "soon"},
    "WaitlistEntry": _ENTRY,
    "WaitlistEntries": {"items": [_ENTRY]},
    "WaitlistOffer": _OFFER,
    "OfferAcceptance": {"reason": "The rash is back"},
    "OfferAccepted": {
        "appointment_id": "0197a3c2-5d15-7f0b-9c66-7d8e9fa0b1c2",
        "start": "2027-03-02T14:00:00Z",
        "time_zone": "America/New_York",
    },
    "OfferLink": {"token": "AZejwl0xfD6bHz9vXXocMQ"},
    "WaitlistRules": _RULES,
}
