"""Examples of rooms, for the documentation."""

from typing import Any

_ID = "0197a3c2-5d15-7f0b-9c66-7d8e9fa0b1c2"
_KEY = "BAXh0s3mJ5nq8cVb1zYwR2tK7uLpQ4eN6gHdF9aSxCvBnMkJhGfDsApOiUyTrEwQzXcVbNmLkJhGfDsAqWeRtYu"
_GUEST = {
    "id": "0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41",
    "room_id": _ID,
    "name": "Ines Soler",
    "role": "interpreter",
    "status": "invited",
    "public_key": _KEY,
    "token": "kq7mP0Yb1sDkH3iQ0m5o8c7XcE4wT6rZbJ1uL2aGfMn",
}
EXAMPLES: dict[str, Any] = {
    "VisitLink": {
        "url": f"https://openvisit.example/visit/{_ID}#2v9nPz0Yb1sDkH3iQ0m5o8c7XcE4wT6rZbJ1uL2aGfM",
        "token": "2v9nPz0Yb1sDkH3iQ0m5o8c7XcE4wT6rZbJ1uL2aGfM",
        "room_id": _ID,
        "opens_at": "2027-03-02T13:45:00Z",
        "expires_at": "2027-03-02T15:30:00Z",
    },
    "VisitRoom": {
        "id": _ID,
        "clinic": {"id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1", "name": "Riverside Clinic"},
        "provider": {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"},
        "patient": {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"},
        "visit_type": "Consultation",
        "start": "2027-03-02T09:00:00-05:00",
        "end": "2027-03-02T09:30:00-05:00",
        "time_zone": "America/New_York",
        "status": "confirmed",
        "door": "open",
        "opens_at": "2027-03-02T13:45:00Z",
        "closes_at": "2027-03-02T15:30:00Z",
        "phone": "+1 518 555 0100",
        "participant": "person:0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f10",
        "role": "patient",
        "patient_waits": None,
        "patient_late": None,
        "provider_late": 10,
        "no_show_minutes": 10,
        "by_phone": False,
    },
    "ByPhone": {"by_phone": True},
    "Waiting": {
        "items": [
            {
                "room_id": _ID,
                "participant": "person:0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f10",
                "role": "patient",
                "name": "Ana Flores",
                "since": "2027-03-02T13:52:10Z",
                "start": "2027-03-02T14:00:00Z",
                "clinic": {"id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1", "name": "Riverside Clinic"},
                "provider": {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"},
                "patient": {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"},
            }
        ]
    },
    "NewGuest": {"name": "Ines Soler", "role": "interpreter", "public_key": _KEY},
    "GuestKey": {"public_key": _KEY},
    "Guest": _GUEST,
    "Guests": {"items": [{**_GUEST, "token": None}]},
    "GuestToken": {"token": _GUEST["token"]},
    "GuestRoom": {
        "id": _ID,
        "guest_id": _GUEST["id"],
        "name": "Ines Soler",
        "role": "interpreter",
        "clinic": "Riverside Clinic",
        "provider": "Ada Moreno",
        "start": "2027-03-02T09:00:00-05:00",
        "end": "2027-03-02T09:30:00-05:00",
        "time_zone": "America/New_York",
        "door": "early",
        "opens_at": "2027-03-02T13:45:00Z",
        "closes_at": "2027-03-02T15:30:00Z",
        "phone": "+1 518 555 0100",
        "public_key": _KEY,
    },
    "Late": {"minutes": 10},
    "VisitRules": {
        "opens_before_minutes": 15,
        "closes_after_minutes": 60,
        "phone": "+1 518 555 0100",
        "no_show_minutes": 10,
    },
}
