"""Examples for the API's description."""

from typing import Any

_CLINIC = {"id": "01939c4e-7c1b-7f00-9a51-0242ac120003", "name": "Riverside Clinic"}
_ACCESS = {
    "id": 4711,
    "at": "2027-03-03T14:02:11Z",
    "by": {"name": "Ada Moreno", "role": "provider", "on_behalf_of": None},
    "clinic": _CLINIC,
    "action": "appointment:read",
    "reason": "treatment",
    "visit": {
        "id": "01939c4e-7c1b-7f00-9a51-0242ac120004",
        "visit_type": "Consultation",
        "start": "2027-03-03T09:30:00-05:00",
        "time_zone": "America/New_York",
    },
}
_LINK = {
    "chain": "1b4e28ba-2fa1-4d2b-883f-0016d3cca427",
    "seq": 1204,
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_ENTRY = {
    "id": 4711,
    "at": "2027-03-03T14:02:11Z",
    "actor": {"id": "01939c4e-7c1b-7f00-9a51-0242ac120005", "name": "Ada Moreno"},
    "acting_as": "provider",
    "on_behalf_of": None,
    "action": "appointment:read",
    "reason": "treatment",
    "thing": "appointment",
    "thing_id": "01939c4e-7c1b-7f00-9a51-0242ac120004",
    "patient": {"id": "01939c4e-7c1b-7f00-9a51-0242ac120006", "name": "Pat Rivera"},
    "data": {},
    "link": _LINK,
}

EXAMPLES: dict[str, Any] = {
    "RecordAccess": {"items": [_ACCESS], "next_cursor": None},
    "AuditEntries": {"items": [_ENTRY], "next_cursor": None},
    "AuditState": {
        "entries": 1204,
        "checked_at": "2027-03-03T14:23:00Z",
        "whole_checked_at": "2027-03-03T03:41:00Z",
        "findings": [],
        "checkpoint": 88,
        "signed_at": "2027-03-03T14:23:00Z",
        "unsigned": 12,
    },
    "export_audit": '{"kind":"entry","id":4711,"at":"2027-03-03T14:02:11Z","action":"appointment:read"}\n',
}
