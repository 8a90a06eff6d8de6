"""Examples of signing in by an identity provider, for the documentation."""

from typing import Any

_OFFERED = {"id": "google", "kind": "google", "label": "Google"}
EXAMPLES: dict[str, Any] = {
    "Providers": {"items": [_OFFERED]},
    "FederationStart": {"next": "/visits", "time_zone": "America/New_York", "language": "en"},
    "FederationRedirect": {"url": "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=..."},
    "ProviderAnswer": {"state": "p2c0XyZ...", "code": "4/0AX4...", "iss": "https://accounts.google.com"},
    "FederationResult": {
        "outcome": "prove",
        "next": "/visits",
        "session": None,
        "prove": {"provider": "google", "label": "Google", "email": "ana.flores@example.org", "account": True},
    },
    "FederationProof": {
        "prove": {"provider": "google", "label": "Google", "email": "ana.flores@example.org", "account": True}
    },
    "ProveByCode": {"code": "402817"},
    "Identities": {
        "items": [
            {
                **_OFFERED,
                "id": "0197a3c2-5d13-7d21-8a77-4b5c6d7e8f90",
                "provider": "google",
                "email": "ana.flores@example.org",
                "linked_at": "2027-03-01T08:00:00Z",
                "last_used_at": "2027-03-02T08:00:00Z",
            }
        ],
        "removable": True,
    },
    "ProviderSignOut": {"url": "https://id.example.org/session/end?client_id=openvisit"},
}
