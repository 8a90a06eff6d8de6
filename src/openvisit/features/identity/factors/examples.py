"""What the messages of second factors look like."""

from typing import Any

_PASSKEY = {
    "id": "0197a3c2-5d15-7b44-9c1e-2a3b4c5d6e7f",
    "name": "Ana's phone",
    "added_at": "2027-03-01T09:30:00Z",
    "last_used_at": "2027-03-04T08:12:00Z",
    "synced": True,
}
_ASSERTION = {
    "id": "rJ3kQ0v8m1Vw",
    "rawId": "rJ3kQ0v8m1Vw",
    "type": "public-key",
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
        "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
        "signature": "MEUCIQDNrJ0m",
        "userHandle": "b2g3fTg",
    },
}
_CODES = ["k7m2p-x9q4r", "3hvjc-8tn6w"]
_TICKET = "q2Zt0m9yTqXr1cVbN8sLh5uJd4eFgKaP"
EXAMPLES: dict[str, Any] = {
    "Security": {
        "has_password": True,
        "totp": {"added_at": "2027-03-01T09:30:00Z", "last_used_at": None},
        "passkeys": [_PASSKEY],
        "recovery_codes_left": 9,
        "required": False,
        "required_by": None,
        "reset": None,
    },
    "PasswordChange": {
        "current": "a sentence is easy to remember",
        "password": "another sentence to remember",
    },
    "TotpSetUp": {
        "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "uri": "otpauth://totp/OpenVisit:ana.flores%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=OpenVisit",
        "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg">...</svg>',
    },
    "TotpConfirmation": {"code": "402817"},
    "FactorAdded": {"recovery_codes": _CODES},
    "RecoveryCodes": {"codes": _CODES},
    "PasskeyOptions": {
        "options": {
            "challenge": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "rpId": "visits.example.org",
            "timeout": 300_000,
            "allowCredentials": [],
            "userVerification": "required",
        }
    },
    "NewPasskey": {
        "name": "Ana's phone",
        "passkey": {
            "id": "rJ3kQ0v8m1Vw",
            "rawId": "rJ3kQ0v8m1Vw",
            "type": "public-key",
            "response": {
                "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
                "attestationObject": "o2NmbXRkbm9uZQ",
                "transports": ["internal"],
            },
        },
    },
    "PasskeyRename": {"name": "Work laptop"},
    "StepUpWays": {"ways": ["passkey", "totp", "recovery-code"], "until": "2027-03-01T09:40:00Z"},
    "Proof": {"kind": "totp", "secret": "402817"},
    "FactorDue": {"ticket": _TICKET, "expires_in": 300, "factors": ["passkey", "totp", "recovery-code"]},
    "FactorProof": {"ticket": _TICKET, "proof": {"kind": "totp", "secret": "402817"}},
    "TicketOnly": {"ticket": _TICKET},
    "PasskeySignIn": {"passkey": _ASSERTION},
    "FactorResetAsked": {"clinic_id": "0197a3c2-5d14-7e0a-8b55-6c7d8e9fa0b1"},
    "FactorReset": (
        _RESET := {
            "id": "0197a3c2-5d16-7c20-8d4f-91a2b3c4d5e6",
            "person_id": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c02",
            "person": "Sam Okafor",
            "requested_by": "Alex Moreau",
            "requested_at": "2027-03-01T09:30:00Z",
            "due_at": "2027-03-02T09:30:00Z",
            "ended_at": None,
            "ended_how": None,
        }
    ),
    "FactorResets": {"items": [_RESET]},
    "StopReset": {"token": _TICKET},
}
