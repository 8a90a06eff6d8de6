"""Examples for the API's description."""

from typing import Any

_CLINIC = "0197a3c2-5d14-70c1-9d8e-7f6a5b4c3d2e"
_VISIT = "0197a3c2-5d12-7b65-8f3e-0b1d5c8f7a24"
_REQUEST = {
    "id": "0197a3c2-5d20-7e11-8a5c-1f2e3d4c5b6a",
    "kind": "export",
    "status": "running",
    "asked_at": "2027-03-01T08:00:00Z",
    "due_at": "2027-03-31T08:00:00Z",
    "runs_at": None,
    "done_at": None,
    "progress": 40,
    "appointment_id": None,
    "wish": "",
    "answer": "",
    "accepted": None,
}
_OWN = {**_REQUEST, "step": "appointment", "download_until": None, "certificate": None}
_SEEN: dict[str, Any] = {
    **_REQUEST,
    "kind": "correct",
    "status": "open",
    "progress": 0,
    "person_name": "Ana Flores",
    "patient_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13",
    "appointment_id": _VISIT,
    "wish": "The visit was by phone, not by video.",
    "overdue": False,
    "facts": {},
}
_RULES = {
    "medical_years": 10,
    "billing_years": 10,
    "audit_years": 6,
    "message_months": 24,
    "smallest_group": 11,
    "country": "US",
}
_KEPT = {
    "what": "medical",
    "clinic_id": _CLINIC,
    "clinic_name": "Riverside Clinic",
    "count": 3,
    "until": "2037-02-01T15:30:00Z",
}
_RETAINED = {
    "id": "0197a3c2-5d21-7f22-9b6d-2a3f4e5d6c7b",
    "retained_at": "2027-03-08T08:00:00Z",
    "keep_until": "2037-02-01T15:30:00Z",
    "visits": 3,
}
EXAMPLES: dict[str, Any] = {
    "OwnDetails": {
        "full_name": "Ana Flores",
        "phone": "+1 555 0100",
        "born_on": "1986-04-12",
        "restricted_at": None,
        "objected_at": None,
    },
    "OwnDetailsChanges": {"full_name": "Ana Maria Flores"},
    "PrivacyRequest": _OWN,
    "PrivacyRequests": {"items": [_OWN]},
    "NewPrivacyRequest": {"kind": "export"},
    "ErasurePlan": {
        "erased": [{"what": "visits-text", "count": 4}],
        "kept": [_KEPT],
        "days_to_undo": 7,
        "blocked": False,
    },
    "ClinicPrivacyRequest": _SEEN,
    "ClinicPrivacyRequests": {"items": [_SEEN]},
    "PrivacyAnswer": {"accepted": True, "answer": "Put right, thank you."},
    "ClinicPrivacy": _RULES,
    "RetentionReport": {
        "items": [{"rule": "visit-text", "clinic_id": _CLINIC, "before": "2017-03-01T08:00:00Z", "count": 12}]
    },
    "RetainedRecords": {"items": [_RETAINED]},
    "OpenRetained": {"reason": "authority"},
    "RetainedContent": {
        "id": _RETAINED["id"],
        "keep_until": _RETAINED["keep_until"],
        "content": {"name": "Ana Flores", "visits": []},
    },
    "AnalyticsWish": {"from_year": 2026, "to_year": 2026},
}
