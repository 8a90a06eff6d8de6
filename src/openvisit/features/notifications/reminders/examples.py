"""Examples of requests and answers about reminders."""

from typing import Any

_ID = "0197a3c2-5d30-7c3e-9b1f-3f6f5d7a1c20"
_VISIT = "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f13"
_REMINDER = {
    "id": _ID,
    "appointment_id": _VISIT,
    "patient_id": "0197a3c2-5d11-7a54-8e2d-9a0c4b7e6f14",
    "type": "reminder",
    "kind": None,
    "minutes": 120,
    "start": "2027-03-04T14:30:00Z",
    "due_at": "2027-03-04T12:30:00Z",
    "status": "sent",
    "why": None,
    "by_hand": False,
    "merged_into": None,
    "channels": ["sms", "email"],
    "channel": "sms",
    "attempts": 1,
    "next_try_at": None,
    "vendor": "twilio",
    "vendor_message_id": "SM0123456789abcdef0123456789abcdef",
    "error": None,
    "doubtful_at": None,
    "sent_at": "2027-03-04T12:30:01Z",
    "delivered_at": None,
    "version": 1,
}
EXAMPLES: dict[str, Any] = {
    "Reminder": _REMINDER,
    "Reminders": {"items": [_REMINDER]},
    "NewReminder": {"appointment_id": _VISIT, "minutes": 60},
    "ReminderChanges": {"at": "2027-03-04T11:00:00Z", "channels": ["email"]},
    "ScheduleMany": {"operation": "schedule", "appointment_ids": [_VISIT], "minutes": 60},
    "CancelMany": {"operation": "cancel", "reminder_ids": [_ID]},
    "ResendMany": {"operation": "resend", "reminder_ids": [_ID]},
    "BulkDone": {"done": 11, "refused": [{"id": _ID, "code": "reminder_gone"}]},
    "Ledger": {
        "items": [
            {
                "reminder": _REMINDER,
                "patient_name": "Ana Flores",
                "provider_name": "Dr. Ada Moreno",
                "time_zone": "America/New_York",
                "dead": [{"address": "email", "because": "5.1.1"}],
            }
        ],
        "cursor": None,
        "due_unsent": 0,
        "failed": 1,
        "doubtful": 0,
    },
    "RunningLate": {"provider_id": "0197a3c2-5d10-7c3e-9b1f-3f6f5d7a1c04", "minutes": 20, "ahead": 180},
    "LateTold": {"told": 1, "reminders": [{**_REMINDER, "type": "running-late", "status": "pending", "minutes": 20}]},
}
