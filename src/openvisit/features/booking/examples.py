"""What the messages about holds and appointments look like: one example for each component schema."""

from typing import Any

_CLINIC_ID = "01939c4e-7c1b-7f00-9a51-0242ac120002"
_LOCATION_ID = "01939c4e-7c1b-7f01-9a51-0242ac120002"
_VISIT_TYPE_ID = "01939c4e-7c1b-7f04-9a51-0242ac120002"
_PROVIDER_ID = "01939c4e-7c1b-7f05-9a51-0242ac120002"
_PATIENT_ID = "01939c4e-7c1b-7f06-9a51-0242ac120002"
_APPOINTMENT_ID = "01939c4e-7c1b-7f07-9a51-0242ac120002"
_START, _END = "2027-03-01T09:00:00-05:00", "2027-03-01T09:30:00-05:00"

_SLOT = {"provider_id": _PROVIDER_ID, "visit_type_id": _VISIT_TYPE_ID, "start": _START, "mode": "in-person"}
_ACCOMMODATIONS = {"interpreter": "ase", "wheelchair_access": True}
_APPOINTMENT = {
    "id": _APPOINTMENT_ID,
    "clinic": {"id": _CLINIC_ID, "name": "Harbor Health"},
    "provider": {"id": _PROVIDER_ID, "name": "Ada Moreno"},
    "patient": {"id": _PATIENT_ID, "name": "Ana Flores"},
    "visit_type": {"id": _VISIT_TYPE_ID, "name": "Consultation", "duration_minutes": 30},
    "start": _START,
    "end": _END,
    "time_zone": "America/New_York",
    "mode": "in-person",
    "status": "scheduled",
    "location": {
        "id": _LOCATION_ID,
        "name": "Harbor Downtown",
        "address": "1 Pier Street",
        "city": "New York",
        "time_zone": "America/New_York",
        "phone": "+1 212 555 0101",
    },
    "room": {"id": "01939c4e-7c1b-7f02-9a51-0242ac120002", "name": "Room 1"},
    "device": None,
    "reason": "A cough that does not go away",
    "accommodations": _ACCOMMODATIONS,
    "price": {"amount_minor": 12000, "currency": "USD"},
    "overbooked": False,
    "policy": {"change_until": "2027-02-28T09:00:00-05:00", "reason_required": False},
    "moves": ["reschedule", "cancel", "confirm"],
    "closed_reason": "",
    "private": False,
    "patient_late": None,
    "created_at": "2027-02-20T15:04:05Z",
    "updated_at": "2027-02-20T15:04:05Z",
    "version": 1,
}

EXAMPLES: dict[str, Any] = {
    "HoldBody": _SLOT,
    "Hold": {
        "id": "01939c4e-7c1b-7f08-9a51-0242ac120002",
        "token": "pQ8w3sJt0nVb6yLk2mXc5r",
        **_SLOT,
        "end": _END,
        "expires_at": "2027-02-20T15:09:05Z",
    },
    "BookBody": {
        **_SLOT,
        "reason": "A cough that does not go away",
        "hold_token": "pQ8w3sJt0nVb6yLk2mXc5r",
        "accommodations": _ACCOMMODATIONS,
    },
    "PrivacyBody": {"private": True},
    "RescheduleBody": {"start": "2027-03-02T10:00:00-05:00"},
    "CancelBody": {"reason": "I feel better"},
    "SaidLate": {"minutes": 15, "said_at": "2027-03-01T13:40:00Z"},
    "Appointment": _APPOINTMENT,
    "Appointments": {"items": [_APPOINTMENT], "next_cursor": None},
    "History": {
        "items": [{"at": "2027-02-20T15:04:05Z", "action": "appointment.booked", "by": "Ana Flores", "data": {}}]
    },
    "get_calendar_file": (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OpenVisit//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{_APPOINTMENT_ID}@harbor.example\r\nDTSTAMP:20270220T150405Z\r\n"
        "DTSTART:20270301T140000Z\r\nDTEND:20270301T143000Z\r\nSUMMARY:Consultation with Ada Moreno\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ),
}
