"""Examples of recordings, for the documentation."""

from typing import Any

_ID = "0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41"
_PATIENT = {"id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "name": "Ana Flores"}
_PROVIDER = {"id": "0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60", "name": "Ada Moreno"}
_KEY = {
    "receiver": "person:0197a3c2-5d15-7e0a-8b55-6c7d8e9fa0b3",
    "key_id": "5f6c1a0de4b87c2f9a3b1e5d7c8f9a0b",
    "sealed": "AQTbW1uQk6p0tG9c2bqkY7m0rXc1m7c2Jm1xVtq0f3l5g7B9d1k3m5o7q9s1u3w5y7",
}
_RECORDING = {
    "id": _ID,
    "room_id": "0197a3c2-5d20-7c3e-9b1f-3f6f5d7a1c20",
    "provider": _PROVIDER,
    "patient": _PATIENT,
    "started_at": "2027-03-04T14:35:00Z",
    "stopped_at": "2027-03-04T14:52:10Z",
    "stopped_why": "stopped",
    "whole": True,
    "size": 48210344,
    "keep_until": "2028-03-03T14:35:00Z",
    "deletion_asked_at": None,
    "may_delete": False,
}
EXAMPLES: dict[str, Any] = {
    "RecordingRules": {"allowed": True, "keep_days": 365},
    "RecordingConsentBody": {"answer": "yes"},
    "RoomRecording": {
        "allowed": True,
        "keep_days": 365,
        "clinic_plays": False,
        "people": [
            {
                "participant": "person:0197a3c2-5d15-7e0a-8b55-6c7d8e9fa0b3",
                "name": "Ana Flores",
                "role": "patient",
                "answer": "yes",
                "answered_at": "2027-03-04T14:34:40Z",
            }
        ],
        "may_start": False,
        "recording": {"id": _ID, "started_at": "2027-03-04T14:35:00Z"},
        "stopped_why": None,
    },
    "NewRecording": {"id": _ID, "media_type": "video/webm;codecs=vp8,opus", "keys": [_KEY]},
    "RecordingPlace": {"offset": 182044, "pieces": 3, "stopped_why": None, "complete": False},
    "Recording": _RECORDING,
    "Recordings": {"items": [_RECORDING]},
    "OpenedRecording": {
        "recording": _RECORDING,
        "media_type": "video/webm;codecs=vp8,opus",
        "pieces": [61020, 60876, 60148],
        "keys": [_KEY],
    },
}
