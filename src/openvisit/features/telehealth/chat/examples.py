"""Examples of conversations, for the documentation."""

from typing import Any

from openvisit.features.telehealth.keys.examples import EXAMPLES as KEYS_EXAMPLES
from openvisit.features.telehealth.keys.examples import KEY_ID, PUBLIC_KEY

_ROOM = "0197a3c2-5d15-7f2b-8c66-7d8e9fa0b1c2"
_ANA, _ADA = "person:0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13", "person:0197a3c2-5d12-7b1f-9c3a-1d2e3f4a5b60"
_ADA_KEY = "1f2e3d4c5b6a798807162534a5b4c3d2"
_MESSAGE_ID = "0197a3c2-5d50-4c3e-9b1f-3f6f5d7a1c50"
_FILE_ID = "0197a3c2-5d51-7c3e-9b1f-3f6f5d7a1c51"
_SIGNATURE = "c2lnbmVk" * 10 + "c2lnbm"
_CIPHERTEXT = "bm9ib2R5LWhlcmUtY2FuLXJlYWQtdGhpcy1uZWl0aGVyLWNhbi10aGUtc2VydmVy"
_COMMITMENT = "Y29tbWl0dGVkLXRvLXdpdGhvdXQtdGVsbGluZy1pdC0"
_WRAP = {"participant": _ANA, "key_id": KEY_ID, "wrapped": "d3JhcHBlZC1mb3Itb25lLXJlYWRlci1vbmx5LQ" * 4}
_SENT = {
    "id": _MESSAGE_ID,
    "epoch": 1,
    "key_id": KEY_ID,
    "sequence": 1,
    "ciphertext": _CIPHERTEXT,
    "signature": _SIGNATURE,
}
_MESSAGE = {**_SENT, "place": 1, "sender": _ANA, "sent_at": "2027-03-01T14:00:00Z"}
_EPOCH = {
    "number": 1,
    "maker": _ANA,
    "key_id": KEY_ID,
    "commitment": _COMMITMENT,
    "signature": _SIGNATURE,
    "readers": [f"{_ANA} {KEY_ID}", f"{_ADA} {_ADA_KEY}"],
    "wraps": [_WRAP],
    "lacking": [],
}
_READING = {
    "at": "2027-03-20T09:00:00Z",
    "by": "Nora Admin",
    "why": "A complaint of the patient's about what was said before the visit",
}
EXAMPLES: dict[str, Any] = {
    "NewEpoch": {"number": 1, "commitment": _COMMITMENT, "signature": _SIGNATURE, "wraps": [_WRAP]},
    "HandedOn": {"number": 1, "wraps": [_WRAP]},
    "NewMessage": {**_SENT, "files": []},
    "Message": _MESSAGE,
    "Messages": {"items": [_MESSAGE], "more": False},
    "Mark": {"delivered": 4, "read": 3},
    "Chat": {
        "room_id": _ROOM,
        "you": _ANA,
        "role": "patient",
        "members": [
            {
                "participant": _ANA,
                "role": "patient",
                "name": "Ana Flores",
                "key_id": KEY_ID,
                "public_key": PUBLIC_KEY,
                "first_key": True,
            },
            {
                "participant": _ADA,
                "role": "provider",
                "name": "Ada Moreno",
                "key_id": None,
                "public_key": None,
                "first_key": True,
            },
        ],
        "keys": [{"participant": _ANA, "key_id": KEY_ID, "public_key": PUBLIC_KEY}],
        "epochs": [_EPOCH],
        "marks": [{"participant": _ANA, "delivered": 4, "read": 3}],
        "last_place": 4,
        "next_sequence": 2,
        "open": True,
        "opens_at": None,
        "closes_at": "2027-03-09T14:30:00Z",
        "history": "provider",
        "file_bytes": 10_000_000,
        "file_kinds": ["image/jpeg", "application/pdf"],
        "escrow_key": None,
        "readings": [],
    },
    "NewFile": {"kind": "application/pdf", "size": 300_000},
    "File": {"id": _FILE_ID, "kind": "application/pdf", "size": 300_000, "chunks": 2, "arrived": [0]},
    "Unread": {"total": 2, "rooms": [{"room_id": _ROOM, "unread": 2}]},
    "ChatRules": {"hours_before": None, "hours_after": 168, "history": "provider", "file_megabytes": 10},
}
CLINIC_EXAMPLES: dict[str, Any] = {
    "OpenForClinic": {"reason": _READING["why"]},
    "ClinicStanding": {"possible": True, "readings": [_READING]},
    "ClinicConversation": {
        "chat": {**EXAMPLES["Chat"], "you": "clinic:0197a3c2-5d10-7a54-8e2d-9a0c4b7e6f10", "role": "clinic"},
        "keys": [KEYS_EXAMPLES["ClinicEscrow"]["escrow"]],
        "until": "2027-03-20T09:30:00Z",
    },
}
