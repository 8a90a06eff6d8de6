"""Examples of requests and answers about preferences and rules for reminders."""

from typing import Any

_QUIET = {"from": "21:00", "until": "08:00"}
_RULES = {
    "channels": ["email", "sms"],
    "allowed": ["email", "sms", "push", "voice"],
    "offsets": [1440, 120, 30, 15],
    "longest_offset": 20160,
    "most": 6,
    "quiet": _QUIET,
    "join_link": 10,
    "follow_up": 1440,
    "custom_messages": True,
}
_WISHES = {
    "channels": ["sms", "email"],
    "offsets": [2880, 60],
    "quiet": _QUIET,
    "custom_message": "Bring the insurance card",
    "language": "es",
    "opted_out": ["voice"],
}
_ADDRESS = {"proved": True, "dead": False, "dead_since": None, "because": ""}
EXAMPLES: dict[str, Any] = {
    "NotificationPreferences": {
        **_WISHES,
        "email": {"address": "ana.flores@example.org", **_ADDRESS},
        "phone": {"address": "+34600111222", **_ADDRESS},
        "usual": {"channels": ["email", "sms"], "offsets": [1440, 120, 30, 15], "quiet": _QUIET},
        "version": 3,
    },
    "NotificationPreferencesChange": _WISHES,
    "PhoneOnly": {"phone": "+34 600 111 222"},
    "AddressCode": {"code": "402817"},
    "AddressToRestore": {"address": "email"},
    "Reachability": {
        "email": "dead",
        "email_because": "mailbox-unknown",
        "phone": "good",
        "phone_because": "",
        "opted_out": [],
    },
    "ReminderRules": {**_RULES, "version": 1},
    "ReminderRulesChange": _RULES,
}
