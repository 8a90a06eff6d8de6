"""Examples of keys, for the documentation."""

from typing import Any

PUBLIC_KEY = (
    "BNEt-1KJyNT4Egi3AnA5jDQilpcKC8y3THNvx1VElL9jVvvzyjZswj6BV4VME8WNaqwj8Eatow-DU-dPMwOYcqsE2t"
    "C2U5QiHPmwUeH-yleH0Jjf5jf8kLnvlF0MN3JYEYBScaBGHNuCUtYfHEVvo-WasfRbM6zPX1g4ngV3uJkLsw"
)
KEY_ID = "9eb1c88a43b5a3eb3798a281047dfc10"
_SEAL = {
    "kind": "phrase",
    "salt": "c2FsdHNhbHRzYWx0c2FsdA",
    "iterations": 600_000,
    "sealed": "c2VhbGVkLWJ5LWEtcGhyYXNlLXRoYXQtbm9ib2R5LWhlcmUta25vd3M",
    "credential": None,
}
_KEPT = {**_SEAL, "id": "0197a3c2-5d40-7c3e-9b1f-3f6f5d7a1c40", "made_at": "2027-03-01T14:00:00Z"}
_OWN = {"keys": {"key_id": KEY_ID, "public_key": PUBLIC_KEY, "made_at": "2027-03-01T14:00:00Z", "seals": [_KEPT]}}
_ESCROW = {name: _SEAL[name] for name in ("salt", "iterations", "sealed")} | {"public_key": PUBLIC_KEY}
EXAMPLES: dict[str, Any] = {
    "NewKeys": {"public_key": PUBLIC_KEY, "seals": [_SEAL]},
    "ReplacedKeys": {"replaces": KEY_ID, "public_key": PUBLIC_KEY, "seals": [_SEAL]},
    "NewSeal": _SEAL,
    "OwnKeys": _OWN,
    "NewEscrow": _ESCROW,
    "ClinicEscrow": {"escrow": {**_ESCROW, "key_id": KEY_ID, "made_at": "2027-03-01T14:00:00Z"}},
}
