"""Examples of providers who are away, for the documentation."""

from typing import Any

_PROVIDER = {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"}
_PROPOSAL = {
    "id": "0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41",
    "appointment_id": "0197a3c2-5d15-7f0b-9c66-7d8e9fa0b1c2",
    "patient": {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"},
    "provider": _PROVIDER,
    "visit_type": {"id": "0197a3c2-5d13-7c2a-8d4b-2e3f4a5b6c71", "name": "Consultation"},
    "was": "2027-03-02T09:00:00-05:00",
    "time_zone": "America/New_York",
    "appointment_status": "scheduled",
    "status": "open",
    "choices": [
        {
            "id": "0197a3c2-5d42-7c3e-9b1f-3f6f5d7a1c42",
            "kind": "later",
            "provider": _PROVIDER,
            "start": "2027-03-04T09:00:00-05:00",
            "mode": "telehealth",
        }
    ],
    "chosen": None,
    "answered_at": None,
    "asked_at": "2027-03-01T14:00:00Z",
    "kept_until": "2027-03-02T14:00:00Z",
    "reminders": 0,
    "called_at": None,
}
_AWAY = {
    "id": "0197a3c2-5d40-7c3e-9b1f-3f6f5d7a1c40",
    "provider": _PROVIDER,
    "start": "2027-03-02T05:00:00Z",
    "end": "2027-03-03T05:00:00Z",
    "created_at": "2027-03-01T14:00:00Z",
    "proposals": [_PROPOSAL],
    "unanswered": 1,
}
EXAMPLES: dict[str, Any] = {
    "AwayBody": {"start": "2027-03-02T00:00:00-05:00", "end": "2027-03-03T00:00:00-05:00", "video": True},
    "Away": _AWAY,
    "AwayList": {"items": [_AWAY]},
    "AwayProposal": _PROPOSAL,
    "AwayProposals": {"items": [_PROPOSAL]},
    "AwayAnswer": {"choice": "0197a3c2-5d42-7c3e-9b1f-3f6f5d7a1c42"},
    "CallMark": {"called": True},
    "AwayLink": {"token": "AZejwl0xfD6bHz9vXXocMQ"},
    "AwayLinkAnswer": {"token": "AZejwl0xfD6bHz9vXXocMQ", "choice": "0197a3c2-5d42-7c3e-9b1f-3f6f5d7a1c42"},
}
