"""Push to native apps by Firebase Cloud Messaging, HTTP v1 (https://firebase.google.com/docs/cloud-messaging)."""

from openvisit.adapters.fcm.sender import FcmSender

__all__ = ["FcmSender"]
