"""Push to browsers by Web Push (RFC 8030), encrypted for the browser alone (RFC 8291)."""

from openvisit.adapters.webpush.sender import WebPushSender

__all__ = ["WebPushSender"]
